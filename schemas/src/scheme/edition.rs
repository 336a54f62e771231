//! What one edition of a scheme prints, rules and admits.

use serde::Deserialize;

use super::Bilingual;
use super::number::{NumberTemplate, TemplateError};
use crate::industry::{self, IndustryCode};

/// The compiled-in editions; their numbers never change, since QR codes carry them.
pub const EDITIONS: &[&str] = &[include_str!("../../data/cmmm-2020/scheme.json")];

/// Where the technical-support sentence names the organisation.
const ORGANISATION: &str = "{organisation}";

/// Why an edition does not load.
#[derive(Debug, thiserror::Error)]
pub enum EditionError {
    /// Not JSON of this shape.
    #[error("scheme file does not read: {0}")]
    Json(#[from] serde_json::Error),
    /// The number template is wrong.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// Levels are not 1, 2, 3… in order.
    #[error("level {found} stands where level {expected} belongs")]
    Level {
        /// Its place, from 1.
        expected: u8,
        /// The level found.
        found: u8,
    },
    /// No compiled-in edition has this key.
    #[error("no scheme edition {key:?} is known")]
    UnknownKey {
        /// The key asked for.
        key: String,
    },
    /// No compiled-in edition has this number.
    #[error("no scheme edition has number {number}")]
    UnknownNumber {
        /// The number asked for.
        number: u16,
    },
}

/// One edition of a scheme.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SchemeEdition {
    /// Its key, for ids and files: `cmmm-2020`.
    pub edition: String,
    /// Its number in QR codes, from 1.
    pub number: u16,
    /// The scheme's name.
    pub name: Bilingual,
    /// Heading of the certificate.
    pub heading: Bilingual,
    /// Sub-heading of the certificate.
    pub subheading: Bilingual,
    /// Mark of the certificate series.
    pub series_mark: String,
    /// Whether the scheme is certification 认证; otherwise no text we print may call it so.
    pub is_certification: bool,
    /// Code values of the UNTP vocabulary.
    pub attestation: Attestation,
    /// What the conformity is about.
    pub topic: Bilingual,
    /// The standards assessed against.
    pub standards: Vec<Reference>,
    /// The implementation rule.
    pub rule: Reference,
    /// Sentences printed on the certificate.
    pub sentences: Sentences,
    /// How certificate numbers are made.
    pub number_template: NumberTemplate,
    /// The levels, 1 first.
    pub levels: Vec<Level>,
    /// Who may apply.
    pub eligibility: Eligibility,
    /// Figures of the rule.
    pub rules: Rules,
}

/// Code values of the UNTP vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Attestation {
    /// `attestationType`.
    pub attestation_type: String,
    /// `assessmentLevel`.
    pub assessment_level: String,
    /// How sure they are.
    pub remark: Option<String>,
}

/// A standard or rule: its designation with edition, and its title.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// As cited: `GB/T 39116-2020`.
    pub id: String,
    /// Title.
    pub name: Bilingual,
}

/// Sentences printed on the certificate.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Sentences {
    /// That the organisation meets the rule.
    pub conformity: Bilingual,
    /// That surveillance keeps the certificate valid.
    pub surveillance: Bilingual,
    /// Note on technical support, with a place for the organisation.
    technical_support: Bilingual,
}

impl Sentences {
    /// The note that `organisation` gave technical support.
    pub fn technical_support(&self, organisation: &str) -> Bilingual {
        Bilingual {
            zh: self.technical_support.zh.replace(ORGANISATION, organisation),
            en: self.technical_support.en.replace(ORGANISATION, organisation),
        }
    }
}

/// A level of the scheme.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// 1 is the lowest.
    pub level: u8,
    /// As printed: `★★★☆☆`.
    pub stars: String,
    /// 三级.
    pub name: Bilingual,
    /// 集成级.
    pub stage: Bilingual,
    /// What the level means.
    pub definition: Bilingual,
}

/// Who may apply.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Eligibility {
    /// Edition of the industry classification.
    pub industry_edition: String,
    /// First eligible division.
    pub first_division: u8,
    /// Last eligible division.
    pub last_division: u8,
    /// What else is asked.
    pub remark: Option<String>,
}

impl Eligibility {
    /// Whether the industry is eligible. The code is one of [`industry::EDITION`].
    pub fn admits(&self, code: IndustryCode) -> bool {
        self.industry_edition == industry::EDITION
            && (self.first_division..=self.last_division).contains(&code.division())
    }
}

/// A figure of the rule with a remark on how sure it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure<T> {
    /// The figure; its unit is in its name.
    pub value: T,
    /// `check: …` where it is not confirmed, `law: …` where a rule gives it.
    pub remark: Option<String>,
}

/// Figures of the rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Rules {
    /// Years a certificate is valid.
    pub validity_years: Figure<u32>,
    /// Months from signing to the first surveillance, at most.
    pub first_surveillance_months: Figure<u32>,
    /// Months between surveillances, at most.
    pub surveillance_interval_months: Figure<u32>,
    /// Surveillances in one validity, at least.
    pub surveillances_per_cycle: Figure<u32>,
    /// Days after a due date within which a certificate is in force with a warning.
    pub grace_days: Figure<u32>,
    /// Days from confirmed loss of conformity to suspension, at most.
    pub suspend_within_days: Figure<u32>,
    /// Months a suspension may last.
    pub max_suspension_months: Figure<u32>,
    /// The same, when the client asked for it.
    pub max_suspension_months_on_clients_wish: Figure<u32>,
    /// Months after a withdrawal by own fault in which a new application raises a warning.
    pub reapplication_block_months: Figure<u32>,
    /// Days before the end of validity from which a certificate is called expiring soon.
    pub expiring_soon_days: Figure<u32>,
    /// Whether one person may review and decide.
    pub reviewer_may_decide: Figure<bool>,
    /// Whether one person may hold two consecutive approval offices.
    pub consecutive_approvals_by_one_person: Figure<bool>,
}

impl SchemeEdition {
    /// Reads a scheme file.
    ///
    /// # Errors
    /// JSON of another shape; levels out of order; a wrong number template.
    pub fn load(file: &[u8]) -> Result<Self, EditionError> {
        let edition: Self = serde_json::from_slice(file)?;
        for (expected, level) in (1..).zip(&edition.levels) {
            if level.level != expected {
                return Err(EditionError::Level {
                    expected,
                    found: level.level,
                });
            }
        }
        Ok(edition)
    }

    /// The compiled-in edition with this key.
    ///
    /// # Errors
    /// [`EditionError::UnknownKey`].
    pub fn by_key(key: &str) -> Result<Self, EditionError> {
        Self::find(|edition| edition.edition == key)?
            .ok_or_else(|| EditionError::UnknownKey { key: key.to_owned() })
    }

    /// The compiled-in edition with this number.
    ///
    /// # Errors
    /// [`EditionError::UnknownNumber`].
    pub fn by_number(number: u16) -> Result<Self, EditionError> {
        Self::find(|edition| edition.number == number)?.ok_or(EditionError::UnknownNumber { number })
    }

    fn find(wanted: impl Fn(&Self) -> bool) -> Result<Option<Self>, EditionError> {
        for file in EDITIONS {
            let edition = Self::load(file.as_bytes())?;
            if wanted(&edition) {
                return Ok(Some(edition));
            }
        }
        Ok(None)
    }

    /// A level of the scheme.
    pub fn level(&self, level: u8) -> Option<&Level> {
        self.levels.iter().find(|known| known.level == level)
    }

    /// A level's rank, 1 the best (UNTP `Score.rank`).
    pub fn rank(&self, level: u8) -> Option<u8> {
        let highest = self.levels.last()?.level;
        self.level(level).map(|level| highest + 1 - level.level)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_edition_loads_under_its_own_key_and_number() {
        let editions: Vec<SchemeEdition> = EDITIONS
            .iter()
            .map(|file| SchemeEdition::load(file.as_bytes()).unwrap())
            .collect();
        let keys: BTreeSet<&str> = editions.iter().map(|edition| edition.edition.as_str()).collect();
        let numbers: BTreeSet<u16> = editions.iter().map(|edition| edition.number).collect();
        assert_eq!((keys.len(), numbers.len()), (editions.len(), editions.len()));
        for edition in &editions {
            assert_eq!(&SchemeEdition::by_key(&edition.edition).unwrap(), edition);
            assert_eq!(&SchemeEdition::by_number(edition.number).unwrap(), edition);
            let organisation = edition.sentences.technical_support("甲");
            assert!(organisation.zh.contains('甲') && organisation.en.contains('甲'));
            assert!(!organisation.zh.contains('{'));
        }
        assert!(matches!(
            SchemeEdition::by_number(0),
            Err(EditionError::UnknownNumber { number: 0 })
        ));
        assert!(matches!(
            SchemeEdition::by_key("cmmm-2031"),
            Err(EditionError::UnknownKey { .. })
        ));
    }

    #[test]
    fn cmmm_2020_prints_what_the_paper_prints() {
        let edition = SchemeEdition::by_key("cmmm-2020").unwrap();
        assert_eq!(edition.heading.zh, "评价证书");
        assert_eq!(edition.subheading.zh, "智能制造能力等级评价");
        assert_eq!(edition.series_mark, "ZNZ");
        assert_eq!(edition.rule.id, "CQC96-831151-2020");
        assert_eq!(
            edition.sentences.conformity.zh,
            "上述企业符合 CQC96-831151-2020 实施规则的要求, 特发此证。"
        );
        assert_eq!(
            edition.sentences.technical_support("某研究院").zh,
            "注: 本证书对应的现场评价活动由 某研究院 提供技术支持。"
        );
        let standards: Vec<&str> = edition
            .standards
            .iter()
            .map(|standard| standard.id.as_str())
            .collect();
        assert_eq!(standards, ["GB/T 39116-2020", "GB/T 39117-2020"]);
        let third = edition.level(3).unwrap();
        assert_eq!(
            (third.name.zh.as_str(), third.stage.zh.as_str()),
            ("三级", "集成级")
        );
        assert_eq!(third.stars, "★★★☆☆");
        assert_eq!(
            (edition.rank(5), edition.rank(3), edition.rank(6)),
            (Some(1), Some(3), None)
        );
    }

    #[test]
    fn what_is_not_certification_is_not_called_so() {
        for file in EDITIONS {
            let edition = SchemeEdition::load(file.as_bytes()).unwrap();
            if edition.is_certification {
                continue;
            }
            let texts = [
                &edition.name,
                &edition.heading,
                &edition.subheading,
                &edition.rule.name,
            ]
            .into_iter()
            .chain([&edition.sentences.conformity, &edition.sentences.surveillance])
            .chain([&edition.sentences.technical_support]);
            for text in texts {
                assert!(!text.zh.contains("认证"), "{}", text.zh);
                assert!(!text.en.to_lowercase().contains("certification"), "{}", text.en);
            }
        }
    }

    #[test]
    fn eligibility_is_data() {
        let edition = SchemeEdition::by_key("cmmm-2020").unwrap();
        assert!(industry::divisions().all(|code| edition.eligibility.admits(code)));
        let narrower = Eligibility {
            last_division: 20,
            ..edition.eligibility
        };
        assert!(!narrower.admits(IndustryCode::parse("3670").unwrap()));
    }

    #[test]
    fn unknown_members_and_levels_out_of_order_are_refused() {
        let [file] = EDITIONS else {
            panic!("one edition today")
        };
        let extra = file.replacen("\"number\": 1", "\"number\": 1, \"extra\": 1", 1);
        assert!(matches!(
            SchemeEdition::load(extra.as_bytes()),
            Err(EditionError::Json(_))
        ));
        let swapped = file.replacen("\"level\": 2", "\"level\": 3", 1);
        assert!(matches!(
            SchemeEdition::load(swapped.as_bytes()),
            Err(EditionError::Level {
                expected: 2,
                found: 3
            })
        ));
    }
}
