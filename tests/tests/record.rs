//! The published JSON Schema and the typed parse take the same documents. The parse may be stricter in one way only:
//! members that follow from others must be what those give, which a JSON Schema cannot say.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::{Value, json};
use touchstone_schemas::credential::{Authorisation, Credential};
use touchstone_schemas::jcs::to_canonical;
use touchstone_schemas::json;
use touchstone_schemas::text::Text;
use touchstone_tests::sample;

const SCHEMA: &str = include_str!("../../schemas/data/schema-v1.json");

/// Members that may be absent.
const OPTIONAL: [&str; 10] = [
    "/credentialSubject/authorisation",
    "/credentialSubject/certificate/assessedUnit",
    "/credentialSubject/certificate/assessedUnit/nameEn",
    "/credentialSubject/certificate/confidence",
    "/credentialSubject/certificate/holder/addressEn",
    "/credentialSubject/certificate/holder/nameEn",
    "/credentialSubject/certificate/predecessor",
    "/credentialSubject/certificate/scopeEn",
    "/credentialSubject/certificate/technicalSupport",
    "/credentialSubject/certificate/transcribed",
];

fn validator() -> Validator {
    jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap()
}

/// Whether the typed parse takes a document; a document without proof is what it reads.
fn parses(document: &Value) -> bool {
    let text = document.to_string();
    let value = json::parse(text.as_bytes(), text.len()).unwrap();
    Credential::from_document(&value).is_ok()
}

/// A credential with every member that may be absent.
fn complete() -> Value {
    let (mut credential, _) = (0..)
        .map(sample::any)
        .find(|(credential, _)| {
            credential.scope_en.is_some()
                && credential.assessed_unit.is_some()
                && credential.confidence.is_some()
                && credential.predecessor.is_some()
                && credential.sites.len() == 2
        })
        .unwrap();
    let text = |text| Text::parse(text).unwrap();
    credential.issuer.authorisations = vec![Authorisation {
        name: text("示范批准"),
        authority: text("https://authority.demo.test"),
        authority_name: text("示范主管部门（演示）"),
        evidence: text("https://authority.demo.test/approvals/1"),
        evidence_name: text("批准文件"),
    }];
    serde_json::from_slice(&to_canonical(&credential)).unwrap()
}

/// Every place below `value`: its pointer and what stands there.
fn places(value: &Value) -> Vec<(String, Value)> {
    fn walk(pointer: &str, value: &Value, places: &mut Vec<(String, Value)>) {
        places.push((pointer.to_owned(), value.clone()));
        match value {
            Value::Object(members) => members.iter().for_each(|(name, member)| {
                walk(&format!("{pointer}/{}", name.replace('/', "~1")), member, places)
            }),
            Value::Array(elements) => elements
                .iter()
                .enumerate()
                .for_each(|(place, element)| walk(&format!("{pointer}/{place}"), element, places)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    walk("", value, &mut all);
    all
}

fn without(document: &Value, pointer: &str) -> Value {
    let mut document = document.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Object(members) => drop(members.remove(&name.replace("~1", "/")).unwrap()),
        Value::Array(elements) => drop(elements.remove(name.parse().unwrap())),
        other => panic!("{parent} is {other}"),
    }
    document
}

fn with(document: &Value, pointer: &str, value: Value) -> Value {
    let mut document = document.clone();
    *document.pointer_mut(pointer).unwrap() = value;
    document
}

#[test]
fn two_hundred_generated_credentials_pass_both() {
    let validator = validator();
    for seed in 0..200 {
        let (credential, _) = if seed % 2 == 0 {
            sample::usual(seed)
        } else {
            sample::any(seed)
        };
        let document: Value = serde_json::from_slice(&to_canonical(&credential)).unwrap();
        if let Err(error) = validator.validate(&document) {
            panic!("seed {seed}: {} at {}", error, error.instance_path());
        }
        assert!(parses(&document), "seed {seed}");
    }
    assert!(validator.is_valid(&complete()) && parses(&complete()));
}

#[test]
fn a_missing_member_is_refused_by_both_unless_it_is_optional() {
    let (validator, document) = (validator(), complete());
    for (pointer, _) in places(&document).into_iter().skip(1) {
        let changed = without(&document, &pointer);
        let optional = OPTIONAL.contains(&pointer.as_str())
            // One of several sites, with the facility that goes with it, is for the parse to miss.
            || (pointer.rsplit('/').next().unwrap().parse::<usize>().is_ok() && validator.is_valid(&changed));
        assert_eq!(
            validator.is_valid(&changed),
            optional,
            "schema, without {pointer}"
        );
        if OPTIONAL.contains(&pointer.as_str()) {
            assert!(parses(&changed), "parse, without {pointer}");
        } else {
            assert!(!parses(&changed), "parse, without {pointer}");
        }
    }
}

#[test]
fn an_unknown_member_is_refused_by_both_wherever_it_stands() {
    let (validator, document) = (validator(), complete());
    let objects: Vec<_> = places(&document)
        .into_iter()
        .filter(|(_, value)| value.is_object())
        .collect();
    assert!(objects.len() > 30, "{}", objects.len());
    for (pointer, value) in objects {
        let mut value = value;
        value["added"] = json!("more");
        let changed = with(&document, &pointer, value);
        assert!(!validator.is_valid(&changed), "schema, more at {pointer}");
        assert!(!parses(&changed), "parse, more at {pointer}");
    }
}

#[test]
fn another_type_is_refused_by_both_wherever_it_stands() {
    let (validator, document) = (validator(), complete());
    for (pointer, value) in places(&document) {
        let others = [
            json!(null),
            json!(true),
            json!(7),
            json!("text"),
            json!([]),
            json!({}),
        ];
        let kind = std::mem::discriminant(&value);
        for other in others
            .into_iter()
            .filter(|other| std::mem::discriminant(other) != kind)
        {
            let changed = with(&document, &pointer, other.clone());
            assert!(!validator.is_valid(&changed), "schema, {other} at {pointer}");
            assert!(!parses(&changed), "parse, {other} at {pointer}");
        }
    }
}

/// Places where the schema takes another text or number of the same form and the parse does not, because the member
/// follows from others.
const DERIVED: &[&str] = &[
    "/credentialStatus/0/statusListCredential",
    "/credentialStatus/0/statusListIndex",
    "/credentialStatus/1/statusListCredential",
    "/credentialStatus/1/statusListIndex",
    "/credentialStatus/2/statusListCredential",
    "/credentialStatus/2/statusListIndex",
    "/credentialSubject/assessmentLevel",
    "/credentialSubject/attestationType",
    "/credentialSubject/auditableEvidence/linkURL",
    "/credentialSubject/certificate/grade/level",
    "/credentialSubject/certificate/grade/name",
    "/credentialSubject/certificate/grade/stage",
    "/credentialSubject/certificate/number",
    "/credentialSubject/certificate/scheme/assessmentLevel",
    "/credentialSubject/certificate/scheme/attestationType",
    "/credentialSubject/certificate/scheme/edition",
    "/credentialSubject/certificate/scheme/heading",
    "/credentialSubject/certificate/scheme/name",
    "/credentialSubject/certificate/scheme/rule",
    "/credentialSubject/certificate/scheme/standards/0/number",
    "/credentialSubject/certificate/scheme/standards/0/title",
    "/credentialSubject/certificate/scheme/standards/1/number",
    "/credentialSubject/certificate/scheme/standards/1/title",
    "/credentialSubject/certificate/scheme/subheading",
    "/credentialSubject/certificate/scheme/topic",
    "/credentialSubject/certificate/sites/0/id",
    "/credentialSubject/certificate/sites/0/name",
    "/credentialSubject/certificate/sites/1/id",
    "/credentialSubject/certificate/sites/1/name",
    "/credentialSubject/certificate/version",
    "/credentialSubject/conformityAssessment/0/assessedFacility/0/facility/id",
    "/credentialSubject/conformityAssessment/0/assessedFacility/0/facility/name",
    "/credentialSubject/conformityAssessment/0/assessedFacility/1/facility/id",
    "/credentialSubject/conformityAssessment/0/assessedFacility/1/facility/name",
    "/credentialSubject/conformityAssessment/0/assessedPerformance/0/metric/id",
    "/credentialSubject/conformityAssessment/0/assessedPerformance/0/metric/name",
    "/credentialSubject/conformityAssessment/0/assessedPerformance/0/score/code",
    "/credentialSubject/conformityAssessment/0/assessedPerformance/0/score/rank",
    "/credentialSubject/conformityAssessment/0/assessmentCriteria/0/id",
    "/credentialSubject/conformityAssessment/0/assessmentCriteria/0/name",
    "/credentialSubject/conformityAssessment/0/conformityTopic/0/id",
    "/credentialSubject/conformityAssessment/0/conformityTopic/0/name",
    "/credentialSubject/conformityAssessment/0/id",
    "/credentialSubject/conformityAssessment/0/name",
    "/credentialSubject/conformityAssessment/0/referenceStandard/0/id",
    "/credentialSubject/conformityAssessment/0/referenceStandard/0/name",
    "/credentialSubject/conformityAssessment/0/referenceStandard/1/id",
    "/credentialSubject/conformityAssessment/0/referenceStandard/1/name",
    "/credentialSubject/conformityCertificate/linkName",
    "/credentialSubject/conformityCertificate/linkURL",
    "/credentialSubject/id",
    "/credentialSubject/issuedToParty/id",
    "/credentialSubject/issuedToParty/registeredId",
    "/credentialSubject/name",
    "/credentialSubject/profileScore/code",
    "/credentialSubject/profileScore/rank",
    "/credentialSubject/referenceProfile/id",
    "/credentialSubject/referenceProfile/name",
    "/credentialSubject/referenceScheme/id",
    "/credentialSubject/referenceScheme/name",
    "/id",
    "/name",
];

#[test]
fn the_parse_is_stricter_only_where_a_member_follows_from_others() {
    let (validator, document) = (validator(), complete());
    let mut stricter = BTreeSet::new();
    for (pointer, value) in places(&document) {
        for other in others_of_the_same_form(&value) {
            let changed = with(&document, &pointer, other.clone());
            match (validator.is_valid(&changed), parses(&changed)) {
                (false, true) => panic!("the schema alone refuses {other} at {pointer}"),
                (true, false) => drop(stricter.insert(pointer.clone())),
                _ => {}
            }
        }
    }
    let listed: BTreeSet<String> = DERIVED.iter().map(|&pointer| pointer.to_owned()).collect();
    let missing: Vec<_> = stricter.difference(&listed).collect();
    let stale: Vec<_> = listed.difference(&stricter).collect();
    assert!(
        missing.is_empty() && stale.is_empty(),
        "not listed: {missing:#?}\nstale: {stale:#?}"
    );
}

/// Other values that look like this one: the form stays, the fact changes.
fn others_of_the_same_form(value: &Value) -> Vec<Value> {
    match value {
        Value::String(text) => {
            let turned =
                |from: &str, to: &str| text.contains(from).then(|| json!(text.replacen(from, to, 1)));
            let last_digit = text.rfind(|c: char| c.is_ascii_digit()).map(|at| {
                let digit = text.as_bytes()[at];
                let other = if digit == b'9' {
                    "8".to_owned()
                } else {
                    char::from(digit + 1).to_string()
                };
                let mut text = text.clone();
                text.replace_range(at..=at, &other);
                json!(text)
            });
            let worded = json!(format!("{text}改"));
            [
                turned("demo", "dema"),
                turned("示", "视"),
                last_digit,
                Some(worded),
            ]
            .into_iter()
            .flatten()
            .collect()
        }
        Value::Number(number) => {
            let number = number.as_u64().unwrap();
            vec![json!(number + 1), json!(number.saturating_sub(1))]
                .into_iter()
                .filter(|other| other != value)
                .collect()
        }
        Value::Bool(truth) => vec![json!(!truth)],
        _ => Vec::new(),
    }
}
