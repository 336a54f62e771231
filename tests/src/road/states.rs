//! The states of the verify page, each with the way into it (`tests/browser/states.mjs`).

use serde_json::{Value, json};

use super::samples::Sample;

/// Samples that are shown, by name; each has a verdict of its own.
const SHOWN: [&str; 15] = [
    "in-force",
    "workshop",
    "surveillance-due-soon",
    "overdue-in-grace",
    "overdue",
    "suspended",
    "withdrawn",
    "cancelled",
    "superseded-v1",
    "expired",
    "two-sites",
    "tampered-document",
    "tampered-link",
    "cut-link",
    "unknown-issuer",
];

/// The states; those of samples that were not walked are left out.
#[must_use]
pub fn states(samples: &[Sample]) -> Vec<Value> {
    let text = |name: &str| {
        let sample = samples.iter().find(|sample| sample.name == name)?;
        Some(sample.shown.text().to_owned())
    };
    let ways = [
        "landing",
        "asked",
        "message",
        "camera",
        "denied",
        "noVerifier",
        "bulk",
        "bulkRefused",
        "kept",
    ];
    let mut states: Vec<Value> = ways
        .iter()
        .map(|way| json!({ "name": way, "way": way }))
        .collect();
    states.extend(
        SHOWN
            .iter()
            .filter_map(|name| Some(json!({ "name": name, "way": "show", "text": text(name)? }))),
    );
    for (name, way) in [
        ("opened", "opened"),
        ("offline", "offline"),
        ("status-missing", "listMissing"),
        ("mismatch", "mismatch"),
    ] {
        states.extend(text("in-force").map(|text| json!({ "name": name, "way": way, "text": text })));
    }
    let numbers = samples.iter().filter_map(|sample| sample.issued.as_ref());
    let list: Vec<&str> = numbers.map(|issued| issued.number.as_str()).collect();
    states.push(json!({ "name": "bulkDone", "way": "bulkDone", "text": list.join("\n") }));
    states
}
