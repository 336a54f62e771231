//! `check-mirror`: a mirror that checks itself. Every hash is computed again, every file is one that should be there,
//! and an older checkpoint, kept by whoever asks, must be of the same history.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use touchstone_schemas::{
    budget::MAX_SNAPSHOT_BYTES,
    digest::Sha256Digest,
    multikey::Multikey,
    status::StatusPurpose,
    tlog::{Entry, EntryBundle, Origin, Record, TileFile, TilePath, TreeHead, leaf_hash, tile::TILE_WIDTH},
};
use touchstone_verifier::{
    input::Policy,
    open_trust_list,
    tlog::{LogKey, check_growth, open_checkpoint},
    trust::TrustContext,
};

use super::{
    MirrorError, Names, reader,
    reader::MirrorReader,
    recovered::check_statement,
    statics,
    statics::{signed_by_itself, static_files},
};
use crate::{
    fsck::{FileFault, Finding, Reading, check_lifecycle, check_snapshots, check_tiles},
    recovery::LogName,
    tlog::Tree,
};

/// Whom a check believes about the log's key.
#[derive(Clone, Debug)]
pub enum MirrorPin {
    /// The scheme owner: the key stands in the mirror's newest trust list, which they sign.
    Owner(Box<Policy>),
    /// The log itself.
    Log {
        /// Its origin.
        origin: Origin,
        /// Its key.
        key: Multikey,
    },
}

/// What was read, and what was found.
#[derive(Debug)]
pub struct MirrorChecked {
    /// Entries the mirror's checkpoint signs; 0 when it does not hold.
    pub size: u64,
    /// Files looked at.
    pub files: u64,
    /// What is not as it was logged.
    pub findings: Vec<Finding>,
}

/// Checks a mirror. `older` is the note of a checkpoint seen before.
///
/// # Errors
/// [`MirrorError`] when there is no mirror; faults are findings, not errors.
pub fn check_mirror(
    root: &Path,
    pin: &MirrorPin,
    older: Option<&[u8]>,
) -> Result<MirrorChecked, MirrorError> {
    let mirror = MirrorReader::open(root)?;
    let manifest = mirror.manifest();
    let log = LogKey::new(manifest.origin.clone(), manifest.log_key.as_bytes())?;
    let mut check = Check {
        mirror: &mirror,
        findings: Vec::new(),
        files: 0,
        size: 0,
        reading: Reading::default(),
        digests: BTreeSet::new(),
        lists: BTreeMap::new(),
        tree: Tree::empty(),
    };
    let trust = check.trust_lists(pin)?;
    check.pin(pin, trust.as_ref());
    check.log(&log)?;
    check.recovered()?;
    if let Some(older) = older {
        check.older(older, &log);
    }
    check.statics(trust.as_ref())?;
    check.walk()?;
    if manifest.names == Names::Included {
        check_lifecycle(&check.reading, &mut check.findings);
        check_snapshots(&check.reading, &mut check.findings);
    }
    Ok(MirrorChecked {
        size: check.size,
        files: check.files,
        findings: check.findings,
    })
}

struct Check<'m> {
    mirror: &'m MirrorReader,
    findings: Vec<Finding>,
    files: u64,
    size: u64,
    reading: Reading,
    /// Digests of all entries.
    digests: BTreeSet<Sha256Digest>,
    /// Every version of every status list.
    lists: BTreeMap<(StatusPurpose, u32), BTreeMap<u64, Sha256Digest>>,
    /// Of the mirror's own leaf hashes.
    tree: Tree,
}

impl Check<'_> {
    fn fault(&mut self, place: impl Into<String>, fault: FileFault) {
        let place = place.into();
        self.findings.push(Finding::File { place, fault });
    }

    /// Every trust list is whole; the newest is opened under the pin, where the owner is pinned.
    fn trust_lists(&mut self, pin: &MirrorPin) -> Result<Option<TrustContext>, MirrorError> {
        let lists = self.mirror.trust_lists()?;
        let mut newest = None;
        for (sequence, document) in lists {
            let place = statics::trust_list_place(sequence);
            match signed_by_itself(&document) {
                Ok(trust) if trust.list().sequence == sequence => newest = Some((document, trust)),
                Ok(_) => self.fault(place, FileFault::Misplaced),
                Err(cause) => self.fault(place, FileFault::Refused(cause.to_string())),
            }
        }
        let Some((document, trust)) = newest else {
            return Ok(None);
        };
        if self
            .mirror
            .folder
            .read(statics::TRUST_LIST, document.len())?
            .as_ref()
            != Some(&document)
        {
            self.fault(statics::TRUST_LIST, FileFault::Altered);
        }
        if let MirrorPin::Owner(policy) = pin
            && let Err(cause) = open_trust_list(&document, policy, None)
        {
            self.fault(statics::TRUST_LIST, FileFault::Refused(cause.to_string()));
            return Ok(None);
        }
        Ok(Some(trust))
    }

    /// The log's key is the one that the pin names.
    fn pin(&mut self, pin: &MirrorPin, trust: Option<&TrustContext>) {
        let manifest = self.mirror.manifest();
        let own = (&manifest.origin, &manifest.log_key);
        let pinned = match pin {
            MirrorPin::Log { origin, key } => (origin, key) == own,
            MirrorPin::Owner(_) => trust.is_some_and(|trust| {
                let mut issuers = trust.list().issuers.iter();
                issuers.any(|issuer| (&issuer.log.origin, &issuer.log.key) == own)
            }),
        };
        if !pinned {
            self.findings.push(Finding::NotPinned {
                origin: manifest.origin.to_string(),
                key: manifest.log_key.to_string(),
            });
        }
    }

    /// Checkpoint, entries, documents and tiles.
    fn log(&mut self, log: &LogKey) -> Result<(), MirrorError> {
        let signed = match self.mirror.checkpoint() {
            Ok(note) => match open_checkpoint(&note, log) {
                Ok(signed) => Some(*signed.head()),
                Err(cause) => {
                    self.findings.push(Finding::Checkpoint { cause });
                    None
                }
            },
            Err(_) => {
                self.fault(reader::CHECKPOINT, FileFault::Missing);
                None
            }
        };
        let Some(TreeHead { size, .. }) = signed else {
            return Ok(());
        };
        self.size = size;
        for index in 0..size.div_ceil(u64::from(TILE_WIDTH)) {
            match self.mirror.bundle(index, size) {
                Ok(entries) => {
                    for stored in entries {
                        let left_out = stored.document.is_empty() && self.is_left_out(&stored.entry);
                        if let Some(entry) = self.reading.read_entry(&stored, &mut self.findings) {
                            self.note(&entry);
                            if !left_out {
                                self.reading.read_document(&entry, &stored, &mut self.findings);
                            }
                        }
                    }
                }
                Err(MirrorError::Bundle { path, cause }) => {
                    self.fault(path.display().to_string(), FileFault::Refused(cause.to_string()));
                }
                Err(error) => self.fault(format!("entries {index}"), FileFault::Refused(error.to_string())),
            }
        }
        let tiles = self.mirror.tiles(size)?;
        check_tiles(&self.reading.leaves, &tiles, signed, &mut self.findings);
        let mut growth = self.tree.grow();
        for leaf in &self.reading.leaves {
            // 2^64 leaves do not fit in memory.
            let _ = growth.append_leaf(*leaf);
        }
        self.tree.adopt(growth);
        Ok(())
    }

    /// What the log says of the one before it is the manifest's own, and true as far as it can be told.
    fn recovered(&mut self) -> Result<(), MirrorError> {
        let manifest = self.mirror.manifest();
        let Some(digest) = manifest.recovered_from else {
            // One that should not be there is named with the other files.
            return Ok(());
        };
        let log = LogName {
            key: manifest.log_key,
            origin: manifest.origin.clone(),
        };
        let fault = match self.mirror.recovered_from() {
            Ok(None) => Some(FileFault::Missing),
            Ok(Some(bytes)) if Sha256Digest::of(&bytes) == digest => {
                check_statement(&bytes, &log, &self.tree)
                    .err()
                    .map(|cause| FileFault::Refused(cause.to_string()))
            }
            Ok(Some(_)) | Err(MirrorError::TooLong { .. }) => Some(FileFault::Altered),
            Err(error) => return Err(error),
        };
        if let Some(fault) = fault {
            self.fault(reader::RECOVERED_FROM, fault);
        }
        Ok(())
    }

    fn is_left_out(&self, entry: &[u8]) -> bool {
        self.mirror.manifest().names == Names::LeftOut
            && Entry::parse(entry)
                .is_ok_and(|entry| matches!(entry.record, Record::Credential { .. } | Record::Event { .. }))
    }

    fn note(&mut self, entry: &Entry) {
        self.digests.insert(entry.digest);
        if let Record::StatusList {
            purpose,
            list,
            sequence,
        } = entry.record
        {
            let versions = self.lists.entry((purpose, list)).or_default();
            versions.insert(sequence, entry.digest);
        }
    }

    /// From the mirror's own tiles, by the verifier's own proof.
    fn older(&mut self, note: &[u8], log: &LogKey) {
        let older = match open_checkpoint(note, log) {
            Ok(older) => *older.head(),
            Err(cause) => return self.findings.push(Finding::OlderCheckpoint { cause }),
        };
        let newer = self.tree.head();
        if let Err(cause) = check_growth(&older, &newer, |level, index| self.tree.hash(level, index)) {
            self.findings.push(Finding::NotGrown {
                older: older.size,
                newer: newer.size,
                cause,
            });
        }
    }

    fn statics(&mut self, trust: Option<&TrustContext>) -> Result<(), MirrorError> {
        for (place, bytes) in static_files(trust, &self.mirror.manifest().base) {
            match self.mirror.folder.read(&place, bytes.len()) {
                Ok(Some(found)) if found == bytes => {}
                Ok(Some(_)) | Err(MirrorError::TooLong { .. }) => self.fault(place, FileFault::Altered),
                Ok(None) => self.fault(place, FileFault::Missing),
                Err(error) => return Err(error),
            }
        }
        let lists = std::mem::take(&mut self.lists);
        for ((purpose, list), versions) in &lists {
            let newest = versions.last_key_value().map(|(_, digest)| *digest);
            self.digest_of(reader::newest_list_place(*purpose, *list), newest)?;
            for (sequence, digest) in versions {
                let place = reader::list_version_place(*purpose, *list, *sequence);
                self.digest_of(place, Some(*digest))?;
            }
        }
        self.lists = lists;
        Ok(())
    }

    fn digest_of(&mut self, place: String, wanted: Option<Sha256Digest>) -> Result<(), MirrorError> {
        match self.mirror.folder.read(&place, MAX_SNAPSHOT_BYTES) {
            Ok(Some(bytes)) if Some(Sha256Digest::of(&bytes)) == wanted => Ok(()),
            Ok(Some(_)) | Err(MirrorError::TooLong { .. }) => {
                self.fault(place, FileFault::Altered);
                Ok(())
            }
            Ok(None) => {
                self.fault(place, FileFault::Missing);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Every file is one that should be there.
    fn walk(&mut self) -> Result<(), MirrorError> {
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            for name in self.mirror.folder.names(&folder)? {
                let place = if folder.is_empty() {
                    name
                } else {
                    format!("{folder}/{name}")
                };
                if self.mirror.folder.is_folder(&place) {
                    folders.push(place);
                } else {
                    self.files = self.files.saturating_add(1);
                    self.file(&place)?;
                }
            }
        }
        Ok(())
    }

    fn file(&mut self, place: &str) -> Result<(), MirrorError> {
        if let Some(path) = place.strip_prefix("log/")
            && let Ok(path) = TilePath::parse(path)
        {
            return self.tile_file(place, &path);
        }
        let told = place == reader::RECOVERED_FROM && self.mirror.manifest().recovered_from.is_some();
        let known = told
            || MirrorReader::is_own(place)
            || matches!(place, reader::CHECKPOINT | statics::TRUST_LIST)
            || matches!(
                place,
                ".well-known/did.json" | "status/did.json" | "contexts/v1" | "schemas/v1"
            )
            || self.is_document(place)
            || self.is_list(place)
            || place
                .strip_prefix("trust-lists/")
                .and_then(|name| name.strip_suffix(".json"))
                .and_then(|name| name.parse().ok())
                .is_some_and(|sequence| statics::trust_list_place(sequence) == place);
        if !known {
            self.fault(place, FileFault::Unfounded);
        }
        Ok(())
    }

    fn is_document(&self, place: &str) -> bool {
        let digest = place
            .strip_prefix("documents/")
            .and_then(|place| place.get(3..))
            .and_then(|name| name.strip_suffix(".json"))
            .and_then(|digest| digest.parse().ok());
        digest.is_some_and(|digest: Sha256Digest| {
            self.digests.contains(&digest) && reader::document_place(&digest) == place
        })
    }

    fn is_list(&self, place: &str) -> bool {
        self.lists.iter().any(|((purpose, list), versions)| {
            let version = place
                .strip_prefix(reader::list_versions(*purpose, *list).as_str())
                .and_then(|rest| rest.strip_prefix('/'))
                .and_then(|sequence| sequence.parse().ok());
            reader::newest_list_place(*purpose, *list) == place
                || version.is_some_and(|version: u64| versions.contains_key(&version))
        })
    }

    /// A tile or bundle, also one narrower than the newest: its bytes are the beginning of what the entries give.
    fn tile_file(&mut self, place: &str, path: &TilePath) -> Result<(), MirrorError> {
        let first = path.index().saturating_mul(u64::from(TILE_WIDTH));
        let limit = usize::try_from(u64::from(path.width()).saturating_mul(65_537)).unwrap_or(usize::MAX);
        let bytes = match self.mirror.folder.read(place, limit) {
            Ok(bytes) => bytes.unwrap_or_default(),
            Err(MirrorError::TooLong { .. }) => Vec::new(),
            Err(error) => return Err(error),
        };
        let newest = TilePath::in_tree(path.file(), path.index(), self.tree.size());
        if newest.is_none_or(|newest| newest.width() < path.width()) {
            // An export that was cut off leaves tiles ahead of its checkpoint; they prove nothing and spoil nothing.
            return Ok(());
        }
        let sound = match path.file() {
            TileFile::Hashes(level) => {
                // The newest width was measured with the others, and named better.
                newest.as_ref() == Some(path)
                    || self.tree.tile(level, path.index(), path.width()).as_ref() == Some(&bytes)
            }
            TileFile::Entries => EntryBundle::parse(&bytes, path.width()).is_ok_and(|bundle| {
                let mut entries = (first..).zip(bundle.entries());
                entries.all(|(index, entry)| self.tree.hash(0, index) == Some(leaf_hash(entry)))
            }),
        };
        if !sound {
            self.fault(place, FileFault::Altered);
        }
        Ok(())
    }
}
