//! Checking the journals: what is stored is what was done, nothing was changed, and everybody was entitled.

use touchstone_schemas::{digest::Sha256Digest, text::Text};

use super::{
    Act, ActError, Case, CaseContent, Content, NotSignable, Personnel, PersonnelContent, PersonnelUnlawful,
    Unlawful,
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
        }
        match page.last() {
            Some(last) => before = Some(last.number),
            None => return Ok((faults, read)),
        }
    }
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
