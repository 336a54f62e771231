//! X.509 certificates of the body's keys (RFC 5280, RFC 8410): a root, and end entities for issuing and for status.
//!
//! The profile is narrow, as the verifier's is: Ed25519 throughout; the root signs certificates and nothing else; an
//! end entity has `digitalSignature` alone, one of our extended key usages, and its DID URL as its one name.

mod fingerprint;
mod profile;
mod request;
mod signature;

use std::str::FromStr;
use std::time::Duration;

use der::{DateTime, Decode, DecodePem, Encode, EncodePem, asn1::Ia5String, pem::LineEnding};
use ed25519_dalek::VerifyingKey;
use touchstone_schemas::{
    budget::MAX_CERTIFICATE_BYTES,
    date_time::Timestamp,
    did::VerificationMethod,
    text::Text,
    trust_list::{DerCertificate, DerCertificateError},
};
use touchstone_verifier::path::{CertificateError, PinnedRoot, RootError};
use x509_cert::{
    Certificate,
    builder::{CertificateBuilder, profile::BuilderProfile},
    ext::pkix::name::GeneralName,
    name::Name,
    serial_number::SerialNumber,
    spki::SubjectPublicKeyInfo,
    time::{Time, Validity},
};

pub use self::fingerprint::{Fingerprint, FingerprintError};
use self::profile::{EndEntity, Root};
pub use self::request::{CertificateRequest, RequestRefused};
use self::signature::sign;
use crate::keys::{KeyError, Signer};

/// Random octets of a serial number: 16, so never guessed and never met twice (RFC 5280 §4.1.2.2 allows 20).
const SERIAL_OCTETS: usize = 16;

/// Why a certificate cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum CaError {
    /// A part cannot be written in DER.
    #[error("a certificate cannot be written in DER: {0}")]
    Der(#[from] der::Error),
    /// The builder refuses.
    #[error("a certificate cannot be built: {0}")]
    Build(#[from] x509_cert::builder::Error),
    /// A public key cannot be written.
    #[error("a public key cannot be written: {0}")]
    PublicKey(#[from] x509_cert::spki::Error),
    /// Not an object identifier.
    #[error("{found:?} is not an object identifier")]
    Purpose {
        /// The text found.
        found: String,
    },
    /// A validity beyond what a certificate can say.
    #[error("{found} cannot stand in a certificate")]
    Time {
        /// The instant.
        found: Timestamp,
    },
    /// No randomness for a serial number.
    #[error("no random bytes from the system: {0}")]
    Random(getrandom::Error),
    /// Larger than a trust list carries.
    #[error(transparent)]
    TooLarge(#[from] DerCertificateError),
    /// The key does not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A certificate that verifiers do not read.
    #[error("a certificate: {cause}")]
    Certificate {
        /// What is wrong.
        cause: CertificateError,
    },
    /// The root's certificate is of another key.
    #[error("the root's key is not that of its certificate")]
    RootDiffers,
    /// Not a certificate that verifiers take as a root.
    #[error("the root's certificate: {0}")]
    Root(#[from] RootError),
    /// A window that the root does not cover.
    #[error("from {from} until {until} lies outside the root's own validity, {} to {}", .root.from, .root.until)]
    OutsideRoot {
        /// notBefore.
        from: Timestamp,
        /// notAfter.
        until: Timestamp,
        /// The root's window.
        root: CertificateWindow,
    },
}

/// First and last second of a certificate's validity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateWindow {
    /// notBefore.
    pub from: Timestamp,
    /// notAfter.
    pub until: Timestamp,
}

/// The names of the body in its certificates' subjects.
#[derive(Clone, Copy, Debug)]
pub struct BodyNames<'a> {
    /// Its name.
    pub name: &'a Text,
    /// Its English name.
    pub name_en: &'a Text,
}

/// A root: the key that certifies, and its own certificate.
pub struct RootAuthority<'a> {
    key: &'a Signer,
    subject: Name,
    certificate: DerCertificate,
}

impl<'a> RootAuthority<'a> {
    /// Makes the root's own certificate.
    ///
    /// # Errors
    /// [`CaError`].
    pub fn new(key: &'a Signer, names: BodyNames<'_>, window: CertificateWindow) -> Result<Self, CaError> {
        let subject = subject(names, "root")?;
        let builder = CertificateBuilder::new(
            Root {
                subject: subject.clone(),
            },
            serial_number()?,
            validity(window)?,
            SubjectPublicKeyInfo::from_key(&key.verifying_key())?,
        )?;
        let certificate = finish(builder, key)?;
        Ok(Self {
            key,
            subject,
            certificate,
        })
    }

    /// A root made before, by its certificate.
    ///
    /// # Errors
    /// [`CaError::RootDiffers`], [`CaError::Root`] when verifiers would not take it as a root.
    pub fn of(key: &'a Signer, certificate: DerCertificate) -> Result<Self, CaError> {
        PinnedRoot::parse(certificate.as_der())?;
        let read = Certificate::from_der(certificate.as_der())?;
        let info = SubjectPublicKeyInfo::from_key(&key.verifying_key())?;
        if *read.tbs_certificate().subject_public_key_info() != info {
            return Err(CaError::RootDiffers);
        }
        Ok(Self {
            key,
            subject: read.tbs_certificate().subject().clone(),
            certificate,
        })
    }

    /// The root certificate.
    #[must_use]
    pub const fn certificate(&self) -> &DerCertificate {
        &self.certificate
    }

    /// Certifies an end entity's key for one purpose and one DID URL.
    ///
    /// # Errors
    /// [`CaError`].
    pub fn certify(
        &self,
        key: &VerifyingKey,
        names: BodyNames<'_>,
        method: &VerificationMethod,
        purpose: &str,
        window: CertificateWindow,
    ) -> Result<DerCertificate, CaError> {
        let subject = subject(names, &format!("key {}", method.number()))?;
        self.end_entity(key, subject, method, purpose, window)
    }

    /// Certifies what a request asks for, whose fingerprint somebody compared.
    ///
    /// # Errors
    /// [`CaError`].
    pub fn certify_request(
        &self,
        request: &CertificateRequest,
        window: CertificateWindow,
    ) -> Result<DerCertificate, CaError> {
        let subject = request.subject.clone();
        self.end_entity(
            request.key(),
            subject,
            request.method(),
            request.purpose(),
            window,
        )
    }

    fn end_entity(
        &self,
        key: &VerifyingKey,
        subject: Name,
        method: &VerificationMethod,
        purpose: &str,
        window: CertificateWindow,
    ) -> Result<DerCertificate, CaError> {
        let validity_of_root = PinnedRoot::parse(self.certificate.as_der())?.validity();
        let root = CertificateWindow {
            from: Timestamp::from_unix(validity_of_root.not_before).unwrap_or(Timestamp::MIN),
            until: Timestamp::from_unix(validity_of_root.not_after).unwrap_or(Timestamp::MAX),
        };
        if window.from < root.from || window.until > root.until || window.from >= window.until {
            let CertificateWindow { from, until } = window;
            return Err(CaError::OutsideRoot { from, until, root });
        }
        let profile = EndEntity {
            issuer: self.subject.clone(),
            subject,
            purpose: purpose_of(purpose)?,
            name: GeneralName::UniformResourceIdentifier(Ia5String::new(&method.to_string())?),
        };
        let builder = CertificateBuilder::new(
            profile,
            serial_number()?,
            validity(window)?,
            SubjectPublicKeyInfo::from_key(key)?,
        )?;
        finish(builder, self.key)
    }
}

/// A certificate in PEM or DER.
///
/// # Errors
/// [`CaError`].
pub fn read_certificate(bytes: &[u8]) -> Result<DerCertificate, CaError> {
    if bytes.len() > 2 * MAX_CERTIFICATE_BYTES || !bytes.starts_with(b"-----") {
        return Ok(DerCertificate::new(bytes.to_vec())?);
    }
    Ok(DerCertificate::new(Certificate::from_pem(bytes)?.to_der()?)?)
}

/// A certificate as PEM (RFC 7468 §5).
///
/// # Errors
/// [`CaError`].
pub fn write_certificate(certificate: &DerCertificate) -> Result<String, CaError> {
    Ok(Certificate::from_der(certificate.as_der())?.to_pem(LineEnding::LF)?)
}

/// The subject of a certificate, as RFC 4514 writes it.
///
/// # Errors
/// [`CaError`].
pub fn subject_of(certificate: &DerCertificate) -> Result<String, CaError> {
    let certificate = Certificate::from_der(certificate.as_der())?;
    Ok(certificate.tbs_certificate().subject().to_string())
}

fn purpose_of(purpose: &str) -> Result<const_oid::ObjectIdentifier, CaError> {
    const_oid::ObjectIdentifier::new(purpose).map_err(|_| CaError::Purpose {
        found: purpose.to_owned(),
    })
}

fn finish<P: BuilderProfile>(
    builder: CertificateBuilder<P>,
    signer: &Signer,
) -> Result<DerCertificate, CaError> {
    let certificate: Certificate = sign(builder, signer)?;
    Ok(DerCertificate::new(certificate.to_der()?)?)
}

/// `CN=<English name> <role>, O=<name>`, escaped as RFC 4514 §2.4 asks.
fn subject(names: BodyNames<'_>, role: &str) -> Result<Name, CaError> {
    let escape = |text: &str| {
        text.chars().fold(String::new(), |mut escaped, c| {
            if matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '#' | '=' | '/') {
                escaped.push('\\');
            }
            escaped.push(c);
            escaped
        })
    };
    let text = format!(
        "CN={} {role},O={}",
        escape(names.name_en.as_str()),
        escape(names.name.as_str())
    );
    Ok(Name::from_str(&text)?)
}

fn serial_number() -> Result<SerialNumber, CaError> {
    let mut octets = [0; SERIAL_OCTETS];
    getrandom::fill(&mut octets).map_err(CaError::Random)?;
    // The highest bits 01 keep it positive and of full length in DER.
    if let Some(first) = octets.first_mut() {
        *first = *first & 0x3f | 0x40;
    }
    Ok(SerialNumber::new(&octets)?)
}

fn validity(window: CertificateWindow) -> Result<Validity, CaError> {
    Ok(Validity::new(time(window.from)?, time(window.until)?))
}

fn time(instant: Timestamp) -> Result<Time, CaError> {
    let out_of_range = || CaError::Time { found: instant };
    let seconds = u64::try_from(instant.unix()).map_err(|_| out_of_range())?;
    let date_time = DateTime::from_unix_duration(Duration::from_secs(seconds)).map_err(|_| out_of_range())?;
    Ok(Time::from(date_time))
}

#[cfg(test)]
mod tests {
    use touchstone_schemas::did::Did;
    use touchstone_verifier::path::{KeyPurpose, PathInput, PinnedRoot, ProfileOids, verify_path};

    use super::*;

    fn instant(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_verifier_accepts_the_path_for_its_purpose_alone() {
        let signer = |seed| Signer::File(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]));
        let (root_key, key) = (signer(1), signer(2));
        let (name, name_en) = (
            Text::parse("示范认证中心（演示）").unwrap(),
            Text::parse("Demo, Body + Co.").unwrap(),
        );
        let names = BodyNames {
            name: &name,
            name_en: &name_en,
        };
        let window = CertificateWindow {
            from: instant("2026-01-01T00:00:00Z"),
            until: instant("2051-01-01T00:00:00Z"),
        };
        let root = RootAuthority::new(&root_key, names, window).unwrap();
        let profile = ProfileOids::under(&"1.3.6.1.4.1.32473".parse().unwrap());
        let method = Did::parse("did:web:127.0.0.1%3A8443").unwrap().key(1);
        let certificate = root
            .certify(
                &key.verifying_key(),
                names,
                &method,
                &profile.issue.to_string(),
                window,
            )
            .unwrap();
        let roots = [PinnedRoot::parse(root.certificate().as_der()).unwrap()];
        let verify = |purpose| {
            verify_path(&PathInput {
                end_entity: certificate.as_der(),
                intermediates: &[],
                roots: &roots,
                at_unix_seconds: instant("2026-06-01T00:00:00Z").unix(),
                purpose,
                profile: &profile,
                verification_method: &method.to_string(),
            })
        };
        assert_eq!(
            verify(KeyPurpose::IssueCredential).unwrap().key(),
            &key.verifying_key()
        );
        assert!(verify(KeyPurpose::SignStatus).is_err());
    }
}
