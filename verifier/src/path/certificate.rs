//! One X.509 certificate of this profile: version 3, Ed25519 key, Ed25519 signature (RFC 5280 §4.1, RFC 8410).

use ed25519_dalek::VerifyingKey;
use sha2::{Digest, Sha256};
use touchstone_schemas::budget::{MAX_CERTIFICATE_BYTES, MAX_SERIAL_OCTETS};

use super::der::{
    BIT_STRING, DerFault, EXPLICIT_0, EXPLICIT_3, Element, OBJECT_IDENTIFIER, Reader, SEQUENCE,
};
use super::error::CertificateError;
use super::extensions::{BasicConstraints, Extensions, KeyUsages, SubjectName};
use super::oid::Oid;
use super::validity::Validity;
use crate::proof::ed25519;

/// id-Ed25519, 1.3.101.112 (RFC 8410 §3).
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
/// INTEGER content of `version v3(2)`.
const VERSION_3: &[u8] = &[2];

/// A certificate read, its signature not yet checked.
///
/// ```text
/// Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue BIT STRING }
/// TBSCertificate ::= SEQUENCE { version [0] v3, serialNumber, signature, issuer, validity, subject,
///      subjectPublicKeyInfo, extensions [3] OPTIONAL }
/// ```
#[derive(Debug)]
pub(super) struct Certificate<'a> {
    pub(super) encoded: &'a [u8],
    pub(super) to_be_signed: &'a [u8],
    pub(super) signature: &'a [u8; 64],
    pub(super) serial: &'a [u8],
    pub(super) issuer: &'a [u8],
    pub(super) subject: &'a [u8],
    pub(super) validity: Validity,
    /// SubjectPublicKeyInfo with tag and length.
    pub(super) public_key_info: &'a [u8],
    pub(super) key: VerifyingKey,
    pub(super) extensions: Extensions,
}

impl<'a> Certificate<'a> {
    pub(super) fn parse(encoded: &'a [u8]) -> Result<Self, CertificateError> {
        if encoded.len() > MAX_CERTIFICATE_BYTES {
            return Err(CertificateError::TooLarge {
                found: encoded.len(),
                limit: MAX_CERTIFICATE_BYTES,
            });
        }
        let mut whole = Reader::new(encoded);
        let mut certificate = whole.expect(SEQUENCE)?.reader();
        whole.finish()?;
        let to_be_signed = certificate.expect(SEQUENCE)?;
        let algorithm = certificate.expect(SEQUENCE)?;
        let signature = certificate.expect(BIT_STRING)?;
        certificate.finish()?;

        let mut fields = to_be_signed.reader();
        let mut version = fields.expect(EXPLICIT_0)?.reader();
        let number = version.expect(super::der::INTEGER)?;
        version.finish()?;
        if number.value != VERSION_3 {
            return Err(CertificateError::Version {
                offset: number.offset,
            });
        }
        let serial = fields.positive_integer(MAX_SERIAL_OCTETS)?;
        let inner_algorithm = fields.expect(SEQUENCE)?;
        let issuer = fields.expect(SEQUENCE)?;
        let validity = validity(&fields.expect(SEQUENCE)?)?;
        let subject = fields.expect(SEQUENCE)?;
        let public_key_info = fields.expect(SEQUENCE)?;
        let extensions = extensions(&mut fields)?;
        fields.finish()?;

        for element in [&inner_algorithm, &algorithm] {
            require_ed25519(element, |found| CertificateError::SignatureAlgorithm { found })?;
        }
        Ok(Self {
            encoded,
            to_be_signed: to_be_signed.encoded,
            signature: signature
                .whole_octets()?
                .try_into()
                .map_err(|_| signature.error(DerFault::BitString))?,
            serial,
            issuer: issuer.encoded,
            subject: subject.encoded,
            validity,
            public_key_info: public_key_info.encoded,
            key: public_key(&public_key_info)?,
            extensions,
        })
    }

    /// SHA-256 of the SubjectPublicKeyInfo.
    pub(super) fn key_fingerprint(&self) -> [u8; 32] {
        Sha256::digest(self.public_key_info).into()
    }
}

fn validity(element: &Element<'_>) -> Result<Validity, CertificateError> {
    let validity = Validity::read(element.reader())?;
    if validity.not_before > validity.not_after {
        return Err(CertificateError::EmptyValidity {
            not_before: validity.not_before,
            not_after: validity.not_after,
        });
    }
    Ok(validity)
}

/// `extensions [3] EXPLICIT Extensions OPTIONAL`. The unique identifiers `[1]` and `[2]` are not read: nothing may use
/// them (RFC 5280 §4.1.2.8).
fn extensions(fields: &mut Reader<'_>) -> Result<Extensions, CertificateError> {
    let Some(tagged) = fields.optional(EXPLICIT_3)? else {
        return Ok(Extensions::default());
    };
    let mut tagged = tagged.reader();
    let list = tagged.expect(SEQUENCE)?;
    tagged.finish()?;
    Extensions::read(list.reader())
}

/// `SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }`
fn public_key(info: &Element<'_>) -> Result<VerifyingKey, CertificateError> {
    let mut fields = info.reader();
    let algorithm = fields.expect(SEQUENCE)?;
    require_ed25519(&algorithm, |found| CertificateError::KeyAlgorithm { found })?;
    let key = fields.expect(BIT_STRING)?;
    fields.finish()?;
    let octets = key
        .whole_octets()?
        .try_into()
        .map_err(|_| key.error(DerFault::BitString))?;
    ed25519::parse_key(octets).map_err(|source| CertificateError::Key { source })
}

/// `AlgorithmIdentifier` with id-Ed25519 and without parameters (RFC 8410 §3).
fn require_ed25519(
    algorithm: &Element<'_>,
    other: impl FnOnce(Oid) -> CertificateError,
) -> Result<(), CertificateError> {
    let mut fields = algorithm.reader();
    let id = fields.expect(OBJECT_IDENTIFIER)?;
    if id.value != ED25519 {
        return Err(other(
            Oid::from_der_content(id.value).map_err(|fault| id.error(fault))?,
        ));
    }
    Ok(fields.finish()?)
}

/// What a certificate says of itself, for pages and lints. Nothing here is verified: no signature, path or purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Serial number, in lower-case hexadecimal without a sign octet.
    pub serial: String,
    /// First and last second of validity.
    pub validity: Validity,
    /// cA of basicConstraints.
    pub basic_constraints: BasicConstraints,
    /// KeyUsage, when present.
    pub key_usage: Option<KeyUsages>,
    /// ExtendedKeyUsage; empty when absent.
    pub extended_key_usage: Vec<Oid>,
    /// subjectAltName; empty when absent.
    pub subject_alt_name: Vec<SubjectName>,
    /// The subject's public key.
    pub key: VerifyingKey,
    /// SHA-256 of the SubjectPublicKeyInfo.
    pub key_fingerprint: [u8; 32],
}

/// Reads what a DER certificate says, without believing it.
///
/// # Errors
/// [`CertificateError`] for anything but a version 3 certificate with Ed25519 key and signature in strict DER.
pub fn certificate_facts(der: &[u8]) -> Result<CertificateFacts, CertificateError> {
    let certificate = Certificate::parse(der)?;
    let key_fingerprint = certificate.key_fingerprint();
    let Extensions {
        role,
        key_usage,
        extended_key_usage,
        subject_alt_name,
    } = certificate.extensions;
    let serial = certificate
        .serial
        .strip_prefix(&[0])
        .unwrap_or(certificate.serial);
    Ok(CertificateFacts {
        serial: serial.iter().map(|octet| format!("{octet:02x}")).collect(),
        validity: certificate.validity,
        basic_constraints: role,
        key_usage,
        extended_key_usage: extended_key_usage.unwrap_or_default(),
        subject_alt_name: subject_alt_name.unwrap_or_default(),
        key: certificate.key,
        key_fingerprint,
    })
}
