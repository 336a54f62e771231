//! Keys in tokens, by PKCS#11: HSMs, smart cards, SoftHSM. Found by an RFC 7512 URI, made in the token, never out of it.

mod error;
mod generate;
mod key;
mod module;
mod pin;
mod token;
mod uri;

pub use error::TokenError;
pub use key::TokenKey;
pub use pin::{Pin, PinFrom};
pub use uri::{Pkcs11Uri, Pkcs11UriError};
