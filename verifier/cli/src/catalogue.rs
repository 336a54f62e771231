//! Texts for people: the one catalogue, compiled in.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::arguments::Language;
use crate::error::Error;

const CHINESE: &str = include_str!("../../texts/zh-CN.json");
const ENGLISH: &str = include_str!("../../texts/en.json");

/// The texts of one language.
#[derive(Debug)]
pub(crate) struct Catalogue {
    texts: Value,
    language: Language,
}

impl Catalogue {
    pub(crate) fn load(language: Language) -> Result<Self, Error> {
        let source = match language {
            Language::Chinese => CHINESE,
            Language::English => ENGLISH,
        };
        let texts = serde_json::from_str(source).map_err(Error::Catalogue)?;
        Ok(Self { texts, language })
    }

    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// The text at a path of member names; the path itself where the catalogue has none.
    pub(crate) fn text(&self, path: &str) -> String {
        self.find(path).unwrap_or(path).to_owned()
    }

    /// The same with `{name}` replaced by facts. A fact that is absent stays as its name, so that nobody reads a
    /// sentence with a hole in it as whole.
    pub(crate) fn with<'f>(&self, path: &str, facts: impl IntoIterator<Item = (&'f str, String)>) -> String {
        let facts: BTreeMap<&str, String> = facts.into_iter().collect();
        let mut rest = self.find(path).unwrap_or(path);
        let mut filled = String::with_capacity(rest.len());
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            match after.split_once('}') {
                Some((name, after)) if facts.contains_key(name) => {
                    filled.push_str(facts.get(name).map(String::as_str).unwrap_or_default());
                    rest = after;
                }
                _ => {
                    filled.push('{');
                    rest = after;
                }
            }
        }
        filled.push_str(rest);
        filled
    }

    fn find(&self, path: &str) -> Option<&str> {
        path.split('.')
            .try_fold(&self.texts, |value, name| value.get(name))?
            .as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_of_the_answer_has_a_text() {
        for language in [Language::Chinese, Language::English] {
            let catalogue = Catalogue::load(language).unwrap();
            for label in crate::print::LABELS {
                assert!(catalogue.find(label).is_some(), "{language:?} has no {label}");
            }
        }
    }

    #[test]
    fn facts_take_the_place_of_their_names() {
        let texts = serde_json::json!({"page": {"fromTo": "{from} to {until}, {absent} {"}});
        let catalogue = Catalogue {
            texts,
            language: Language::English,
        };
        let facts = [("from", "a".to_owned()), ("until", "{from}".to_owned())];
        assert_eq!(catalogue.with("page.fromTo", facts), "a to {from}, {absent} {");
        assert_eq!(catalogue.text("page.none"), "page.none");
    }
}
