//! The states of the verify page, each with the way into it (`tests/browser/states.mjs`), and the registry's pages.

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
    states.extend(registry_pages(samples));
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

/// The registry's own pages, those of certificates that were walked.
fn registry_pages(samples: &[Sample]) -> Vec<Value> {
    let number = |name: &str| {
        let sample = samples.iter().find(|sample| sample.name == name)?;
        Some(sample.issued.as_ref()?.number.to_string())
    };
    let of = |name: &str, rest: &str| Some(format!("/certificates/{}{rest}", number(name)?));
    let nobodys = "/certificates/CQC26ZNZ999999R0";
    let pages = [
        ("directory", Some("/certificates".to_owned())),
        (
            "directory-search",
            Some("/certificates?name=示范&level=3".to_owned()),
        ),
        ("directory-problem", Some("/certificates?name=示".to_owned())),
        ("record", of("in-force", "")),
        ("record-suspended", of("suspended", "")),
        ("record-superseded", of("superseded-v1", "?version=1")),
        ("record-not-here", Some(nobodys.to_owned())),
        ("statement", of("withdrawn", "/status?format=html")),
        (
            "statement-before",
            of("in-force", "/status?format=html&at=2020-01-01"),
        ),
        ("statement-absence", Some(format!("{nobodys}/status?format=html"))),
        ("statistics", Some("/statistics".to_owned())),
        ("statistics-en", Some("/statistics?lang=en".to_owned())),
        ("surveillance", Some("/surveillance?format=html".to_owned())),
        ("api", Some("/api".to_owned())),
    ];
    let case = |(name, path): (&str, Option<String>)| {
        let name = format!("registry-{name}");
        Some(json!({ "name": name, "way": "registry", "path": path? }))
    };
    pages.into_iter().filter_map(case).collect()
}
