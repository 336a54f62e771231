//! Signed notes, C2SP signed-note.
//!
//! ```text
//! <text, ending in a newline>
//!                                          <- the last empty line of the note
//! — <key name> <base64(key ID ‖ signature)>
//! …
//! ```

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::base64;
use super::key_name::{KeyName, KeyNameError};
use crate::budget::{MAX_NOTE_BYTES, MAX_NOTE_SIGNATURES};

/// What a signature line begins with: em dash (U+2014), space.
const SIGNATURE_MARK: &str = "\u{2014} ";
/// Signature type of plain Ed25519 signatures (C2SP signed-note, "Signature types").
const ED25519_TYPE: u8 = 0x01;
/// Length of a key ID in bytes.
const KEY_ID_BYTES: usize = 4;

/// Identifier of a note's key, together with its name. Not a strong hash: it only says which key to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; KEY_ID_BYTES]);

impl KeyId {
    /// Takes the four bytes, big-endian, as they stand in a signature line.
    pub const fn from_bytes(bytes: [u8; KEY_ID_BYTES]) -> Self {
        Self(bytes)
    }

    /// The four bytes, big-endian.
    pub const fn as_bytes(&self) -> &[u8; KEY_ID_BYTES] {
        &self.0
    }

    /// Identifier of an Ed25519 key: `SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)[:4]` (C2SP signed-note, "Ed25519 signatures").
    pub fn of_ed25519(name: &KeyName, public_key: &[u8; 32]) -> Self {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(name.as_str())
            .chain_update([b'\n', ED25519_TYPE])
            .chain_update(public_key)
            .finalize()
            .into();
        let [a, b, c, d, ..] = digest;
        Self([a, b, c, d])
    }
}

/// Eight lower-case hexadecimal digits, as in verifier keys.
impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

/// One signature line of a note, not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// Name of the key.
    pub key_name: KeyName,
    /// Identifier of the key.
    pub key_id: KeyId,
    /// The signature after the key ID, in the format of the key's type; at least one byte.
    pub signature: Vec<u8>,
}

impl NoteSignature {
    fn parse(line: &str, number: usize) -> Result<Self, NoteError> {
        let not_a_signature = || NoteError::NotASignatureLine { line: number };
        let rest = line.strip_prefix(SIGNATURE_MARK).ok_or_else(not_a_signature)?;
        let (name, blob) = rest.split_once(' ').ok_or_else(not_a_signature)?;
        let key_name = KeyName::parse(name).map_err(|source| NoteError::KeyName { line: number, source })?;
        let bytes = base64::decode(blob).ok_or(NoteError::NotBase64 { line: number })?;
        match bytes.split_first_chunk::<KEY_ID_BYTES>() {
            Some((id, signature)) if !signature.is_empty() => Ok(Self {
                key_name,
                key_id: KeyId(*id),
                signature: signature.to_vec(),
            }),
            _ => Err(NoteError::SignatureTooShort {
                line: number,
                bytes: bytes.len(),
            }),
        }
    }
}

/// The line with its newline.
impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut blob = self.key_id.0.to_vec();
        blob.extend_from_slice(&self.signature);
        writeln!(f, "{SIGNATURE_MARK}{} {}", self.key_name, base64::encode(&blob))
    }
}

/// A note in good form, its signatures **not verified**: the text is not to be used before they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl SignedNote {
    /// Puts a note together from its text, final newline included, and its signatures.
    ///
    /// # Errors
    /// What [`SignedNote::parse`] would say of the note's bytes.
    pub fn new(text: String, signatures: Vec<NoteSignature>) -> Result<Self, NoteError> {
        let note = Self { text, signatures };
        // One set of rules: a note is sound when its own bytes are read back as the same note.
        let read = Self::parse(note.to_string().as_bytes())?;
        if read == note {
            Ok(read)
        } else {
            Err(NoteError::TextOrSignature)
        }
    }

    /// Reads a note. Strict: [`SignedNote::to_string`](ToString::to_string) gives back the same bytes.
    ///
    /// # Errors
    /// When the bytes are over [`MAX_NOTE_BYTES`], have more than [`MAX_NOTE_SIGNATURES`] signatures, or break
    /// the format of C2SP signed-note.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLong { bytes: bytes.len() });
        }
        let note = str::from_utf8(bytes).map_err(|error| NoteError::NotUtf8 {
            offset: error.valid_up_to(),
        })?;
        if let Some(offset) = note.bytes().position(|byte| byte < 0x20 && byte != b'\n') {
            return Err(NoteError::ControlCharacter { offset });
        }
        let (before, after) = note.rsplit_once("\n\n").ok_or(NoteError::NoEmptyLine)?;
        let mut number = before.split('\n').count().saturating_add(1);
        let lines = after.strip_suffix('\n').ok_or(NoteError::NoSignatureLine)?;
        let mut signatures = Vec::new();
        for line in lines.split('\n') {
            number = number.saturating_add(1);
            if signatures.len() == MAX_NOTE_SIGNATURES {
                return Err(NoteError::TooManySignatures { line: number });
            }
            signatures.push(NoteSignature::parse(line, number)?);
        }
        Ok(Self {
            text: format!("{before}\n"),
            signatures,
        })
    }

    /// The text the signatures are over, final newline included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures in the order of their lines.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }
}

/// The note as it is sent and stored.
impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| signature.fmt(f))
    }
}

/// Why bytes are not a signed note. Lines count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Over the limit of `budget.rs`.
    #[error("{bytes} bytes, a note may have {MAX_NOTE_BYTES}")]
    TooLong {
        /// Bytes found.
        bytes: usize,
    },
    /// "Signed notes MUST be valid UTF-8".
    #[error("not UTF-8 at byte {offset}")]
    NotUtf8 {
        /// Offset of the first wrong byte.
        offset: usize,
    },
    /// "MUST NOT contain any ASCII control characters (those below U+0020) other than newline".
    #[error("control character at byte {offset}")]
    ControlCharacter {
        /// Offset of the byte.
        offset: usize,
    },
    /// No empty line parts text and signatures.
    #[error("no empty line before the signatures")]
    NoEmptyLine,
    /// No signature, or the last line lacks its newline.
    #[error("no complete signature line after the last empty line")]
    NoSignatureLine,
    /// Over the limit of `budget.rs`.
    #[error("line {line} is one signature more than the {MAX_NOTE_SIGNATURES} a note may have")]
    TooManySignatures {
        /// The first line too many.
        line: usize,
    },
    /// A line after the last empty one without em dash, name and signature.
    #[error("line {line} is not an em dash, a key name and a signature")]
    NotASignatureLine {
        /// The line.
        line: usize,
    },
    /// A key name that may not be.
    #[error("line {line}: {source}")]
    KeyName {
        /// The line.
        line: usize,
        /// What is wrong with the name.
        source: KeyNameError,
    },
    /// The signature is not canonical base64.
    #[error("the signature on line {line} is not canonical base64")]
    NotBase64 {
        /// The line.
        line: usize,
    },
    /// No byte of signature after the four of the key ID.
    #[error("the signature on line {line} has {bytes} bytes, with its key ID it has at least 5")]
    SignatureTooShort {
        /// The line.
        line: usize,
        /// Bytes found, key ID included.
        bytes: usize,
    },
    /// Text and signatures of [`SignedNote::new`] that would be read back as other text and signatures.
    #[error("the text does not end in a newline, or a part cannot be told from another")]
    TextOrSignature,
}
