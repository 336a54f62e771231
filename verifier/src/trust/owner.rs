//! Who signed a document of the scheme owner's: the pinned key, or its announced successor.

use touchstone_schemas::{
    budget::MAX_TRUST_LIST_BYTES,
    json::{self, JsonError, Value},
    multikey::Multikey,
    trust_list::{TrustList, TrustListError},
};

use super::TrustContext;
use crate::{
    input::Policy,
    path::{OidTextError, ProfileOids},
    proof::{
        ed25519::{self, KeyError, SignatureError},
        eddsa_jcs_2022::{Proof, ProofError, split_proofs, verify_proof},
    },
};

/// Most proofs of an owner's document: the owner's key and, at a rotation, its successor's.
const MOST_PROOFS: usize = 2;

/// Why a document is not the scheme owner's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OwnerRefused {
    /// No proof that can be checked.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// A proof by something else than a key that names itself.
    #[error("signed by {found:?}, wanted did:key:<key>#<key>")]
    NotDidKey {
        /// The verification method.
        found: String,
    },
    /// A key under which anything can be signed.
    #[error("the owner's key: {0}")]
    Key(#[from] KeyError),
    /// A signature does not verify.
    #[error("the signature by {key} does not verify")]
    Signature {
        /// The key that should have signed.
        key: Multikey,
    },
    /// Signed, by nobody we trust.
    #[error("not signed by the pinned owner key {pinned} or its successor")]
    NotPinned {
        /// The pin.
        pinned: Multikey,
    },
}

/// Why a trust list is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustListRefused {
    /// Not strict JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Not the scheme owner's.
    #[error("the trust list: {0}")]
    Owner(#[from] OwnerRefused),
    /// Not a trust list of ours.
    #[error(transparent)]
    Content(#[from] TrustListError),
    /// The key purposes are not object identifiers.
    #[error("the trust list's key purposes: {0}")]
    KeyPurposes(#[from] OidTextError),
    /// Older than one seen before.
    #[error("the trust list has sequence {found}, sequence {seen} was seen before")]
    RolledBack {
        /// Its sequence.
        found: u64,
        /// The newest sequence seen.
        seen: u64,
    },
}

/// Opens a trust list: signed by the pinned owner key or its successor, of our form, not older than one seen before.
/// Whether it counts at an instant is [`TrustContext::currency`].
///
/// # Errors
/// [`TrustListRefused`] says why it is not believed.
pub fn open_trust_list(
    bytes: &[u8],
    policy: &Policy,
    seen: Option<u64>,
) -> Result<TrustContext, TrustListRefused> {
    let document = open_owned(json::parse(bytes, MAX_TRUST_LIST_BYTES)?, policy)?;
    let list = TrustList::from_document(&document)?;
    match seen {
        Some(seen) if list.sequence < seen => {
            return Err(TrustListRefused::RolledBack {
                found: list.sequence,
                seen,
            });
        }
        _ => {}
    }
    let purposes = ProfileOids {
        issue: list.key_purposes.issue.parse()?,
        status: list.key_purposes.status.parse()?,
    };
    Ok(TrustContext::new(list, purposes))
}

/// Takes a document of the owner's apart; gives it without its proofs.
///
/// At a rotation it carries two; every proof must hold, and one of them must be by a pinned key.
pub(super) fn open_owned<'a>(document: Value<'a>, policy: &Policy) -> Result<Value<'a>, OwnerRefused> {
    let (document, proofs) = split_proofs(document, MOST_PROOFS)?;
    let canonical = document.to_canonical_bytes();
    let mut pinned = false;
    for proof in &proofs {
        let key = verify_owner(&canonical, proof)?;
        pinned |= key == policy.owner_key || policy.owner_successor == Some(key);
    }
    if pinned {
        Ok(document)
    } else {
        Err(OwnerRefused::NotPinned {
            pinned: policy.owner_key,
        })
    }
}

fn verify_owner(canonical: &[u8], proof: &Proof<'_>) -> Result<Multikey, OwnerRefused> {
    let method = proof.verification_method.as_ref();
    let not_did_key = || OwnerRefused::NotDidKey {
        found: method.to_owned(),
    };
    let key: Multikey = method
        .strip_prefix("did:key:")
        .and_then(|rest| rest.split_once('#'))
        .and_then(|(key, _)| key.parse().ok())
        .ok_or_else(not_did_key)?;
    if key.did_key_method() != method {
        return Err(not_did_key());
    }
    let parsed = ed25519::parse_key(key.as_bytes())?;
    verify_proof(canonical, proof, &parsed).map_err(|SignatureError| OwnerRefused::Signature { key })?;
    Ok(key)
}
