//! Who stands on which side of a case (DESIGN §2 invariant 7; ISO/IEC 17065 §7.5.1, §7.6.2).

use std::collections::BTreeMap;

use touchstone_schemas::text::Text;

use super::{Actor, SeparationRules, StageKind};
use crate::prepare::Side;

/// Sides and duties taken so far, in every round: who judged once never makes, who made never judges. A deputy's act
/// counts for the deputy and for whom they act for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Separation {
    rules: SeparationRules,
    sides: BTreeMap<Text, Side>,
    /// Reviewer or decider, where the rule keeps the two apart.
    judges: BTreeMap<Text, StageKind>,
    /// The approval stage held, where the rule wants one person for each.
    approvals: BTreeMap<Text, Text>,
}

/// What an act takes of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    pub(crate) side: Side,
    /// Kind and code of the stage, for judgements.
    pub(crate) judgement: Option<(StageKind, &'a Text)>,
}

impl Part<'_> {
    pub(crate) const MAKING: Self = Part {
        side: Side::Making,
        judgement: None,
    };
    pub(crate) const JUDGING: Self = Part {
        side: Side::Judging,
        judgement: None,
    };
}

/// Why a person may not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// They stand on the other side.
    #[error("{person} is on the {} side of this case and may not be on the {} side", found.name(), wanted.name())]
    Side {
        /// The person.
        person: Text,
        /// Where they stand.
        found: Side,
        /// Where the act would put them.
        wanted: Side,
    },
    /// The reviewer would decide, or the decider review.
    #[error("{person} did the {} of this case and may not do its {}", found.name(), wanted.name())]
    Judge {
        /// The person.
        person: Text,
        /// What they did.
        found: StageKind,
        /// What they would do.
        wanted: StageKind,
    },
    /// Two approvals by one person.
    #[error("{person} approved this case in stage {found} and may not approve it in stage {wanted}")]
    Approver {
        /// The person.
        person: Text,
        /// The stage they approved in.
        found: Text,
        /// The other stage.
        wanted: Text,
    },
}

impl Separation {
    pub(crate) const fn new(rules: SeparationRules) -> Self {
        Self {
            rules,
            sides: BTreeMap::new(),
            judges: BTreeMap::new(),
            approvals: BTreeMap::new(),
        }
    }

    /// The scheme's rules.
    #[must_use]
    pub const fn rules(&self) -> SeparationRules {
        self.rules
    }

    /// Everybody who stands on a side.
    #[must_use]
    pub const fn sides(&self) -> &BTreeMap<Text, Side> {
        &self.sides
    }

    /// Whether a person may be on a side.
    pub(crate) fn check_side(&self, person: &Text, wanted: Side) -> Result<(), Conflict> {
        match self.sides.get(person) {
            Some(found) if *found != wanted => Err(Conflict::Side {
                person: person.clone(),
                found: *found,
                wanted,
            }),
            _ => Ok(()),
        }
    }

    /// Whether everybody for whom the act counts may take that part.
    pub(crate) fn check(&self, actor: &Actor, part: Part<'_>) -> Result<(), Conflict> {
        for person in actor.people() {
            self.check_side(person, part.side)?;
            let Some((wanted, code)) = part.judgement else {
                continue;
            };
            if let Some(found) = self.judges.get(person)
                && self.keeps_apart(wanted)
                && *found != wanted
            {
                let (person, found) = (person.clone(), *found);
                return Err(Conflict::Judge {
                    person,
                    found,
                    wanted,
                });
            }
            if let Some(found) = self.approvals.get(person)
                && wanted == StageKind::Approval
                && !self.rules.one_approver
                && found != code
            {
                let (person, found, wanted) = (person.clone(), found.clone(), code.clone());
                return Err(Conflict::Approver {
                    person,
                    found,
                    wanted,
                });
            }
        }
        Ok(())
    }

    /// Puts the part on record for everybody for whom the act counts.
    pub(crate) fn take(&mut self, actor: &Actor, part: Part<'_>) {
        for person in actor.people() {
            self.sides.insert(person.clone(), part.side);
            match part.judgement {
                Some((kind, _)) if self.keeps_apart(kind) => {
                    self.judges.insert(person.clone(), kind);
                }
                Some((StageKind::Approval, code)) if !self.rules.one_approver => {
                    self.approvals.insert(person.clone(), code.clone());
                }
                _ => {}
            }
        }
    }

    /// Whether the rule keeps this kind of judgement from the other of review and decision.
    pub(crate) fn keeps_apart(&self, kind: StageKind) -> bool {
        matches!(kind, StageKind::Review | StageKind::Decision) && !self.rules.reviewer_may_decide
    }
}
