//! The page's texts in two files a language: what ordinary verdicts say, and the rest, which the page fetches when it
//! needs a word of it.

use std::path::Path;

use serde_json::{Map, Value};

use super::tree;
use crate::error::Error;

/// How the file of the rest ends.
const LATER: &str = ".later.json";
/// Groups that no verdict needs: the other ways in, many at once, what is reported, what is kept, and the registry's pages.
const GROUPS: [&str; 5] = ["/ways", "/bulk", "/mismatch", "/register", "/page/statement"];
/// Reasons that ordinary verdicts give: those of the samples, of no network, and of a need.
const ORDINARY: [&str; 25] = [
    "malformedPayload",
    "signatureInvalid",
    "signatureValid",
    "listNotAtHand",
    "trustListMissing",
    "authorityNotJudged",
    "issuerAuthorised",
    "testIssuer",
    "transcribed",
    "logged",
    "notYetLogged",
    "logNotChecked",
    "withdrawn",
    "cancelled",
    "superseded",
    "ended",
    "expired",
    "suspended",
    "surveillanceOverdue",
    "statusMissing",
    "surveillanceInGrace",
    "surveillanceDueSoon",
    "notJudged",
    "statusGood",
    "unitOnly",
];

/// Parts each catalogue in the folder.
pub(super) fn part(dist: &Path) -> Result<(), Error> {
    for file in tree::files(dist, &[])? {
        let name = tree::relative(dist, &file);
        let Some(language) = name.strip_suffix(".json") else {
            continue;
        };
        let text = std::fs::read_to_string(&file).map_err(Error::file(&file))?;
        let Ok(Value::Object(mut first)) = serde_json::from_str(&text) else {
            continue;
        };
        if !first.contains_key("reasons") {
            continue;
        }
        let later = take(&mut first);
        let write = |path: &Path, texts: Map<String, Value>| {
            std::fs::write(path, Value::Object(texts).to_string()).map_err(Error::file(path))
        };
        write(&file, first)?;
        write(&dist.join(format!("{language}{LATER}")), later)?;
    }
    Ok(())
}

/// Takes out what can come later, in the places where it stood.
fn take(texts: &mut Map<String, Value>) -> Map<String, Value> {
    let mut later = Map::new();
    for group in GROUPS {
        let path: Vec<&str> = group.split('/').skip(1).collect();
        match path.as_slice() {
            [name] => {
                later.extend(texts.remove_entry(*name));
            }
            [outer, name] => {
                if let Some(Value::Object(members)) = texts.get_mut(*outer)
                    && let Some(group) = members.remove(*name)
                {
                    let inside = later.entry(*outer).or_insert_with(|| Value::Object(Map::new()));
                    if let Value::Object(inside) = inside {
                        inside.insert((*name).to_owned(), group);
                    }
                }
            }
            _ => {}
        }
    }
    if let Some(Value::Object(reasons)) = texts.get_mut("reasons") {
        let (first, rest): (Map<_, _>, Map<_, _>) = std::mem::take(reasons)
            .into_iter()
            .partition(|(code, _)| ORDINARY.contains(&code.as_str()));
        *reasons = first;
        later.insert("reasons".to_owned(), Value::Object(rest));
    }
    later
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_together_are_the_catalogue() {
        let whole = serde_json::json!({
            "page": { "again": "a", "statement": { "known": "b" } },
            "reasons": { "statusGood": { "title": "c" }, "pathInvalid": { "title": "d" } },
            "ways": { "scan": "e" },
        });
        let Value::Object(mut first) = whole else {
            unreachable!("an object")
        };
        let later = take(&mut first);
        let of = |text: &str| serde_json::from_str::<Value>(text).ok();
        let expected = r#"{"page":{"again":"a"},"reasons":{"statusGood":{"title":"c"}}}"#;
        assert_eq!(Some(Value::Object(first)), of(expected));
        let expected = r#"{"page":{"statement":{"known":"b"}},"reasons":{"pathInvalid":{"title":"d"}},"ways":{"scan":"e"}}"#;
        assert_eq!(Some(Value::Object(later)), of(expected));
    }
}
