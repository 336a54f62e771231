//! Entries of the log against the office's own records, both ways.

use std::collections::BTreeMap;

use touchstone_schemas::{
    decode::read,
    digest::Sha256Digest,
    submission::Receipt,
    tlog::{Checkpoint, LogProof, entry::Record},
};

use super::{Watch, WatchError, follow::Seen};
use crate::store::{AlarmKind, Finding, OnFile};

/// What a receipt on file promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    digest: Sha256Digest,
    index: u64,
    /// Size of the tree it is proven in.
    pub(super) log_size: u64,
}

impl Watch {
    /// What receipts promise that the log was not yet seen to hold.
    pub(super) async fn expected(&mut self) -> Result<Vec<Expected>, WatchError> {
        let mut expected = Vec::new();
        for on_file in self.store.receipts_unwatched().await? {
            let receipt = read::<Receipt>(on_file.receipt.as_bytes(), on_file.receipt.len())?;
            let proof = LogProof::parse(receipt.proof.as_bytes())?;
            let checkpoint = Checkpoint::parse(proof.checkpoint.text())?;
            // A receipt of another log, before a recovery, promises nothing about this one.
            if checkpoint.origin == *self.papers.log()?.key().origin() {
                expected.push(Expected {
                    digest: on_file.digest,
                    index: proof.inclusion.index,
                    log_size: checkpoint.head.size,
                });
            }
        }
        Ok(expected)
    }

    pub(super) async fn compare(
        &mut self,
        seen: &Seen,
        expected: &[Expected],
    ) -> Result<Vec<Finding>, WatchError> {
        let mut findings = Vec::new();
        for entry in &seen.own {
            // The scheme owner's records bear the body's name and are under the owner's key.
            if matches!(
                entry.record,
                Record::KeyRetirement { .. } | Record::VerifierRelease { .. }
            ) {
                continue;
            }
            let (index, digest, what) = (entry.index, entry.digest, in_words(&entry.record));
            match self.store.on_file(&entry.record, digest).await? {
                OnFile::Same => {}
                OnFile::Other(own) => {
                    let own = own.unwrap_or_else(|| "not signed".to_owned());
                    findings.push(Finding {
                        kind: AlarmKind::Altered,
                        subject: digest.to_string(),
                        detail: format!(
                            "entry {index} is {what} with digest {digest}; the office's own is {own}"
                        ),
                    });
                }
                OnFile::Nothing => findings.push(Finding {
                    kind: AlarmKind::Unknown,
                    subject: digest.to_string(),
                    detail: format!(
                        "entry {index} is {what} with digest {digest}, which is not in this office's records"
                    ),
                }),
            }
        }
        let held: BTreeMap<Sha256Digest, u64> =
            seen.own.iter().map(|entry| (entry.digest, entry.index)).collect();
        for promise in expected {
            let (digest, index) = (promise.digest, promise.index);
            let found = held.get(&digest);
            if found == Some(&index) {
                continue;
            }
            let instead = found.map_or_else(
                || "does not hold it".to_owned(),
                |found| format!("has it at {found}"),
            );
            findings.push(Finding {
                kind: AlarmKind::Missing,
                subject: digest.to_string(),
                detail: format!("a receipt promises {digest} at entry {index}, and the log {instead}"),
            });
        }
        Ok(findings)
    }
}

fn in_words(record: &Record) -> String {
    match record {
        Record::Credential { number, version } => format!("certificate {number} version {version}"),
        Record::Event {
            event,
            number,
            version,
            sequence,
            ..
        } => format!("event {sequence} ({event}) of {number} version {version}"),
        Record::StatusList {
            purpose,
            list,
            sequence,
        } => format!("status list {purpose}/{list} sequence {sequence}"),
        Record::Snapshot { sequence } => format!("snapshot {sequence}"),
        Record::KeyRetirement { .. } | Record::VerifierRelease { .. } => {
            "a record of the scheme owner".to_owned()
        }
    }
}
