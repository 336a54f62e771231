//! Signatures of notes, C2SP signed-note, with the one key a log has.

use ed25519_dalek::{Signature, VerifyingKey};
use touchstone_schemas::tlog::{KeyId, Origin, SignedNote};

/// A log's Ed25519 key under the log's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogKey {
    origin: Origin,
    key_id: KeyId,
    key: VerifyingKey,
}

impl LogKey {
    /// The key of the log `origin` from its 32 bytes (RFC 8032 §5.1.5).
    ///
    /// # Errors
    /// When the bytes are no point of the curve, or one of small order, under which anything can be signed.
    pub fn new(origin: Origin, public_key: &[u8; 32]) -> Result<Self, LogKeyError> {
        let key = VerifyingKey::from_bytes(public_key).map_err(|_| LogKeyError::NotAPoint)?;
        if key.is_weak() {
            return Err(LogKeyError::SmallOrder);
        }
        let key_id = KeyId::of_ed25519(origin.key_name(), public_key);
        Ok(Self { origin, key_id, key })
    }

    /// The log.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Identifier of the key in signature lines.
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }
}

/// Why 32 bytes are not a log's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogKeyError {
    /// No point of the curve (RFC 8032 §5.1.3).
    #[error("the log's public key is not a point of the curve")]
    NotAPoint,
    /// A point of small order.
    #[error("the log's public key is of small order")]
    SmallOrder,
}

/// Checks that the log signed the note's text. Lines of other keys are ignored, also when they share the log's name
/// or its key ID (C2SP signed-note, "Signatures"); every line of the log's own key must hold.
///
/// # Errors
/// When no line is of this key, or one that is does not hold.
pub fn verify_note(note: &SignedNote, log: &LogKey) -> Result<(), NoteRefused> {
    let mut signed = false;
    for line in note.signatures() {
        if line.key_id != log.key_id || line.key_name != *log.origin.key_name() {
            continue;
        }
        let found = line.signature.len();
        let signature =
            Signature::from_slice(&line.signature).map_err(|_| NoteRefused::SignatureLength { found })?;
        log.key
            .verify_strict(note.text().as_bytes(), &signature)
            .map_err(|_| NoteRefused::Signature)?;
        signed = true;
    }
    if signed {
        Ok(())
    } else {
        Err(NoteRefused::NotSigned {
            origin: log.origin.clone(),
            key_id: log.key_id,
        })
    }
}

/// Why a note is not the log's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteRefused {
    /// No signature line has the key's name and ID.
    #[error("no signature by key {key_id} of {origin}")]
    NotSigned {
        /// The log expected.
        origin: Origin,
        /// Its key.
        key_id: KeyId,
    },
    /// Not the 64 bytes of Ed25519.
    #[error("the log's signature has {found} bytes, Ed25519 has 64")]
    SignatureLength {
        /// Bytes found, without the key ID.
        found: usize,
    },
    /// The signature does not hold (RFC 8032 §5.1.7, strict).
    #[error("the log's signature does not verify")]
    Signature,
}
