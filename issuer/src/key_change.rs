//! Keys of the office that come and go: a request to the root, the certificate it gives, and the key put in use.
//!
//! A new key is asked for ([`request_certificate`]), certified by the root, checked here ([`check_certificate`]), listed by
//! the scheme owner ([`crate::owner_keys`]), and put in use ([`rotate`]). The old one stays listed: what it signed in its window
//! verifies on.

use touchstone_schemas::{
    date_time::Timestamp,
    did::{Did, VerificationMethod},
    trust_list::{DerCertificate, KeyPurposes, TrustedIssuer, TrustedKey},
};
use touchstone_verifier::path::{
    CertificateError, KeyPurpose, OidTextError, PathError, PathInput, PinnedRoot, ProfileOids, RootError,
    SubjectName, VerifiedKey, certificate_facts, verify_path,
};

use crate::{
    ca::{BodyNames, CaError, CertificateRequest},
    config::{Config, ConfigError, usual_place},
    file::{self, FileError},
    keys::{KeyError, KeyPlace, Signer, Unlocking},
    office::{Office, OfficeError},
    store::StoreError,
};

/// Why a key is not changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyChangeError {
    /// A key does not open, or is not the one meant.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A request cannot be made.
    #[error(transparent)]
    Ca(#[from] CaError),
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The configuration cannot be written.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The office's papers do not fit.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// The records do not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A certificate that verifiers do not read.
    #[error("the certificate: {0}")]
    Certificate(#[from] CertificateError),
    /// A root of the trust list that verifiers do not take.
    #[error("a root of the trust list: {0}")]
    Root(#[from] RootError),
    /// Verifiers would not take the certificate.
    #[error("verifiers do not take the certificate: {0}")]
    Path(#[from] PathError),
    /// The trust list's purposes are no object identifiers.
    #[error("a key purpose of the trust list: {0}")]
    Purposes(#[from] OidTextError),
    /// It names no key of this body.
    #[error("the certificate names {found}, wanted one key of {did}")]
    Names {
        /// What it names.
        found: String,
        /// The DID.
        did: Did,
    },
    /// The trust list gives the key no window that holds now.
    #[error("{method} signs from {from} until {until}, and it is {now}")]
    OutsideWindow {
        /// The key.
        method: VerificationMethod,
        /// From when it signs.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
        /// Now.
        now: Timestamp,
    },
    /// What was prepared names the key in use.
    #[error(
        "{count} documents are prepared for the key in use and not signed: deliver them, or give them up with void"
    )]
    Prepared {
        /// Documents.
        count: usize,
    },
}

/// What the parts of configuration and files call a key of this purpose.
#[must_use]
pub const fn name_of(purpose: KeyPurpose) -> &'static str {
    match purpose {
        KeyPurpose::IssueCredential => "issuing",
        KeyPurpose::SignStatus => "status",
    }
}

/// The DID a body's keys of this purpose belong to.
#[must_use]
pub fn did_for(did: &Did, purpose: KeyPurpose) -> Did {
    match purpose {
        KeyPurpose::IssueCredential => did.clone(),
        KeyPurpose::SignStatus => did.status_authority(),
    }
}

/// The purposes of a trust list.
///
/// # Errors
/// When they are no object identifiers.
pub fn profile_of(purposes: &KeyPurposes) -> Result<ProfileOids, OidTextError> {
    Ok(ProfileOids {
        issue: purposes.issue.parse()?,
        status: purposes.status.parse()?,
    })
}

/// What a request is made from.
#[derive(Clone, Copy, Debug)]
pub struct KeyRequest<'a> {
    /// The body's names.
    pub names: BodyNames<'a>,
    /// The key's DID URL.
    pub method: &'a VerificationMethod,
    /// Its extended key usage.
    pub purpose: &'a str,
    /// Where it is kept, or will be.
    pub place: &'a KeyPlace,
}

/// Asks for a certificate of a key, which is made where there is none; gives the request (PKCS#10, PEM). For a key in
/// use the certificate will be a renewal.
///
/// # Errors
/// [`KeyChangeError`].
pub fn request_certificate(
    request: &KeyRequest<'_>,
    unlocking: &Unlocking<'_>,
) -> Result<String, KeyChangeError> {
    let key = open_or_create(request.place, unlocking)?;
    Ok(CertificateRequest::make(
        &key,
        request.names,
        request.method,
        request.purpose,
    )?)
}

/// Opens a key; makes it only where certainly none is.
pub(crate) fn open_or_create(place: &KeyPlace, unlocking: &Unlocking<'_>) -> Result<Signer, KeyError> {
    match place.open(unlocking) {
        Err(error) if error.is_absence() => place.create(unlocking),
        opened => opened,
    }
}

/// A certificate that verifiers take for one key of a body.
#[derive(Clone, Debug)]
pub struct CheckedCertificate {
    /// The key's DID URL.
    pub method: VerificationMethod,
    /// The key, with the path behind it.
    pub key: VerifiedKey,
}

/// Checks a certificate as verifiers do: a path to a root listed for the body, purpose and name.
///
/// # Errors
/// [`KeyChangeError`] says what verifiers would not take.
pub fn check_certificate(
    certificate: &DerCertificate,
    issuer: &TrustedIssuer,
    purposes: &KeyPurposes,
    purpose: KeyPurpose,
    now: Timestamp,
) -> Result<CheckedCertificate, KeyChangeError> {
    let did = match purpose {
        KeyPurpose::IssueCredential => &issuer.id,
        KeyPurpose::SignStatus => &issuer.status_authority,
    };
    let facts = certificate_facts(certificate.as_der())?;
    let method = match facts.subject_alt_name.as_slice() {
        [SubjectName::Uri(uri)] => VerificationMethod::parse(uri)
            .ok()
            .filter(|method| method.did() == did),
        _ => None,
    };
    let method = method.ok_or_else(|| KeyChangeError::Names {
        found: format!("{:?}", facts.subject_alt_name),
        did: did.clone(),
    })?;
    let roots = issuer
        .roots
        .iter()
        .map(|root| PinnedRoot::parse(root.as_der()))
        .collect::<Result<Vec<_>, _>>()?;
    let intermediates: Vec<&[u8]> = issuer.intermediates.iter().map(DerCertificate::as_der).collect();
    let key = verify_path(&PathInput {
        end_entity: certificate.as_der(),
        intermediates: &intermediates,
        roots: &roots,
        at_unix_seconds: now.unix(),
        purpose,
        profile: &profile_of(purposes)?,
        verification_method: &method.to_string(),
    })?;
    Ok(CheckedCertificate { method, key })
}

/// Takes a certificate for a key of the office: checks it, and that the office holds its key. Gives where it is kept for
/// the scheme owner, who lists it.
///
/// # Errors
/// [`KeyChangeError`].
pub fn import_certificate(
    office: &Office,
    certificate: &DerCertificate,
    purpose: KeyPurpose,
    place: Option<&KeyPlace>,
    unlocking: &Unlocking<'_>,
) -> Result<(CheckedCertificate, std::path::PathBuf), KeyChangeError> {
    let papers = &office.papers;
    let list = papers.trust_list();
    let checked = check_certificate(
        certificate,
        papers.listed()?,
        &list.key_purposes,
        purpose,
        office.clock.now(),
    )?;
    let number = checked.method.number();
    let place = place_of(&papers.config, purpose, number, place);
    must_be_key_of(&place, &checked, unlocking)?;
    let folder = papers.folder.path().join("certificates");
    file::create_folder(&folder)?;
    let path = folder.join(format!("{}-{number}.crt", name_of(purpose)));
    let pem = crate::ca::write_certificate(certificate)?;
    file::replace(&path, pem.as_bytes())?;
    Ok((checked, path))
}

pub(crate) fn must_be_key_of(
    place: &KeyPlace,
    checked: &CheckedCertificate,
    unlocking: &Unlocking<'_>,
) -> Result<(), KeyChangeError> {
    if place.open(unlocking)?.verifying_key() == *checked.key.key() {
        return Ok(());
    }
    Err(KeyError::Foreign {
        place: place.to_string(),
        method: checked.method.to_string(),
    }
    .into())
}

/// Where a key is kept: as said; else as configured, when it is the one in use; else as usual.
#[must_use]
pub fn place_of(config: &Config, purpose: KeyPurpose, number: u32, said: Option<&KeyPlace>) -> KeyPlace {
    let (in_use, place) = match purpose {
        KeyPurpose::IssueCredential => (config.issuer.issuing_key, config.issuing_place()),
        KeyPurpose::SignStatus => (config.issuer.status_key, config.status_place()),
    };
    match said {
        Some(place) => place.clone(),
        None if in_use == number => place,
        None => usual_place(name_of(purpose), number),
    }
}

/// Puts another listed key in use from now on. Nothing else changes: what the former key signed stays as it is, and
/// verifies by the window it has in the trust list.
///
/// # Errors
/// [`KeyChangeError`]: the key is not listed, not in its window, not at its place; or documents wait for the former.
pub async fn rotate(
    office: &mut Office,
    purpose: KeyPurpose,
    number: u32,
    place: Option<&KeyPlace>,
    unlocking: &Unlocking<'_>,
) -> Result<VerificationMethod, KeyChangeError> {
    let now = office.clock.now();
    let method = did_for(&office.papers.config.issuer.did, purpose).key(number);
    let listed = listed_key(office, purpose, &method)?;
    let (from, until) = (listed.signs_from, listed.signs_until);
    if now < from || now >= until {
        return Err(KeyChangeError::OutsideWindow {
            method,
            from,
            until,
            now,
        });
    }
    let certificate = listed.certificate.clone();
    let list = office.papers.trust_list();
    let checked = check_certificate(
        &certificate,
        office.papers.listed()?,
        &list.key_purposes,
        purpose,
        now,
    )?;
    let place = place_of(&office.papers.config, purpose, number, place);
    must_be_key_of(&place, &checked, unlocking)?;
    let usual = place == usual_place(name_of(purpose), number);
    let kept = (!usual).then_some(place);
    let mut config = office.papers.config.clone();
    match purpose {
        KeyPurpose::IssueCredential => {
            let count = office.store.unsigned_credentials().await?.len()
                + office.store.unsigned_events().await?.len();
            if count > 0 {
                return Err(KeyChangeError::Prepared { count });
            }
            config.issuer.issuing_key = number;
            config.keys.issuing = kept;
        }
        KeyPurpose::SignStatus => {
            config.issuer.status_key = number;
            config.keys.status = kept;
        }
    }
    office.papers.folder.replace_config(&config)?;
    office.papers.config = config;
    Ok(method)
}

fn listed_key<'a>(
    office: &'a Office,
    purpose: KeyPurpose,
    method: &VerificationMethod,
) -> Result<&'a TrustedKey, KeyChangeError> {
    let listed = office.papers.listed()?;
    let keys = match purpose {
        KeyPurpose::IssueCredential => &listed.issuing_keys,
        KeyPurpose::SignStatus => &listed.status_keys,
    };
    let found = keys
        .iter()
        .find(|key| key.verification_method == *method && key.retired.is_none());
    Ok(found.ok_or_else(|| OfficeError::NotListed {
        what: method.to_string(),
    })?)
}
