//! `mirror.json`: which log a mirror is of.

use touchstone_schemas::{
    credential::RegistryBase, decode::read, digest::Sha256Digest, jcs::to_canonical, multikey::Multikey,
    record, tlog::Origin, words,
};

use super::{MirrorError, folder::Folder};
use crate::store::Identity;

/// The manifest's place.
pub(super) const PLACE: &str = "mirror.json";
/// Longest manifest read.
const LIMIT: usize = 4 * 1024;

/// What a mirror says of itself. A check believes it only where a pin agrees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The log's key.
    pub log_key: Multikey,
    /// Whether documents that name firms are in it.
    pub names: Names,
    /// Origin of the log.
    pub origin: Origin,
    /// SHA-256 of the statement of recovery, where the log was opened after a loss.
    pub recovered_from: Option<Sha256Digest>,
    /// Base URL in the ids of everything held.
    pub base: RegistryBase,
}

record! { Manifest {
    "logKey": log_key,
    "names": names,
    "origin": origin,
    "recoveredFrom"? recovered_from,
    "registryBase": base,
} }

/// Whether a mirror holds credentials and events, which name firms with their addresses. Only one that does can be
/// rebuilt from; whoever serves one publicly answers for how fast it may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Every document.
    Included,
    /// Status lists and the scheme owner's records only.
    LeftOut,
}

words! { Names { Included = "included", LeftOut = "leftOut" } }

impl Manifest {
    pub(super) fn of(identity: &Identity, names: Names, recovered_from: Option<&[u8]>) -> Self {
        Self {
            log_key: identity.log_key,
            names,
            origin: identity.origin.clone(),
            recovered_from: recovered_from.map(Sha256Digest::of),
            base: identity.base.clone(),
        }
    }

    /// Which log it is.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity {
            origin: self.origin.clone(),
            log_key: self.log_key,
            base: self.base.clone(),
        }
    }

    pub(super) fn read(folder: &Folder) -> Result<Option<Self>, MirrorError> {
        let Some(bytes) = folder.read(PLACE, LIMIT)? else {
            return Ok(None);
        };
        let read = read(&bytes, LIMIT).map_err(|cause| MirrorError::Manifest {
            path: folder.path(PLACE),
            cause,
        });
        read.map(Some)
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        to_canonical(self)
    }
}
