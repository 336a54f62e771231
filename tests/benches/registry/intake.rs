//! Intake: certificates submitted one by one by many clients, each durable before it is answered.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use touchstone_registry::{
    config::Config,
    directory::directory_row,
    ledger::Document,
    store::{Batch, NewEntry, Store, StoredCheckpoint},
    tlog::{LogSigner, Tree},
};
use touchstone_schemas::{
    credential::Version,
    did::Did,
    digest::Sha256Digest,
    tlog::{Entry, Record},
};

use crate::{
    Scale,
    child::{Process, now},
    client::{Connection, get, load, submission},
    data::{DataSet, sign},
    engine::Engine,
    figure::{Figure, Target},
    fixture::{DID, World},
    office::number,
    rounds::Times,
};

/// Clients that submit.
pub(crate) const CLIENTS: u32 = 64;
/// Longest time of a round.
const LONGEST: Duration = Duration::from_secs(120);

pub(crate) async fn figures(folder: &Path, engine: &Engine, scale: Scale) -> Vec<Figure> {
    let world = World::new();
    let all: Vec<u32> = (0..scale.submissions).collect();
    let (mut measured, mut floors, mut p99, mut groups) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..scale.rounds {
        let documents = sign(&world, &all, now());
        let set = DataSet::bare(folder, engine, "bench-intake").await;
        let registry = Process::registry(&set);
        let requests: Vec<Vec<u8>> = documents
            .iter()
            .map(|document| submission(std::slice::from_ref(document)))
            .collect();
        let taken = load(registry.address, CLIENTS, LONGEST, hand_out(requests)).await;
        let group = documents_of_a_batch(&registry).await;
        drop(registry);
        set.remove();
        measured.push(taken.each());
        p99.push(taken.p99());
        groups.push(group);
        let set = DataSet::bare(folder, engine, "bench-floor").await;
        floors.push(store_alone(&set, &world, documents, group).await);
        set.remove();
    }
    let each = Times::of(measured);
    let group = Times::of(groups).median().round();
    let rate = 1e9 / each.median();
    vec![
        Figure::against(
            (
                format!("a certificate by HTTP, verified, stored, sequenced, fsynced; {CLIENTS} clients"),
                &each,
            ),
            (
                format!("the store alone: the same rows, {group} certificates a transaction"),
                &Times::of(floors),
            ),
            Some(Target::AtLeast(0.5)),
        ),
        Figure::number(
            "the same as a rate",
            rate.round(),
            "/s",
            Some(Target::AtLeast(2_500.0)),
        ),
        Figure::number(
            "one in a hundred waits longer than",
            Times::of(p99).median(),
            "ms",
            Some(Target::AtMost(150.0)),
        ),
    ]
}

/// Gives each request once.
pub(crate) fn hand_out(requests: Vec<Vec<u8>>) -> impl Fn() -> Option<Vec<u8>> + Send + Sync + 'static {
    let (requests, next) = (Arc::new(requests), AtomicUsize::new(0));
    move || requests.get(next.fetch_add(1, Ordering::Relaxed)).cloned()
}

/// Mean size of the log's batches so far, those of the data set's making not counted.
async fn documents_of_a_batch(registry: &Process) -> f64 {
    let mut connection = Connection::open(registry.private).await;
    let answer = connection.ask(&get("/metrics", "*/*")).await;
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    let value = |name: &str| -> f64 {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().parse().unwrap()
    };
    value("touchstone_registry_batch_documents_sum") / value("touchstone_registry_batch_documents_count")
}

/// Nanoseconds a certificate in the store without anything before it: batches made before, written one after another.
async fn store_alone(set: &DataSet<'_>, world: &World, documents: Vec<String>, group: f64) -> f64 {
    let config = Config::read(&set.config(), []).unwrap();
    let store = Store::open(&config.store.database).await.unwrap();
    let batches = batches(&config, &store, world, &documents, group).await;
    let began = Instant::now();
    for batch in &batches {
        store.append(batch).await.unwrap();
    }
    let nanoseconds = began.elapsed().as_secs_f64() * 1e9;
    store.close().await;
    #[expect(clippy::cast_precision_loss, reason = "counts below 2^53")]
    let certificates = documents.len() as f64;
    nanoseconds / certificates
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a size of a group"
)]
async fn batches(
    config: &Config,
    store: &Store,
    world: &World,
    documents: &[String],
    group: f64,
) -> Vec<Batch> {
    let signer = LogSigner::new(config.log.origin.clone(), world.log.key.clone()).unwrap();
    let mut tree = Tree::empty();
    let mut growth = tree.grow();
    for entry in store.entries(0, u32::MAX).await.unwrap() {
        growth.append(&entry.entry).unwrap();
    }
    tree.adopt(growth);
    let mut follows = store.checkpoint().await.unwrap().note;
    let recorded = now();
    let issuer = Did::parse(DID).unwrap();
    let mut at = 0;
    let mut batches = Vec::new();
    for chunk in documents.chunks((group as usize).max(1)) {
        let mut growth = tree.grow();
        let mut entries = Vec::new();
        for document in chunk {
            let digest = Sha256Digest::of(document.as_bytes());
            let entry = Entry {
                issuer: issuer.clone(),
                recorded,
                digest,
                record: Record::Credential {
                    number: number(at),
                    version: Version::FIRST,
                },
            };
            at += 1;
            let bytes = entry.to_bytes();
            let read = Document::of_entry(&entry, document.as_bytes()).unwrap();
            let index = growth.append(&bytes).unwrap();
            entries.push(NewEntry {
                index,
                entry: bytes,
                digest,
                document: document.clone().into_bytes(),
                projection: read.projection(),
                directory: directory_row(index, &read),
            });
        }
        let note = signer.sign(growth.head()).unwrap().to_string();
        batches.push(Batch {
            follows: std::mem::replace(&mut follows, note.clone()),
            checkpoint: StoredCheckpoint {
                size: growth.head().size,
                note,
            },
            entries,
            tiles: tree.grown_tiles(&growth),
        });
        tree.adopt(growth);
    }
    batches
}
