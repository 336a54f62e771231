//! A batch: the fold of its acts.

use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest, text::Text};

use super::super::{Act, Actor, Content, JournalEnd, Role, journal_errors};
use super::{BatchContent, BatchFilled, BatchJudged, BatchOpened};

/// A judgement on the batch, with who gave it and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenBatchApproval {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// What was signed, and for which cases.
    pub judged: BatchJudged,
}

/// A batch, as its journal has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    journal: JournalEnd,
    opened: BatchOpened,
    opened_by: Actor,
    opened_at: Timestamp,
    filled: Option<BatchFilled>,
    approvals: Vec<GivenBatchApproval>,
}

/// Why an act does not follow from those before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchUnlawful {
    /// Another act than the first expected.
    #[error("a batch begins with a sheet that is taken in")]
    NotABeginning,
    /// Not the next act of the journal.
    #[error("act {found} stands where act {expected} belongs")]
    OutOfPlace {
        /// Its place.
        found: u32,
        /// The place expected.
        expected: u32,
    },
    /// Nobody did it.
    #[error("{act} is done by a person")]
    Author {
        /// The act.
        act: &'static str,
    },
    /// In another role than the act needs.
    #[error("{act} is not done as {}", found.name())]
    Role {
        /// The act.
        act: &'static str,
        /// The role.
        found: Role,
    },
    /// Before the last act.
    #[error("the clock is at {at}, before the last act at {last}")]
    ClockBehind {
        /// The clock.
        at: Timestamp,
        /// The last act.
        last: Timestamp,
    },
    /// It has all its cases already.
    #[error("the batch has all its cases already")]
    Filled,
    /// It has not all its cases yet.
    #[error("the sheet was not taken in to its end: import it again")]
    NotFilled,
    /// Whoever took the sheet in would judge it (DESIGN §2 invariant 7).
    #[error("{person} took the sheet in and may not judge the batch")]
    OwnBatch {
        /// The person.
        person: Text,
    },
    /// A case that is not of the batch.
    #[error("case {case} is not of the batch")]
    NotOfBatch {
        /// The case.
        case: u32,
    },
    /// The signature is for another batch, or does not hold.
    #[error("the signature over the batch does not hold")]
    Signature,
}

journal_errors!(BatchUnlawful);

impl Batch {
    /// The fold of a journal.
    ///
    /// # Errors
    /// The first act that does not follow from those before it, by its place.
    pub fn fold<'a>(
        acts: impl IntoIterator<Item = &'a Act<BatchContent>>,
    ) -> Result<Self, (u32, BatchUnlawful)> {
        let mut acts = acts.into_iter();
        let first = acts.next().ok_or((0, BatchUnlawful::NotABeginning))?;
        let mut batch = Self::open(first).map_err(|error| (first.sequence, error))?;
        for act in acts {
            batch.apply(act).map_err(|error| (act.sequence, error))?;
        }
        Ok(batch)
    }

    /// The batch that a sheet begins.
    ///
    /// # Errors
    /// [`BatchUnlawful`].
    pub fn open(act: &Act<BatchContent>) -> Result<Self, BatchUnlawful> {
        let BatchContent::Opened(opened) = &act.content else {
            return Err(BatchUnlawful::NotABeginning);
        };
        let journal = JournalEnd::of_first(act)?;
        let by = clerk(act)?;
        Ok(Self {
            journal,
            opened: opened.clone(),
            opened_by: by.clone(),
            opened_at: act.at,
            filled: None,
            approvals: Vec::new(),
        })
    }

    /// Takes an act in; leaves everything as it was when it is unlawful.
    ///
    /// # Errors
    /// [`BatchUnlawful`].
    pub fn apply(&mut self, act: &Act<BatchContent>) -> Result<(), BatchUnlawful> {
        self.journal.check(act)?;
        self.journal.check_clock(act.at)?;
        match &act.content {
            BatchContent::Opened(_) => return Err(BatchUnlawful::NotABeginning),
            BatchContent::Filled(filled) => {
                clerk(act)?;
                if self.filled.is_some() {
                    return Err(BatchUnlawful::Filled);
                }
                self.filled = Some(filled.clone());
            }
            BatchContent::Judged(judged) => self.judge(act, judged)?,
        }
        self.journal.seal(act);
        Ok(())
    }

    fn judge(&mut self, act: &Act<BatchContent>, judged: &BatchJudged) -> Result<(), BatchUnlawful> {
        let kind = act.content.kind();
        let by = act.by.as_ref().ok_or(BatchUnlawful::Author { act: kind })?;
        if by.role != judged.stage_kind.judge() {
            let found = by.role;
            return Err(BatchUnlawful::Role { act: kind, found });
        }
        let author = by
            .people()
            .find(|person| self.opened_by.people().any(|it| it == *person));
        if let Some(person) = author {
            let person = person.clone();
            return Err(BatchUnlawful::OwnBatch { person });
        }
        let own = self.cases();
        let foreign = judged
            .cases
            .as_slice()
            .iter()
            .find(|case| own.binary_search(case).is_err());
        if let Some(case) = foreign {
            return Err(if self.filled.is_none() {
                BatchUnlawful::NotFilled
            } else {
                BatchUnlawful::NotOfBatch { case: *case }
            });
        }
        let size = usize::try_from(judged.approval.size).unwrap_or(usize::MAX);
        if judged.approval.batch != self.number()
            || size != judged.cases.as_slice().len()
            || !judged.approval.verifies()
        {
            return Err(BatchUnlawful::Signature);
        }
        self.approvals.push(GivenBatchApproval {
            by: by.clone(),
            at: act.at,
            judged: judged.clone(),
        });
        Ok(())
    }

    /// Its number.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.journal.number()
    }

    /// The sheet it was drawn up from.
    #[must_use]
    pub const fn opened(&self) -> &BatchOpened {
        &self.opened
    }

    /// Who took the sheet in, and when.
    #[must_use]
    pub const fn author(&self) -> (&Actor, Timestamp) {
        (&self.opened_by, self.opened_at)
    }

    /// How it was filled, once it was.
    #[must_use]
    pub const fn filled(&self) -> Option<&BatchFilled> {
        self.filled.as_ref()
    }

    /// Its cases, once it has all of them.
    #[must_use]
    pub fn cases(&self) -> &[u32] {
        self.filled.as_ref().map_or(&[], |filled| filled.cases.as_slice())
    }

    /// The judgements, in order.
    #[must_use]
    pub fn approvals(&self) -> &[GivenBatchApproval] {
        &self.approvals
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

fn clerk(act: &Act<BatchContent>) -> Result<&Actor, BatchUnlawful> {
    let kind = act.content.kind();
    let by = act.by.as_ref().ok_or(BatchUnlawful::Author { act: kind })?;
    match by.role {
        Role::Clerk => Ok(by),
        found => Err(BatchUnlawful::Role { act: kind, found }),
    }
}
