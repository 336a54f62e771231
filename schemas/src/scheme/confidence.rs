//! The confidence grade 可信度等级 of a conclusion: how much of it rests on what kind of evidence.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::Bilingual;
use super::ratio::{Ratio, RatioError};
use super::requirement::Basis;

/// The rule, as data.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfidenceRule {
    /// How sure the rule is.
    pub remark: Option<String>,
    /// The grades, best first: the first whose conditions all hold applies.
    pub grades: Vec<ConfidenceGrade>,
}

/// A grade and what it asks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfidenceGrade {
    /// `A`, `B`, `C`.
    pub code: String,
    /// Its name.
    pub name: Bilingual,
    conditions: Vec<Condition>,
}

/// Bounds on the share of scores that rest on one of `bases`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Condition {
    bases: BTreeSet<Basis>,
    at_least: Option<Ratio>,
    at_most: Option<Ratio>,
}

impl ConfidenceRule {
    /// The grade that follows from the bases of the scores that count; `None` without scores or when no grade's
    /// conditions hold.
    ///
    /// # Errors
    /// [`RatioError::Overflow`].
    pub fn grade(&self, bases: &[Basis]) -> Result<Option<&ConfidenceGrade>, RatioError> {
        if bases.is_empty() {
            return Ok(None);
        }
        for grade in &self.grades {
            if grade.applies(bases)? {
                return Ok(Some(grade));
            }
        }
        Ok(None)
    }
}

impl ConfidenceGrade {
    fn applies(&self, bases: &[Basis]) -> Result<bool, RatioError> {
        for condition in &self.conditions {
            let share = share(bases, &condition.bases)?;
            let low = condition.at_least.is_some_and(|least| share < least);
            let high = condition.at_most.is_some_and(|most| share > most);
            if low || high {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn share(bases: &[Basis], wanted: &BTreeSet<Basis>) -> Result<Ratio, RatioError> {
    let count = |number: usize| u128::try_from(number).map_err(|_| RatioError::Overflow);
    let part = bases.iter().filter(|basis| wanted.contains(basis)).count();
    Ratio::new(count(part)?, count(bases.len())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::assessment::Assessment;

    #[test]
    fn shares_decide() {
        let rule = Assessment::by_key("cmmm-2020").unwrap().model.confidence;
        let code = |parts: &[(Basis, usize)]| {
            let bases: Vec<Basis> = parts
                .iter()
                .flat_map(|(basis, count)| std::iter::repeat_n(*basis, *count))
                .collect();
            rule.grade(&bases).unwrap().map(|grade| grade.code.clone())
        };
        use Basis::{Document, Sample, SelfStatement, SiteEvidence, SystemDataFullSample};
        let grade = |text: &str| Some(text.to_owned());
        assert_eq!(
            code(&[(SiteEvidence, 4), (SystemDataFullSample, 3), (Document, 3)]),
            grade("A")
        );
        assert_eq!(code(&[(SiteEvidence, 7), (Document, 3)]), grade("B"));
        assert_eq!(code(&[(SystemDataFullSample, 9), (SelfStatement, 1)]), grade("B"));
        assert_eq!(code(&[(SystemDataFullSample, 8), (SelfStatement, 2)]), grade("C"));
        assert_eq!(code(&[(Sample, 10)]), grade("C"));
        assert_eq!(code(&[]), None);
    }
}
