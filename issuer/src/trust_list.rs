//! Trust lists, from the owner's side: made, renewed, signed.

use touchstone_schemas::{
    budget::MAX_TRUST_LIST_BYTES,
    date_time::Timestamp,
    json::{self, JsonError, Value},
    trust_list::{MAX_LIFETIME_SECONDS, TrustList, TrustListError},
};

use crate::keys::{KeyError, OwnerKey};

/// Why a trust list cannot be made or renewed.
#[derive(Debug, thiserror::Error)]
pub enum SignTrustListError {
    /// The present one is not strict JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// The list breaks its own rules.
    #[error(transparent)]
    List(#[from] TrustListError),
    /// The key cannot sign.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The present list was not signed by this key.
    #[error("the present trust list is not signed by {owner}")]
    Foreign {
        /// The owner's key.
        owner: String,
    },
    /// The calendar or the sequence ends.
    #[error("the trust list of sequence {sequence} cannot be followed")]
    Exhausted {
        /// The present sequence.
        sequence: u64,
    },
    /// The new list would not be newer.
    #[error("it is {now}, and the present trust list was issued at {issued}")]
    ClockBehind {
        /// The clock.
        now: Timestamp,
        /// When the present list was issued.
        issued: Timestamp,
    },
}

/// Signs a list after checking its rules; gives its JCS bytes.
///
/// # Errors
/// [`SignTrustListError::List`] or [`SignTrustListError::Key`].
pub fn sign_trust_list(list: &TrustList, owner: &OwnerKey) -> Result<Vec<u8>, SignTrustListError> {
    list.check()?;
    Ok(owner.sign(list)?)
}

/// The same list with the next sequence, issued now, valid as long as policy allows.
///
/// # Errors
/// [`SignTrustListError`]: the present list is not this owner's, or the clock stands before it.
pub fn renew_trust_list(
    present: &[u8],
    owner: &OwnerKey,
    now: Timestamp,
) -> Result<Vec<u8>, SignTrustListError> {
    let list = read_unverified(present)?;
    // Ed25519 gives one signature for a key and a message (RFC 8032 §5.1.6): signing again proves whose it was.
    if owner.sign(&list)? != present {
        return Err(SignTrustListError::Foreign {
            owner: owner.multikey().to_string(),
        });
    }
    if now < list.issued {
        return Err(SignTrustListError::ClockBehind {
            now,
            issued: list.issued,
        });
    }
    let exhausted = SignTrustListError::Exhausted {
        sequence: list.sequence,
    };
    let (Some(sequence), Some(valid_until)) = (
        list.sequence.checked_add(1),
        now.checked_add(MAX_LIFETIME_SECONDS),
    ) else {
        return Err(exhausted);
    };
    sign_trust_list(
        &TrustList {
            sequence,
            issued: now,
            valid_until,
            ..list
        },
        owner,
    )
}

/// Reads a trust list without asking who signed it.
///
/// # Errors
/// [`SignTrustListError::Json`] or [`SignTrustListError::List`].
pub fn read_unverified(bytes: &[u8]) -> Result<TrustList, SignTrustListError> {
    let mut document = json::parse(bytes, MAX_TRUST_LIST_BYTES)?;
    if let Value::Object(members) = &mut document {
        members.remove("proof");
    }
    Ok(TrustList::from_document(&document)?)
}
