//! Batches that are well formed for the store, which looks into none of them.

use touchstone_registry::store::{Batch, Identity, NewEntry, Projection, StoredCheckpoint, StoredTile};
use touchstone_schemas::{
    credential::{CredentialNumber, RegistryBase, Version},
    digest::Sha256Digest,
    multikey::Multikey,
    status::{StatusAllocation, StatusPurpose},
    tlog::Origin,
};

pub(crate) fn identity() -> Identity {
    Identity {
        origin: Origin::parse("registry.example/log").unwrap(),
        log_key: Multikey::from_bytes(
            ed25519_dalek::SigningKey::from_bytes(&[7; 32])
                .verifying_key()
                .to_bytes(),
        ),
        base: RegistryBase::parse("https://registry.example").unwrap(),
    }
}

pub(crate) fn checkpoint(size: u64) -> StoredCheckpoint {
    StoredCheckpoint {
        size,
        note: format!("the checkpoint at {size}\n— of 试金石"),
    }
}

/// An entry whose bytes, document and digest are of its index alone.
pub(crate) fn entry(index: u64, projection: Option<Projection>) -> NewEntry {
    let document = format!("document {index}").into_bytes();
    NewEntry {
        index,
        entry: format!("entry {index}").into_bytes(),
        digest: Sha256Digest::of(&document),
        document,
        projection,
        directory: None,
    }
}

pub(crate) fn number(serial: u64) -> CredentialNumber {
    CredentialNumber::parse(&format!("CQC26ZNZ{serial:06}R0")).unwrap()
}

pub(crate) fn credential(serial: u64, list: u32, index: u32) -> Projection {
    Projection::Credential {
        number: number(serial),
        version: Version::FIRST,
        allocation: StatusAllocation { list, index },
    }
}

pub(crate) fn event(serial: u64, sequence: u32) -> Projection {
    Projection::Event {
        number: number(serial),
        version: Version::FIRST,
        sequence,
    }
}

pub(crate) fn list(purpose: StatusPurpose, list: u32, sequence: u64) -> Projection {
    Projection::StatusList {
        purpose,
        list,
        sequence,
    }
}

pub(crate) fn tile(level: u8, index: u64, hashes: u8) -> StoredTile {
    StoredTile {
        level,
        index,
        hashes: (0..hashes).flat_map(|hash| [hash; 32]).collect(),
    }
}

/// A batch that follows the checkpoint at its first index.
pub(crate) fn batch(entries: Vec<NewEntry>, tiles: Vec<StoredTile>) -> Batch {
    let first = entries.first().map_or(0, |entry| entry.index);
    let size = entries.last().map_or(0, |entry| entry.index + 1);
    Batch {
        follows: checkpoint(first).note,
        checkpoint: checkpoint(size),
        entries,
        tiles,
    }
}

/// The lists, a credential with an event, and a record of the scheme owner's, as the first five entries.
pub(crate) fn first() -> Batch {
    let projections = [
        Some(list(StatusPurpose::Revocation, 1, 1)),
        Some(list(StatusPurpose::Message, 1, 1)),
        Some(credential(1, 1, 70)),
        Some(event(1, 1)),
        None,
    ];
    let entries = (0..).zip(projections);
    batch(
        entries
            .map(|(index, projection)| entry(index, projection))
            .collect(),
        vec![tile(0, 0, 5)],
    )
}
