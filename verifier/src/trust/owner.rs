//! Who signed a trust list: the scheme owner's pinned key, or its announced successor.

use touchstone_schemas::{
    budget::MAX_TRUST_LIST_BYTES,
    json::{self, JsonError},
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

/// Most proofs of a trust list: the owner's key and, at a rotation, its successor's.
const MOST_PROOFS: usize = 2;

/// Why a trust list is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustListRefused {
    /// Not strict JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// No proof that can be checked.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// A proof by something else than a key that names itself.
    #[error("the trust list is signed by {found:?}, wanted did:key:<key>#<key>")]
    NotDidKey {
        /// The verification method.
        found: String,
    },
    /// A key under which anything can be signed.
    #[error("the trust list's key: {0}")]
    Key(#[from] KeyError),
    /// A signature does not verify.
    #[error("the signature of the trust list by {key} does not verify")]
    Signature {
        /// The key that should have signed.
        key: Multikey,
    },
    /// Signed, by nobody we trust.
    #[error("the trust list is not signed by the pinned owner key {pinned} or its successor")]
    NotPinned {
        /// The pin.
        pinned: Multikey,
    },
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
/// At a rotation the list carries two proofs; every proof must hold, and one of them must be by a pinned key.
///
/// # Errors
/// [`TrustListRefused`] says why it is not believed.
pub fn open_trust_list(
    bytes: &[u8],
    policy: &Policy,
    seen: Option<u64>,
) -> Result<TrustContext, TrustListRefused> {
    let (document, proofs) = split_proofs(json::parse(bytes, MAX_TRUST_LIST_BYTES)?, MOST_PROOFS)?;
    let canonical = document.to_canonical_bytes();
    let mut pinned = false;
    for proof in &proofs {
        let key = verify_owner(&canonical, proof)?;
        pinned |= key == policy.owner_key || policy.owner_successor == Some(key);
    }
    if !pinned {
        return Err(TrustListRefused::NotPinned {
            pinned: policy.owner_key,
        });
    }
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

fn verify_owner(canonical: &[u8], proof: &Proof<'_>) -> Result<Multikey, TrustListRefused> {
    let method = proof.verification_method.as_ref();
    let not_did_key = || TrustListRefused::NotDidKey {
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
    verify_proof(canonical, proof, &parsed).map_err(|SignatureError| TrustListRefused::Signature { key })?;
    Ok(key)
}
