//! The scheme owner's side of keys: a certified key listed with its window, and a window that ends sooner.

use touchstone_schemas::{
    date_time::Timestamp,
    did::{Did, VerificationMethod},
    trust_list::{DerCertificate, TrustList, TrustedIssuer, TrustedKey},
};
use touchstone_verifier::path::{KeyPurpose, SubjectName, certificate_facts};

use crate::{
    key_change::{CheckedCertificate, KeyChangeError, check_certificate},
    keys::OwnerKey,
    trust_list::{SignTrustListError, open_present, read_unverified, sign_following},
};

/// Why the trust list is not changed.
#[derive(Debug, thiserror::Error)]
pub enum OwnerKeysError {
    /// The trust list.
    #[error(transparent)]
    TrustList(#[from] SignTrustListError),
    /// Verifiers would not take the certificate.
    #[error(transparent)]
    Certificate(#[from] KeyChangeError),
    /// The body or the key is not on the list.
    #[error("the trust list does not name {what}")]
    NotListed {
        /// The body's DID or the key.
        what: String,
    },
    /// The certificate does not cover the window.
    #[error("{method} cannot sign from {from} until {until}: its certificate is valid from {} to {}",
        .valid.0, .valid.1)]
    Window {
        /// The key.
        method: VerificationMethod,
        /// From when it should sign.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
        /// The certificate's first and last second.
        valid: (Timestamp, Timestamp),
    },
    /// A name of a key means one key for ever.
    #[error("{method} is listed with another key: give the new key the next number")]
    OtherKey {
        /// The key.
        method: VerificationMethod,
    },
    /// A retired key stays retired.
    #[error("{method} is retired, and stays so")]
    Retired {
        /// The key.
        method: VerificationMethod,
    },
    /// An end in the past would undo what was signed since; `owner retire-key` is for that.
    #[error(
        "{method} would have ended at {until}, and it is {now}: what it signed since would no longer verify; retire-key retires a key from a point of the log on"
    )]
    EndsInPast {
        /// The key.
        method: VerificationMethod,
        /// The end asked for.
        until: Timestamp,
        /// Now.
        now: Timestamp,
    },
    /// A window is only made shorter here.
    #[error("{method} signs until {present} already")]
    NotSooner {
        /// The key.
        method: VerificationMethod,
        /// Its present end.
        present: Timestamp,
    },
}

/// A key to be listed.
#[derive(Clone, Copy, Debug)]
pub struct NewKey<'a> {
    /// The body.
    pub issuer: &'a Did,
    /// Its certificate.
    pub certificate: &'a DerCertificate,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// It may sign from here.
    pub signs_from: Timestamp,
    /// It may sign until here.
    pub signs_until: Timestamp,
}

/// Lists a key, or a new certificate of a key that is listed; gives the signed list that follows, JCS.
///
/// # Errors
/// [`OwnerKeysError`].
pub fn add_key(
    present: &[u8],
    owner: &OwnerKey,
    new: &NewKey<'_>,
    now: Timestamp,
) -> Result<(CheckedCertificate, Vec<u8>), OwnerKeysError> {
    let mut list = open_present(present, owner)?.list().clone();
    let purposes = list.key_purposes.clone();
    let issuer = issuer(&mut list, new.issuer)?;
    let checked = check_certificate(new.certificate, issuer, &purposes, new.purpose, now)?;
    let method = checked.method.clone();
    let validity = checked.key.validity();
    let valid = (
        Timestamp::from_unix(validity.not_before).unwrap_or(Timestamp::MIN),
        Timestamp::from_unix(validity.not_after).unwrap_or(Timestamp::MAX),
    );
    let (from, until) = (new.signs_from, new.signs_until);
    if from < valid.0 || until > valid.1 || from >= until {
        return Err(OwnerKeysError::Window {
            method,
            from,
            until,
            valid,
        });
    }
    let keys = match new.purpose {
        KeyPurpose::IssueCredential => &mut issuer.issuing_keys,
        KeyPurpose::SignStatus => &mut issuer.status_keys,
    };
    match keys.iter_mut().find(|key| key.verification_method == method) {
        Some(key) if key.retired.is_some() => return Err(OwnerKeysError::Retired { method }),
        Some(key) => {
            let listed = certificate_facts(key.certificate.as_der()).map_err(KeyChangeError::from)?;
            if listed.key != *checked.key.key() {
                return Err(OwnerKeysError::OtherKey { method });
            }
            // A renewal: what the key signed from its first day on stays inside its window.
            key.certificate = new.certificate.clone();
            key.signs_from = key.signs_from.min(from);
            key.signs_until = until;
        }
        None => keys.push(TrustedKey {
            verification_method: method,
            certificate: new.certificate.clone(),
            signs_from: from,
            signs_until: until,
            retired: None,
        }),
    }
    Ok((checked, sign_following(list, owner, now)?))
}

/// Ends a key's window sooner, not in the past; gives the signed list that follows, JCS.
///
/// # Errors
/// [`OwnerKeysError`].
pub fn close_key(
    present: &[u8],
    owner: &OwnerKey,
    method: &VerificationMethod,
    until: Timestamp,
    now: Timestamp,
) -> Result<Vec<u8>, OwnerKeysError> {
    let mut list = open_present(present, owner)?.list().clone();
    let mut keys = list
        .issuers
        .iter_mut()
        .flat_map(|issuer| issuer.issuing_keys.iter_mut().chain(&mut issuer.status_keys));
    let key = keys
        .find(|key| key.verification_method == *method)
        .ok_or_else(|| OwnerKeysError::NotListed {
            what: method.to_string(),
        })?;
    let method = method.clone();
    if until < now {
        return Err(OwnerKeysError::EndsInPast { method, until, now });
    }
    let present = key.signs_until;
    if until >= present {
        return Err(OwnerKeysError::NotSooner { method, present });
    }
    key.signs_until = until;
    Ok(sign_following(list, owner, now)?)
}

fn issuer<'a>(list: &'a mut TrustList, did: &Did) -> Result<&'a mut TrustedIssuer, OwnerKeysError> {
    let found = list.issuers.iter_mut().find(|issuer| issuer.id == *did);
    found.ok_or_else(|| OwnerKeysError::NotListed {
        what: did.to_string(),
    })
}

/// The body whose key a certificate names.
///
/// # Errors
/// [`OwnerKeysError::NotListed`], or a list or certificate that does not read.
pub fn issuer_of(present: &[u8], certificate: &DerCertificate) -> Result<Did, OwnerKeysError> {
    let list = read_unverified(present)?;
    let facts = certificate_facts(certificate.as_der()).map_err(KeyChangeError::from)?;
    let method = facts.subject_alt_name.iter().find_map(|name| match name {
        SubjectName::Uri(uri) => VerificationMethod::parse(uri).ok(),
        _ => None,
    });
    let found = method.as_ref().and_then(|method| {
        let mut issuers = list.issuers.iter();
        issuers.find(|issuer| issuer.id == *method.did() || issuer.status_authority == *method.did())
    });
    match (found, method) {
        (Some(issuer), _) => Ok(issuer.id.clone()),
        (None, method) => Err(OwnerKeysError::NotListed {
            what: method.map_or_else(
                || "the certificate's key".to_owned(),
                |method| method.did().to_string(),
            ),
        }),
    }
}
