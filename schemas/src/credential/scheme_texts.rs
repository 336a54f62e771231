//! The texts of a scheme edition, as a credential carries them.

use super::{Grade, Level, SchemeTexts, Standard};
use crate::{
    scheme::edition::SchemeEdition,
    text::{Text, TextError},
};

impl SchemeTexts {
    /// The texts an edition prints.
    ///
    /// # Errors
    /// When a text of the scheme's data is no [`Text`].
    pub fn of(edition: &SchemeEdition) -> Result<Self, TextError> {
        let standard = |reference: &crate::scheme::edition::Reference| {
            Ok(Standard {
                number: Text::parse(&reference.id)?,
                title: Text::parse(&reference.name.zh)?,
            })
        };
        Ok(Self {
            edition: Text::parse(&edition.edition)?,
            name: Text::parse(&edition.name.zh)?,
            heading: Text::parse(&edition.heading.zh)?,
            subheading: Text::parse(&edition.subheading.zh)?,
            series_mark: Text::parse(&edition.series_mark)?,
            standards: edition.standards.iter().map(standard).collect::<Result<_, _>>()?,
            rule: Text::parse(&edition.rule.id)?,
            rule_statement: Text::parse(&edition.sentences.conformity.zh)?,
            surveillance_statement: Text::parse(&edition.sentences.surveillance.zh)?,
            attestation_type: Text::parse(&edition.attestation.attestation_type)?,
            assessment_level: Text::parse(&edition.attestation.assessment_level)?,
            topic: Text::parse(&edition.topic.zh)?,
        })
    }
}

impl Grade {
    /// The texts of a level of an edition; `None` for a level the edition does not have.
    ///
    /// # Errors
    /// When a text of the scheme's data is no [`Text`].
    pub fn of(edition: &SchemeEdition, level: Level) -> Result<Option<Self>, TextError> {
        let Some(texts) = edition.level(level.get()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            level,
            name: Text::parse(&texts.name.zh)?,
            stage: Text::parse(&texts.stage.zh)?,
            definition: Text::parse(&texts.definition.zh)?,
        }))
    }
}
