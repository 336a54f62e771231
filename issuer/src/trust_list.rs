//! Trust lists, from the owner's side: made, renewed, signed.

use touchstone_schemas::{
    budget::MAX_TRUST_LIST_BYTES,
    date_time::Timestamp,
    json::{self, JsonError, Value},
    trust_list::{MAX_LIFETIME_SECONDS, TrustList, TrustListError},
};

use touchstone_verifier::{
    input::{LogProofPolicy, Policy},
    open_trust_list,
    trust::{OwnerRefused, TrustContext, TrustListRefused},
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
    /// The present one is not one to go by.
    #[error("the present trust list: {0}")]
    Refused(TrustListRefused),
    /// The present list was not signed by this key.
    #[error("the present trust list is not signed by {owner}")]
    Foreign {
        /// The owner's key.
        owner: String,
    },
    /// The calendar ends.
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

/// The same list with a sequence this owner never gave, issued now, valid as long as policy allows. The present list
/// may carry a second owner's proof beside this one's, as at a rotation.
///
/// # Errors
/// [`SignTrustListError`]: the present list is not this owner's, or the clock stands before it.
pub fn renew_trust_list(
    present: &[u8],
    owner: &OwnerKey,
    now: Timestamp,
) -> Result<Vec<u8>, SignTrustListError> {
    let list = open_present(present, owner)?.list().clone();
    sign_following(list, owner, now)
}

/// Opens the present list, which must be this owner's.
///
/// # Errors
/// [`SignTrustListError::Foreign`], [`SignTrustListError::Refused`].
pub fn open_present(present: &[u8], owner: &OwnerKey) -> Result<TrustContext, SignTrustListError> {
    let policy = Policy {
        owner_key: owner.multikey(),
        owner_successor: None,
        log_proof: LogProofPolicy::WhenPresent,
    };
    open_trust_list(present, &policy, None).map_err(|refused| match refused {
        TrustListRefused::Owner(OwnerRefused::NotPinned { pinned }) => SignTrustListError::Foreign {
            owner: pinned.to_string(),
        },
        refused => SignTrustListError::Refused(refused),
    })
}

/// Signs what follows the present list, changed or not: the next sequence, issued now.
///
/// # Errors
/// [`SignTrustListError`]: the list breaks its own rules, or the clock stands before the present one.
pub fn sign_following(
    list: TrustList,
    owner: &OwnerKey,
    now: Timestamp,
) -> Result<Vec<u8>, SignTrustListError> {
    if now < list.issued {
        return Err(SignTrustListError::ClockBehind {
            now,
            issued: list.issued,
        });
    }
    let Some(valid_until) = now.checked_add(MAX_LIFETIME_SECONDS) else {
        return Err(SignTrustListError::Exhausted {
            sequence: list.sequence,
        });
    };
    let sequence = owner.next_sequence(list.sequence)?;
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
