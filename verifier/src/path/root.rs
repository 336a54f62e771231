//! Pinned roots, checked once when pinned.

use ed25519_dalek::VerifyingKey;
use rustls_pki_types::{CertificateDer, TrustAnchor};

use super::certificate::Certificate;
use super::error::RootError;
use super::extensions::{BasicConstraints, KeyUsages};
use super::validity::Validity;
use crate::proof::ed25519;

/// A root certificate somebody decided to trust: self-issued, self-signed, an authority that may sign certificates.
///
/// Its signature is checked here and nowhere else, so keep the value for as many paths as it serves. Whether it is
/// valid at an instant is each path's own question.
#[derive(Debug, Clone)]
pub struct PinnedRoot {
    anchor: TrustAnchor<'static>,
    subject: Vec<u8>,
    key: VerifyingKey,
    validity: Validity,
    key_fingerprint: [u8; 32],
}

impl PinnedRoot {
    /// Reads and checks a root certificate in DER.
    ///
    /// # Errors
    /// [`RootError`] when it is no certificate of this profile, not self-issued, no authority with keyCertSign, or
    /// not signed by its own key.
    pub fn parse(der: &[u8]) -> Result<Self, RootError> {
        let certificate = Certificate::parse(der)?;
        if certificate.issuer != certificate.subject {
            return Err(RootError::NotSelfIssued);
        }
        if certificate.extensions.role != BasicConstraints::Authority {
            return Err(RootError::NotAuthority);
        }
        let found = certificate.extensions.key_usage;
        if !found.is_some_and(|set| set.contains(KeyUsages::KEY_CERT_SIGN)) {
            return Err(RootError::KeyCertSignMissing { found });
        }
        ed25519::verify(&certificate.key, certificate.to_be_signed, certificate.signature)
            .map_err(|_| RootError::SignatureInvalid)?;
        let der = CertificateDer::from(der);
        let anchor = webpki::anchor_from_trusted_cert(&der)
            .map_err(|cause| RootError::Refused { cause })?
            .to_owned();
        Ok(Self {
            anchor,
            subject: certificate.subject.to_vec(),
            key: certificate.key,
            validity: certificate.validity,
            key_fingerprint: certificate.key_fingerprint(),
        })
    }

    /// First and last second of validity.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.validity
    }

    /// SHA-256 of its SubjectPublicKeyInfo.
    #[must_use]
    pub fn key_fingerprint(&self) -> [u8; 32] {
        self.key_fingerprint
    }

    pub(super) fn key(&self) -> VerifyingKey {
        self.key
    }

    /// The subject Name with tag and length.
    pub(super) fn subject(&self) -> &[u8] {
        &self.subject
    }

    pub(super) fn anchor(&self) -> &TrustAnchor<'static> {
        &self.anchor
    }
}
