//! Checking the journals of complaints, as those of cases are.

use super::{Complaint, ComplaintContent, ComplaintError, ComplaintUnlawful, desk::authorize};
use crate::{
    casework::{Act, JournalFault, check_rows},
    office::Office,
    store::StoreError,
};

/// Complaints read at once.
const PAGE: u32 = 100;

/// What is wrong with the journal of a complaint.
#[derive(Debug, thiserror::Error)]
pub enum ComplaintFault {
    /// An act does not read, or is not what its row says.
    #[error("complaint {complaint}: {fault}")]
    Row {
        /// The complaint.
        complaint: u32,
        /// What is wrong.
        fault: JournalFault,
    },
    /// An act does not follow.
    #[error("complaint {complaint}, act {sequence}: {cause}")]
    Unlawful {
        /// The complaint.
        complaint: u32,
        /// The act.
        sequence: u32,
        /// Why.
        cause: ComplaintUnlawful,
    },
    /// Whoever acted was not entitled, or their signature does not count.
    #[error("complaint {complaint}, act {sequence}: {cause}")]
    NotAuthorized {
        /// The complaint.
        complaint: u32,
        /// The act.
        sequence: u32,
        /// Why.
        cause: ComplaintError,
    },
    /// The complaint in lists is not the complaint of its journal.
    #[error("complaint {complaint}: its entry in the list is not that of its journal")]
    Listed {
        /// The complaint.
        complaint: u32,
    },
}

/// Checks the journal of every complaint; gives every fault, and the number of acts read.
///
/// # Errors
/// What the database says.
pub async fn check_complaints(office: &mut Office) -> Result<(Vec<ComplaintFault>, u64), StoreError> {
    let (mut faults, mut read, mut before) = (Vec::new(), 0u64, None);
    let personnel = office.store.personnel().await.ok();
    loop {
        let page = office.store.complaints(None, before, PAGE).await?;
        for listed in &page {
            let complaint = listed.number;
            let rows = office.store.complaint_rows(complaint).await?;
            read = read.saturating_add(u64::try_from(rows.len()).unwrap_or(u64::MAX));
            let mut row_faults = Vec::new();
            let acts: Vec<Act<ComplaintContent>> = check_rows(complaint, &rows, &mut row_faults);
            let row = |fault| ComplaintFault::Row { complaint, fault };
            faults.extend(row_faults.into_iter().map(row));
            for act in &acts {
                let checked = personnel
                    .as_ref()
                    .zip(act.by.as_ref())
                    .map(|(personnel, by)| authorize(personnel, by, &act.content, act.at));
                if let Some(Err(cause)) = checked {
                    let sequence = act.sequence;
                    faults.push(ComplaintFault::NotAuthorized {
                        complaint,
                        sequence,
                        cause,
                    });
                }
            }
            match Complaint::fold(&acts) {
                Ok(folded) => {
                    if (folded.status(), folded.acts(), folded.head())
                        != (listed.status, listed.acts, listed.head)
                    {
                        faults.push(ComplaintFault::Listed { complaint });
                    }
                }
                Err((sequence, cause)) => faults.push(ComplaintFault::Unlawful {
                    complaint,
                    sequence,
                    cause,
                }),
            }
        }
        match page.last() {
            Some(last) => before = Some(last.number),
            None => return Ok((faults, read)),
        }
    }
}
