//! A key in a token: sessions pooled, a lost one opened again once, every signature verified.

use std::sync::{Mutex, PoisonError};

use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::ObjectHandle;
use cryptoki::session::Session;
use ed25519_dalek::{Signature, VerifyingKey};

use super::token::{Access, Token};
use super::{Pin, Pkcs11Uri, TokenError};

/// Sessions kept for the next signature. More are opened when more sign at once, and closed afterwards.
const KEPT_SESSIONS: usize = 8;

/// An Ed25519 key that was made in a token and never leaves it.
pub struct TokenKey {
    token: Token,
    public: VerifyingKey,
    sessions: Mutex<Vec<Ready>>,
}

/// A session that is logged in, and the key in it.
struct Ready {
    session: Session,
    key: ObjectHandle,
    /// Whose handles these are ([`Module::enter`](super::module::Module::enter)).
    generation: u64,
}

impl TokenKey {
    /// Finds a key and logs in to its token.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn open(uri: &Pkcs11Uri, pin: Pin) -> Result<Self, TokenError> {
        let token = Token::new(uri, pin)?;
        let inside = token.module().enter();
        let ready = ready(&token, *inside)?;
        let public = token.public_key(&ready.session);
        drop(inside);
        let key = Self {
            public: match public {
                Ok(public) => public,
                Err(error) => {
                    // What cannot be closed ends with the process.
                    let _ = ready.session.close();
                    return Err(error);
                }
            },
            sessions: Mutex::new(vec![ready]),
            token,
        };
        Ok(key)
    }

    /// The public half.
    #[must_use]
    pub const fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    /// Signs a message with `CKM_EDDSA` without parameters: Ed25519 of RFC 8032 (PKCS #11 v3.0 §2.3.14). A session
    /// that is lost is opened again once, the last time in a library started anew.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<[u8; 64], TokenError> {
        let seen = *self.token.module().enter();
        let signed = self.try_sign(message).or_else(|cause| {
            if !cause.is_lost() {
                return Err(cause);
            }
            tracing::warn!("{cause}; a new session is opened");
            self.forget_sessions();
            self.try_sign(message)
        });
        let signed = signed.or_else(|cause| {
            if !cause.is_lost() {
                return Err(cause);
            }
            let again = self.token.module().restart(seen);
            again
                .and_then(|()| self.try_sign(message))
                .map_err(|cause| TokenError::Gone {
                    token: self.token.name(),
                    cause: Box::new(cause),
                })
        });
        self.check(message, &signed?)
    }

    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, TokenError> {
        let inside = self.token.module().enter();
        let ready = match self.take(*inside) {
            Some(ready) => ready,
            None => ready(&self.token, *inside)?,
        };
        let mechanism = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure));
        let signed = ready.session.sign(&mechanism, ready.key, message);
        self.keep(ready);
        signed.map_err(|cause| self.token.fault(cause))
    }

    /// A session that is still one; the others' handles may be somebody else's by now.
    fn take(&self, generation: u64) -> Option<Ready> {
        let mut sessions = self.sessions();
        sessions.retain(|ready| ready.generation == generation);
        sessions.pop()
    }

    /// Keeps a session, whatever it met: [`TokenKey::forget_sessions`] closes those that are lost.
    fn keep(&self, ready: Ready) {
        let mut sessions = self.sessions();
        if sessions.len() < KEPT_SESSIONS {
            sessions.push(ready);
        } else {
            let _ = ready.session.close();
        }
    }

    fn forget_sessions(&self) {
        let inside = self.token.module().enter();
        for ready in self.sessions().drain(..) {
            if ready.generation == *inside {
                let _ = ready.session.close();
            }
        }
    }

    fn check(&self, message: &[u8], signature: &[u8]) -> Result<[u8; 64], TokenError> {
        let refused = || TokenError::Signature {
            token: self.token.name(),
        };
        let signature = Signature::from_slice(signature).map_err(|_| refused())?;
        self.public
            .verify_strict(message, &signature)
            .map_err(|_| refused())?;
        Ok(signature.to_bytes())
    }

    /// Sessions are whole whoever panicked beside them.
    fn sessions(&self) -> std::sync::MutexGuard<'_, Vec<Ready>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for TokenKey {
    fn drop(&mut self) {
        self.forget_sessions();
    }
}

fn ready(token: &Token, generation: u64) -> Result<Ready, TokenError> {
    let session = token.open(Access::ReadOnly)?;
    let found = token.private_key(&session).and_then(|key| {
        key.ok_or_else(|| TokenError::NoKey {
            token: token.name(),
            wanted: token.key_name(),
        })
    });
    match found {
        Ok(key) => Ok(Ready {
            session,
            key,
            generation,
        }),
        Err(error) => {
            let _ = session.close();
            Err(error)
        }
    }
}
