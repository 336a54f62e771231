//! Where a signature comes from: a key in an encrypted file, or one that never leaves its token.

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};

use super::{KeyError, pkcs11::TokenKey};

/// An Ed25519 private key (RFC 8032), wherever it is kept. What may be signed with it is for the types around it to
/// say ([`super::IssuingKey`], [`super::StatusKey`], [`super::OwnerKey`], [`crate::ca::RootAuthority`]).
///
/// Contract: [`Signer::sign`] gives the one signature that Ed25519 has for key and message (RFC 8032 §5.1.6), so that
/// signing again after a crash gives the same document; or it gives an error, and nothing was signed.
pub enum Signer {
    /// In memory, out of an encrypted file.
    File(SigningKey),
    /// In a token, reached by PKCS#11.
    Token(TokenKey),
}

impl Signer {
    /// The public key.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        match self {
            Self::File(key) => key.verifying_key(),
            Self::Token(key) => *key.verifying_key(),
        }
    }

    /// Signs a message. A token's signature is verified before anybody sees it.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        match self {
            Self::File(key) => Ok(key.sign(message).to_bytes()),
            Self::Token(key) => Ok(key.sign(message)?),
        }
    }
}

impl From<SigningKey> for Signer {
    fn from(key: SigningKey) -> Self {
        Self::File(key)
    }
}
