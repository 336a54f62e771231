//! Snapshots, opened.

use touchstone_schemas::{
    budget::MAX_SNAPSHOT_BYTES,
    date_time::Timestamp,
    did::Did,
    digest::Sha256Digest,
    json::{self, JsonError},
    snapshot::{Snapshot, SnapshotError},
};

use super::authority::{AuthorityRefused, authenticate};
use crate::trust::TrustContext;

/// Why a snapshot is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotRefused {
    /// Not strict JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Not signed by a status authority.
    #[error(transparent)]
    Authority(#[from] AuthorityRefused),
    /// Signed, and not a snapshot of ours.
    #[error(transparent)]
    Content(#[from] SnapshotError),
}

/// A snapshot that its authority signed. Only [`open_snapshot`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedSnapshot {
    snapshot: Snapshot,
    digest: Sha256Digest,
    body: Did,
}

impl OpenedSnapshot {
    /// The snapshot.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// SHA-256 of the signed snapshot's JCS bytes.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        self.digest
    }

    /// DID of the body whose status authority signed it.
    #[must_use]
    pub fn body(&self) -> &Did {
        &self.body
    }

    /// Whether it tells the states at that instant.
    #[must_use]
    pub fn covers(&self, at: Timestamp) -> bool {
        self.snapshot.valid_from <= at && at <= self.snapshot.valid_until
    }
}

/// Opens a snapshot, as [`super::open_status_list`] opens a list.
///
/// # Errors
/// [`SnapshotRefused`] says why it is not believed.
pub fn open_snapshot(bytes: &[u8], trust: &TrustContext) -> Result<OpenedSnapshot, SnapshotRefused> {
    let authentic = authenticate(json::parse(bytes, MAX_SNAPSHOT_BYTES)?, trust)?;
    Ok(OpenedSnapshot {
        snapshot: Snapshot::from_document(&authentic.document)?,
        digest: authentic.digest,
        body: authentic.issuer.id.clone(),
    })
}
