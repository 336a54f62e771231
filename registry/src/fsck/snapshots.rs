//! The newest snapshot of each body against the states that the log gives. The ones before were compared when they came,
//! and their digests are the log's.

use super::{Finding, Reading};
use crate::intake::compare_held;

pub(crate) fn check(reading: &Reading, findings: &mut Vec<Finding>) {
    for (body, snapshot) in &reading.snapshots {
        if let Err(cause) = compare_held(&reading.ledger, body, snapshot) {
            findings.push(Finding::Snapshot {
                body: body.clone(),
                sequence: snapshot.sequence,
                cause,
            });
        }
    }
}
