//! Requirements 成熟度要求, and what an assessment found on them.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::model::Model;
use crate::words;

/// What was found on a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// 满足.
    Met,
    /// 大部分满足.
    Mostly,
    /// 部分满足.
    Partly,
    /// 不满足.
    NotMet,
}

words! { Value { Met = "met", Mostly = "mostly", Partly = "partly", NotMet = "notMet" } }

/// What a finding rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// 现场证据: seen on site.
    SiteEvidence,
    /// 系统数据·全样本: every record of a system.
    SystemDataFullSample,
    /// 文件: documents.
    Document,
    /// 抽样: a sample.
    Sample,
    /// 自述: the organisation's own statement.
    SelfStatement,
}

words! { Basis {
    SiteEvidence = "siteEvidence",
    SystemDataFullSample = "systemDataFullSample",
    Document = "document",
    Sample = "sample",
    SelfStatement = "selfStatement",
} }

/// Where the wording of a requirement comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// The body's own catalogue.
    Body,
    /// The body's published slides.
    Deck,
    /// Invented for demonstration.
    Demonstration,
}

/// A requirement on one sub-domain at one level.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Requirement {
    /// Stable id, never reused.
    pub id: String,
    /// The sub-domain it belongs to.
    pub sub_domain: String,
    /// Its level.
    pub level: u8,
    /// Where its wording comes from.
    pub origin: Origin,
    /// The question asked.
    pub zh: String,
}

/// A catalogue as its file has it: the data of the body that assesses.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequirementCatalogue {
    /// Its id.
    pub id: String,
    /// For demonstration: not admitted for real issuing.
    pub demonstration: bool,
    /// What it is.
    pub remark: Option<String>,
    /// The requirements.
    pub requirements: Vec<Requirement>,
}

/// Why a catalogue does not fit its model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// Two requirements have one id.
    #[error("two requirements have the id {id:?}")]
    DuplicateId {
        /// The id.
        id: String,
    },
    /// The model has no such sub-domain.
    #[error("requirement {id:?} belongs to {sub_domain:?}, which is no sub-domain of the model")]
    UnknownSubDomain {
        /// The requirement.
        id: String,
        /// What it names.
        sub_domain: String,
    },
    /// The model has no such level.
    #[error("requirement {id:?} stands at level {found}, the model has 1 to {highest}")]
    Level {
        /// The requirement.
        id: String,
        /// The level it names.
        found: u8,
        /// The highest level.
        highest: u8,
    },
    /// Invented or borrowed wording in a catalogue that is not marked as demonstration.
    #[error("requirement {id:?} is of origin {origin:?} in a catalogue not marked as demonstration")]
    Origin {
        /// The requirement.
        id: String,
        /// Its origin.
        origin: Origin,
    },
}

impl RequirementCatalogue {
    /// Checks the catalogue against its model.
    ///
    /// # Errors
    /// The first [`CatalogueError`].
    pub fn check(&self, model: &Model) -> Result<(), CatalogueError> {
        let mut seen = BTreeSet::new();
        let highest = model.highest_level();
        for requirement in &self.requirements {
            let id = requirement.id.clone();
            if !seen.insert(&requirement.id) {
                return Err(CatalogueError::DuplicateId { id });
            }
            if !model
                .find(&requirement.sub_domain)
                .is_some_and(|node| node.is_sub_domain())
            {
                let sub_domain = requirement.sub_domain.clone();
                return Err(CatalogueError::UnknownSubDomain { id, sub_domain });
            }
            if !(1..=highest).contains(&requirement.level) {
                return Err(CatalogueError::Level {
                    id,
                    found: requirement.level,
                    highest,
                });
            }
            if !self.demonstration && requirement.origin != Origin::Body {
                return Err(CatalogueError::Origin {
                    id,
                    origin: requirement.origin,
                });
            }
        }
        Ok(())
    }

    /// The requirements on a sub-domain at a level.
    pub fn at<'a>(&'a self, sub_domain: &'a str, level: u8) -> impl Iterator<Item = &'a Requirement> {
        self.requirements
            .iter()
            .filter(move |requirement| requirement.sub_domain == sub_domain && requirement.level == level)
    }
}
