//! A complaint: the fold of its acts, by a transition table.
//!
//! | act | lawful while | by |
//! |---|---|---|
//! | received | there is none | clerk, surveillance officer |
//! | acknowledged | received | clerk, surveillance officer |
//! | decided | acknowledged | decider, who had no part in what it is about |
//! | closed | decided | clerk, surveillance officer |

use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest, words};

use super::{
    Acknowledged, ComplaintContent, ComplaintDecision, ComplaintUnlawful, Decided, Received, Told,
    complaint_bundle,
};
use crate::casework::{Act, Actor, Charge, Content, JournalEnd, Part, Role, Separation, SeparationRules};

/// How far a complaint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ComplaintStatus {
    /// On file.
    Received,
    /// Acknowledged to its sender.
    Acknowledged,
    /// Decided on.
    Decided,
    /// Its sender was told.
    Closed,
}

words! { ComplaintStatus {
    Received = "received",
    Acknowledged = "acknowledged",
    Decided = "decided",
    Closed = "closed",
} }

/// A complaint, as its journal has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    journal: JournalEnd,
    received: Received,
    acknowledged: Option<Acknowledged>,
    decided: Option<(Actor, Timestamp, Decided)>,
    told: Option<Told>,
    status: ComplaintStatus,
    separation: Separation,
}

impl Complaint {
    /// The fold of a journal.
    ///
    /// # Errors
    /// The first act that does not follow from those before it, by its place.
    pub fn fold<'a>(
        acts: impl IntoIterator<Item = &'a Act<ComplaintContent>>,
    ) -> Result<Self, (u32, ComplaintUnlawful)> {
        let mut acts = acts.into_iter();
        let first = acts.next().ok_or((0, ComplaintUnlawful::NotABeginning))?;
        let mut complaint = Self::open(first).map_err(|error| (first.sequence, error))?;
        for act in acts {
            complaint.apply(act).map_err(|error| (act.sequence, error))?;
        }
        Ok(complaint)
    }

    /// The complaint that its receipt begins.
    ///
    /// # Errors
    /// [`ComplaintUnlawful`].
    pub fn open(act: &Act<ComplaintContent>) -> Result<Self, ComplaintUnlawful> {
        let ComplaintContent::Received(received) = &act.content else {
            return Err(ComplaintUnlawful::NotABeginning);
        };
        let journal = JournalEnd::of_first(act)?;
        let by = author(act.by.as_ref(), &act.content)?;
        role(by, &act.content)?;
        let mut separation = Separation::new(SeparationRules {
            one_approver: true,
            reviewer_may_decide: true,
        });
        separation.take(by, Part::MAKING);
        Ok(Self {
            journal,
            received: received.clone(),
            acknowledged: None,
            decided: None,
            told: None,
            status: ComplaintStatus::Received,
            separation,
        })
    }

    /// Takes an act in; leaves everything as it was when it is unlawful.
    ///
    /// # Errors
    /// [`ComplaintUnlawful`].
    pub fn apply(&mut self, act: &Act<ComplaintContent>) -> Result<(), ComplaintUnlawful> {
        self.journal.check(act)?;
        self.take(act.by.as_ref(), act.at, &act.content)?;
        self.journal.seal(act);
        Ok(())
    }

    /// What an act does, before it is sealed into the journal.
    ///
    /// # Errors
    /// [`ComplaintUnlawful`].
    pub fn take(
        &mut self,
        by: Option<&Actor>,
        at: Timestamp,
        content: &ComplaintContent,
    ) -> Result<(), ComplaintUnlawful> {
        self.journal.check_clock(at)?;
        let by = author(by, content)?;
        let (wanted, next) = match content {
            ComplaintContent::Received(_) => return Err(ComplaintUnlawful::NotABeginning),
            ComplaintContent::Acknowledged(_) => (ComplaintStatus::Received, ComplaintStatus::Acknowledged),
            ComplaintContent::Decided(_) => (ComplaintStatus::Acknowledged, ComplaintStatus::Decided),
            ComplaintContent::Closed(_) => (ComplaintStatus::Decided, ComplaintStatus::Closed),
        };
        if self.status != wanted {
            let (act, status) = (content.kind(), self.status.name());
            return Err(ComplaintUnlawful::Status { act, status });
        }
        role(by, content)?;
        match content {
            ComplaintContent::Decided(decided) => {
                self.decide(by, decided)?;
                self.separation.take(by, Part::JUDGING);
                self.decided = Some((by.clone(), at, decided.clone()));
            }
            ComplaintContent::Acknowledged(acknowledged) => {
                self.separation.check(by, Part::MAKING)?;
                self.separation.take(by, Part::MAKING);
                self.acknowledged = Some(acknowledged.clone());
            }
            ComplaintContent::Closed(told) => self.told = Some(told.clone()),
            ComplaintContent::Received(_) => {}
        }
        self.status = next;
        Ok(())
    }

    fn decide(&self, by: &Actor, decided: &Decided) -> Result<(), ComplaintUnlawful> {
        if let Some(person) = by.people().find(|person| self.received.involved.contains(person)) {
            return Err(ComplaintUnlawful::Involved {
                person: person.clone(),
            });
        }
        self.separation.check(by, Part::JUDGING)?;
        let expected = Sha256Digest::of(&self.bundle(by, &decided.decision));
        if decided.approval.bundle == expected {
            Ok(())
        } else {
            let found = decided.approval.bundle;
            Err(ComplaintUnlawful::OtherBundle { found, expected })
        }
    }

    /// The bytes somebody is to sign for a decision, as the complaint stands now.
    #[must_use]
    pub fn bundle(&self, by: &Actor, decision: &ComplaintDecision) -> Vec<u8> {
        complaint_bundle(self.number(), self.head(), by, decision)
    }

    /// What the actor of an act must be entitled to: complaints belong to no scheme.
    ///
    /// # Errors
    /// [`ComplaintUnlawful::Role`].
    pub fn charge(by: &Actor, content: &ComplaintContent) -> Result<Charge<'static>, ComplaintUnlawful> {
        role(by, content)?;
        Ok(Charge {
            role: by.role,
            office: None,
            scheme: None,
        })
    }

    /// What an act takes of whoever does it; telling the sender is nobody's side.
    pub(crate) const fn part(content: &ComplaintContent) -> Option<Part<'static>> {
        match content {
            ComplaintContent::Received(_) | ComplaintContent::Acknowledged(_) => Some(Part::MAKING),
            ComplaintContent::Decided(_) => Some(Part::JUDGING),
            ComplaintContent::Closed(_) => None,
        }
    }

    /// Its number.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.journal.number()
    }

    /// What came in.
    #[must_use]
    pub const fn received(&self) -> &Received {
        &self.received
    }

    /// What its sender was told first.
    #[must_use]
    pub const fn acknowledged(&self) -> Option<&Acknowledged> {
        self.acknowledged.as_ref()
    }

    /// The decision, by whom and when.
    #[must_use]
    pub fn decided(&self) -> Option<(&Actor, Timestamp, &Decided)> {
        self.decided.as_ref().map(|(by, at, decided)| (by, *at, decided))
    }

    /// What its sender was told at last.
    #[must_use]
    pub const fn told(&self) -> Option<&Told> {
        self.told.as_ref()
    }

    /// How far it is.
    #[must_use]
    pub const fn status(&self) -> ComplaintStatus {
        self.status
    }

    /// Acts on record.
    #[must_use]
    pub const fn acts(&self) -> u32 {
        self.journal.acts()
    }

    /// Digest of the last act.
    #[must_use]
    pub const fn head(&self) -> Sha256Digest {
        self.journal.head()
    }
}

/// Whether the role does this.
fn role(by: &Actor, content: &ComplaintContent) -> Result<(), ComplaintUnlawful> {
    let does = match content {
        ComplaintContent::Decided(_) => by.role == Role::Decider,
        ComplaintContent::Received(_) | ComplaintContent::Acknowledged(_) | ComplaintContent::Closed(_) => {
            matches!(by.role, Role::Clerk | Role::SurveillanceOfficer)
        }
    };
    if does {
        return Ok(());
    }
    let (act, found) = (content.kind(), by.role);
    Err(ComplaintUnlawful::Role { act, found })
}

fn author<'a>(by: Option<&'a Actor>, content: &ComplaintContent) -> Result<&'a Actor, ComplaintUnlawful> {
    let act = content.kind();
    by.ok_or(ComplaintUnlawful::NoAuthor { act })
}
