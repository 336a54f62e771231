//! Every reason code has its texts in Chinese and in English, and the two catalogues say the same things.
//!
//! The codes are read where they are defined: each string literal of the `reason_codes!` table is one, and the
//! macro makes the compiled list from nothing else. So the check needs no compiled verifier.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Fault, Source};

const TABLE: &str = "verifier/src/reason.rs";
const CATALOGUES: [&str; 2] = ["verifier/texts/zh-CN.json", "verifier/texts/en.json"];
/// What a reason is given in each language: what it is, why, and what to do about it.
const PARTS: [&str; 3] = ["title", "cause", "action"];

/// Compares the table with both catalogues, and these with each other.
pub(crate) fn check(sources: &[Source]) -> Vec<Fault> {
    let text = |path: &str| {
        let source = sources.iter().find(|source| source.path == path);
        source
            .and_then(|source| source.text.as_deref())
            .unwrap_or_default()
    };
    let codes = codes(text(TABLE));
    if codes.is_empty() {
        return vec![Fault::new(
            TABLE,
            "has no table `reason_codes! { … }` with codes in quotation marks",
        )];
    }
    let mut faults = Vec::new();
    let mut entries = Vec::new();
    for path in CATALOGUES {
        match serde_json::from_str::<Value>(text(path)) {
            Ok(catalogue) => {
                let mut found = BTreeMap::new();
                flatten(&catalogue, &mut String::new(), &mut found);
                faults.extend(judge(path, &codes, &found));
                entries.push((path, found));
            }
            Err(error) => faults.push(Fault::new(path, format!("is absent or not JSON: {error}"))),
        }
    }
    if let [(first, ours), (second, theirs)] = entries.as_slice() {
        for (path, other, pointers, others) in [(first, second, ours, theirs), (second, first, theirs, ours)]
        {
            faults.extend(
                others
                    .keys()
                    .filter(|pointer| !pointers.contains_key(*pointer))
                    .map(|pointer| Fault::new(*path, format!("lacks {pointer}, which {other} has"))),
            );
        }
    }
    faults
}

fn codes(table: &str) -> BTreeSet<&str> {
    let block = table
        .split_once("\nreason_codes! {")
        .and_then(|(_, rest)| rest.split_once("\n}"));
    let lines = block.map(|(block, _)| block.lines()).into_iter().flatten();
    lines
        .filter(|line| !line.trim_start().starts_with("//"))
        .filter_map(|line| line.split_once('"')?.1.split_once('"'))
        .map(|(code, _)| code)
        .collect()
}

/// Texts by JSON pointer; `None` for what is neither an object nor a text.
fn flatten(value: &Value, pointer: &mut String, found: &mut BTreeMap<String, Option<String>>) {
    let Value::Object(members) = value else {
        found.insert(pointer.clone(), value.as_str().map(str::to_owned));
        return;
    };
    for (name, member) in members {
        let length = pointer.len();
        pointer.push('/');
        pointer.push_str(name);
        flatten(member, pointer, found);
        pointer.truncate(length);
    }
}

fn judge(path: &str, codes: &BTreeSet<&str>, found: &BTreeMap<String, Option<String>>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for code in codes {
        for part in PARTS {
            if !found.contains_key(&format!("/reasons/{code}/{part}")) {
                faults.push(Fault::new(path, format!("lacks /reasons/{code}/{part}")));
            }
        }
    }
    for (pointer, text) in found {
        if text.as_ref().is_none_or(|text| text.trim().is_empty()) {
            faults.push(Fault::new(
                path,
                format!("{pointer} is not a text, or an empty one"),
            ));
        }
        let code = pointer
            .strip_prefix("/reasons/")
            .and_then(|rest| rest.split('/').next());
        if code.is_some_and(|code| !codes.contains(code)) {
            faults.push(Fault::new(path, format!("{pointer} belongs to no reason code")));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const REASONS: &str = "mod x;\n\nreason_codes! {\n    /// Not \"strict\".\n    Malformed \"malformed\" Genuine No;\n    /// Late.\n    Expired \"expired\" InForce No;\n}\n";

    fn faults(chinese: &str, english: &str) -> Vec<String> {
        let source = |path: &str, text: &str| Source {
            path: path.to_owned(),
            text: Some(text.to_owned()),
        };
        let sources = [
            source(TABLE, REASONS),
            source(CATALOGUES[0], chinese),
            source(CATALOGUES[1], english),
        ];
        check(&sources).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn complete_catalogues_pass() {
        let catalogue = r#"{"headlines":{"a":"b"},"reasons":{
            "malformed":{"title":"t","cause":"c","action":"a"},"expired":{"title":"t","cause":"c","action":"a"}}}"#;
        assert_eq!(faults(catalogue, catalogue), [""; 0]);
    }

    #[test]
    fn missing_empty_superfluous_and_unequal_are_faults() {
        let chinese = r#"{"page":{"only":"x"},"reasons":{
            "malformed":{"title":"t","cause":" ","action":"a"},"expired":{"title":"t","cause":"c","action":"a"}}}"#;
        let english = r#"{"reasons":{"malformed":{"title":"t","cause":"c","action":"a"},
            "expired":{"title":"t","cause":"c"},"stray":{"title":"t"}}}"#;
        assert_eq!(
            faults(chinese, english),
            [
                "verifier/texts/zh-CN.json: /reasons/malformed/cause is not a text, or an empty one",
                "verifier/texts/en.json: lacks /reasons/expired/action",
                "verifier/texts/en.json: /reasons/stray/title belongs to no reason code",
                "verifier/texts/zh-CN.json: lacks /reasons/stray/title, which verifier/texts/en.json has",
                "verifier/texts/en.json: lacks /page/only, which verifier/texts/zh-CN.json has",
                "verifier/texts/en.json: lacks /reasons/expired/action, which verifier/texts/zh-CN.json has",
            ]
        );
    }
}
