//! The body of a submission, taken apart: `{"documents":[…]}`.

use touchstone_schemas::{
    budget::{MAX_CREDENTIAL_BYTES, MAX_OWNER_RECORD_BYTES, MAX_SNAPSHOT_BYTES, MAX_STATUS_LIST_BYTES},
    digest::Sha256Digest,
    json::{self, JsonError, Value},
    submission::DocumentKind,
};

use super::Lane;

/// The one member of a submission.
const MEMBER: &str = "documents";

/// Bounds on a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BundleLimits {
    /// Longest body, in bytes.
    pub bytes: usize,
    /// Most documents.
    pub documents: usize,
}

/// A document of a submission, its kind known by its looks, nothing of it checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawDocument {
    /// Its kind.
    pub kind: DocumentKind,
    /// SHA-256 of its JCS bytes.
    pub digest: Sha256Digest,
    /// Its JCS bytes.
    pub text: String,
    /// The key that its one proof names; none where `proof` is an array.
    pub verification_method: Option<String>,
    /// The lane that it needs.
    pub lane: Lane,
}

/// Why a body is not a submission. Positions count from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionError {
    /// Not strict JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Not an object with an array of documents, and nothing else.
    #[error("the body is not {{\"documents\":[…]}}")]
    Shape,
    /// No document.
    #[error("the submission holds no document")]
    Empty,
    /// Too many documents.
    #[error("the submission holds {found} documents, at most {limit} are taken")]
    TooMany {
        /// Documents found.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// A document of no kind that is kept.
    #[error(
        "document {position} is not a credential, an event, a status list, a key retirement or a verifier release"
    )]
    Kind {
        /// Its position.
        position: usize,
    },
    /// A document beyond its limit.
    #[error("document {position} has {found} bytes, one of its kind may have {limit}")]
    TooLarge {
        /// Its position.
        position: usize,
        /// Bytes found.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// The same document twice.
    #[error("document {position} is document {first} again")]
    Repeated {
        /// Position of the second.
        position: usize,
        /// Position of the first.
        first: usize,
    },
}

/// Takes a body apart.
///
/// # Errors
/// [`SubmissionError`] with the first fault.
pub fn read_submission(body: &[u8], limits: BundleLimits) -> Result<Vec<RawDocument>, SubmissionError> {
    let value = json::parse(body, limits.bytes)?;
    let object = value.as_object().filter(|object| object.len() == 1);
    let documents = object
        .and_then(|object| object.get(MEMBER))
        .and_then(Value::as_array)
        .ok_or(SubmissionError::Shape)?;
    match documents.len() {
        0 => return Err(SubmissionError::Empty),
        found if found > limits.documents => {
            return Err(SubmissionError::TooMany {
                found,
                limit: limits.documents,
            });
        }
        _ => {}
    }
    let mut seen = std::collections::BTreeMap::new();
    let mut raw = Vec::with_capacity(documents.len());
    for (position, document) in documents.iter().enumerate() {
        let document = read_document(position, document)?;
        if let Some(first) = seen.insert(document.digest, position) {
            return Err(SubmissionError::Repeated { position, first });
        }
        raw.push(document);
    }
    Ok(raw)
}

fn read_document(position: usize, document: &Value<'_>) -> Result<RawDocument, SubmissionError> {
    let kind = DocumentKind::of(document).ok_or(SubmissionError::Kind { position })?;
    let limit = match kind {
        DocumentKind::Credential | DocumentKind::Event => MAX_CREDENTIAL_BYTES,
        DocumentKind::StatusList => MAX_STATUS_LIST_BYTES,
        DocumentKind::KeyRetirement | DocumentKind::VerifierRelease => MAX_OWNER_RECORD_BYTES,
        DocumentKind::Snapshot => MAX_SNAPSHOT_BYTES,
    };
    let bytes = document.to_canonical_bytes();
    if bytes.len() > limit {
        return Err(SubmissionError::TooLarge {
            position,
            found: bytes.len(),
            limit,
        });
    }
    let digest = Sha256Digest::of(&bytes);
    // JCS is UTF-8.
    let text = String::from_utf8(bytes).map_err(|_| SubmissionError::Kind { position })?;
    let method = document.pointer("/proof/verificationMethod");
    Ok(RawDocument {
        kind,
        lane: Lane::of_document(kind, document),
        digest,
        text,
        verification_method: method.and_then(Value::as_str).map(str::to_owned),
    })
}
