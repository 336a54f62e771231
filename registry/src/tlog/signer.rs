//! Checkpoints, signed: the one thing the registry's key signs.

use std::fmt;

use ed25519_dalek::{Signer, SigningKey};
use touchstone_schemas::multikey::Multikey;
use touchstone_schemas::tlog::{Checkpoint, KeyId, NoteError, NoteSignature, Origin, SignedNote, TreeHead};
use touchstone_verifier::tlog::{LogKey, LogKeyError};

/// The log's key under the log's name.
pub struct LogSigner {
    origin: Origin,
    key: SigningKey,
    public: LogKey,
    key_id: KeyId,
}

/// Why there is no signer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogSignerError {
    /// The key is unusable.
    #[error(transparent)]
    Key(#[from] LogKeyError),
    /// The note cannot be put together.
    #[error("the checkpoint's note: {0}")]
    Note(#[from] NoteError),
}

impl LogSigner {
    /// A signer for the log of that origin.
    ///
    /// # Errors
    /// When the key is unusable.
    pub fn new(origin: Origin, key: SigningKey) -> Result<Self, LogSignerError> {
        let public = LogKey::new(origin.clone(), &key.verifying_key().to_bytes())?;
        Ok(Self {
            key_id: public.key_id(),
            origin,
            key,
            public,
        })
    }

    /// The key its signatures are checked with.
    #[must_use]
    pub fn public(&self) -> &LogKey {
        &self.public
    }

    /// The same key, as configurations and trust lists write it.
    #[must_use]
    pub fn multikey(&self) -> Multikey {
        Multikey::from_bytes(self.key.verifying_key().to_bytes())
    }

    /// Signs the checkpoint of a tree.
    ///
    /// # Errors
    /// When the note cannot be put together.
    pub fn sign(&self, head: TreeHead) -> Result<SignedNote, LogSignerError> {
        let text = Checkpoint {
            origin: self.origin.clone(),
            head,
        }
        .to_string();
        let signature = NoteSignature {
            key_name: self.origin.key_name().clone(),
            key_id: self.key_id,
            signature: self.key.sign(text.as_bytes()).to_bytes().to_vec(),
        };
        Ok(SignedNote::new(text, vec![signature])?)
    }
}

/// Without the key.
impl fmt::Debug for LogSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogSigner")
            .field("origin", &self.origin)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}
