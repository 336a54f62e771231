//! The one catalogue of texts, shared with the verifier's other shells.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

/// A text in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bilingual {
    /// zh-CN.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

#[derive(Debug, Deserialize)]
struct Texts {
    headlines: BTreeMap<String, HeadlineText>,
    states: BTreeMap<String, String>,
    questions: BTreeMap<String, String>,
    answers: BTreeMap<String, String>,
    reasons: BTreeMap<String, ReasonText>,
}

#[derive(Debug, Deserialize)]
struct HeadlineText {
    word: String,
    #[serde(default)]
    test: Option<String>,
    sentence: String,
}

#[derive(Debug, Deserialize)]
struct ReasonText {
    title: String,
    cause: String,
    action: String,
}

/// Both languages of the catalogue.
#[derive(Debug)]
pub struct Catalogue {
    zh: Texts,
    en: Texts,
}

/// Title, cause and what to do.
#[derive(Clone, Copy, Debug)]
pub struct ReasonTexts {
    /// What it is.
    pub title: Bilingual,
    /// Why.
    pub cause: Bilingual,
    /// What to do.
    pub action: Bilingual,
}

static CATALOGUE: LazyLock<Option<Catalogue>> = LazyLock::new(|| {
    Some(Catalogue {
        zh: serde_json::from_str(include_str!("../../../verifier/texts/zh-CN.json")).ok()?,
        en: serde_json::from_str(include_str!("../../../verifier/texts/en.json")).ok()?,
    })
});

impl Catalogue {
    /// The catalogue; a test proves that it is sound.
    #[must_use]
    pub fn get() -> Option<&'static Self> {
        CATALOGUE.as_ref()
    }

    fn pick(&'static self, pick: impl Fn(&'static Texts) -> Option<&'static str>) -> Option<Bilingual> {
        Some(Bilingual {
            zh: pick(&self.zh)?,
            en: pick(&self.en)?,
        })
    }

    /// A headline's word; a demonstration issuer has its own.
    #[must_use]
    pub fn headline(&'static self, name: &str, test: bool) -> Option<Bilingual> {
        self.pick(|texts| {
            let text = texts.headlines.get(name)?;
            let own = text.test.as_deref().filter(|_| test);
            Some(own.unwrap_or(&text.word))
        })
    }

    /// A headline's sentence.
    #[must_use]
    pub fn sentence(&'static self, name: &str) -> Option<Bilingual> {
        self.pick(|texts| texts.headlines.get(name).map(|text| text.sentence.as_str()))
    }

    /// A state.
    #[must_use]
    pub fn state(&'static self, name: &str) -> Option<Bilingual> {
        self.pick(|texts| texts.states.get(name).map(String::as_str))
    }

    /// A question.
    #[must_use]
    pub fn question(&'static self, name: &str) -> Option<Bilingual> {
        self.pick(|texts| texts.questions.get(name).map(String::as_str))
    }

    /// An answer.
    #[must_use]
    pub fn answer(&'static self, name: &str) -> Option<Bilingual> {
        self.pick(|texts| texts.answers.get(name).map(String::as_str))
    }

    /// A reason.
    #[must_use]
    pub fn reason(&'static self, code: &str) -> Option<ReasonTexts> {
        Some(ReasonTexts {
            title: self.pick(|texts| texts.reasons.get(code).map(|text| text.title.as_str()))?,
            cause: self.pick(|texts| texts.reasons.get(code).map(|text| text.cause.as_str()))?,
            action: self.pick(|texts| texts.reasons.get(code).map(|text| text.action.as_str()))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use touchstone_verifier::reason::ReasonCode;

    use super::*;

    #[test]
    fn every_reason_has_both_texts() {
        let catalogue = Catalogue::get().unwrap();
        for code in ReasonCode::ALL {
            assert!(catalogue.reason(code.code()).is_some(), "{}", code.code());
        }
    }
}
