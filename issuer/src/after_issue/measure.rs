//! A measure: the fold of its acts, by a transition table.
//!
//! | act | lawful while | by |
//! |---|---|---|
//! | opened | there is none | surveillance officer |
//! | attached | draft, proposed, recorded | surveillance officer, evaluator |
//! | signed: proposal | draft, with evidence where it is wanted | surveillance officer |
//! | signed: verification | a reinstatement proposed | evaluator |
//! | signed: decision | proposed (a reinstatement: verified), recorded | decider, who did none of these |
//! | carried out | agreed; again after a void | the office's program |
//! | dropped | draft, proposed; agreed | surveillance officer; decider |

use touchstone_schemas::{budget::MAX_CASE_ACTS, date_time::Timestamp, digest::Sha256Digest, words};

use super::{
    CarriedOut, Dropped, MeasureContent, MeasureDecision, MeasureKind, MeasureOutcome, MeasureUnlawful,
    Opened, Proposal, Signed, Statement, measure_bundle,
};
use crate::casework::{
    Act, Actor, Approval, Attachment, Charge, Content, JournalEnd, Part, Role, Separation, SeparationRules,
};

/// How far a measure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MeasureStatus {
    /// Opened; nobody has signed yet.
    Draft,
    /// Proposed.
    Proposed,
    /// Loss of conformity is on record, and not settled.
    Recorded,
    /// Decided: to be carried out.
    Agreed,
    /// Decided: not to be.
    Refused,
    /// Loss of conformity is settled.
    Settled,
    /// Its event is prepared.
    CarriedOut,
    /// Given up.
    Dropped,
}

words! { MeasureStatus {
    Draft = "draft",
    Proposed = "proposed",
    Recorded = "recorded",
    Agreed = "agreed",
    Refused = "refused",
    Settled = "settled",
    CarriedOut = "carriedOut",
    Dropped = "dropped",
} }

/// A statement on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenStatement {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// What was said.
    pub statement: Statement,
    /// The signature.
    pub approval: Approval,
}

/// A measure, as its journal has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    journal: JournalEnd,
    opened: Opened,
    kind: MeasureKind,
    opened_by: Actor,
    opened_at: Timestamp,
    attachments: Vec<Attachment>,
    statements: Vec<GivenStatement>,
    status: MeasureStatus,
    separation: Separation,
}

impl Measure {
    /// The fold of a journal.
    ///
    /// # Errors
    /// The first act that does not follow from those before it, by its place.
    pub fn fold<'a>(
        acts: impl IntoIterator<Item = &'a Act<MeasureContent>>,
    ) -> Result<Self, (u32, MeasureUnlawful)> {
        let mut acts = acts.into_iter();
        let first = acts.next().ok_or((0, MeasureUnlawful::NotABeginning))?;
        let mut measure = Self::open(first).map_err(|error| (first.sequence, error))?;
        for act in acts {
            measure.apply(act).map_err(|error| (act.sequence, error))?;
        }
        Ok(measure)
    }

    /// The measure that an opening begins.
    ///
    /// # Errors
    /// [`MeasureUnlawful`].
    pub fn open(act: &Act<MeasureContent>) -> Result<Self, MeasureUnlawful> {
        let MeasureContent::Opened(opened) = &act.content else {
            return Err(MeasureUnlawful::NotABeginning);
        };
        let journal = JournalEnd::of_first(act)?;
        let kind = opened.proposal.kind().ok_or(MeasureUnlawful::Superseded)?;
        let by = author(act.by.as_ref(), &act.content)?;
        if by.role != Role::SurveillanceOfficer {
            let act = act.content.kind();
            return Err(MeasureUnlawful::Role { act, found: by.role });
        }
        // Which of the judging duties are kept apart is asked of cases; a measure has one decision.
        let mut separation = Separation::new(SeparationRules {
            one_approver: true,
            reviewer_may_decide: true,
        });
        separation.take(by, Part::MAKING);
        Ok(Self {
            journal,
            opened: opened.clone(),
            kind,
            opened_by: by.clone(),
            opened_at: act.at,
            attachments: Vec::new(),
            statements: Vec::new(),
            status: MeasureStatus::Draft,
            separation,
        })
    }

    /// Takes an act in; leaves everything as it was when it is unlawful.
    ///
    /// # Errors
    /// [`MeasureUnlawful`].
    pub fn apply(&mut self, act: &Act<MeasureContent>) -> Result<(), MeasureUnlawful> {
        self.journal.check(act)?;
        self.take(act.by.as_ref(), act.at, &act.content)?;
        self.journal.seal(act);
        Ok(())
    }

    /// What an act does, before it is sealed into the journal.
    ///
    /// # Errors
    /// [`MeasureUnlawful`].
    pub fn take(
        &mut self,
        by: Option<&Actor>,
        at: Timestamp,
        content: &MeasureContent,
    ) -> Result<(), MeasureUnlawful> {
        if usize::try_from(self.acts()).unwrap_or(usize::MAX) >= MAX_CASE_ACTS {
            let limit = MAX_CASE_ACTS;
            return Err(MeasureUnlawful::TooManyActs { limit });
        }
        self.journal.check_clock(at)?;
        self.check_status(content)?;
        if let MeasureContent::CarriedOut(_) = content {
            if by.is_some() {
                let act = content.kind();
                return Err(MeasureUnlawful::Author { act, by_person: true });
            }
            self.status = MeasureStatus::CarriedOut;
            return Ok(());
        }
        let by = author(by, content)?;
        if self.charge(by, content)?.role != by.role {
            let act = content.kind();
            return Err(MeasureUnlawful::Role { act, found: by.role });
        }
        let part = self.part(content);
        if let Some(part) = part {
            self.separation.check(by, part)?;
        }
        match content {
            MeasureContent::Opened(_) => return Err(MeasureUnlawful::NotABeginning),
            MeasureContent::Attached(attached) => self.attach(&attached.attachment)?,
            MeasureContent::Signed(signed) => self.say(by, at, signed)?,
            MeasureContent::Dropped(Dropped { .. }) => self.status = MeasureStatus::Dropped,
            MeasureContent::CarriedOut(CarriedOut { .. }) => {}
        }
        if let Some(part) = part {
            self.separation.take(by, part);
        }
        Ok(())
    }

    fn check_status(&self, content: &MeasureContent) -> Result<(), MeasureUnlawful> {
        use MeasureStatus::{Agreed, CarriedOut, Draft, Proposed, Recorded};
        let lawful = match content {
            MeasureContent::Opened(_) => return Err(MeasureUnlawful::NotABeginning),
            MeasureContent::Attached(_) => matches!(self.status, Draft | Proposed | Recorded),
            MeasureContent::Signed(signed) => match signed.statement {
                Statement::Proposal(_) => self.status == Draft,
                Statement::Verification(_) => self.status == Proposed,
                Statement::Decision(_) => matches!(self.status, Proposed | Recorded),
            },
            MeasureContent::CarriedOut(_) => matches!(self.status, Agreed | CarriedOut),
            MeasureContent::Dropped(_) => matches!(self.status, Draft | Proposed | Agreed),
        };
        if lawful {
            return Ok(());
        }
        let act = match content {
            MeasureContent::Signed(signed) => signed.statement.kind(),
            content => content.kind(),
        };
        let status = self.status.name();
        Err(MeasureUnlawful::Status { act, status })
    }

    fn attach(&mut self, attachment: &Attachment) -> Result<(), MeasureUnlawful> {
        if self
            .attachments
            .iter()
            .any(|other| other.digest == attachment.digest)
        {
            let name = attachment.name.clone();
            return Err(MeasureUnlawful::AttachedTwice { name });
        }
        self.attachments.push(attachment.clone());
        Ok(())
    }

    fn say(&mut self, by: &Actor, at: Timestamp, signed: &Signed) -> Result<(), MeasureUnlawful> {
        let status = match &signed.statement {
            Statement::Proposal(_) => {
                let wanted = matches!(
                    self.kind,
                    MeasureKind::SurveillancePassed | MeasureKind::Nonconformity
                );
                if wanted && self.attachments.is_empty() {
                    return Err(MeasureUnlawful::NoEvidence);
                }
                match self.kind {
                    MeasureKind::Nonconformity => MeasureStatus::Recorded,
                    _ => MeasureStatus::Proposed,
                }
            }
            Statement::Verification(_) if self.kind != MeasureKind::Reinstated => {
                return Err(MeasureUnlawful::NothingToVerify);
            }
            Statement::Verification(_) => self.status,
            Statement::Decision(decision) => self.outcome(decision)?,
        };
        let expected = Sha256Digest::of(&self.bundle(by, &signed.statement));
        if signed.approval.bundle != expected {
            let found = signed.approval.bundle;
            return Err(MeasureUnlawful::OtherBundle { found, expected });
        }
        self.statements.push(GivenStatement {
            by: by.clone(),
            at,
            statement: signed.statement.clone(),
            approval: signed.approval.clone(),
        });
        self.status = status;
        Ok(())
    }

    fn outcome(&self, decision: &MeasureDecision) -> Result<MeasureStatus, MeasureUnlawful> {
        let settles = self.kind == MeasureKind::Nonconformity;
        let refuses = decision.outcome == MeasureOutcome::Refuse;
        if settles && refuses {
            return Err(MeasureUnlawful::NotRefusable);
        }
        if (settles || refuses) && decision.reason.is_none() {
            return Err(MeasureUnlawful::NoReason);
        }
        if settles {
            return Ok(MeasureStatus::Settled);
        }
        if refuses {
            return Ok(MeasureStatus::Refused);
        }
        if self.kind == MeasureKind::Reinstated && !self.is_verified() {
            return Err(MeasureUnlawful::NotVerified);
        }
        Ok(MeasureStatus::Agreed)
    }

    /// Whether the last evaluation of the correction found it effective.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        let last = self
            .statements
            .iter()
            .rev()
            .find_map(|given| match &given.statement {
                Statement::Verification(verification) => Some(verification.effective),
                Statement::Proposal(_) | Statement::Decision(_) => None,
            });
        last == Some(true)
    }

    /// The bytes somebody is to sign for a statement, as the measure stands now.
    #[must_use]
    pub fn bundle(&self, by: &Actor, statement: &Statement) -> Vec<u8> {
        measure_bundle(self.number(), self.head(), by, statement)
    }

    /// What the actor of an act must be entitled to.
    ///
    /// # Errors
    /// [`MeasureUnlawful::Role`] or [`MeasureUnlawful::Author`].
    pub fn charge(&self, by: &Actor, content: &MeasureContent) -> Result<Charge<'_>, MeasureUnlawful> {
        let role = match content {
            MeasureContent::Opened(_) => Role::SurveillanceOfficer,
            MeasureContent::Attached(_) => match by.role {
                Role::SurveillanceOfficer | Role::Evaluator => by.role,
                found => {
                    let act = content.kind();
                    return Err(MeasureUnlawful::Role { act, found });
                }
            },
            MeasureContent::Signed(signed) => signed.statement.role(),
            MeasureContent::Dropped(_) => self.dropping_role(),
            MeasureContent::CarriedOut(_) => {
                let act = content.kind();
                return Err(MeasureUnlawful::Author { act, by_person: true });
            }
        };
        Ok(Charge {
            role,
            office: None,
            scheme: Some(&self.opened.certificate.scheme),
        })
    }

    /// Who may give it up as it stands: what is decided is the decider's.
    #[must_use]
    pub const fn dropping_role(&self) -> Role {
        match self.status {
            MeasureStatus::Agreed => Role::Decider,
            _ => Role::SurveillanceOfficer,
        }
    }

    /// What an act takes of whoever does it.
    pub(crate) fn part(&self, content: &MeasureContent) -> Option<Part<'static>> {
        match content {
            MeasureContent::Opened(_) | MeasureContent::Attached(_) => Some(Part::MAKING),
            MeasureContent::Signed(signed) => Some(match signed.statement {
                Statement::Proposal(_) | Statement::Verification(_) => Part::MAKING,
                Statement::Decision(_) => Part::JUDGING,
            }),
            MeasureContent::Dropped(_) if self.dropping_role() == Role::Decider => Some(Part::JUDGING),
            MeasureContent::Dropped(_) => Some(Part::MAKING),
            MeasureContent::CarriedOut(_) => None,
        }
    }

    /// Its number.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.journal.number()
    }

    /// What was opened.
    #[must_use]
    pub const fn opened(&self) -> &Opened {
        &self.opened
    }

    /// What is proposed.
    #[must_use]
    pub const fn proposal(&self) -> &Proposal {
        &self.opened.proposal
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> MeasureKind {
        self.kind
    }

    /// Who opened it, and when.
    #[must_use]
    pub const fn opened_by(&self) -> (&Actor, Timestamp) {
        (&self.opened_by, self.opened_at)
    }

    /// The evidence.
    #[must_use]
    pub fn attachments(&self) -> &[Attachment] {
        &self.attachments
    }

    /// What was said, in order.
    #[must_use]
    pub fn statements(&self) -> &[GivenStatement] {
        &self.statements
    }

    /// How far it is.
    #[must_use]
    pub const fn status(&self) -> MeasureStatus {
        self.status
    }

    /// Who stands on which side.
    #[must_use]
    pub const fn separation(&self) -> &Separation {
        &self.separation
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

impl Statement {
    /// The role in which it is said.
    #[must_use]
    pub const fn role(&self) -> Role {
        match self {
            Self::Proposal(_) => Role::SurveillanceOfficer,
            Self::Verification(_) => Role::Evaluator,
            Self::Decision(_) => Role::Decider,
        }
    }
}

fn author<'a>(by: Option<&'a Actor>, content: &MeasureContent) -> Result<&'a Actor, MeasureUnlawful> {
    let act = content.kind();
    by.ok_or(MeasureUnlawful::Author {
        act,
        by_person: false,
    })
}
