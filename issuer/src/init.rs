//! `init`: keys, certificates, the first trust list, configuration and database of a new office.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use touchstone_schemas::{
    credential::RegistryBase,
    date_time::Timestamp,
    did::{Did, DidError},
    multikey::Multikey,
    tlog::Origin,
    trust_list::{
        DatedName, DatedScheme, DerCertificate, KeyPurposes, MAX_LIFETIME_SECONDS, NumberedProfile,
        TrustList, TrustListType, TrustedIssuer, TrustedKey, TrustedLog,
    },
};
use touchstone_verifier::path::{KeyPurpose, OidTextError, ProfileOids, certificate_facts};

use crate::{
    body::{Body, did_of},
    ca::{BodyNames, CaError, CertificateWindow, RootAuthority, write_certificate},
    ceremony::CeremonyFolder,
    config::{
        Config, ConfigError, DatabaseConfig, Folder, IssuerConfig, KeysConfig, LogConfig, OutboxConfig,
        RegistryConfig, WatchConfig, read_body,
    },
    documents::DocumentsConfig,
    file::{self, FileError},
    key_change::{KeyChangeError, check_certificate, did_for, must_be_key_of},
    keys::{KeyError, KeyPlace, OwnerKey, PinFrom, Signer, Unlocking, create_key},
    store::{Place, Store, StoreError},
    trust_list::{SignTrustListError, sign_trust_list},
};

/// A year of 365.25 days, in seconds.
pub const YEAR: i64 = 31_557_600;
/// The root's life (RFC 5280 leaves it to policy): a generation of certificates and their records.
const ROOT_YEARS: i64 = 25;
/// How long an issuing key signs. Short, so that a stolen key does little (THREATS §1).
const SIGNING_YEARS: i64 = 2;
/// How long an end entity's certificate holds: past the last day of a certificate of three years signed on the
/// last day of the signing window, with a year to spare.
pub const CERTIFICATE_YEARS: i64 = 6;
/// Under a test root certificates begin so much earlier, so that a demonstration can hold certificates that have
/// run out: a path is judged at a certificate's last day.
pub const TEST_HEAD_START_YEARS: i64 = 5;
/// The arc of the demonstration, set aside for examples (RFC 5612).
pub const DEMONSTRATION_ARC: &str = "1.3.6.1.4.1.32473";

/// What a new office is made from.
#[derive(Debug)]
pub struct InitRequest {
    /// Where it will stand; made when absent, and empty else.
    pub folder: PathBuf,
    /// The body's file.
    pub profile: PathBuf,
    /// Base URL of the registry.
    pub registry: RegistryBase,
    /// Origin of its log.
    pub log_origin: Origin,
    /// Key of its log.
    pub log_key: Multikey,
    /// File with its intake token, when it is known already.
    pub token_file: Option<PathBuf>,
    /// Whether certificates are demonstrations.
    pub test: bool,
    /// The enterprise arc of our key purposes.
    pub arc: String,
    /// Folder of the scheme owner's key; the key is made when there is none.
    pub owner_folder: PathBuf,
    /// Where the records will be; in the folder when absent.
    pub database: Option<Place>,
    /// Keys certified by a root that lies elsewhere; root and keys are made here when absent.
    pub certified: Option<CertifiedKeys>,
}

/// The first keys of an office whose root lies elsewhere.
#[derive(Clone, Debug)]
pub struct CertifiedKeys {
    /// The root's certificate.
    pub root: DerCertificate,
    /// The issuing key.
    pub issuing: CertifiedKey,
    /// The status key.
    pub status: CertifiedKey,
}

/// A key, and what its root says of it.
#[derive(Clone, Debug)]
pub struct CertifiedKey {
    /// Its certificate.
    pub certificate: DerCertificate,
    /// Where it is kept.
    pub place: KeyPlace,
}

/// Why a new office cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// Something stands there already.
    #[error("{} is not an empty folder", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// The owner's key belongs apart from the office (THREATS §1).
    #[error("{} lies in the office's folder: the owner's key is kept apart", path.display())]
    OwnerInside {
        /// The owner's folder.
        path: PathBuf,
    },
    /// The office cannot be moved to where the command itself stands.
    #[error("{} is the current folder: name it from outside", path.display())]
    CurrentFolder {
        /// The folder.
        path: PathBuf,
    },
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The configuration cannot be written, or the body's file not read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A key cannot be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A certificate cannot be made.
    #[error(transparent)]
    Ca(#[from] CaError),
    /// A certificate from elsewhere is not one to go by.
    #[error(transparent)]
    Certified(Box<KeyChangeError>),
    /// The registry's host gives no DID.
    #[error(transparent)]
    Did(#[from] DidError),
    /// Not an arc.
    #[error("{arc:?}: {cause}")]
    Arc {
        /// The text found.
        arc: String,
        /// What is wrong with it.
        cause: OidTextError,
    },
    /// The trust list cannot be made.
    #[error(transparent)]
    TrustList(#[from] SignTrustListError),
    /// The database cannot be made.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The calendar ends.
    #[error("no certificate can begin at {now}")]
    Calendar {
        /// The clock.
        now: Timestamp,
    },
    /// Real certificates under the arc set aside for examples.
    #[error("a real issuer needs an arc of its own, {DEMONSTRATION_ARC} is for examples")]
    ExampleArc,
}

impl From<KeyChangeError> for InitError {
    fn from(error: KeyChangeError) -> Self {
        Self::Certified(Box::new(error))
    }
}

/// What `init` tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InitReport {
    /// The body's DID.
    pub did: Did,
    /// The scheme owner's key: the pin.
    pub owner: Multikey,
    /// Where the trust list stands.
    pub trust_list: PathBuf,
}

/// Makes a new office: in a folder beside its place, moved there when it is whole. Nothing is ever overwritten, and a
/// failure leaves nothing but, at most, the scheme owner's new key, which the next try opens.
///
/// # Errors
/// [`InitError`] says what stands in the way.
pub async fn init(
    request: &InitRequest,
    passphrase: &SecretString,
    owner_passphrase: &SecretString,
    now: Timestamp,
) -> Result<InitReport, InitError> {
    let below = request.arc.strip_prefix(DEMONSTRATION_ARC);
    if !request.test && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) {
        return Err(InitError::ExampleArc);
    }
    let arc = request.arc.parse().map_err(|cause| InitError::Arc {
        arc: request.arc.clone(),
        cause,
    })?;
    let place = absolute(&request.folder)?;
    if std::env::current_dir().is_ok_and(|current| current == place) {
        return Err(InitError::CurrentFolder { path: place });
    }
    let owner_folder = absolute(&request.owner_folder)?;
    if owner_folder.starts_with(&place) {
        return Err(InitError::OwnerInside { path: owner_folder });
    }
    if !file::is_free(&place)? {
        return Err(InitError::NotEmpty { path: place });
    }
    let plan = Plan {
        body: read_body(&request.profile)?,
        body_file: file::read(&request.profile)?,
        did: did_of(&request.registry)?,
        purposes: ProfileOids::under(&arc),
        token_file: match &request.token_file {
            Some(path) => absolute(path)?,
            None => PathBuf::from("registry.token"),
        },
        windows: Windows::new(now, request.test).ok_or(InitError::Calendar { now })?,
    };
    let owner = open_owner(&request.owner_folder, owner_passphrase)?;
    let building = building_folder(&place)?;
    let built = build(request, &plan, &building, owner, passphrase, owner_passphrase).await;
    let built = match built {
        Ok(owner) => file::move_folder(&building, &place)
            .map(|()| owner)
            .map_err(InitError::from),
        Err(error) => Err(error),
    };
    if built.is_err() {
        // What stopped us may stop this too; the folder's name says what it was.
        let _ = std::fs::remove_dir_all(&building);
    }
    Ok(InitReport {
        did: plan.did,
        owner: built?,
        trust_list: Folder::new(&request.folder).trust_list(),
    })
}

/// All that an office is made from, read and checked before anything is written.
struct Plan {
    body: Body,
    body_file: Vec<u8>,
    did: Did,
    purposes: ProfileOids,
    token_file: PathBuf,
    windows: Windows,
}

/// Builds an office in a folder; gives the owner's public key.
async fn build(
    request: &InitRequest,
    plan: &Plan,
    building: &Path,
    owner: Option<OwnerKey>,
    passphrase: &SecretString,
    owner_passphrase: &SecretString,
) -> Result<Multikey, InitError> {
    let folder = Folder::new(building);
    file::create_folder(&folder.keys())?;
    let purposes = KeyPurposes {
        issue: plan.purposes.issue.to_string(),
        status: plan.purposes.status.to_string(),
    };
    let keys = match &request.certified {
        None => make_keys(&folder, passphrase, plan, &purposes)?,
        Some(certified) => certified_keys(certified, plan)?,
    };
    let owner = match owner {
        Some(owner) => owner,
        None => {
            file::create_folder(&request.owner_folder)?;
            OwnerKey::create(&request.owner_folder, owner_passphrase)?
        }
    };
    let config = Config {
        issuer: IssuerConfig {
            test: request.test,
            did: plan.did.clone(),
            profile: 1,
            issuing_key: 1,
            status_key: 1,
            owner_key: owner.multikey(),
        },
        registry: RegistryConfig {
            url: request.registry.clone(),
            token_file: plan.token_file.clone(),
            timeout_seconds: 30,
        },
        log: LogConfig {
            origin: request.log_origin.clone(),
            key: request.log_key,
        },
        database: DatabaseConfig {
            place: request.database.clone(),
        },
        outbox: OutboxConfig::default(),
        documents: DocumentsConfig::default(),
        keys: KeysConfig {
            issuing: request.certified.as_ref().map(|it| it.issuing.place.clone()),
            status: request.certified.as_ref().map(|it| it.status.place.clone()),
        },
        watch: WatchConfig::default(),
        mail: None,
    };
    folder.write_new(&config, &plan.body_file)?;
    let list = TrustList {
        sequence: owner.next_sequence(0)?,
        ..first_list(request, plan, keys, purposes)
    };
    if let Some(certified) = &request.certified {
        check_certified(certified, &list, plan, passphrase)?;
    }
    file::create_public(&folder.trust_list(), &sign_trust_list(&list, &owner)?)?;
    // Last: what a server holds is not gone with the folder.
    let records = folder.records(&config.database);
    Store::create(&records).await?.close().await;
    Ok(owner.multikey())
}

/// Opens the owner's key; `None` when there is none yet, and room for one.
fn open_owner(folder: &Path, passphrase: &SecretString) -> Result<Option<OwnerKey>, InitError> {
    if OwnerKey::is_in(folder) {
        return Ok(Some(OwnerKey::open(folder, passphrase)?));
    }
    if file::is_free(folder)? {
        Ok(None)
    } else {
        Err(InitError::NotEmpty {
            path: folder.to_owned(),
        })
    }
}

/// A new folder beside the place, of a name nobody else takes.
fn building_folder(place: &Path) -> Result<PathBuf, InitError> {
    let mark = getrandom::u32().map_err(KeyError::Random)?;
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let building = place.with_file_name(format!(".{name}.init-{mark:08x}"));
    file::create_folder(&building)?;
    Ok(building)
}

fn absolute(path: &Path) -> Result<PathBuf, FileError> {
    std::path::absolute(path).map_err(|cause| FileError::System {
        path: path.to_owned(),
        cause,
    })
}

/// The lives of the certificates and the signing window.
#[derive(Clone, Copy)]
struct Windows {
    now: Timestamp,
    root: CertificateWindow,
    end_entity: CertificateWindow,
    signs_until: Timestamp,
    list_until: Timestamp,
}

impl Windows {
    fn new(now: Timestamp, test: bool) -> Option<Self> {
        let from = if test {
            now.checked_sub(TEST_HEAD_START_YEARS * YEAR)?
        } else {
            now
        };
        Some(Self {
            now,
            root: CertificateWindow {
                from,
                until: now.checked_add(ROOT_YEARS * YEAR)?,
            },
            end_entity: CertificateWindow {
                from,
                until: now.checked_add(CERTIFICATE_YEARS * YEAR)?,
            },
            signs_until: now.checked_add(SIGNING_YEARS * YEAR)?,
            list_until: now.checked_add(MAX_LIFETIME_SECONDS)?,
        })
    }
}

/// The public side of the new keys.
struct NewKeys {
    root: DerCertificate,
    issuing: TrustedKey,
    status: TrustedKey,
}

fn make_keys(
    folder: &Folder,
    passphrase: &SecretString,
    plan: &Plan,
    purposes: &KeyPurposes,
) -> Result<NewKeys, InitError> {
    let Plan {
        body, did, windows, ..
    } = plan;
    let root_key = Signer::File(create_key(&folder.root_key(), passphrase)?);
    let issuing_key = Signer::File(create_key(&folder.issuing_key(1), passphrase)?);
    let status_key = Signer::File(create_key(&folder.status_key(1), passphrase)?);
    let names = BodyNames {
        name: &body.name,
        name_en: &body.name_en,
    };
    let root = RootAuthority::new(&root_key, names, windows.root)?;
    // What `ceremony sign` finds the root by.
    let certificate = folder.keys().join(CeremonyFolder::CERTIFICATE);
    file::create_public(&certificate, write_certificate(root.certificate())?.as_bytes())?;
    let certify = |key: &Signer, did: &Did, purpose: &str| -> Result<TrustedKey, InitError> {
        let method = did.key(1);
        let certificate = root.certify(&key.verifying_key(), names, &method, purpose, windows.end_entity)?;
        Ok(TrustedKey {
            verification_method: method,
            certificate,
            signs_from: windows.now,
            signs_until: windows.signs_until,
            retired: None,
        })
    };
    Ok(NewKeys {
        issuing: certify(&issuing_key, did, &purposes.issue)?,
        status: certify(&status_key, &did.status_authority(), &purposes.status)?,
        root: root.certificate().clone(),
    })
}

/// The public side of keys certified elsewhere; their windows end with their certificates.
fn certified_keys(certified: &CertifiedKeys, plan: &Plan) -> Result<NewKeys, InitError> {
    let Plan { did, windows, .. } = plan;
    let listed = |key: &CertifiedKey, did: &Did| -> Result<TrustedKey, InitError> {
        let facts = certificate_facts(key.certificate.as_der()).map_err(KeyChangeError::from)?;
        let last = Timestamp::from_unix(facts.validity.not_after).unwrap_or(Timestamp::MAX);
        Ok(TrustedKey {
            verification_method: did.key(1),
            certificate: key.certificate.clone(),
            signs_from: windows.now,
            signs_until: windows.signs_until.min(last),
            retired: None,
        })
    };
    Ok(NewKeys {
        root: certified.root.clone(),
        issuing: listed(&certified.issuing, did)?,
        status: listed(&certified.status, &did.status_authority())?,
    })
}

/// Whether verifiers take the certificates, and the places hold their keys.
fn check_certified(
    certified: &CertifiedKeys,
    list: &TrustList,
    plan: &Plan,
    passphrase: &SecretString,
) -> Result<(), InitError> {
    let Some(issuer) = list.issuer(&plan.did) else {
        return Ok(());
    };
    for (key, purpose) in [
        (&certified.issuing, KeyPurpose::IssueCredential),
        (&certified.status, KeyPurpose::SignStatus),
    ] {
        let purposes = &list.key_purposes;
        let checked = check_certificate(&key.certificate, issuer, purposes, purpose, plan.windows.now)?;
        if checked.method != did_for(&plan.did, purpose).key(1) {
            return Err(KeyChangeError::Names {
                found: checked.method.to_string(),
                did: plan.did.clone(),
            }
            .into());
        }
        let unlocking = Unlocking {
            folder: Path::new("."),
            passphrase,
            pin: PinFrom::Uri,
        };
        must_be_key_of(&key.place, &checked, &unlocking)?;
    }
    Ok(())
}

fn first_list(request: &InitRequest, plan: &Plan, keys: NewKeys, key_purposes: KeyPurposes) -> TrustList {
    let Plan {
        body, did, windows, ..
    } = plan;
    let name = DatedName {
        name: body.name.clone(),
        name_en: body.name_en.clone(),
        from: body.name_since.start(),
        until: None,
    };
    let scheme = |scheme: &crate::body::BodyScheme| DatedScheme {
        edition: scheme.edition.clone(),
        from: scheme.since.start(),
        until: None,
    };
    let profile = body.issuer_profile(did.clone(), request.registry.clone());
    TrustList {
        list_type: TrustListType::TrustList,
        owner: body.scheme_owner.clone(),
        sequence: 1,
        issued: windows.now,
        valid_until: windows.list_until,
        key_purposes,
        issuers: vec![TrustedIssuer {
            id: did.clone(),
            status_authority: did.status_authority(),
            test: request.test,
            names: vec![name],
            roots: vec![keys.root],
            intermediates: Vec::new(),
            issuing_keys: vec![keys.issuing],
            status_keys: vec![keys.status],
            schemes: body.schemes.iter().map(scheme).collect(),
            accreditations: body.accreditations.clone(),
            registries: vec![request.registry.clone()],
            log: TrustedLog {
                origin: request.log_origin.clone(),
                key: request.log_key,
            },
            profiles: vec![NumberedProfile { number: 1, profile }],
        }],
    }
}
