//! The scheme owner's records for the log: a key's retirement, a release of the verify page.

use std::path::{Path, PathBuf};

use touchstone_schemas::{
    date_time::Timestamp,
    did::{Did, VerificationMethod},
    digest::Sha256Digest,
    owner_record::{
        KeyRetirement, KeyRetirementType, ReleasedFile, VerifierRelease, VerifierReleaseError,
        VerifierReleaseType,
    },
    text::{Text, TextError},
    trust_list::{TrustList, TrustedKey},
};
use touchstone_verifier::tlog::{CheckpointRefused, LogKey, LogKeyError, open_checkpoint};

use crate::{
    keys::{KeyError, OwnerKey},
    trust_list::{SignTrustListError, open_present, sign_following},
};

/// Ending of a WebAssembly module's name.
const MODULE: &str = ".wasm";

/// Why a record cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum OwnerRecordError {
    /// The trust list.
    #[error(transparent)]
    TrustList(#[from] SignTrustListError),
    /// The key cannot sign.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The key to retire is not on the list.
    #[error("the trust list does not name {method}")]
    NotListed {
        /// The key.
        method: VerificationMethod,
    },
    /// It is retired from that point or an earlier one on.
    #[error("the trust list retires {method} from index {from} on; a point may only move back")]
    RetiredBefore {
        /// The key.
        method: VerificationMethod,
        /// The first index no longer accepted.
        from: u64,
    },
    /// The trust list's log key is unusable.
    #[error(transparent)]
    LogKey(#[from] LogKeyError),
    /// The point is not a checkpoint of the log.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] CheckpointRefused),
    /// A text for people.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A file of the page.
    #[error("{}: {cause}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A name that is not UTF-8.
    #[error("{} has a name that is not UTF-8", path.display())]
    Name {
        /// The file.
        path: PathBuf,
    },
    /// Which file is the module cannot be told.
    #[error("the page has {found} modules of that name; name one with --module")]
    Module {
        /// Modules found.
        found: usize,
    },
    /// The release breaks its own rules.
    #[error(transparent)]
    Release(#[from] VerifierReleaseError),
}

/// What a retirement says beside the key.
#[derive(Clone, Copy, Debug)]
pub struct RetirementRequest<'a> {
    /// The key.
    pub method: &'a VerificationMethod,
    /// A checkpoint of the log; nothing after it counts.
    pub checkpoint: &'a [u8],
    /// Why, for people.
    pub reason: &'a str,
}

/// A key's retirement, signed: for the log, and for verifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retired {
    /// What it says.
    pub record: KeyRetirement,
    /// The signed record for the log, JCS.
    pub document: Vec<u8>,
    /// The signed trust list that follows the present one and retires the key, JCS.
    pub trust_list: Vec<u8>,
}

/// Retires a key of the present trust list from a checkpoint of its log on.
///
/// # Errors
/// [`OwnerRecordError`]: the list is not this owner's or does not name the key, the checkpoint is not the log's.
pub fn retire_key(
    present: &[u8],
    owner: &OwnerKey,
    request: &RetirementRequest<'_>,
    now: Timestamp,
) -> Result<Retired, OwnerRecordError> {
    let mut list = open_present(present, owner)?.list().clone();
    let method = request.method;
    let (issuer, log) = list
        .issuers
        .iter()
        .find(|issuer| {
            let mut keys = issuer.issuing_keys.iter().chain(&issuer.status_keys);
            keys.any(|key| key.verification_method == *method)
        })
        .map(|issuer| (issuer.id.clone(), issuer.log.clone()))
        .ok_or_else(|| OwnerRecordError::NotListed {
            method: method.clone(),
        })?;
    let log_key = LogKey::new(log.origin.clone(), log.key.as_bytes())?;
    let head = *open_checkpoint(request.checkpoint, &log_key)?.head();
    let record = KeyRetirement {
        from: head.size,
        issued: now,
        issuer,
        log: log.origin,
        reason: Text::parse(request.reason)?,
        root_hash: head.root,
        record_type: KeyRetirementType::KeyRetirement,
        verification_method: method.clone(),
    };
    for key in listed(&mut list, method) {
        if let Some(from) = key.retired.as_ref().map(|retired| retired.from)
            && from <= record.from
        {
            let method = method.clone();
            return Err(OwnerRecordError::RetiredBefore { method, from });
        }
        key.retired = Some(record.retirement());
    }
    let document = owner.sign_retirement(&record)?;
    let trust_list = sign_following(list, owner, now)?;
    Ok(Retired {
        record,
        document,
        trust_list,
    })
}

fn listed<'a>(
    list: &'a mut TrustList,
    method: &'a VerificationMethod,
) -> impl Iterator<Item = &'a mut TrustedKey> {
    let keys = |issuer: &'a mut touchstone_schemas::trust_list::TrustedIssuer| {
        issuer.issuing_keys.iter_mut().chain(&mut issuer.status_keys)
    };
    list.issuers
        .iter_mut()
        .flat_map(keys)
        .filter(move |key| key.verification_method == *method)
}

/// What a release says beside its files.
#[derive(Clone, Copy, Debug)]
pub struct ReleaseRequest<'a> {
    /// The body whose registry serves the page.
    pub issuer: &'a Did,
    /// Its version.
    pub release: &'a str,
    /// Path of the verifier's module in the folder; the only one when absent.
    pub module: Option<&'a str>,
}

/// Names a release of the verify page in a folder; gives the record and its signed form, JCS.
///
/// # Errors
/// [`OwnerRecordError`]: a file cannot be read, or which is the module cannot be told.
pub fn release_verifier(
    page: &Path,
    owner: &OwnerKey,
    request: &ReleaseRequest<'_>,
    now: Timestamp,
) -> Result<(VerifierRelease, Vec<u8>), OwnerRecordError> {
    let mut files = Vec::new();
    digest_files(page, "", &mut files)?;
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let wanted = |path: &str| match request.module {
        Some(module) => path == module,
        None => path.ends_with(MODULE),
    };
    let modules: Vec<&ReleasedFile> = files.iter().filter(|file| wanted(file.path.as_str())).collect();
    let wasm = match modules.as_slice() {
        [module] => module.sha256,
        several => {
            return Err(OwnerRecordError::Module { found: several.len() });
        }
    };
    let record = VerifierRelease {
        files,
        issued: now,
        issuer: request.issuer.clone(),
        release: Text::parse(request.release)?,
        record_type: VerifierReleaseType::VerifierRelease,
        wasm,
    };
    record.check()?;
    let document = owner.sign_release(&record)?;
    Ok((record, document))
}

/// Digests of all files below a folder, their paths counted from where it began.
fn digest_files(folder: &Path, prefix: &str, files: &mut Vec<ReleasedFile>) -> Result<(), OwnerRecordError> {
    let error = |path: &Path, cause| OwnerRecordError::File {
        path: path.to_owned(),
        cause,
    };
    for entry in std::fs::read_dir(folder).map_err(|cause| error(folder, cause))? {
        let path = entry.map_err(|cause| error(folder, cause))?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| OwnerRecordError::Name { path: path.clone() })?;
        let place = format!("{prefix}{name}");
        if path.is_dir() {
            digest_files(&path, &format!("{place}/"), files)?;
        } else {
            let bytes = std::fs::read(&path).map_err(|cause| error(&path, cause))?;
            files.push(ReleasedFile {
                path: Text::parse(&place)?,
                sha256: Sha256Digest::of(&bytes),
            });
        }
    }
    Ok(())
}
