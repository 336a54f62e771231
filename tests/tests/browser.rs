//! End to end in Chromium at phone size: the QR image read back, its link opened, the verdict read from the page.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeSet;

use serde_json::{Value, json};
use touchstone_tests::road::samples::{Sample, Shown, walk};
use touchstone_tests::road::{Issued, Road, page_in_browser, run_browser};

/// A case with what people must read.
struct Case {
    input: Value,
    headline: String,
    state: Option<String>,
    /// A reason that must be named, where the headline alone does not tell.
    reason: Option<&'static str>,
}

/// Every sample as it would be shown: a QR image scanned, or a file's content put into the page's box. The verifier's
/// second part does not come: every one is answered by the first.
fn shown(sample: &Sample) -> Case {
    let mut input = match (&sample.shown, &sample.issued) {
        (Shown::Link(_), Some(issued)) => {
            json!({ "way": "link", "link": issued.scan().unwrap() })
        }
        (Shown::Link(link), None) => json!({ "way": "link", "link": link }),
        (Shown::Document(document), _) => json!({ "way": "box", "document": document }),
    };
    input["name"] = json!(sample.name);
    input["alone"] = json!(true);
    Case {
        input,
        headline: sample.expected.headline.clone(),
        state: sample.expected.state.clone(),
        reason: None,
    }
}

/// The records of one sample of every state, asked for by number: their receipts and events take the verifier whole.
fn by_number(samples: &[Sample]) -> Vec<Case> {
    let mut states = BTreeSet::new();
    let mut cases = Vec::new();
    for sample in samples {
        // Of a number with several versions the registry shows the newest.
        let issued = sample.issued.as_ref().filter(|_| !sample.name.ends_with("-v1"));
        let Some(issued) = issued.filter(|_| states.insert(&sample.expected.state)) else {
            continue;
        };
        let name = format!("{}, by number", sample.name);
        cases.push(Case {
            input: json!({ "name": name, "way": "number", "number": issued.number }),
            headline: sample.expected.headline.clone(),
            state: sample.expected.state.clone(),
            reason: None,
        });
    }
    cases
}

/// What the first part cannot answer: a proof made for another purpose.
fn odd(issued: &Issued) -> String {
    let document = issued.credential().unwrap();
    let odd = document.replace("assertionMethod", "authentication");
    assert_ne!(odd, document);
    odd
}

/// The second part late, absent, garbage or another build's.
fn of_two_parts(issued: &Issued) -> Vec<Case> {
    let case = |name: &str, more: Value, headline: &str| {
        let mut input = json!({ "name": name, "document": odd(issued), "link": issued.link().unwrap() });
        let members = input.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        Case {
            input,
            headline: headline.to_owned(),
            state: None,
            reason: None,
        }
    };
    let other = |name: &str, guards: &[&str], noted: &[&str]| {
        let more = json!({ "way": "restOther", "guards": guards, "noted": noted });
        case(name, more, "couldNotTell")
    };
    vec![
        case("second part late", json!({ "way": "restLate" }), "notGenuine"),
        case(
            "second part garbage",
            json!({ "way": "restGarbage" }),
            "notGenuine",
        ),
        case(
            "second part offline",
            json!({ "way": "restOffline" }),
            "notGenuine",
        ),
        other("another build's second part", &[], &[]),
        other("the same, compared by digest", &["integrity"], &[]),
        other(
            "the same, linked",
            &["integrity", "digest"],
            &["compiled", "LinkError"],
        ),
        case("an old view", json!({ "way": "oldView" }), "inForce"),
    ]
}

fn special(name: &str, way: &str, of: &Issued, headline: &str, reason: Option<&'static str>) -> Case {
    let input = json!({ "name": name, "way": way, "link": of.link().unwrap(), "number": of.number });
    Case {
        input,
        headline: headline.to_owned(),
        state: None,
        reason,
    }
}

#[test]
fn a_phone_reads_the_verdict() {
    let Some((browser, plan)) = page_in_browser() else {
        return;
    };
    let road = Road::open(&plan).unwrap();
    let samples = walk(&road, &mut |line| eprintln!("{line}")).unwrap();
    let of = |name: &str| {
        samples
            .iter()
            .find(|sample| sample.name == name)
            .and_then(|s| s.issued.as_ref())
            .unwrap()
    };
    let (in_force, withdrawn) = (of("in-force"), of("withdrawn"));
    let mut cases: Vec<Case> = samples.iter().map(shown).collect();
    cases.extend(by_number(&samples));
    cases.extend(of_two_parts(in_force));
    let shouted = in_force.link().unwrap().replacen("http://", "HTTP://", 1);
    cases.push(Case {
        input: json!({ "name": "a link in capitals", "way": "box", "document": shouted }),
        headline: "inForce".to_owned(),
        state: None,
        reason: None,
    });
    let record = format!("/certificates/{}", in_force.number);
    let record = road.get(&record, "application/json").unwrap();
    cases.push(Case {
        input: json!({ "name": "a registry's record", "way": "box", "document": record }),
        headline: "inForce".to_owned(),
        state: None,
        reason: None,
    });
    cases.extend([
        special("another's memory", "otherMemory", in_force, "inForce", None),
        special(
            "a language without network",
            "language",
            in_force,
            "inForce",
            None,
        ),
    ]);
    cases.extend([
        special(
            "status not given",
            "noStatus",
            in_force,
            "couldNotTell",
            Some("statusMissing"),
        ),
        special(
            "a need, by keyboard",
            "need",
            in_force,
            "inForce",
            Some("gradeTooLow"),
        ),
        special(
            "a forged message list",
            "forged",
            withdrawn,
            "notInForce",
            Some("ended"),
        ),
        special("on paper", "paper", in_force, "inForce", None),
        special(
            "network cut",
            "cut",
            in_force,
            "couldNotTell",
            Some("statusMissing"),
        ),
        special("past the head, by keyboard", "skip", in_force, "inForce", None),
        special("passed on by a chat", "suffix", in_force, "inForce", None),
        special("entries that are none", "entries", in_force, "inForce", None),
        special("no pin", "noPolicy", withdrawn, "notInForce", None),
        special("WebAssembly off", "noWasm", in_force, "inForce", None),
        special("modules unknown", "noModules", withdrawn, "notInForce", None),
        special("scripts off", "noScript", withdrawn, "notInForce", None),
        special("fragment stripped", "stripped", withdrawn, "notInForce", None),
    ]);
    let input = road.at("cases.json");
    let inputs: Vec<&Value> = cases.iter().map(|case| &case.input).collect();
    std::fs::write(
        &input,
        json!({ "base": road.base(), "cases": inputs }).to_string(),
    )
    .unwrap();
    let found: Vec<Value> =
        serde_json::from_str(&run_browser(&browser, "verdicts.mjs", &input).unwrap()).unwrap();
    assert_eq!(found.len(), cases.len());
    let mut faults = Vec::new();
    for (case, found) in cases.iter().zip(&found) {
        faults.extend(
            judge(case, found)
                .into_iter()
                .map(|fault| format!("{}: {fault}", found["name"])),
        );
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    eprintln!("{} verdicts read in Chromium", found.len());
}

fn judge(case: &Case, found: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let text = found["text"].as_str().unwrap_or_default();
    let mut wrong = |fault: String| faults.push(fault);
    if found["headline"].as_str() != Some(case.headline.as_str()) {
        wrong(format!(
            "headline {}, wanted {}\n{} {text}",
            found["headline"], case.headline, found["error"]
        ));
    }
    for fault in found["faults"].as_array().into_iter().flatten() {
        wrong(fault.to_string());
    }
    if case.state.is_some() && found["state"].as_str() != case.state.as_deref() {
        wrong(format!("state {}, wanted {:?}", found["state"], case.state));
    }
    if let Some(reason) = case.reason {
        let named = found["reasons"]
            .as_array()
            .is_some_and(|reasons| reasons.iter().any(|found| found == reason));
        if !named {
            wrong(format!("reason {reason} is not among {}", found["reasons"]));
        }
    }
    for (what, list) in [
        ("violates the policy", "violations"),
        ("asks another host", "foreign"),
    ] {
        if found[list] != json!([]) {
            wrong(format!("{what}: {}", found[list]));
        }
    }
    if found["overflow"].as_i64().is_none_or(|overflow| overflow > 0) {
        wrong(format!("is wider than the phone by {}", found["overflow"]));
    }
    match case.input["way"].as_str().unwrap() {
        "noWasm" | "noModules" | "noScript" | "stripped" | "noPolicy" => {
            if !found["advice"]
                .as_str()
                .is_some_and(|advice| advice.contains("在浏览器打开"))
            {
                wrong("no advice to open it in a browser".to_owned());
            }
            if !text.contains("未在您的手机上核验") {
                wrong(format!("does not say who answers: {text}"));
            }
        }
        "restOther" => {}
        _ => {
            // What is not genuine shows nothing as fact.
            let genuine = found["questions"]["genuine"] == "yes";
            if found["facts"].as_bool() != Some(genuine) {
                wrong(format!(
                    "facts shown: {}, genuine: {}",
                    found["facts"], found["questions"]["genuine"]
                ));
            }
            // What a code carries can be read and kept.
            if genuine && case.input["link"].is_string() {
                let carried = found["carried"].as_str().unwrap_or_default();
                let carried: Value = serde_json::from_str(carried).unwrap_or_default();
                if carried["proof"]["cryptosuite"] != "eddsa-jcs-2022" {
                    wrong(format!("the certificate in the code is not shown: {carried}"));
                }
            }
            // A demonstration never says plainly that it is in force.
            if case.headline == "inForce" && !found["word"].as_str().is_some_and(|word| word.contains("演示"))
            {
                wrong(format!("reads {}", found["word"]));
            }
        }
    }
    faults
}
