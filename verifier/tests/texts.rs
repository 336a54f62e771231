//! The catalogue of texts: every code has both languages, nothing is left over, and the words keep their promises.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use serde_json::Value;
use touchstone_verifier::reason::{Effect, ReasonCode};

const CATALOGUES: [(&str, &str); 2] = [
    ("zh-CN", include_str!("../texts/zh-CN.json")),
    ("en", include_str!("../texts/en.json")),
];

fn catalogue(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn names(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The facts a text names in braces.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn every_code_has_its_texts_and_no_text_is_left_over() {
    let codes: BTreeSet<&str> = ReasonCode::ALL.iter().map(|code| code.code()).collect();
    assert_eq!(codes.len(), ReasonCode::ALL.len(), "two reasons share a code");
    for (language, text) in CATALOGUES {
        let catalogue = catalogue(text);
        assert_eq!(names(&catalogue["reasons"]), codes, "{language}");
        for (code, texts) in catalogue["reasons"].as_object().unwrap() {
            assert_eq!(
                names(texts),
                BTreeSet::from(["title", "cause", "action"]),
                "{language} {code}"
            );
            for (part, text) in texts.as_object().unwrap() {
                assert!(
                    !text.as_str().unwrap().trim().is_empty(),
                    "{language} {code} {part}"
                );
            }
        }
        let headlines = [
            "couldNotTell",
            "inForce",
            "notAuthorised",
            "notGenuine",
            "notInForce",
        ];
        assert_eq!(
            names(&catalogue["headlines"]),
            BTreeSet::from(headlines),
            "{language}"
        );
        let states = [
            "cancelled",
            "expired",
            "notYetValid",
            "overdueInGrace",
            "superseded",
            "surveillanceOverdue",
            "suspended",
            "valid",
            "withdrawn",
        ];
        assert_eq!(names(&catalogue["states"]), BTreeSet::from(states), "{language}");
        assert_eq!(
            names(&catalogue["answers"]),
            BTreeSet::from(["yes", "no", "couldNotTell"]),
            "{language}"
        );
        let questions = ["genuine", "authorised", "inForce", "coversNeed"];
        assert_eq!(
            names(&catalogue["questions"]),
            BTreeSet::from(questions),
            "{language}"
        );
    }
}

#[test]
fn both_languages_name_the_same_facts() {
    let [zh, en] = CATALOGUES.map(|(_, text)| catalogue(text));
    for code in ReasonCode::ALL {
        for part in ["title", "cause", "action"] {
            let facts = |catalogue: &Value| -> BTreeSet<String> {
                let text = catalogue["reasons"][code.code()][part].as_str().unwrap();
                placeholders(text).into_iter().map(str::to_owned).collect()
            };
            assert_eq!(facts(&zh), facts(&en), "{} {part}", code.code());
        }
    }
}

#[test]
fn what_could_not_be_told_is_never_called_forged_and_a_demonstration_never_in_force() {
    for (language, text) in CATALOGUES {
        let catalogue = catalogue(text);
        let accusing = |text: &Value| {
            let text = text.to_string().to_lowercase();
            ["伪造", "假冒", "假证", "fake", "forged", "counterfeit"]
                .iter()
                .any(|word| text.contains(word))
        };
        let open = ReasonCode::ALL.iter().filter(|code| code.effect() != Effect::No);
        for code in open {
            assert!(
                !accusing(&catalogue["reasons"][code.code()]),
                "{language} {}",
                code.code()
            );
        }
        assert!(!accusing(&catalogue["headlines"]["couldNotTell"]), "{language}");
        let test = &catalogue["headlines"]["inForce"]["test"];
        assert_ne!(test, &catalogue["headlines"]["inForce"]["word"], "{language}");
    }
    assert_eq!(
        catalogue(CATALOGUES[0].1)["headlines"]["inForce"]["test"],
        "演示：应为有效"
    );
    assert_eq!(
        catalogue(CATALOGUES[1].1)["headlines"]["inForce"]["test"],
        "Demonstration: would be in force"
    );
}
