//! The score sheet: what an assessment found, and what can be wrong with it.

use std::collections::BTreeSet;

use super::model::Model;
use super::requirement::{Basis, Value};
use crate::record;

/// What an assessment found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreSheet {
    /// Id of the weight set.
    pub weight_set: String,
    /// Domains cut because they do not apply.
    pub tailoring: Vec<Cut>,
    /// The findings. A level with any finding must have all of them.
    pub scores: Vec<Score>,
}

record! { ScoreSheet {
    "scores": scores,
    "tailoring"? tailoring,
    "weightSet": weight_set,
} }

/// A domain cut because it does not apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// Id of the domain.
    pub domain: String,
    /// Why it does not apply.
    pub reason: String,
}

record! { Cut {
    "domain": domain,
    "reason": reason,
} }

/// The finding on one requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// Id of the requirement.
    pub requirement: String,
    /// What was found.
    pub value: Value,
    /// What it rests on.
    pub basis: Basis,
}

record! { Score {
    "basis": basis,
    "requirement": requirement,
    "value": value,
} }

/// A fault of a score sheet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetFault {
    /// The model has no such node to cut.
    #[error("tailoring names {domain:?}, which the model does not have")]
    UnknownDomain {
        /// The id.
        domain: String,
    },
    /// The node must stay.
    #[error("{domain:?} may not be cut")]
    MayNotBeCut {
        /// The id.
        domain: String,
    },
    /// Cut twice.
    #[error("{domain:?} is cut twice")]
    CutTwice {
        /// The id.
        domain: String,
    },
    /// Cut without a reason.
    #[error("{domain:?} is cut without a reason")]
    NoReason {
        /// The id.
        domain: String,
    },
    /// The catalogue has no such requirement.
    #[error("requirement {requirement:?} is not in the catalogue")]
    UnknownRequirement {
        /// The id.
        requirement: String,
    },
    /// The requirement belongs to a node that is cut, or not part of the weight set.
    #[error("requirement {requirement:?} belongs to {sub_domain:?}, which is not assessed")]
    NotAssessed {
        /// The requirement.
        requirement: String,
        /// Its sub-domain.
        sub_domain: String,
    },
    /// Scored twice.
    #[error("requirement {requirement:?} is scored twice")]
    ScoredTwice {
        /// The id.
        requirement: String,
    },
    /// A requirement without which the grade does not follow.
    #[error("requirement {requirement:?} is not scored")]
    NotScored {
        /// The id.
        requirement: String,
    },
}

/// The domains cut lawfully; every fault of the tailoring is added to `faults`.
pub(super) fn read_tailoring<'a>(
    model: &Model,
    tailoring: &'a [Cut],
    faults: &mut Vec<SheetFault>,
) -> BTreeSet<&'a str> {
    let mut named = BTreeSet::new();
    let mut cuts = BTreeSet::new();
    for cut in tailoring {
        let domain = cut.domain.clone();
        match model.find(&cut.domain) {
            None => faults.push(SheetFault::UnknownDomain {
                domain: domain.clone(),
            }),
            Some(node) if !node.may_be_cut => faults.push(SheetFault::MayNotBeCut {
                domain: domain.clone(),
            }),
            Some(_) => {
                cuts.insert(cut.domain.as_str());
            }
        }
        if cut.reason.trim().is_empty() {
            faults.push(SheetFault::NoReason {
                domain: domain.clone(),
            });
        }
        if !named.insert(cut.domain.as_str()) {
            faults.push(SheetFault::CutTwice { domain });
        }
    }
    cuts
}
