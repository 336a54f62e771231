//! Private keys, each behind a type that signs only what it is for (DESIGN §2 invariant 8).

mod error;
mod file;
mod issuing;
mod owner;
mod passphrase;
mod pkcs11;
mod place;
mod signer;
mod status;

pub use error::{KeyError, PassphraseError};
pub use file::{create_key, open_key};
pub use issuing::{IssuingKey, Prepared, SignedDocument};
pub use owner::OwnerKey;
pub use passphrase::{PassphraseSource, read_passphrase};
pub use pkcs11::{Pin, PinFrom, Pkcs11Uri, Pkcs11UriError, TokenError, TokenKey};
pub use place::{KeyPlace, KeyPlaceError, Unlocking};
pub use signer::Signer;
pub use status::StatusKey;
