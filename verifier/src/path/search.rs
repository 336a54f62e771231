//! Finding a path: every sequence of candidates whose names fit is a try, until one holds.
//!
//! The path library could search by itself, but its limits are made for the web (a hundred signatures, two hundred
//! thousand steps). Here it is handed one finished path at a time and only says whether that path holds.

use core::ops::ControlFlow;
use core::time::Duration;

use rustls_pki_types::{CertificateDer, UnixTime};
use touchstone_schemas::budget::{MAX_PATH_ATTEMPTS, MAX_PATH_CERTIFICATES};
use webpki::{EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter};

use super::algorithm::StrictEd25519;
use super::certificate::Certificate;
use super::error::{CertificateRole, PathError};
use super::extensions::{BasicConstraints, KeyUsages};
use super::oid::Oid;
use super::root::PinnedRoot;
use super::validity::Validity;

/// A path that holds.
pub(super) struct Found<'a> {
    pub(super) root: &'a PinnedRoot,
    /// The seconds at which every certificate of the path is valid.
    pub(super) validity: Validity,
}

/// What a search looks at, and what it has learnt.
pub(super) struct Search<'a> {
    pub(super) end_entity: &'a Certificate<'a>,
    pub(super) candidates: &'a [Certificate<'a>],
    pub(super) roots: &'a [PinnedRoot],
    /// Unix seconds, not negative.
    pub(super) at: i64,
    pub(super) purpose: &'a Oid,
}

/// Purposes are judged on the parsed certificates: the library's own `KeyUsage` wants them known at compile time.
struct JudgedElsewhere;

impl ExtendedKeyUsageValidator for JudgedElsewhere {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        Ok(())
    }
}

/// The tries left, and the most telling failure so far.
struct Progress {
    attempts_left: usize,
    failure: PathError,
}

impl Progress {
    fn note(&mut self, failure: PathError) {
        if failure.rank() > self.failure.rank() {
            self.failure = failure;
        }
    }
}

impl<'a> Search<'a> {
    /// The first path that holds, shorter ones before their extensions.
    pub(super) fn run(&self) -> Result<Found<'a>, PathError> {
        let der = CertificateDer::from(self.end_entity.encoded);
        let end_entity = EndEntityCert::try_from(&der).map_err(|cause| PathError::Refused { cause })?;
        let mut progress = Progress {
            attempts_left: MAX_PATH_ATTEMPTS,
            failure: PathError::UnknownRoot,
        };
        match self.extend(&end_entity, &mut Vec::new(), &mut progress) {
            ControlFlow::Break(outcome) => outcome,
            ControlFlow::Continue(()) => Err(progress.failure),
        }
    }

    /// Tries `path` under every root whose name fits, then with each candidate that fits on top of it.
    fn extend(
        &self,
        end_entity: &EndEntityCert<'_>,
        path: &mut Vec<usize>,
        progress: &mut Progress,
    ) -> ControlFlow<Result<Found<'a>, PathError>> {
        let top = self.certificates(path).last().unwrap_or(self.end_entity);
        for root in self.roots.iter().filter(|root| root.subject() == top.issuer) {
            match progress.attempts_left.checked_sub(1) {
                Some(left) => progress.attempts_left = left,
                None => {
                    return ControlFlow::Break(Err(PathError::TooManyPaths {
                        limit: MAX_PATH_ATTEMPTS,
                    }));
                }
            }
            match self.attempt(end_entity, path, root) {
                Ok(found) => return ControlFlow::Break(Ok(found)),
                Err(failure) => progress.note(failure),
            }
        }
        for (position, candidate) in self.candidates.iter().enumerate() {
            if candidate.subject != top.issuer || self.occurs(candidate, path) {
                continue;
            }
            if path.len().saturating_add(2) >= MAX_PATH_CERTIFICATES {
                progress.note(PathError::PathTooLong {
                    limit: MAX_PATH_CERTIFICATES,
                });
                break;
            }
            path.push(position);
            self.extend(end_entity, path, progress)?;
            path.pop();
        }
        ControlFlow::Continue(())
    }

    fn certificates(&self, path: &[usize]) -> impl Iterator<Item = &'a Certificate<'a>> {
        let candidates = self.candidates;
        path.iter().filter_map(move |position| candidates.get(*position))
    }

    /// Whether the same authority, by name and key, is on the path already (RFC 4158 §5.2).
    fn occurs(&self, candidate: &Certificate<'_>, path: &[usize]) -> bool {
        std::iter::once(self.end_entity)
            .chain(self.certificates(path))
            .any(|earlier| {
                earlier.subject == candidate.subject && earlier.public_key_info == candidate.public_key_info
            })
    }

    /// Whether this path holds at the instant.
    fn attempt(
        &self,
        end_entity: &EndEntityCert<'_>,
        path: &[usize],
        root: &'a PinnedRoot,
    ) -> Result<Found<'a>, PathError> {
        let mut validity = self.end_entity.validity;
        let mut intermediates = Vec::with_capacity(path.len());
        let mut algorithm = StrictEd25519 {
            decoded: vec![root.key()],
        };
        for (position, certificate) in path.iter().zip(self.certificates(path)) {
            self.check_authority(*position, certificate)?;
            validity = validity.intersect(certificate.validity);
            intermediates.push(CertificateDer::from(certificate.encoded));
            algorithm.decoded.push(certificate.key);
        }
        let time = UnixTime::since_unix_epoch(Duration::from_secs(self.at.unsigned_abs()));
        end_entity
            .verify_for_usage(
                &[&algorithm],
                core::slice::from_ref(root.anchor()),
                &intermediates,
                time,
                JudgedElsewhere,
                None,
                None,
            )
            .map_err(told)?;
        // The library does not look at a trust anchor's dates.
        check_window(CertificateRole::Root, root.validity(), self.at)?;
        Ok(Found {
            root,
            validity: validity.intersect(root.validity()),
        })
    }

    fn check_authority(&self, position: usize, certificate: &Certificate<'_>) -> Result<(), PathError> {
        check_window(
            CertificateRole::Intermediate { position },
            certificate.validity,
            self.at,
        )?;
        let extensions = &certificate.extensions;
        if extensions.role != BasicConstraints::Authority {
            return Err(PathError::NotAuthority { position });
        }
        let found = extensions.key_usage;
        if !found.is_some_and(|set| set.contains(KeyUsages::KEY_CERT_SIGN)) {
            return Err(PathError::KeyCertSignMissing { position, found });
        }
        match &extensions.extended_key_usage {
            Some(found) if !found.contains(self.purpose) => Err(PathError::IntermediatePurpose {
                position,
                expected: self.purpose.clone(),
                found: found.clone(),
            }),
            _ => Ok(()),
        }
    }
}

/// Whether the instant lies in the window, both ends included.
pub(super) fn check_window(role: CertificateRole, validity: Validity, at: i64) -> Result<(), PathError> {
    let Validity {
        not_before,
        not_after,
    } = validity;
    if at < not_before {
        return Err(PathError::NotYetValid { role, at, not_before });
    }
    if at > not_after {
        return Err(PathError::Expired { role, at, not_after });
    }
    Ok(())
}

fn told(error: webpki::Error) -> PathError {
    match error {
        webpki::Error::InvalidSignatureForPublicKey => PathError::SignatureInvalid,
        webpki::Error::CaUsedAsEndEntity => PathError::CaKey,
        webpki::Error::PathLenConstraintViolated => PathError::PathLengthExceeded,
        cause => PathError::Refused { cause },
    }
}
