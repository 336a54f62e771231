//! Why the service does not start.

use std::net::SocketAddr;

use touchstone_schemas::multikey::Multikey;
use touchstone_verifier::tlog::LogKeyError;

use crate::{
    Role, TrustError,
    recovery::StatementFileError,
    statistics::DenominatorsError,
    store::{LockError, StoreError},
    tlog::{LogSignerError, RecoverError},
    web::WebError,
    webhooks::AuthoritiesError,
};

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No pin.
    #[error("no scheme owner is pinned: set trust.owner_key")]
    NoOwnerKey,
    /// Started as another than the configuration says.
    #[error("registry.role is {configured}")]
    Role {
        /// What the configuration says.
        configured: Role,
    },
    /// The log's key is unusable.
    #[error(transparent)]
    Signer(#[from] LogSignerError),
    /// A reader without the log's public key.
    #[error("log.public_key is missing: a reader checks checkpoints with it")]
    NoPublicKey,
    /// The log's public key is unusable.
    #[error("log.public_key: {0}")]
    PublicKey(#[from] LogKeyError),
    /// The configuration has one key and the key file another.
    #[error("log.public_key is {configured}, the key in log.key_file is {found}")]
    OtherKey {
        /// What the configuration says.
        configured: Multikey,
        /// The key's public half.
        found: Multikey,
    },
    /// Another process writes.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// No database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A database made before there was a directory, which the sequencer fills at its start.
    #[error(
        "the directory holds {filled} of {size} entries, and a reader does not fill it: start the sequencer of this \
         version first"
    )]
    DirectoryNotFilled {
        /// Entries in the directory.
        filled: u64,
        /// Entries of the log.
        size: u64,
    },
    /// The log is not as it was left.
    #[error(transparent)]
    Recover(#[from] RecoverError),
    /// What a recovered log says of the one before it cannot be read.
    #[error(transparent)]
    Recovery(#[from] StatementFileError),
    /// No trust list.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// No verify page where one is configured.
    #[error(transparent)]
    Web(#[from] WebError),
    /// No numbers to divide by where they are configured.
    #[error(transparent)]
    Denominators(#[from] DenominatorsError),
    /// No authorities where they are configured.
    #[error(transparent)]
    Authorities(#[from] AuthoritiesError),
    /// The document of the API cannot be written.
    #[error("the document of the API: {0}")]
    Api(#[from] serde_json::Error),
    /// An address is taken.
    #[error("cannot listen on {address}: {cause}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        cause: std::io::Error,
    },
    /// No thread.
    #[error("the system gives no thread: {0}")]
    Thread(std::io::Error),
}
