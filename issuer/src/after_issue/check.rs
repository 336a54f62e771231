//! Checking the journals of measures, as those of cases are.

use super::{Measure, MeasureContent, MeasureNotSignable, MeasureUnlawful, decided::check_statements};
use crate::{
    casework::{Act, JournalFault, check_rows},
    office::Office,
    store::{ListedMeasure, StoreError},
};

/// Measures read at once.
const PAGE: u32 = 100;

/// What is wrong with the journal of a measure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MeasureFault {
    /// An act does not read, or is not what its row says.
    #[error("measure {measure}: {fault}")]
    Row {
        /// The measure.
        measure: u32,
        /// What is wrong.
        fault: JournalFault,
    },
    /// An act does not follow.
    #[error("measure {measure}, act {sequence}: {cause}")]
    Unlawful {
        /// The measure.
        measure: u32,
        /// The act.
        sequence: u32,
        /// Why.
        cause: MeasureUnlawful,
    },
    /// A signature or a file does not count.
    #[error("measure {measure}: {cause}")]
    NotSignable {
        /// The measure.
        measure: u32,
        /// Why.
        cause: MeasureNotSignable,
    },
    /// The measure in lists is not the measure of its journal.
    #[error("measure {measure}: {column} of its entry in the list is not that of the measure")]
    Listed {
        /// The measure.
        measure: u32,
        /// The column.
        column: &'static str,
    },
    /// The journal ends before an event was prepared from it.
    #[error("measure {measure}: the act after which event {event} was prepared is not in it")]
    Shortened {
        /// The measure.
        measure: u32,
        /// Row of the event.
        event: i64,
    },
}

/// Checks the journal of every measure; gives every fault, and the number of acts read.
///
/// # Errors
/// What the database says.
pub async fn check_measures(office: &mut Office) -> Result<(Vec<MeasureFault>, u64), StoreError> {
    let (mut faults, mut read, mut before) = (Vec::new(), 0u64, None);
    let personnel = office.store.personnel().await.ok();
    loop {
        let page = office.store.measures(None, before, PAGE).await?;
        for listed in &page {
            let measure = listed.number;
            let rows = office.store.measure_rows(measure).await?;
            read = read.saturating_add(u64::try_from(rows.len()).unwrap_or(u64::MAX));
            let mut row_faults = Vec::new();
            let acts: Vec<Act<MeasureContent>> = check_rows(measure, &rows, &mut row_faults);
            faults.extend(
                row_faults
                    .into_iter()
                    .map(|fault| MeasureFault::Row { measure, fault }),
            );
            for (event, head) in office.store.heads_of_events(measure).await? {
                if !rows.iter().any(|row| row.digest == head) {
                    faults.push(MeasureFault::Shortened { measure, event });
                }
            }
            match Measure::fold(&acts) {
                Ok(folded) => {
                    check_listed(listed, &folded, &mut faults);
                    let files = office.store.measure_attachment_digests(measure).await?;
                    let checked = personnel
                        .as_ref()
                        .map(|personnel| check_statements(&folded, personnel, &files));
                    if let Some(Err(cause)) = checked {
                        faults.push(MeasureFault::NotSignable { measure, cause });
                    }
                }
                Err((sequence, cause)) => faults.push(MeasureFault::Unlawful {
                    measure,
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

fn check_listed(listed: &ListedMeasure, measure: &Measure, faults: &mut Vec<MeasureFault>) {
    let certificate = &measure.opened().certificate;
    let same = [
        ("kind", measure.kind() == listed.kind),
        ("status", measure.status() == listed.status),
        ("edition", certificate.scheme.as_str() == listed.edition),
        ("credential", certificate.number == listed.certificate),
        ("acts", measure.acts() == listed.acts),
        ("head", measure.head() == listed.head),
    ];
    for (column, _) in same.iter().filter(|(_, same)| !same) {
        let measure = listed.number;
        faults.push(MeasureFault::Listed { measure, column });
    }
}
