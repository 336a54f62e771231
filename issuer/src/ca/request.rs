//! Requests for certificates (PKCS#10, RFC 2986): what an office asks a root that lies elsewhere.

use const_oid::AssociatedOid;
use der::{Decode, DecodePem, Encode, EncodePem, asn1::Ia5String, pem::LineEnding};
use ed25519_dalek::{Signature, VerifyingKey};
use touchstone_schemas::{budget::MAX_CERTIFICATE_BYTES, did::VerificationMethod};
use x509_cert::{
    ext::{
        Extension,
        pkix::{ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName, name::GeneralName},
    },
    name::Name,
    request::{CertReq, ExtensionReq, RequestBuilder},
    spki::SubjectPublicKeyInfo,
};

use super::{BodyNames, CaError, Fingerprint, purpose_of, signature, subject};
use crate::keys::Signer;

/// Why a request is not certified.
#[derive(Debug, thiserror::Error)]
pub enum RequestRefused {
    /// Not a request, in PEM or in DER.
    #[error("not a request for a certificate: {0}")]
    Form(#[from] der::Error),
    /// Longer than a certificate may be.
    #[error("the request has {found} bytes, at most {limit} are read")]
    TooLong {
        /// Bytes found.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// Another kind of key.
    #[error("the request is for another key than one of Ed25519")]
    Key,
    /// Whoever asks does not hold the key (RFC 2986 §3).
    #[error("the request is not signed by the key it is for")]
    Signature,
    /// It asks for something our profile does not have, or leaves out what it needs.
    #[error("the request asks for {found}, wanted one key usage, one purpose and one DID URL")]
    Profile {
        /// What was found.
        found: String,
    },
}

/// A request that its own key signed.
#[derive(Clone, Debug)]
pub struct CertificateRequest {
    pub(super) subject: Name,
    key: VerifyingKey,
    method: VerificationMethod,
    purpose: String,
    fingerprint: Fingerprint,
}

impl CertificateRequest {
    /// Asks for a certificate of this key for one purpose and one DID URL; gives PEM.
    ///
    /// # Errors
    /// [`CaError`].
    pub fn make(
        key: &Signer,
        names: BodyNames<'_>,
        method: &VerificationMethod,
        purpose: &str,
    ) -> Result<String, CaError> {
        let mut builder = RequestBuilder::new(subject(names, &format!("key {}", method.number()))?)?;
        builder.add_extension(&KeyUsage(KeyUsages::DigitalSignature.into()))?;
        builder.add_extension(&ExtendedKeyUsage(vec![purpose_of(purpose)?]))?;
        let name = GeneralName::UniformResourceIdentifier(Ia5String::new(&method.to_string())?);
        builder.add_extension(&SubjectAltName(vec![name]))?;
        let request: CertReq = signature::sign(builder, key)?;
        Ok(request.to_pem(LineEnding::LF)?)
    }

    /// Reads a request in PEM or DER, and checks that its own key signed it.
    ///
    /// # Errors
    /// [`RequestRefused`].
    pub fn read(bytes: &[u8]) -> Result<Self, RequestRefused> {
        let (found, limit) = (bytes.len(), 2 * MAX_CERTIFICATE_BYTES);
        if found > limit {
            return Err(RequestRefused::TooLong { found, limit });
        }
        let request = if bytes.starts_with(b"-----") {
            CertReq::from_pem(bytes)?
        } else {
            CertReq::from_der(bytes)?
        };
        let key = key_of(&request.info.public_key)?;
        let signature = request
            .signature
            .as_bytes()
            .and_then(|bytes| Signature::from_slice(bytes).ok());
        let signed = signature.is_some_and(|signature| {
            request.algorithm.oid == signature::ED25519
                && request
                    .info
                    .to_der()
                    .is_ok_and(|info| key.verify_strict(&info, &signature).is_ok())
        });
        if !signed {
            return Err(RequestRefused::Signature);
        }
        let (method, purpose) = profile(&extensions(&request)?)?;
        Ok(Self {
            fingerprint: Fingerprint::of(&request.info.public_key.to_der()?),
            subject: request.info.subject,
            key,
            method,
            purpose,
        })
    }

    /// The subject, as RFC 4514 writes it.
    #[must_use]
    pub fn subject(&self) -> String {
        self.subject.to_string()
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// Its DID URL.
    #[must_use]
    pub const fn method(&self) -> &VerificationMethod {
        &self.method
    }

    /// The extended key usage it asks for, dotted decimal.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// SHA-256 of its SubjectPublicKeyInfo.
    #[must_use]
    pub const fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }
}

/// An Ed25519 key (RFC 8410 §4); one of small order is none.
fn key_of(
    info: &SubjectPublicKeyInfo<der::Any, der::asn1::BitString>,
) -> Result<VerifyingKey, RequestRefused> {
    let octets = info
        .subject_public_key
        .as_bytes()
        .and_then(|octets| octets.try_into().ok());
    let key = octets.and_then(|octets| VerifyingKey::from_bytes(octets).ok());
    key.filter(|key| info.algorithm.oid == signature::ED25519 && !key.is_weak())
        .ok_or(RequestRefused::Key)
}

/// What the one attribute `extensionRequest` holds (RFC 2985 §5.4.2).
fn extensions(request: &CertReq) -> Result<Vec<Extension>, RequestRefused> {
    let mut found = Vec::new();
    for attribute in request.info.attributes.iter() {
        if attribute.oid != ExtensionReq::OID {
            return Err(RequestRefused::Profile {
                found: format!("attribute {}", attribute.oid),
            });
        }
        for value in attribute.values.iter() {
            found.extend(value.decode_as::<Vec<Extension>>()?);
        }
    }
    Ok(found)
}

fn profile(extensions: &[Extension]) -> Result<(VerificationMethod, String), RequestRefused> {
    let other = |found: String| Err(RequestRefused::Profile { found });
    let (mut method, mut purpose) = (None, None);
    for extension in extensions {
        let value = extension.extn_value.as_bytes();
        if extension.extn_id == KeyUsage::OID {
            if KeyUsage::from_der(value)? != KeyUsage(KeyUsages::DigitalSignature.into()) {
                return other("another key usage than digitalSignature".to_owned());
            }
        } else if extension.extn_id == ExtendedKeyUsage::OID {
            purpose = match ExtendedKeyUsage::from_der(value)?.0.as_slice() {
                [one] if purpose.is_none() => Some(one.to_string()),
                _ => return other("several purposes".to_owned()),
            };
        } else if extension.extn_id == SubjectAltName::OID {
            method = match SubjectAltName::from_der(value)?.0.as_slice() {
                [GeneralName::UniformResourceIdentifier(uri)] if method.is_none() => {
                    VerificationMethod::parse(uri.as_str()).ok()
                }
                _ => return other("other names".to_owned()),
            };
        } else {
            return other(format!("extension {}", extension.extn_id));
        }
    }
    match (method, purpose) {
        (Some(method), Some(purpose)) => Ok((method, purpose)),
        _ => other("no purpose or no DID URL of a key".to_owned()),
    }
}
