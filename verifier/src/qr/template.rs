//! Templates: what a scheme edition makes the same on every certificate.
//!
//! Numbered from 1, compiled in, never changed and never taken away: a symbol carries only the number. A credential
//! that departs from its template still fits, at the price of spelling out what differs.

use touchstone_schemas::credential::{Grade, Level, SchemeTexts};
use touchstone_schemas::decode::read;
use touchstone_schemas::record;
use touchstone_schemas::text::Text;

/// Template n is at place n − 1.
const TEMPLATES: [&str; 1] = [include_str!("../../data/qr/template-1.json")];

/// What follows from the scheme edition.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) scheme: SchemeTexts,
    grades: Vec<GradeTexts>,
    pub(super) number: NumberPattern,
    /// Months from `valid_from` to the day after `valid_until`.
    pub(super) validity_months: u32,
    /// Months between surveillances, and from `valid_from` to the first.
    pub(super) interval_months: u32,
    pub(super) grace_days: u32,
    pub(super) industry_edition: Text,
    pub(super) technical_support: Around,
}

record! { Template {
    "graceDays": grace_days,
    "grades": grades,
    "industryEdition": industry_edition,
    "intervalMonths": interval_months,
    "number": number,
    "scheme": scheme,
    "technicalSupport": technical_support,
    "validityMonths": validity_months,
} }

#[derive(Debug)]
struct GradeTexts {
    name: Text,
    stage: Text,
    definition: Text,
}

record! { GradeTexts {
    "definition": definition,
    "name": name,
    "stage": stage,
} }

/// A certificate number: prefix, two digits of the year of issue, middle, serial digits, cycle mark, cycle.
#[derive(Debug)]
pub(super) struct NumberPattern {
    pub(super) prefix: String,
    pub(super) middle: String,
    pub(super) digits: u32,
    pub(super) cycle: String,
}

record! { NumberPattern {
    "cycle": cycle,
    "digits": digits,
    "middle": middle,
    "prefix": prefix,
} }

/// A sentence around a name.
#[derive(Debug)]
pub(super) struct Around {
    before: String,
    after: String,
}

record! { Around {
    "after": after,
    "before": before,
} }

impl Around {
    /// The name inside a sentence of this shape.
    pub(super) fn inside<'a>(&self, sentence: &'a str) -> Option<&'a str> {
        sentence
            .strip_prefix(self.before.as_str())?
            .strip_suffix(self.after.as_str())
    }

    pub(super) fn around(&self, name: &str) -> String {
        format!("{}{name}{}", self.before, self.after)
    }
}

/// The template of a number; `None` for one that this build does not know.
pub(super) fn of_number(number: u32) -> Option<Template> {
    let at = usize::try_from(number.checked_sub(1)?).ok()?;
    let text = TEMPLATES.get(at)?.as_bytes();
    read(text, text.len()).ok()
}

/// The number and template of these scheme texts.
pub(super) fn of_scheme(scheme: &SchemeTexts) -> Option<(u32, Template)> {
    (1..)
        .map_while(|number| Some((number, of_number(number)?)))
        .find(|(_, template)| template.scheme == *scheme)
}

impl Template {
    /// The texts of a level.
    pub(super) fn grade(&self, level: Level) -> Option<Grade> {
        let texts = self.grades.get(usize::from(level.get().checked_sub(1)?))?;
        Some(Grade {
            level,
            name: texts.name.clone(),
            stage: texts.stage.clone(),
            definition: texts.definition.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_reads_and_has_a_text_for_every_level() {
        for number in 1..=u32::try_from(TEMPLATES.len()).unwrap() {
            let template = of_number(number).unwrap();
            for level in 1..=5 {
                assert!(template.grade(Level::try_from(level).unwrap()).is_some());
            }
            assert_eq!(of_scheme(&template.scheme).unwrap().0, number);
        }
        assert!(of_number(0).is_none());
    }
}
