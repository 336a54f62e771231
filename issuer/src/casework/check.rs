//! Checking the journals: what is stored is what was done, nothing was changed, and everybody was entitled.

use std::collections::BTreeMap;

use touchstone_schemas::{digest::Sha256Digest, text::Text};

use super::{
    Act, ActError, Batch, BatchContent, BatchUnlawful, Case, CaseContent, Content, NotSignable, Personnel,
    PersonnelContent, PersonnelUnlawful, Unlawful,
    batch::GivenBatchApproval,
    decided::check_approval,
    desk::{EvaluationDraft, grade},
};
use crate::{
    office::Office,
    store::{ListedCase, StoreError, StoredAct},
};

/// Cases read at once.
const PAGE: u32 = 100;

/// What is wrong with a journal; 0 is the journal of people, others are cases.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalFault {
    /// An act does not read.
    #[error("journal {journal}, act {sequence}: {cause}")]
    Unreadable {
        /// The journal.
        journal: u32,
        /// The act.
        sequence: i64,
        /// What is wrong with it.
        cause: ActError,
    },
    /// An act is not what its row says.
    #[error("journal {journal}, act {sequence}: {column} is not that of the act")]
    Row {
        /// The journal.
        journal: u32,
        /// The act.
        sequence: i64,
        /// The column.
        column: &'static str,
    },
    /// An act of the journal of people does not follow.
    #[error("journal 0, act {sequence}: {cause}")]
    Personnel {
        /// The act.
        sequence: u32,
        /// Why.
        cause: PersonnelUnlawful,
    },
    /// An act of a case does not follow.
    #[error("journal {journal}, act {sequence}: {cause}")]
    Unlawful {
        /// The case.
        journal: u32,
        /// The act.
        sequence: u32,
        /// Why.
        cause: Unlawful,
    },
    /// An approval does not count.
    #[error("journal {journal}: {cause}")]
    Approval {
        /// The case.
        journal: u32,
        /// Why.
        cause: NotSignable,
    },
    /// A file is not what was attached.
    #[error("journal {journal}: {name} is not the file that was attached")]
    Attachment {
        /// The case.
        journal: u32,
        /// The file.
        name: Text,
    },
    /// The evaluation does not follow from its scores.
    #[error("journal {journal}: the grade on file does not follow from the scores")]
    Grade {
        /// The case.
        journal: u32,
    },
    /// The case in lists and queues is not the case of its journal.
    #[error("journal {journal}: {column} of its entry in the list is not that of the case")]
    Listed {
        /// The case.
        journal: u32,
        /// The column.
        column: &'static str,
    },
    /// Something of a batch's journal.
    #[error("batch {batch}: {fault}")]
    OfBatch {
        /// The batch.
        batch: u32,
        /// What.
        fault: Box<Self>,
    },
    /// An act of a batch does not follow.
    #[error("act {sequence}: {cause}")]
    Batch {
        /// The act.
        sequence: u32,
        /// Why.
        cause: BatchUnlawful,
    },
    /// The judgement of a batch is under a key that is not theirs, or not by somebody entitled.
    #[error("stage {stage}: {person} may not judge it, or not under this key")]
    BatchJudge {
        /// The stage.
        stage: Text,
        /// The person.
        person: Text,
    },
    /// The cases that took a batch's judgement in are not those it was given for.
    #[error("stage {stage}: {found} cases hold a share of the judgement, which was given for {wanted}")]
    Shares {
        /// The stage.
        stage: Text,
        /// Cases found.
        found: usize,
        /// Cases judged.
        wanted: usize,
    },
    /// A case holds a share of a judgement that its batch does not have.
    #[error("journal {journal}, act {sequence}: batch {batch} has no such judgement")]
    NoBatch {
        /// The case.
        journal: u32,
        /// The act.
        sequence: u32,
        /// The batch.
        batch: u32,
    },
    /// The journal ends before a certificate was prepared from it.
    #[error("journal {journal}: the act after which a certificate was prepared is not in it")]
    Shortened {
        /// The case.
        journal: u32,
    },
}

/// Checks every journal of the office; gives every fault, and the number of acts read.
///
/// # Errors
/// What the database says.
pub async fn check_journals(office: &mut Office) -> Result<(Vec<JournalFault>, u64), StoreError> {
    let mut faults = Vec::new();
    let rows = office.store.personnel_rows().await?;
    let mut read = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let acts: Vec<Act<PersonnelContent>> = check_rows(0, &rows, &mut faults);
    let personnel = match Personnel::fold(&acts) {
        Ok(personnel) => Some(personnel),
        Err((sequence, cause)) => {
            faults.push(JournalFault::Personnel { sequence, cause });
            None
        }
    };
    let heads = office.store.heads_of_credentials().await?;
    let mut shares = Shares::read(office, personnel.as_ref(), &mut faults, &mut read).await?;
    let mut before = None;
    loop {
        let page = office.store.cases(None, before, PAGE).await?;
        for listed in &page {
            let rows = office.store.case_rows(listed.number).await?;
            read = read.saturating_add(u64::try_from(rows.len()).unwrap_or(u64::MAX));
            let acts: Vec<Act<CaseContent>> = check_rows(listed.number, &rows, &mut faults);
            for (_, head) in heads.iter().filter(|(case, _)| *case == listed.number) {
                if !rows.iter().any(|row| row.digest == *head) {
                    let journal = listed.number;
                    faults.push(JournalFault::Shortened { journal });
                }
            }
            check_case(office, listed, &acts, personnel.as_ref(), &mut faults).await?;
            for act in &acts {
                faults.extend(shares.count(act));
            }
        }
        match page.last() {
            Some(last) => before = Some(last.number),
            None => {
                faults.extend(shares.missing());
                return Ok((faults, read));
            }
        }
    }
}

/// The judgements of batches, and how many cases were found to hold a share of each.
struct Shares {
    batches: BTreeMap<u32, Batch>,
    found: BTreeMap<(u32, Sha256Digest), usize>,
}

impl Shares {
    /// Checks the journal of every batch.
    async fn read(
        office: &mut Office,
        personnel: Option<&Personnel>,
        faults: &mut Vec<JournalFault>,
        read: &mut u64,
    ) -> Result<Self, StoreError> {
        let mut batches = BTreeMap::new();
        let mut before = None;
        loop {
            let page = office.store.batches(before, PAGE).await?;
            for number in &page {
                let mut own = Vec::new();
                let rows = office.store.batch_act_rows(*number).await?;
                *read = read.saturating_add(u64::try_from(rows.len()).unwrap_or(u64::MAX));
                let acts: Vec<Act<BatchContent>> = check_rows(*number, &rows, &mut own);
                match Batch::fold(&acts) {
                    Ok(batch) => {
                        own.extend(personnel.iter().flat_map(|personnel| judges(&batch, personnel)));
                        batches.insert(*number, batch);
                    }
                    Err((sequence, cause)) => own.push(JournalFault::Batch { sequence, cause }),
                }
                faults.extend(own.into_iter().map(|fault| of_batch(*number, fault)));
            }
            before = page.last().copied();
            if before.is_none() {
                let found = BTreeMap::new();
                return Ok(Self { batches, found });
            }
        }
    }

    /// Counts the share that an act holds; a fault where its batch has no such judgement.
    fn count(&mut self, act: &Act<CaseContent>) -> Option<JournalFault> {
        let CaseContent::Judged(judged) = &act.content else {
            return None;
        };
        let share = judged.approval.batch.as_ref()?;
        let known = self.batches.get(&share.batch).is_some_and(|batch| {
            batch.approvals().iter().map(|given| &given.judged).any(|given| {
                given.approval.root == share.root
                    && given.stage == judged.stage
                    && given.cases.as_slice().binary_search(&act.journal).is_ok()
            })
        });
        if known {
            *self.found.entry((share.batch, share.root)).or_default() += 1;
            return None;
        }
        Some(JournalFault::NoBatch {
            journal: act.journal,
            sequence: act.sequence,
            batch: share.batch,
        })
    }

    /// The judgements that not every case of theirs holds a share of.
    fn missing(&self) -> Vec<JournalFault> {
        let mut faults = Vec::new();
        for (number, batch) in &self.batches {
            for given in batch.approvals() {
                let wanted = given.judged.cases.as_slice().len();
                let key = (*number, given.judged.approval.root);
                let found = self.found.get(&key).copied().unwrap_or_default();
                if found != wanted {
                    let stage = given.judged.stage.clone();
                    faults.push(of_batch(*number, JournalFault::Shares { stage, found, wanted }));
                }
            }
        }
        faults
    }
}

fn of_batch(batch: u32, fault: JournalFault) -> JournalFault {
    JournalFault::OfBatch {
        batch,
        fault: Box::new(fault),
    }
}

/// The judgements of a batch under keys that are not their judges'.
fn judges(batch: &Batch, personnel: &Personnel) -> Vec<JournalFault> {
    let theirs = |given: &&GivenBatchApproval| {
        let person = personnel.person(&given.by.person);
        !person.is_some_and(|person| person.holds_key(&given.judged.approval.key, given.at))
    };
    let fault = |given: &GivenBatchApproval| JournalFault::BatchJudge {
        stage: given.judged.stage.clone(),
        person: given.by.person.clone(),
    };
    batch.approvals().iter().filter(theirs).map(fault).collect()
}

/// Reads the acts of a journal, and compares each with its row.
pub(crate) fn check_rows<C: Content>(
    journal: u32,
    rows: &[StoredAct],
    faults: &mut Vec<JournalFault>,
) -> Vec<Act<C>> {
    let mut acts = Vec::new();
    for row in rows {
        let sequence = row.sequence;
        let act: Act<C> = match Act::of_bytes(&row.document) {
            Ok(act) => act,
            Err(cause) => {
                faults.push(JournalFault::Unreadable {
                    journal,
                    sequence,
                    cause,
                });
                continue;
            }
        };
        let by = act.by.as_ref().filter(|_| journal != 0);
        let same = [
            ("sequence", i64::from(act.sequence) == sequence),
            ("kind", act.content.kind() == row.kind),
            ("at", act.at.to_string() == row.at),
            ("person", by.map(|by| by.person.as_str()) == row.person.as_deref()),
            (
                "delegator",
                by.and_then(|by| by.delegator()).map(Text::as_str) == row.delegator.as_deref(),
            ),
            (
                "digest",
                Sha256Digest::of(&row.document).to_string() == row.digest,
            ),
            ("previous", act.previous.to_string() == row.previous),
        ];
        for (column, _) in same.iter().filter(|(_, same)| !same) {
            faults.push(JournalFault::Row {
                journal,
                sequence,
                column,
            });
        }
        acts.push(act);
    }
    acts
}

async fn check_case(
    office: &mut Office,
    listed: &ListedCase,
    acts: &[Act<CaseContent>],
    personnel: Option<&Personnel>,
    faults: &mut Vec<JournalFault>,
) -> Result<(), StoreError> {
    let journal = listed.number;
    let case = match Case::fold(acts) {
        Ok(case) => case,
        Err((sequence, cause)) => {
            faults.push(JournalFault::Unlawful {
                journal,
                sequence,
                cause,
            });
            return Ok(());
        }
    };
    let next = case.next_stage().map(|rule| rule.code.as_str());
    let holder = case.form().request().applicant.uscc.map(|uscc| uscc.to_string());
    let same = [
        ("edition", case.form().scheme().as_str() == listed.edition),
        ("holder", holder.unwrap_or_default() == listed.holder),
        ("status", case.status().name() == listed.status),
        ("stage", next == listed.stage.as_deref()),
        ("acts", case.acts() == listed.acts),
        ("head", case.head().to_string() == listed.head),
    ];
    for (column, _) in same.iter().filter(|(_, same)| !same) {
        faults.push(JournalFault::Listed { journal, column });
    }
    let files = office.store.attachment_digests(journal).await?;
    for file in case.attachments() {
        if files.get(&file.digest) != Some(&file.digest) {
            let name = file.name.clone();
            faults.push(JournalFault::Attachment { journal, name });
        }
    }
    for given in case.approvals() {
        if let Some(Err(cause)) = personnel.map(|personnel| check_approval(&case, personnel, given, given.at))
        {
            faults.push(JournalFault::Approval { journal, cause });
        }
    }
    if !grade_follows(office, &case) {
        faults.push(JournalFault::Grade { journal });
    }
    Ok(())
}

/// Whether the evaluation on file is what its scores give; one of an edition the office no longer has cannot be told.
fn grade_follows(office: &Office, case: &Case) -> bool {
    let (Some(evaluation), Some(scheme)) = (
        case.evaluation(),
        office.papers.scheme(case.form().scheme().as_str()),
    ) else {
        return true;
    };
    let kept = evaluation.clone();
    let draft = EvaluationDraft {
        assessed_on: kept.assessed_on,
        findings: kept.findings,
        report: kept.report,
        sheet: kept.sheet,
        technical_support: kept.technical_support,
    };
    grade(&office.papers, scheme, draft).as_ref() == Ok(evaluation)
}
