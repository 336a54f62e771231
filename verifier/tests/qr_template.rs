//! The QR codec's templates say what the scheme's data say, word for word; otherwise a certificate would take its texts
//! spelled out, and its symbol grow by half.

use serde_json::{Value, json};
use touchstone_schemas::scheme::edition::EDITIONS;

const TEMPLATE: &str = include_str!("../data/qr/template-1.json");

fn at<'v>(value: &'v Value, pointer: &str) -> &'v Value {
    let found = value.pointer(pointer);
    assert!(found.is_some(), "{pointer} is absent");
    found.unwrap_or(&Value::Null)
}

fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    at(value, pointer).as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn template_1_agrees_with_the_data_of_its_edition() {
    let template: Value = serde_json::from_str(TEMPLATE).unwrap();
    let editions = EDITIONS
        .iter()
        .map(|text| serde_json::from_str::<Value>(text).unwrap());
    let wanted = at(&template, "/scheme/edition");
    let edition = editions
        .into_iter()
        .find(|edition| edition["edition"] == *wanted)
        .unwrap();
    assert_eq!(edition["number"], 1, "the number by which QR codes name it");
    for (ours, theirs) in [
        ("/scheme/edition", "/edition"),
        ("/scheme/name", "/name/zh"),
        ("/scheme/heading", "/heading/zh"),
        ("/scheme/subheading", "/subheading/zh"),
        ("/scheme/seriesMark", "/seriesMark"),
        ("/scheme/rule", "/rule/id"),
        ("/scheme/ruleStatement", "/sentences/conformity/zh"),
        ("/scheme/surveillanceStatement", "/sentences/surveillance/zh"),
        ("/scheme/attestationType", "/attestation/attestationType"),
        ("/scheme/assessmentLevel", "/attestation/assessmentLevel"),
        ("/scheme/topic", "/topic/zh"),
        ("/intervalMonths", "/rules/surveillanceIntervalMonths/value"),
        ("/graceDays", "/rules/graceDays/value"),
        ("/industryEdition", "/eligibility/industryEdition"),
    ] {
        assert_eq!(at(&template, ours), at(&edition, theirs), "{ours}");
    }
    let years = at(&edition, "/rules/validityYears/value").as_u64().unwrap();
    assert_eq!(at(&template, "/validityMonths").as_u64(), Some(12 * years));

    let standard = |found: &Value| json!({ "number": found["id"], "title": found["name"]["zh"] });
    let standards: Vec<Value> = list(&edition, "/standards").iter().map(standard).collect();
    assert_eq!(list(&template, "/scheme/standards"), standards);

    let level = |found: &Value| {
        let text = |member: &str| found[member]["zh"].clone();
        json!({ "name": text("name"), "stage": text("stage"), "definition": text("definition") })
    };
    let levels: Vec<Value> = list(&edition, "/levels").iter().map(level).collect();
    assert_eq!(list(&template, "/grades"), levels);

    let part = |member: &str| {
        at(&template, "/technicalSupport")[member]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let sentence = format!("{}{{organisation}}{}", part("before"), part("after"));
    assert_eq!(at(&edition, "/sentences/technicalSupport/zh"), &json!(sentence));

    let number = at(&template, "/number");
    let pattern = format!(
        "{}{{yy}}{}{{seq:{}}}{}{{n}}",
        number["prefix"].as_str().unwrap(),
        number["middle"].as_str().unwrap(),
        number["digits"],
        number["cycle"].as_str().unwrap()
    );
    assert_eq!(at(&edition, "/numberTemplate"), &json!(pattern));
}
