//! Which extensions each kind of certificate carries (RFC 5280 §4.2.1).

use const_oid::ObjectIdentifier;
use x509_cert::{
    TbsCertificate,
    builder::{Result, profile::BuilderProfile},
    ext::{
        Extension, ToExtension,
        pkix::{
            AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName,
            SubjectKeyIdentifier, name::GeneralName,
        },
    },
    name::Name,
    spki::SubjectPublicKeyInfoRef,
};

/// A self-issued authority: `cA TRUE`, no authority below it, `keyCertSign` alone.
pub(super) struct Root {
    pub(super) subject: Name,
}

/// A signing key: `digitalSignature` alone, one purpose, one name.
pub(super) struct EndEntity {
    pub(super) issuer: Name,
    pub(super) subject: Name,
    pub(super) purpose: ObjectIdentifier,
    pub(super) name: GeneralName,
}

impl BuilderProfile for Root {
    fn get_issuer(&self, subject: &Name) -> Name {
        subject.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        own: SubjectPublicKeyInfoRef<'_>,
        _issuer: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> Result<Vec<Extension>> {
        let none: &[Extension] = &[];
        let constraints = BasicConstraints {
            ca: true,
            path_len_constraint: Some(0),
        };
        Ok(vec![
            constraints.to_extension(tbs.subject(), none)?,
            KeyUsage(KeyUsages::KeyCertSign.into()).to_extension(tbs.subject(), none)?,
            SubjectKeyIdentifier::try_from(own)?.to_extension(tbs.subject(), none)?,
        ])
    }
}

impl BuilderProfile for EndEntity {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        own: SubjectPublicKeyInfoRef<'_>,
        issuer: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> Result<Vec<Extension>> {
        let none: &[Extension] = &[];
        Ok(vec![
            KeyUsage(KeyUsages::DigitalSignature.into()).to_extension(tbs.subject(), none)?,
            ExtendedKeyUsage(vec![self.purpose]).to_extension(tbs.subject(), none)?,
            SubjectAltName(vec![self.name.clone()]).to_extension(tbs.subject(), none)?,
            SubjectKeyIdentifier::try_from(own)?.to_extension(tbs.subject(), none)?,
            AuthorityKeyIdentifier::try_from(issuer)?.to_extension(tbs.subject(), none)?,
        ])
    }
}
