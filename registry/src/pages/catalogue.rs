//! The one catalogue of texts, shared with the verifier's other shells.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use touchstone_verifier::reason::{NamedFacts, Reason};

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

/// A text in both languages, with a reason's facts in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// zh-CN.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Told {
    fn with_facts(text: Bilingual, facts: &NamedFacts) -> Self {
        Self {
            zh: with_facts(text.zh, facts),
            en: with_facts(text.en, facts),
        }
    }
}

/// A text with each `{name}` replaced by the fact of that name. Facts are not read for names themselves.
fn with_facts(text: &str, facts: &NamedFacts) -> String {
    let (mut told, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once('{') {
        told.push_str(before);
        let named = after
            .split_once('}')
            .and_then(|(name, after)| Some((facts.get(name)?, after)));
        rest = if let Some((fact, after)) = named {
            told.push_str(fact);
            after
        } else {
            told.push('{');
            after
        };
    }
    told.push_str(rest);
    told
}

/// Title, cause and what to do.
#[derive(Clone, Debug)]
pub struct ReasonTexts {
    /// What it is.
    pub title: Told,
    /// Why.
    pub cause: Told,
    /// What to do.
    pub action: Told,
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

    /// A reason, told with its facts.
    #[must_use]
    pub fn reason(&'static self, reason: &Reason) -> Option<ReasonTexts> {
        let part = |part: fn(&'static ReasonText) -> &'static str| {
            let text = self.pick(|texts| texts.reasons.get(reason.code.code()).map(part))?;
            Some(Told::with_facts(text, &reason.facts))
        };
        Some(ReasonTexts {
            title: part(|text| &text.title)?,
            cause: part(|text| &text.cause)?,
            action: part(|text| &text.action)?,
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
            let reason = Reason::new(*code);
            assert!(catalogue.reason(&reason).is_some(), "{}", code.code());
        }
    }

    /// A fact is what a document says of itself: braces in it are text.
    #[test]
    fn a_reason_is_told_with_its_facts() {
        let reason = Reason::new(ReasonCode::UnitOnly).with("unit", "常州 {unit} <工厂>");
        let told = Catalogue::get().unwrap().reason(&reason).unwrap();
        assert!(told.cause.zh.contains("常州 {unit} <工厂>"), "{}", told.cause.zh);
        assert!(
            told.cause.en.contains("“常州 {unit} <工厂>”"),
            "{}",
            told.cause.en
        );
    }
}
