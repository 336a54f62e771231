//! A small certification authority for the tests.

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PKCS_ED25519, SanType, date_time_ymd,
};
use touchstone_verifier::path::{
    KeyPurpose, PathError, PathInput, PinnedRoot, ProfileOids, VerifiedKey, verify_path,
};

/// 2027-01-15T08:00:00Z, inside every default window.
pub(crate) const AT: i64 = 1_800_000_000;
/// 2025-01-01T00:00:00Z.
pub(crate) const NOT_BEFORE: i64 = 1_735_689_600;
/// 2035-01-01T00:00:00Z.
pub(crate) const NOT_AFTER: i64 = 2_051_222_400;
pub(crate) const METHOD: &str = "did:web:cert.example#key-1";
pub(crate) const ISSUE: &[u64] = &[1, 3, 6, 1, 4, 1, 32473, 1, 1];
pub(crate) const STATUS: &[u64] = &[1, 3, 6, 1, 4, 1, 32473, 1, 2];

pub(crate) fn profile() -> ProfileOids {
    ProfileOids::under(&"1.3.6.1.4.1.32473".parse().unwrap())
}

pub(crate) fn new_key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ED25519).unwrap()
}

pub(crate) fn purpose(arcs: &[u64]) -> ExtendedKeyUsagePurpose {
    ExtendedKeyUsagePurpose::Other(arcs.to_vec())
}

pub(crate) fn uri(text: &str) -> SanType {
    SanType::URI(text.try_into().unwrap())
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(2035, 1, 1);
    params
}

/// An issuing key's certificate as the profile wants it.
pub(crate) fn end_entity() -> CertificateParams {
    let mut params = named("issuing key");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![purpose(ISSUE)];
    params.subject_alt_names = vec![uri(METHOD)];
    params
}

/// A certification authority's certificate.
pub(crate) fn authority(name: &str) -> CertificateParams {
    let mut params = named(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// An extension by its arcs and DER content.
pub(crate) fn extension(arcs: &[u64], content: &[u8], critical: bool) -> CustomExtension {
    let mut extension = CustomExtension::from_oid_content(arcs, content.to_vec());
    extension.set_criticality(critical);
    extension
}

/// A name and a key that sign certificates.
pub(crate) struct Authority {
    pub(crate) params: CertificateParams,
    pub(crate) key: KeyPair,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        Self::with(authority(name))
    }

    pub(crate) fn with(params: CertificateParams) -> Self {
        Self {
            params,
            key: new_key(),
        }
    }

    /// Its own certificate, signed by itself.
    pub(crate) fn der(&self) -> Vec<u8> {
        self.params.self_signed(&self.key).unwrap().der().to_vec()
    }

    pub(crate) fn pinned(&self) -> PinnedRoot {
        PinnedRoot::parse(&self.der()).unwrap()
    }

    /// A certificate of `key` signed by this authority.
    pub(crate) fn sign(&self, params: &CertificateParams, key: &KeyPair) -> Vec<u8> {
        params
            .signed_by(key, &Issuer::from_params(&self.params, &self.key))
            .unwrap()
            .der()
            .to_vec()
    }

    /// The certificate of another authority signed by this one.
    pub(crate) fn certify(&self, other: &Self) -> Vec<u8> {
        self.sign(&other.params, &other.key)
    }
}

/// A question about a path, with the usual answers filled in.
pub(crate) struct Question {
    pub(crate) end_entity: Vec<u8>,
    pub(crate) intermediates: Vec<Vec<u8>>,
    pub(crate) roots: Vec<PinnedRoot>,
    pub(crate) at: i64,
    pub(crate) purpose: KeyPurpose,
    pub(crate) method: &'static str,
}

impl Question {
    pub(crate) fn new(end_entity: Vec<u8>, intermediates: Vec<Vec<u8>>, root: &Authority) -> Self {
        Self {
            end_entity,
            intermediates,
            roots: vec![root.pinned()],
            at: AT,
            purpose: KeyPurpose::IssueCredential,
            method: METHOD,
        }
    }

    pub(crate) fn ask(&self) -> Result<VerifiedKey, PathError> {
        let intermediates: Vec<&[u8]> = self.intermediates.iter().map(Vec::as_slice).collect();
        verify_path(&PathInput {
            end_entity: &self.end_entity,
            intermediates: &intermediates,
            roots: &self.roots,
            at_unix_seconds: self.at,
            purpose: self.purpose,
            profile: &profile(),
            verification_method: self.method,
        })
    }
}

/// The answer for `params` under a fresh root.
pub(crate) fn ask(params: &CertificateParams) -> Result<VerifiedKey, PathError> {
    let root = Authority::new("root");
    Question::new(root.sign(params, &new_key()), vec![], &root).ask()
}
