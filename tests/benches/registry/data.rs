//! Data sets: registries of so many certificates, really signed and really logged, made once and kept.

use std::path::{Path, PathBuf};

use touchstone_registry::{
    config::{Config, FILE_NAME},
    directory::directory_row,
    ledger::Document,
    store::{Batch, Identity, NewEntry, Store, StoredCheckpoint},
    tlog::{CheckpointFile, LogSigner, Tree},
};
use touchstone_schemas::{
    date_time::{Date, Timestamp},
    did::Did,
    digest::Sha256Digest,
    tlog::{EMPTY_ROOT, Entry, Record, SignedNote, TreeHead},
};

use crate::{
    engine::Engine,
    fixture::{DID, NOW, REGISTRY, World, multikey, time},
    office::{OF_A_LIST, StatusAuthority, credential, number, withdrawal},
};

/// The intake token of all of them.
pub(crate) const TOKEN: &str = "a-token-for-benchmarks";
/// Certificates of a transaction while a data set is made.
const BATCH: u32 = 5_000;
/// One in so many has been withdrawn.
const WITHDRAWN_EVERY: u32 = 50;
/// The day on which they were issued.
pub(crate) const ISSUED: &str = "2026-06-14T01:00:00Z";

/// A registry that has been made and is not running.
pub(crate) struct DataSet<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) folder: PathBuf,
    /// Name of the database, where it has one.
    pub(crate) name: String,
    /// Certificates in it.
    pub(crate) size: u32,
}

impl<'a> DataSet<'a> {
    /// The data set of that size: as a run before has left it, or made.
    pub(crate) async fn of_size(folder: &Path, engine: &'a Engine, size: u32) -> Self {
        let name = format!("certificates_{size}");
        let set = Self {
            engine,
            folder: folder.join(format!("{}-{size}", engine.name().to_lowercase())),
            name,
            size,
        };
        if !set.folder.join("whole").is_file() {
            drop(std::fs::remove_dir_all(&set.folder));
            std::fs::create_dir_all(&set.folder).unwrap();
            eprintln!("making {size} certificates");
            let place = engine.empty(&set.folder, &set.name);
            let mut writer = Writer::create(&set.folder, &place).await;
            writer.fill(size).await;
            writer.store.close().await;
            std::fs::write(set.folder.join("whole"), "").unwrap();
        }
        set
    }

    /// A registry with nothing but its status lists.
    pub(crate) async fn bare(folder: &Path, engine: &'a Engine, name: &str) -> Self {
        let set = Self {
            engine,
            folder: crate::fresh(folder, name),
            name: name.replace('-', "_"),
            size: 0,
        };
        let place = engine.empty(&set.folder, &set.name);
        let mut writer = Writer::create(&set.folder, &place).await;
        writer.lists(1..=10, time(NOW)).await;
        writer.store.close().await;
        set
    }

    /// A copy that may be changed.
    pub(crate) fn copy(&self, name: &str) -> Self {
        self.beside(name, |folder, name| {
            self.engine.copy(&self.folder, &self.name, folder, name)
        })
    }

    /// The same registry before its database is there.
    pub(crate) fn unfilled(&self, name: &str) -> Self {
        self.beside(name, |folder, name| self.engine.empty(folder, name))
    }

    /// Another folder with all but the database, of which `place` says where it is.
    fn beside(&self, name: &str, place: impl FnOnce(&Path, &str) -> String) -> Self {
        let folder = crate::fresh(self.folder.parent().unwrap(), name);
        for file in [FILE_NAME, "trust.json", "checkpoint"] {
            std::fs::copy(self.folder.join(file), folder.join(file)).unwrap();
        }
        let name = name.replace('-', "_");
        write_config(&folder, &place(&folder, &name));
        Self {
            engine: self.engine,
            folder,
            name,
            size: self.size,
        }
    }

    /// Removes it.
    pub(crate) fn remove(self) {
        self.engine.remove(&self.folder, &self.name);
    }

    pub(crate) fn place(&self) -> String {
        self.engine.place(&self.folder, &self.name)
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.join(FILE_NAME)
    }

    /// What the status authority knows after making it.
    pub(crate) fn status_authority(&self) -> StatusAuthority {
        let mut authority = StatusAuthority::after(1_000);
        for at in (0..self.size).filter(|at| is_withdrawn(*at)) {
            authority.withdraw(at);
        }
        authority
    }
}

/// Whether a data set has it withdrawn.
pub(crate) const fn is_withdrawn(at: u32) -> bool {
    at % WITHDRAWN_EVERY == WITHDRAWN_EVERY - 1
}

/// Writes the configuration of a registry in that folder.
fn write_config(folder: &Path, place: &str) {
    let world = World::new();
    let token = Sha256Digest::of(TOKEN.as_bytes());
    let text = format!(
        r#"[registry]
base = "{REGISTRY}"
[listen]
public = "127.0.0.1:0"
private = "127.0.0.1:0"
[store]
database = "{place}"
[log]
origin = "{}"
key_file = "none"
checkpoint_file = "checkpoint"
[trust]
owner_key = "{}"
list = "trust.json"
[intake]
token_sha256 = "{token}"
[limits]
records_per_minute = 0
directory_rows_per_minute = 0
check_rows_per_minute = 0
"#,
        world.log.origin,
        multikey(&world.owner),
    );
    std::fs::write(folder.join(FILE_NAME), text).unwrap();
}

/// A registry being filled.
struct Writer {
    world: World,
    store: Store,
    signer: LogSigner,
    file: CheckpointFile,
    tree: Tree,
    checkpoint: SignedNote,
    authority: StatusAuthority,
}

impl Writer {
    async fn create(folder: &Path, place: &str) -> Self {
        write_config(folder, place);
        let world = World::new();
        std::fs::write(folder.join("trust.json"), world.trust_text()).unwrap();
        let config = Config::read(&folder.join(FILE_NAME), []).unwrap();
        let signer = LogSigner::new(config.log.origin.clone(), world.log.key.clone()).unwrap();
        let empty = TreeHead {
            size: 0,
            root: EMPTY_ROOT,
        };
        let checkpoint = signer.sign(empty).unwrap();
        let file = CheckpointFile::at(config.log.checkpoint_file.clone());
        file.write(&checkpoint).unwrap();
        let identity = Identity {
            origin: config.log.origin.clone(),
            log_key: multikey(&world.log.key),
            base: config.registry.base.clone(),
        };
        let stored = StoredCheckpoint {
            size: 0,
            note: checkpoint.to_string(),
        };
        let store = Store::create(&config.store.database, &identity, &stored)
            .await
            .unwrap();
        Self {
            world,
            store,
            signer,
            file,
            tree: Tree::empty(),
            checkpoint,
            authority: StatusAuthority::default(),
        }
    }

    async fn fill(&mut self, size: u32) {
        let lists = 1..=size.div_ceil(OF_A_LIST);
        let issued = time(ISSUED);
        self.lists(lists.clone(), issued).await;
        for first in (0..size).step_by(BATCH.try_into().unwrap()) {
            let all: Vec<u32> = (first..size.min(first + BATCH)).collect();
            let signed = sign(&self.world, &all, issued);
            let withdrawn: Vec<String> = all
                .iter()
                .zip(&signed)
                .filter(|(at, _)| is_withdrawn(**at))
                .map(|(at, document)| {
                    withdrawal(&self.world, *at, Sha256Digest::of(document.as_bytes()), issued)
                })
                .collect();
            all.iter()
                .filter(|at| is_withdrawn(**at))
                .for_each(|at| self.authority.withdraw(*at));
            let credential = |at: &u32| Record::Credential {
                number: number(*at),
                version: touchstone_schemas::credential::Version::FIRST,
            };
            let credentials = all.iter().map(credential).zip(signed);
            self.append(credentials.collect(), issued).await;
            let event = |at: &u32| Record::Event {
                number: number(*at),
                version: touchstone_schemas::credential::Version::FIRST,
                event: touchstone_schemas::lifecycle::EventKind::Withdrawn,
                sequence: 1,
                effective: issued,
            };
            let ended = all.iter().filter(|at| is_withdrawn(**at)).map(event);
            self.append(ended.zip(withdrawn).collect(), issued).await;
        }
        self.lists(lists, time(NOW)).await;
    }

    /// New versions of these lists.
    async fn lists(&mut self, lists: std::ops::RangeInclusive<u32>, now: Timestamp) {
        let mut documents = Vec::new();
        for list in lists {
            for document in self.authority.lists(&self.world, list, now) {
                documents.push((list_record(&document), document));
            }
        }
        self.append(documents, now).await;
    }

    /// One transaction, as the sequencer writes it.
    async fn append(&mut self, documents: Vec<(Record, String)>, recorded: Timestamp) {
        if documents.is_empty() {
            return;
        }
        let issuer = Did::parse(DID).unwrap();
        let mut growth = self.tree.grow();
        let mut entries = Vec::with_capacity(documents.len());
        for (record, document) in documents {
            let digest = Sha256Digest::of(document.as_bytes());
            let entry = Entry {
                issuer: issuer.clone(),
                recorded,
                digest,
                record,
            };
            let bytes = entry.to_bytes();
            let read = Document::of_entry(&entry, document.as_bytes()).unwrap();
            let index = growth.append(&bytes).unwrap();
            entries.push(NewEntry {
                index,
                entry: bytes,
                digest,
                document: document.into_bytes(),
                projection: read.projection(),
                directory: directory_row(index, &read),
            });
        }
        let note = self.signer.sign(growth.head()).unwrap();
        let batch = Batch {
            follows: self.checkpoint.to_string(),
            checkpoint: StoredCheckpoint {
                size: growth.head().size,
                note: note.to_string(),
            },
            entries,
            tiles: self.tree.grown_tiles(&growth),
        };
        self.store.append(&batch).await.unwrap();
        self.file.write(&note).unwrap();
        self.tree.adopt(growth);
        self.checkpoint = note;
    }
}

/// What the log says of a status list.
fn list_record(document: &str) -> Record {
    let value: serde_json::Value = serde_json::from_str(document).unwrap();
    let subject = &value["credentialSubject"];
    let purpose = subject["statusPurpose"].as_str().unwrap();
    let id = value["id"].as_str().unwrap();
    Record::StatusList {
        purpose: touchstone_schemas::status::StatusPurpose::of_name(purpose).unwrap(),
        list: id.rsplit('/').next().unwrap().parse().unwrap(),
        sequence: subject["sequence"].as_u64().unwrap(),
    }
}

/// Signs certificates on all processors.
pub(crate) fn sign(world: &World, all: &[u32], signed: Timestamp) -> Vec<String> {
    let day = Date::of(signed);
    let processors = std::thread::available_parallelism().map_or(1, |n| n.get());
    let share = all.len().div_ceil(processors).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = all
            .chunks(share)
            .map(|all| {
                scope.spawn(move || -> Vec<String> {
                    all.iter()
                        .map(|at| credential(world, *at, day, signed).1)
                        .collect()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    })
}
