//! Certification paths: from the key that signed a document to a pinned root (RFC 5280 §6), at an instant.
//!
//! Parsing gives certificates of a closed profile (strict DER, version 3, Ed25519 throughout); `rustls-webpki` says
//! whether a path of them holds; the end entity's purpose and name are judged last, once its content is authentic.

mod algorithm;
mod certificate;
mod der;
mod error;
mod extensions;
mod oid;
mod root;
mod search;
mod validity;

use ed25519_dalek::VerifyingKey;
use touchstone_schemas::budget::{MAX_PATH_INTERMEDIATES, MAX_PATH_ROOTS};

use self::certificate::Certificate;
pub use self::certificate::{CertificateFacts, certificate_facts};
pub use self::der::{DerError, DerFault};
pub use self::error::{CertificateError, CertificateRole, PathError, RootError};
use self::extensions::Extensions;
pub use self::extensions::{BasicConstraints, KeyUsages, SubjectName};
pub use self::oid::{Oid, OidTextError};
pub use self::root::PinnedRoot;
use self::search::{Search, check_window};
pub use self::validity::Validity;

/// What a key was certified for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyPurpose {
    /// Signing credentials and events.
    IssueCredential,
    /// Signing status lists and snapshots.
    SignStatus,
}

/// The extended key usages of a profile; its arc is configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileOids {
    /// For [`KeyPurpose::IssueCredential`].
    pub issue: Oid,
    /// For [`KeyPurpose::SignStatus`].
    pub status: Oid,
}

impl ProfileOids {
    /// The usages under an enterprise arc: `<arc>.1.1` and `<arc>.1.2`. The demonstration's arc is
    /// 1.3.6.1.4.1.32473, set aside for examples by RFC 5612.
    #[must_use]
    pub fn under(arc: &Oid) -> Self {
        Self {
            issue: arc.child(&[1, 1]),
            status: arc.child(&[1, 2]),
        }
    }

    /// The usage of a purpose.
    #[must_use]
    pub fn of(&self, purpose: KeyPurpose) -> &Oid {
        match purpose {
            KeyPurpose::IssueCredential => &self.issue,
            KeyPurpose::SignStatus => &self.status,
        }
    }
}

/// A path to be verified.
#[derive(Debug, Clone, Copy)]
pub struct PathInput<'a> {
    /// The signing key's certificate, DER.
    pub end_entity: &'a [u8],
    /// Certificates that may stand between, DER, in any order.
    pub intermediates: &'a [&'a [u8]],
    /// The roots trusted.
    pub roots: &'a [PinnedRoot],
    /// The instant the question is about, Unix seconds.
    pub at_unix_seconds: i64,
    /// What the key is used for.
    pub purpose: KeyPurpose,
    /// The usages that stand for purposes.
    pub profile: &'a ProfileOids,
    /// The DID URL of the key, as the proof names it.
    pub verification_method: &'a str,
}

/// A key that a pinned root stands behind. Only [`verify_path`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedKey {
    key: VerifyingKey,
    validity: Validity,
    purpose: KeyPurpose,
    verification_method: String,
    root_fingerprint: [u8; 32],
}

impl VerifiedKey {
    /// The key itself.
    #[must_use]
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The seconds at which every certificate of the path is valid. The path holds at each of them, so a key
    /// verified once serves every instant inside without another look at signatures.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.validity
    }

    /// What the key may sign.
    #[must_use]
    pub fn purpose(&self) -> KeyPurpose {
        self.purpose
    }

    /// The DID URL the key is certified for.
    #[must_use]
    pub fn verification_method(&self) -> &str {
        &self.verification_method
    }

    /// SHA-256 of the SubjectPublicKeyInfo of the root behind the key.
    #[must_use]
    pub fn root_fingerprint(&self) -> [u8; 32] {
        self.root_fingerprint
    }
}

/// Verifies that a pinned root stands behind the end entity's key, for this purpose and verification method, at
/// this instant.
///
/// # Errors
/// [`PathError`] with the most telling reason: what is malformed or outside its window first, then signatures,
/// then the end entity's usage, purpose and name.
pub fn verify_path(input: &PathInput<'_>) -> Result<VerifiedKey, PathError> {
    limit(input.intermediates.len(), MAX_PATH_INTERMEDIATES)
        .map_err(|(found, limit)| PathError::TooManyIntermediates { found, limit })?;
    limit(input.roots.len(), MAX_PATH_ROOTS)
        .map_err(|(found, limit)| PathError::TooManyRoots { found, limit })?;
    let end_entity = parse(CertificateRole::EndEntity, input.end_entity)?;
    let candidates = input
        .intermediates
        .iter()
        .enumerate()
        .map(|(position, der)| parse(CertificateRole::Intermediate { position }, der))
        .collect::<Result<Vec<_>, _>>()?;
    // No certificate is valid before 1970, so the instant is not negative from here on.
    check_window(
        CertificateRole::EndEntity,
        end_entity.validity,
        input.at_unix_seconds,
    )?;
    let purpose = input.profile.of(input.purpose);
    let found = Search {
        end_entity: &end_entity,
        candidates: &candidates,
        roots: input.roots,
        at: input.at_unix_seconds,
        purpose,
    }
    .run()?;
    let (validity, root_fingerprint) = (found.validity, found.root.key_fingerprint());
    check_end_entity(&end_entity.extensions, purpose, input.verification_method)?;
    Ok(VerifiedKey {
        key: end_entity.key,
        validity,
        purpose: input.purpose,
        verification_method: input.verification_method.to_owned(),
        root_fingerprint,
    })
}

fn limit(found: usize, limit: usize) -> Result<(), (usize, usize)> {
    if found > limit {
        Err((found, limit))
    } else {
        Ok(())
    }
}

fn parse(role: CertificateRole, der: &[u8]) -> Result<Certificate<'_>, PathError> {
    Certificate::parse(der).map_err(|source| PathError::Certificate { role, source })
}

/// The house rules on the key that signs documents: one usage, one purpose, one name.
fn check_end_entity(extensions: &Extensions, purpose: &Oid, method: &str) -> Result<(), PathError> {
    if extensions.role != BasicConstraints::EndEntity {
        return Err(PathError::CaKey);
    }
    if extensions.key_usage != Some(KeyUsages::DIGITAL_SIGNATURE) {
        return Err(PathError::KeyUsage {
            found: extensions.key_usage,
        });
    }
    let purposes = extensions.extended_key_usage.as_deref().unwrap_or_default();
    if purposes != core::slice::from_ref(purpose) {
        return Err(PathError::WrongPurpose {
            expected: purpose.clone(),
            found: purposes.to_vec(),
        });
    }
    match extensions.subject_alt_name.as_deref().unwrap_or_default() {
        [SubjectName::Uri(uri)] if uri.as_bytes() == method.as_bytes() => Ok(()),
        found => Err(PathError::SubjectAltName {
            expected: method.to_owned(),
            found: found.to_vec(),
        }),
    }
}
