//! Private keys, each behind a type that signs only what it is for (DESIGN §2 invariant 8).

mod error;
mod file;
mod issuing;
mod owner;
mod passphrase;
mod status;

pub use error::{KeyError, PassphraseError};
pub use file::{create_key, open_key};
pub use issuing::{IssuingKey, SignedDocument};
pub use owner::OwnerKey;
pub use passphrase::{PassphraseSource, read_passphrase};
pub use status::StatusKey;
