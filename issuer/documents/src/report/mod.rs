//! The evaluation report 智能制造能力成熟度评估报告: cover, radar of the domains, a sheet for each sub-domain, improvements in
//! three parts. It is set once, before the credential is prepared, which names its digest.

mod input;

use serde::Serialize;
use touchstone_schemas::jcs::to_canonical;

pub use self::input::{
    Domain, Improvement, Improvements, LevelScore, ReportGrade, ReportInput, SubDomain, Subject, Title,
};
use crate::Paper;
use crate::display::{Words, day};
use crate::typeset::{Manuscript, TypesetError, Typesetter};

/// Highest level drawn.
const LEVELS: u8 = 5;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A score of the radar is above 1.
    #[error("domain {domain:?} has score {found} at level {level}, wanted 0 to 1")]
    Score {
        /// The domain.
        domain: String,
        /// The level.
        level: u8,
        /// The score.
        found: String,
    },
    /// A domain has two scores at a level.
    #[error("domain {domain:?} has two scores at level {level}")]
    Twice {
        /// The domain.
        domain: String,
        /// The level.
        level: u8,
    },
    /// A radar needs at least three axes.
    #[error("the report has {found} domains, wanted at least 3")]
    Domains {
        /// How many it has.
        found: usize,
    },
    /// The pages cannot be set.
    #[error(transparent)]
    Typeset(#[from] TypesetError),
}

/// What is worked out for the template beside the input itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Worked {
    title: String,
    date: Words,
    assessed_from: Words,
    assessed_on: Words,
    total: String,
    /// For each level with a score, from the highest: a score from 0 to 1 for each domain, or none.
    rings: Vec<Ring>,
}

#[derive(Serialize)]
struct Ring {
    level: u8,
    scores: Vec<Option<f64>>,
    shown: Vec<Option<String>>,
}

impl Typesetter {
    /// A report.
    ///
    /// # Errors
    /// [`ReportError`].
    pub fn report(&self, input: &ReportInput) -> Result<Paper, ReportError> {
        check(input)?;
        let template = format!("{}/report.typ", input.edition);
        self.require(&template)?;
        let worked = Worked {
            title: format!("{} {}", input.title.zh, input.number),
            date: day(input.date),
            assessed_from: day(input.assessed_from),
            assessed_on: day(input.assessed_on),
            total: input.grade.total.rounded(),
            rings: rings(input),
        };
        let data = to_canonical(input);
        let missing = self.fonts().missing(&String::from_utf8_lossy(&data));
        if !missing.is_empty() {
            return Err(TypesetError::NoGlyph { characters: missing }.into());
        }
        Ok(self.pdf(Manuscript {
            main: main(&template),
            files: vec![
                ("data.json", data),
                (
                    "worked.json",
                    serde_json::to_vec(&worked).map_err(TypesetError::Data)?,
                ),
            ],
            day: input.date,
            ident: format!("{}#{}", input.body.zh, input.number),
        })?)
    }
}

/// `template` is the path of a template at hand, of plain characters.
fn main(template: &str) -> String {
    format!(
        r#"#import "/{template}": report
#let facts = json("/data.json")
#let worked = json("/worked.json")
#set document(title: worked.title, author: facts.body.zh, date: auto)
#report(facts, worked)
"#
    )
}

fn check(input: &ReportInput) -> Result<(), ReportError> {
    if input.domains.len() < 3 {
        let found = input.domains.len();
        return Err(ReportError::Domains { found });
    }
    for domain in &input.domains {
        let name = || domain.name.zh.to_string();
        for (place, score) in domain.scores.iter().enumerate() {
            let level = score.level.get();
            if score.score > touchstone_schemas::scheme::ratio::Ratio::ONE {
                return Err(ReportError::Score {
                    domain: name(),
                    level,
                    found: score.score.to_string(),
                });
            }
            if domain
                .scores
                .iter()
                .take(place)
                .any(|other| other.level == score.level)
            {
                return Err(ReportError::Twice {
                    domain: name(),
                    level,
                });
            }
        }
    }
    Ok(())
}

fn rings(input: &ReportInput) -> Vec<Ring> {
    let ring = |level: u8| {
        let of = |domain: &Domain| {
            let found = domain.scores.iter().find(|score| score.level.get() == level);
            found.map(|score| score.score.rounded().to_string())
        };
        let shown: Vec<Option<String>> = input.domains.iter().map(of).collect();
        Ring {
            level,
            scores: shown
                .iter()
                .map(|score| score.as_ref().and_then(|score| score.parse().ok()))
                .collect(),
            shown,
        }
    };
    (1..=LEVELS)
        .rev()
        .map(ring)
        .filter(|ring| ring.shown.iter().any(Option::is_some))
        .collect()
}
