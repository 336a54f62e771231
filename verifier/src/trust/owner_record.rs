//! The scheme owner's records for the log: key retirements and verifier releases, opened.

use touchstone_schemas::{
    budget::MAX_OWNER_RECORD_BYTES,
    decode::DecodeError,
    json::{self, JsonError},
    owner_record::{KeyRetirement, VerifierRelease, VerifierReleaseError},
};

use super::{
    KeyLookup, TrustContext,
    owner::{OwnerRefused, open_owned},
};
use crate::input::Policy;

/// Why a record is not the scheme owner's, or not to be gone by.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OwnerRecordRefused {
    /// Not strict JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Not the scheme owner's.
    #[error(transparent)]
    Owner(#[from] OwnerRefused),
    /// Not a key retirement of ours.
    #[error("the key retirement: {0}")]
    KeyRetirement(#[from] DecodeError),
    /// Not a verifier release of ours.
    #[error("the verifier release: {0}")]
    VerifierRelease(#[from] VerifierReleaseError),
    /// The body is not on the trust list.
    #[error("the trust list does not name {issuer}")]
    IssuerNotListed {
        /// The body.
        issuer: String,
    },
    /// The trust list does not name the key as one of the body's.
    #[error("the trust list does not name {method} as a key of {issuer}")]
    KeyNotListed {
        /// The key.
        method: String,
        /// The body.
        issuer: String,
    },
    /// The point counts in another log than the body's.
    #[error("the retirement point is one of the log {found}, the body's log is {expected}")]
    Log {
        /// Origin in the record.
        found: String,
        /// Origin in the trust list.
        expected: String,
    },
}

/// Opens a key retirement: signed by the pinned owner key or its successor, about a key that the trust list names, in
/// the log that it names. Whether the retirement point is one of that log's history is for whoever holds the log.
///
/// # Errors
/// [`OwnerRecordRefused`] says why it is not believed.
pub fn open_key_retirement(
    bytes: &[u8],
    policy: &Policy,
    trust: &TrustContext,
) -> Result<KeyRetirement, OwnerRecordRefused> {
    let document = open_owned(json::parse(bytes, MAX_OWNER_RECORD_BYTES)?, policy)?;
    let retirement = KeyRetirement::from_document(&document)?;
    let method = retirement.verification_method.to_string();
    let issuer = match trust.key(&method) {
        KeyLookup::Listed(key) if key.issuer.id == retirement.issuer => key.issuer,
        _ => {
            return Err(OwnerRecordRefused::KeyNotListed {
                method,
                issuer: retirement.issuer.to_string(),
            });
        }
    };
    if retirement.log != issuer.log.origin {
        return Err(OwnerRecordRefused::Log {
            found: retirement.log.to_string(),
            expected: issuer.log.origin.to_string(),
        });
    }
    Ok(retirement)
}

/// Opens a verifier release: signed by the pinned owner key or its successor, for a body that the trust list names.
///
/// # Errors
/// [`OwnerRecordRefused`] says why it is not believed.
pub fn open_verifier_release(
    bytes: &[u8],
    policy: &Policy,
    trust: &TrustContext,
) -> Result<VerifierRelease, OwnerRecordRefused> {
    let document = open_owned(json::parse(bytes, MAX_OWNER_RECORD_BYTES)?, policy)?;
    let release = VerifierRelease::from_document(&document)?;
    if trust.issuer(&release.issuer).is_none() {
        return Err(OwnerRecordRefused::IssuerNotListed {
            issuer: release.issuer.to_string(),
        });
    }
    Ok(release)
}
