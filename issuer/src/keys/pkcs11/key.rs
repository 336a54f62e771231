//! A key in a token: sessions pooled, a lost one opened again once, every signature verified.

use std::sync::{Mutex, PoisonError};

use cryptoki::error::{Error, RvError};
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
}

impl TokenKey {
    /// Finds a key and logs in to its token.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn open(uri: &Pkcs11Uri, pin: Pin) -> Result<Self, TokenError> {
        let token = Token::new(uri, pin)?;
        let ready = ready(&token)?;
        let public = token.public_key(&ready.session)?;
        Ok(Self {
            token,
            public,
            sessions: Mutex::new(vec![ready]),
        })
    }

    /// The public half.
    #[must_use]
    pub const fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    /// Signs a message with `CKM_EDDSA` without parameters: Ed25519 of RFC 8032 (PKCS #11 v3.0 §2.3.14). A session
    /// that is lost is opened again once.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<[u8; 64], TokenError> {
        let (ready, kept) = match self.sessions().pop() {
            Some(ready) => (ready, true),
            None => (ready(&self.token)?, false),
        };
        let signature = match sign(&ready, message) {
            Ok(signature) => {
                self.keep(ready);
                signature
            }
            Err(cause) if kept && is_lost(&cause) => {
                tracing::warn!("token {}: {cause}; a new session is opened", self.token.name());
                drop(ready);
                // The others were opened beside it.
                self.sessions().clear();
                self.sign_anew(message).map_err(|cause| TokenError::Gone {
                    token: self.token.name(),
                    cause: Box::new(cause),
                })?
            }
            Err(cause) => return Err(self.token.fault(cause)),
        };
        self.check(message, &signature)
    }

    fn sign_anew(&self, message: &[u8]) -> Result<Vec<u8>, TokenError> {
        let ready = ready(&self.token)?;
        let signature = sign(&ready, message).map_err(|cause| self.token.fault(cause))?;
        self.keep(ready);
        Ok(signature)
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

    fn keep(&self, ready: Ready) {
        let mut sessions = self.sessions();
        if sessions.len() < KEPT_SESSIONS {
            sessions.push(ready);
        }
    }

    /// Sessions are whole whoever panicked beside them.
    fn sessions(&self) -> std::sync::MutexGuard<'_, Vec<Ready>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ready(token: &Token) -> Result<Ready, TokenError> {
    let session = token.open(Access::ReadOnly)?;
    let key = token
        .private_key(&session)?
        .ok_or_else(|| TokenError::NoKey {
            token: token.name(),
            wanted: token.key_name(),
        })?;
    Ok(Ready { session, key })
}

fn sign(ready: &Ready, message: &[u8]) -> Result<Vec<u8>, Error> {
    let mechanism = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure));
    ready.session.sign(&mechanism, ready.key, message)
}

/// Whether a new session may have what this one lost: the token was away, logged out, or started again.
fn is_lost(cause: &Error) -> bool {
    matches!(
        cause,
        Error::Pkcs11(
            RvError::SessionHandleInvalid
                | RvError::SessionClosed
                | RvError::UserNotLoggedIn
                | RvError::KeyHandleInvalid
                | RvError::ObjectHandleInvalid
                | RvError::TokenNotPresent
                | RvError::DeviceRemoved
                | RvError::DeviceError
                | RvError::FunctionFailed
                | RvError::GeneralError
                | RvError::OperationActive,
            _
        )
    )
}
