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

/// Sessions of a token that many documents are signed over at once: a token's answers come over a bus or a network, and
/// what is hashed and verified beside them need not wait.
const SESSIONS_AT_ONCE: usize = 4;

impl Signer {
    /// Does something with each item, in order: over several sessions where the key is in a token, else one after the
    /// other.
    pub(super) fn over_sessions<T: Send, D: Send>(
        &self,
        items: Vec<T>,
        sign: impl Fn(T) -> Result<D, KeyError> + Sync,
    ) -> Result<Vec<D>, KeyError> {
        if matches!(self, Self::File(_)) || items.len() < 2 * SESSIONS_AT_ONCE {
            return items.into_iter().map(sign).collect();
        }
        let share = items.len().div_ceil(SESSIONS_AT_ONCE);
        let (mut items, sign) = (items.into_iter(), &sign);
        std::thread::scope(|scope| {
            let mut shares = Vec::with_capacity(SESSIONS_AT_ONCE);
            for _ in 0..SESSIONS_AT_ONCE {
                let share: Vec<T> = items.by_ref().take(share).collect();
                shares.push(scope.spawn(move || share.into_iter().map(sign).collect::<Result<Vec<D>, _>>()));
            }
            let mut done = Vec::new();
            for share in shares {
                done.extend(
                    share
                        .join()
                        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?,
                );
            }
            Ok(done)
        })
    }
}

impl From<SigningKey> for Signer {
    fn from(key: SigningKey) -> Self {
        Self::File(key)
    }
}
