//! What can go wrong with a token.

use std::path::PathBuf;

use cryptoki::error::{Error, RvError};

/// Why a token's key cannot be used. After each of these nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The vendor's library does not load.
    #[error("PKCS#11 module {}: {cause}", path.display())]
    Module {
        /// The library.
        path: PathBuf,
        /// What the loader or the library says.
        cause: Box<Error>,
    },
    /// No token of that label or serial number is present.
    #[error("no token {wanted} is present: is the HSM connected and switched on?")]
    NoToken {
        /// What was looked for.
        wanted: String,
    },
    /// Several tokens answer to it.
    #[error("{found} tokens are {wanted}: name the one meant by its serial number")]
    SeveralTokens {
        /// What was looked for.
        wanted: String,
        /// Tokens found.
        found: usize,
    },
    /// The token refuses the PIN. It is not tried again: tokens lock after a few tries.
    #[error("token {token} refuses the PIN, and it is not tried again")]
    PinRefused {
        /// The token.
        token: String,
    },
    /// The token is locked after wrong PINs.
    #[error("token {token} is locked after wrong PINs: its security officer sets a new one")]
    PinLocked {
        /// The token.
        token: String,
    },
    /// Somebody gave a wrong PIN before, and this one comes from a file.
    #[error(
        "token {token} has seen a wrong PIN, and one from a file could be the last it takes: put the file right, then log in once by hand with --ask-pin"
    )]
    PinTriesLow {
        /// The token.
        token: String,
    },
    /// The key is not there.
    #[error("token {token} has no Ed25519 key {wanted}")]
    NoKey {
        /// The token.
        token: String,
        /// What was looked for.
        wanted: String,
    },
    /// Several keys answer to it.
    #[error("token {token} has {found} keys {wanted}: name the one meant by its id")]
    SeveralKeys {
        /// The token.
        token: String,
        /// What was looked for.
        wanted: String,
        /// Keys found.
        found: usize,
    },
    /// The token has a private key and not its public half.
    #[error("token {token} does not give the public half of {wanted}")]
    NoPublicKey {
        /// The token.
        token: String,
        /// What was looked for.
        wanted: String,
    },
    /// The key could be taken out of the token (CKA_SENSITIVE, CKA_EXTRACTABLE).
    #[error("{wanted} in token {token} is not bound to it: it may be read out or wrapped")]
    Extractable {
        /// The token.
        token: String,
        /// The key.
        wanted: String,
    },
    /// A key is never overwritten.
    #[error("token {token} has a key {wanted} already, and a key is never overwritten")]
    Exists {
        /// The token.
        token: String,
        /// The key.
        wanted: String,
    },
    /// The session was lost, and no new one can be had.
    #[error("token {token} is gone: {cause}")]
    Gone {
        /// The token.
        token: String,
        /// What the new session said.
        cause: Box<Self>,
    },
    /// The token gave a signature that does not verify (RFC 8032 §5.1.7): it is not used.
    #[error("token {token} gave a signature that does not verify under the key's public half")]
    Signature {
        /// The token.
        token: String,
    },
    /// Anything else the token says.
    #[error("token {token}: {cause}")]
    Token {
        /// The token.
        token: String,
        /// What it says.
        cause: Box<Error>,
    },
}

impl TokenError {
    /// Whether a new session may have what this one lost: the token was away, logged out, or started again.
    pub(super) fn is_lost(&self) -> bool {
        let cause = match self {
            Self::NoToken { .. } => return true,
            Self::Token { cause, .. } => &**cause,
            _ => return false,
        };
        matches!(
            cause,
            Error::Pkcs11(
                RvError::CryptokiNotInitialized
                    | RvError::DeviceError
                    | RvError::DeviceRemoved
                    | RvError::FunctionFailed
                    | RvError::GeneralError
                    | RvError::KeyHandleInvalid
                    | RvError::ObjectHandleInvalid
                    | RvError::OperationActive
                    | RvError::SessionClosed
                    | RvError::SessionHandleInvalid
                    | RvError::SlotIdInvalid
                    | RvError::TokenNotPresent
                    | RvError::TokenNotRecognized
                    | RvError::UserNotLoggedIn,
                _
            )
        )
    }
}
