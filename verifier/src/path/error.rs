//! Why a certificate, a root or a path is refused: facts, with both sides of the comparison.

use std::fmt;

use thiserror::Error;

use super::der::DerError;
use super::extensions::{KeyUsages, SubjectName};
use super::oid::Oid;
use crate::proof::ed25519::KeyError;

/// Which certificate of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateRole {
    /// The one whose key signs documents.
    EndEntity,
    /// A candidate between end entity and root.
    Intermediate {
        /// Position among the candidates offered, from 0.
        position: usize,
    },
    /// A pinned root.
    Root,
}

impl fmt::Display for CertificateRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndEntity => f.write_str("end entity"),
            Self::Intermediate { position } => write!(f, "intermediate {position}"),
            Self::Root => f.write_str("root"),
        }
    }
}

/// Why bytes are no certificate of this profile.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CertificateError {
    /// Longer than read.
    #[error("{found} bytes, at most {limit} are read")]
    TooLarge {
        /// Bytes found.
        found: usize,
        /// Bytes read at most.
        limit: usize,
    },
    /// Not strict DER of the structure required (RFC 5280 §4.1).
    #[error("malformed {0}")]
    Malformed(#[from] DerError),
    /// Not version 3 (RFC 5280 §4.1.2.1).
    #[error("not a version 3 certificate, at byte {offset}")]
    Version {
        /// Offset of the version.
        offset: usize,
    },
    /// Signed with something else than Ed25519, inside or outside the signed part (RFC 5280 §4.1.1.2).
    #[error("signature algorithm {found}, required 1.3.101.112")]
    SignatureAlgorithm {
        /// Algorithm found.
        found: Oid,
    },
    /// The subject's key is not for Ed25519 (RFC 8410 §3).
    #[error("key algorithm {found}, required 1.3.101.112")]
    KeyAlgorithm {
        /// Algorithm found.
        found: Oid,
    },
    /// The subject's key is unusable.
    #[error("unusable key")]
    Key {
        /// Why.
        source: KeyError,
    },
    /// The window of validity holds no instant (RFC 5280 §4.1.2.5).
    #[error("valid from {not_before} to {not_after}, which holds no instant")]
    EmptyValidity {
        /// Unix seconds.
        not_before: i64,
        /// Unix seconds.
        not_after: i64,
    },
    /// A critical extension outside this profile (RFC 5280 §4.2).
    #[error("critical extension outside the profile, at byte {offset}")]
    CriticalExtension {
        /// Offset of the extension's identifier.
        offset: usize,
    },
    /// An extension occurs twice (RFC 5280 §4.2).
    #[error("an extension occurs twice, at byte {offset}")]
    DuplicateExtension {
        /// Offset of the second identifier.
        offset: usize,
    },
}

/// Why a certificate cannot be pinned as a root.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RootError {
    /// Not a certificate of this profile.
    #[error("the root is not a certificate of this profile")]
    Certificate(#[from] CertificateError),
    /// Issuer and subject differ.
    #[error("the root is not self-issued")]
    NotSelfIssued,
    /// basicConstraints do not say cA TRUE (RFC 5280 §4.2.1.9).
    #[error("the root is not a certification authority")]
    NotAuthority,
    /// KeyUsage is absent or lacks keyCertSign (RFC 5280 §4.2.1.3).
    #[error("the root's key usage is {}, required keyCertSign", or_absent(*found))]
    KeyCertSignMissing {
        /// Key usage found.
        found: Option<KeyUsages>,
    },
    /// Its own key did not sign it.
    #[error("the root's signature does not verify under its own key")]
    SignatureInvalid,
    /// Read by this profile, refused by the path library.
    #[error("the path library refuses the root: {cause:?}")]
    Refused {
        /// The library's reason.
        cause: webpki::Error,
    },
}

/// Why no path from the end entity to a pinned root may be believed at the instant.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PathError {
    /// A certificate offered is not one of this profile.
    #[error("the {role} is not a certificate of this profile")]
    Certificate {
        /// Which.
        role: CertificateRole,
        /// Why.
        source: CertificateError,
    },
    /// More candidate intermediates than looked at.
    #[error("{found} intermediates offered, at most {limit} are looked at")]
    TooManyIntermediates {
        /// Offered.
        found: usize,
        /// Looked at.
        limit: usize,
    },
    /// More roots than looked at.
    #[error("{found} roots pinned, at most {limit} are looked at")]
    TooManyRoots {
        /// Pinned.
        found: usize,
        /// Looked at.
        limit: usize,
    },
    /// The instant is before notBefore (RFC 5280 §6.1.3 (a)(2)).
    #[error("the {role} is valid from {not_before}, the instant is {at}")]
    NotYetValid {
        /// Which.
        role: CertificateRole,
        /// The instant, Unix seconds.
        at: i64,
        /// Unix seconds.
        not_before: i64,
    },
    /// The instant is after notAfter (RFC 5280 §6.1.3 (a)(2)).
    #[error("the {role} was valid until {not_after}, the instant is {at}")]
    Expired {
        /// Which.
        role: CertificateRole,
        /// The instant, Unix seconds.
        at: i64,
        /// Unix seconds.
        not_after: i64,
    },
    /// No chain of names leads to a pinned root.
    #[error("no pinned root stands behind the end entity")]
    UnknownRoot,
    /// The names lead on, past the longest path followed.
    #[error("the path is longer than {limit} certificates")]
    PathTooLong {
        /// Certificates followed, end entity and root included.
        limit: usize,
    },
    /// More paths fit by name than are tried.
    #[error("more than {limit} paths fit by name")]
    TooManyPaths {
        /// Paths tried.
        limit: usize,
    },
    /// The names fit and a signature on the way does not verify (RFC 5280 §6.1.3 (a)(1)).
    #[error("the names lead to a pinned root, a signature on the way does not verify")]
    SignatureInvalid,
    /// An intermediate is no certification authority (RFC 5280 §6.1.4 (k)).
    #[error("intermediate {position} is not a certification authority")]
    NotAuthority {
        /// Position among the candidates, from 0.
        position: usize,
    },
    /// An intermediate's KeyUsage is absent or lacks keyCertSign (RFC 5280 §6.1.4 (n)).
    #[error("the key usage of intermediate {position} is {}, required keyCertSign", or_absent(*found))]
    KeyCertSignMissing {
        /// Position among the candidates, from 0.
        position: usize,
        /// Key usage found.
        found: Option<KeyUsages>,
    },
    /// An intermediate is confined to other purposes (RFC 5280 §4.2.1.12).
    #[error("intermediate {position} is confined to {}, required {expected}", list(found))]
    IntermediatePurpose {
        /// Position among the candidates, from 0.
        position: usize,
        /// Purpose required.
        expected: Oid,
        /// Purposes found.
        found: Vec<Oid>,
    },
    /// pathLenConstraint of an authority is exceeded (RFC 5280 §6.1.4 (l)).
    #[error("an authority allows fewer intermediates below it")]
    PathLengthExceeded,
    /// Read by this profile, refused by the path library.
    #[error("the path library refuses the path: {cause:?}")]
    Refused {
        /// The library's reason.
        cause: webpki::Error,
    },
    /// The end entity is a certification authority: its key may not sign documents.
    #[error("the end entity is a certification authority")]
    CaKey,
    /// The end entity's KeyUsage is not digitalSignature alone (DESIGN §4 Keys).
    #[error("the key usage is {}, required digitalSignature alone", or_absent(*found))]
    KeyUsage {
        /// Key usage found.
        found: Option<KeyUsages>,
    },
    /// The end entity's ExtendedKeyUsage is not the purpose alone (DESIGN §4 Keys).
    #[error("the purpose of the key is {}, required {expected} alone", list(found))]
    WrongPurpose {
        /// Purpose required.
        expected: Oid,
        /// Purposes found; empty when the extension is absent.
        found: Vec<Oid>,
    },
    /// The end entity's subjectAltName is not the verification method alone (DESIGN §4 Keys).
    #[error("the key belongs to {}, required {expected} alone", list(found))]
    SubjectAltName {
        /// Verification method required.
        expected: String,
        /// Names found; empty when the extension is absent.
        found: Vec<SubjectName>,
    },
}

impl PathError {
    /// How much the error tells when several paths fail: the one that got furthest.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::UnknownRoot => 0,
            Self::PathTooLong { .. } => 1,
            Self::NotAuthority { .. }
            | Self::KeyCertSignMissing { .. }
            | Self::IntermediatePurpose { .. } => 2,
            Self::SignatureInvalid => 3,
            Self::NotYetValid { .. } | Self::Expired { .. } | Self::PathLengthExceeded => 4,
            _ => 5,
        }
    }
}

fn or_absent(found: Option<KeyUsages>) -> String {
    found.map_or_else(|| "absent".to_owned(), |set| set.to_string())
}

fn list<T: fmt::Display>(found: &[T]) -> String {
    if found.is_empty() {
        return "absent".to_owned();
    }
    found
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
