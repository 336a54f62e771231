//! Keys as the trust list names them: their paths, their windows.

use std::sync::OnceLock;

use ed25519_dalek::VerifyingKey;
use touchstone_schemas::{
    date_time::Timestamp,
    trust_list::{TrustedIssuer, TrustedKey},
};

use super::{KeyPlace, TrustContext};
use crate::path::{
    KeyPurpose, PathError, PathInput, PinnedRoot, VerifiedKey, certificate_facts, verify_path,
};

/// What was verified of a key.
#[derive(Debug, Default)]
pub(super) struct KeyCache {
    path: OnceLock<VerifiedKey>,
    bare: OnceLock<Option<VerifyingKey>>,
}

/// What the list says of a verification method.
#[derive(Clone, Copy, Debug)]
pub enum KeyLookup<'t> {
    /// It is listed.
    Listed(ListedKey<'t>),
    /// Its DID is listed, this key of it is not.
    KeyUnknown,
    /// Its DID is not listed.
    DidUnknown,
}

/// A key of the list.
#[derive(Clone, Copy, Debug)]
pub struct ListedKey<'t> {
    /// Whose key it is.
    pub issuer: &'t TrustedIssuer,
    /// What the list says of it.
    pub entry: &'t TrustedKey,
    /// What it may sign, by the place it is listed in.
    pub purpose: KeyPurpose,
    trust: &'t TrustContext,
    place: &'t KeyPlace,
}

impl<'t> ListedKey<'t> {
    pub(super) fn at(trust: &'t TrustContext, place: &'t KeyPlace) -> Option<Self> {
        let issuer = trust.list.issuers.get(place.issuer)?;
        let set = match place.purpose {
            KeyPurpose::IssueCredential => &issuer.issuing_keys,
            KeyPurpose::SignStatus => &issuer.status_keys,
        };
        Some(Self {
            issuer,
            entry: set.get(place.position)?,
            purpose: place.purpose,
            trust,
            place,
        })
    }

    /// Verifies the path from this key to a root of its issuer at an instant. A path that held once is not looked at
    /// again within the time for which it holds.
    ///
    /// # Errors
    /// [`PathError`] of [`verify_path`].
    pub fn path(&self, at: Timestamp) -> Result<VerifiedKey, PathError> {
        let cached = self
            .place
            .cache
            .path
            .get()
            .filter(|key| key.validity().covers(at.unix()));
        if let Some(key) = cached {
            return Ok(key.clone());
        }
        let intermediates: Vec<&[u8]> = self
            .issuer
            .intermediates
            .iter()
            .map(touchstone_schemas::trust_list::DerCertificate::as_der)
            .collect();
        let method = self.entry.verification_method.to_string();
        let key = verify_path(&PathInput {
            end_entity: self.entry.certificate.as_der(),
            intermediates: &intermediates,
            roots: self.roots(),
            at_unix_seconds: at.unix(),
            purpose: self.purpose,
            profile: &self.trust.purposes,
            verification_method: &method,
        })?;
        // Another thread may have been faster; its path is as good.
        let _ = self.place.cache.path.set(key.clone());
        Ok(key)
    }

    /// The key in the certificate, whatever its path: enough to say who signed, not whether they might.
    #[must_use]
    pub fn bare(&self) -> Option<VerifyingKey> {
        let read = || {
            certificate_facts(self.entry.certificate.as_der())
                .ok()
                .map(|facts| facts.key)
        };
        *self.place.cache.bare.get_or_init(read)
    }

    /// Whether it might sign at that instant (the window of the trust list, not the certificate's validity).
    #[must_use]
    pub fn may_sign_at(&self, at: Timestamp) -> bool {
        self.entry.signs_from <= at && at < self.entry.signs_until
    }

    /// The issuer's roots; one that cannot be pinned counts as absent.
    fn roots(&self) -> &'t [PinnedRoot] {
        let pin = || {
            self.issuer
                .roots
                .iter()
                .filter_map(|root| PinnedRoot::parse(root.as_der()).ok())
                .collect()
        };
        self.trust
            .issuers
            .get(self.place.issuer)
            .map_or(&[], |cache| cache.roots.get_or_init(pin))
    }
}
