//! The status key: signs status lists and snapshots, and nothing else (DESIGN §4). It belongs to a second DID and signs
//! unattended.

use touchstone_schemas::{
    did::VerificationMethod, jcs::to_canonical, snapshot::Snapshot, status_list::StatusList,
};

use super::{KeyError, SignedDocument, Signer, issuing::sign_document};

/// The status authority's key.
pub struct StatusKey {
    method: VerificationMethod,
    key: Signer,
}

impl StatusKey {
    pub(crate) const fn new(method: VerificationMethod, key: Signer) -> Self {
        Self { method, key }
    }

    /// Signs a status list.
    ///
    /// # Errors
    /// [`KeyError::Json`], [`KeyError::Secure`] or [`KeyError::Token`].
    pub fn sign_list(&self, list: &StatusList) -> Result<SignedDocument, KeyError> {
        sign_document(&to_canonical(list), list.valid_from, &self.method, &self.key)
    }

    /// Signs a snapshot.
    ///
    /// # Errors
    /// [`KeyError::Json`], [`KeyError::Secure`] or [`KeyError::Token`].
    pub fn sign_snapshot(&self, snapshot: &Snapshot) -> Result<SignedDocument, KeyError> {
        sign_document(
            &to_canonical(snapshot),
            snapshot.valid_from,
            &self.method,
            &self.key,
        )
    }
}
