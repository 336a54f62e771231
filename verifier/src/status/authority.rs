//! Who signed a status list or snapshot: a key of the status authority that the trust list names.

use touchstone_schemas::{
    date_time::{DateTimeError, Timestamp},
    digest::Sha256Digest,
    json::Value,
    trust_list::TrustedIssuer,
};

use crate::{
    path::{KeyPurpose, PathError},
    proof::{
        ed25519::SignatureError,
        eddsa_jcs_2022::{ProofError, Secured, split_proof, verify_proof},
    },
    trust::{KeyLookup, TrustContext},
};

/// Why a document is not a status authority's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorityRefused {
    /// No proof that can be checked.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// No issuer, or one that is no string.
    #[error("the document names no issuer")]
    Issuer,
    /// The key is not one of the issuer's.
    #[error("key {found:?} is not one of {issuer:?}")]
    ForeignKey {
        /// The issuer of the document.
        issuer: String,
        /// The verification method of its proof.
        found: String,
    },
    /// The trust list does not name the key as a status key.
    #[error("the trust list does not name {found:?} as a status key")]
    NotListed {
        /// The verification method.
        found: String,
    },
    /// `validFrom` is absent or no instant.
    #[error("the document's validFrom: {}", .0.as_ref().map_or("absent".to_owned(), ToString::to_string))]
    ValidFrom(Option<DateTimeError>),
    /// The key's certificate does not stand at `validFrom`.
    #[error("the status key's path: {0}")]
    Path(#[from] PathError),
    /// Signed outside the window in which the key may sign.
    #[error("signed at {created} as of {valid_from}, the key signs from {from} until {until}")]
    OutsideSigningWindow {
        /// When it was signed.
        created: Timestamp,
        /// The instant it is about.
        valid_from: Timestamp,
        /// From when the key signs.
        from: Timestamp,
        /// Until when, exclusive.
        until: Timestamp,
    },
    /// The key was retired; nothing it signs is counted, since a newer key signs anew every day.
    #[error("status key {found:?} is retired")]
    Retired {
        /// The verification method.
        found: String,
    },
    /// The signature does not fit.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

/// A document whose signature by a status authority holds; its content not yet read.
pub(super) struct Authentic<'a, 't> {
    pub(super) document: Value<'a>,
    pub(super) digest: Sha256Digest,
    pub(super) issuer: &'t TrustedIssuer,
}

/// Checks who signed, before anything in the document is decompressed.
pub(super) fn authenticate<'a, 't>(
    document: Value<'a>,
    trust: &'t TrustContext,
) -> Result<Authentic<'a, 't>, AuthorityRefused> {
    let digest = Sha256Digest::of(&document.to_canonical_bytes());
    let Secured { document, proof } = split_proof(document)?;
    let method = proof.verification_method.as_ref();
    let found = || method.to_owned();
    let issuer = document
        .pointer("/issuer")
        .and_then(Value::as_str)
        .ok_or(AuthorityRefused::Issuer)?;
    if method.split_once('#').map(|(did, _)| did) != Some(issuer) {
        return Err(AuthorityRefused::ForeignKey {
            issuer: issuer.to_owned(),
            found: found(),
        });
    }
    let key = match trust.key(method) {
        KeyLookup::Listed(key) if key.purpose == KeyPurpose::SignStatus => key,
        _ => return Err(AuthorityRefused::NotListed { found: found() }),
    };
    let valid_from = document
        .pointer("/validFrom")
        .and_then(Value::as_str)
        .ok_or(AuthorityRefused::ValidFrom(None))?
        .parse::<Timestamp>()
        .map_err(|error| AuthorityRefused::ValidFrom(Some(error)))?;
    let path = key.path(valid_from)?;
    if !(key.may_sign_at(proof.created) && key.may_sign_at(valid_from)) {
        return Err(AuthorityRefused::OutsideSigningWindow {
            created: proof.created,
            valid_from,
            from: key.entry.signs_from,
            until: key.entry.signs_until,
        });
    }
    if key.entry.retired.is_some() {
        return Err(AuthorityRefused::Retired { found: found() });
    }
    verify_proof(&document.to_canonical_bytes(), &proof, path.key())?;
    Ok(Authentic {
        document,
        digest,
        issuer: key.issuer,
    })
}
