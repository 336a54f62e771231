//! `kill -9` at 50 random moments of many submissions: none lost, none doubled, no fork, every receipt proves.
//!
//! The moments come from a seed, which is printed; `TOUCHSTONE_KILLS_SEED` repeats one run, and
//! `TOUCHSTONE_KILLS_SUBMISSIONS` makes it longer.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use touchstone_registry::{Clock, Role, start, start_reader, store::Store, tlog::Tree};
use touchstone_schemas::{submission::Receipt, tlog::LogProof};
use touchstone_verifier::tlog::{LogKey, open_checkpoint};

use crate::{
    app::{TestApp, config},
    documents::Office,
    engines::Engines,
    faults::submit_until_taken,
    readers::reader_config,
    world::{NOW, multikey, time},
};

/// Kills.
const KILLS: usize = 50;
/// Submissions, where no variable asks for more.
const SUBMISSIONS: usize = 1_000;
/// Clients at once.
const CLIENTS: usize = 8;
/// Tells the process that is to be killed where its registry is.
const FOLDER: &str = "TOUCHSTONE_KILLS_FOLDER";
const DATABASE: &str = "TOUCHSTONE_KILLS_DATABASE";
const ADDRESS: &str = "TOUCHSTONE_KILLS_ADDRESS";
const ROLE: &str = "TOUCHSTONE_KILLS_ROLE";
/// Before the address on its output.
const SERVED: &str = "served at ";
/// The test's own bound, for so many submissions as it makes by itself or fewer; more have more.
const LIMIT: Duration = Duration::from_secs(540);

on_both_engines!(nothing_is_lost_doubled_or_forked_by_fifty_kills);

fn variable(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}

/// SplitMix64 (Steele, Lea and Flood 2014).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(bound).unwrap()).unwrap()
    }
}

fn seed() -> u64 {
    let seed = variable("TOUCHSTONE_KILLS_SEED").unwrap_or_else(|| {
        let mut bytes = [0; 4];
        getrandom::fill(&mut bytes).unwrap();
        usize::try_from(u32::from_le_bytes(bytes)).unwrap()
    });
    eprintln!("TOUCHSTONE_KILLS_SEED={seed}");
    u64::try_from(seed).unwrap()
}

/// The registry that is killed: this test program once more, with this test alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_registry_that_is_killed() {
    let (Ok(folder), Ok(database)) = (std::env::var(FOLDER), std::env::var(DATABASE)) else {
        return;
    };
    let office = Office::new();
    let mut config = config(folder.as_ref(), &office, database.parse().unwrap());
    config.listen.public = std::env::var(ADDRESS).unwrap().parse().unwrap();
    let clock = Clock::from_fn(|| time(NOW));
    let key = office.world.log.key.clone();
    let running = if std::env::var(ROLE).is_ok_and(|role| role == Role::Reader.name()) {
        let folder: &Path = folder.as_ref();
        let config = reader_config(&config, multikey(&key), &folder.join("killed"));
        start_reader(config, clock).await.unwrap()
    } else {
        start(config, key, clock).await.unwrap()
    };
    eprintln!("{SERVED}{}", running.public_address());
    tokio::time::sleep(LIMIT).await;
}

/// A process that does not outlive its test.
pub(crate) struct Victim(Child);

impl Victim {
    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts a process of the registry in a role, and waits until it says where it serves.
pub(crate) fn serve(app: &TestApp, address: SocketAddr, role: Role) -> (Victim, SocketAddr) {
    let command = Command::new(std::env::current_exe().unwrap())
        .args(["kills::the_registry_that_is_killed", "--exact", "--nocapture"])
        .env(FOLDER, &app.folder)
        .env(DATABASE, app.config.store.database.as_configured().unwrap())
        .env(ADDRESS, address.to_string())
        .env(ROLE, role.name())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut victim = Victim(command.unwrap());
    let mut lines = BufReader::new(victim.0.stderr.take().unwrap()).lines();
    let mut said = Vec::new();
    for line in lines.by_ref() {
        let line = line.unwrap();
        if let Some(address) = line.strip_prefix(SERVED) {
            // What more it says is read away.
            let address = address.parse().unwrap();
            std::thread::spawn(move || lines.for_each(drop));
            return (victim, address);
        }
        said.push(line);
    }
    panic!("it did not start: {said:#?}");
}

async fn nothing_is_lost_doubled_or_forked_by_fifty_kills(engines: Engines) {
    let begun = Instant::now();
    let mut random = Random(seed());
    let mut app = TestApp::with_lists_on(engines).await;
    app.stop().await;
    let submissions = variable("TOUCHSTONE_KILLS_SUBMISSIONS").unwrap_or(SUBMISSIONS);
    let limit = LIMIT * u32::try_from(submissions.div_ceil(10 * SUBMISSIONS)).unwrap();
    let mut moments: Vec<usize> = (0..KILLS).map(|_| random.below(submissions * 9 / 10)).collect();
    moments.sort_unstable();

    let (mut victim, address) = serve(&app, "127.0.0.1:0".parse().unwrap(), Role::Sequencer);
    let documents: Arc<Mutex<Vec<String>>> = Arc::new(Mutex::new(sign(&app, submissions)));
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (documents, acknowledged) = (Arc::clone(&documents), Arc::clone(&acknowledged));
            tokio::spawn(async move {
                let mut journal = Vec::new();
                while let Some(document) = { documents.lock().unwrap().pop() } {
                    journal.push(submit_until_taken(address, &document).await);
                    acknowledged.fetch_add(1, Ordering::SeqCst);
                }
                journal
            })
        })
        .collect();
    for moment in moments {
        while acknowledged.load(Ordering::SeqCst) < moment {
            assert!(begun.elapsed() < limit, "{moment} after {:?}", begun.elapsed());
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        tokio::time::sleep(Duration::from_micros(random.below(5_000).try_into().unwrap())).await;
        victim.kill();
        (victim, _) = serve(&app, address, Role::Sequencer);
    }
    let mut journal = Vec::new();
    for client in clients {
        journal.extend(client.await.unwrap());
    }
    victim.kill();
    everything_is_there_once(&app, &journal, submissions).await;
    eprintln!("{submissions} submissions, {KILLS} kills, {:?}", begun.elapsed());
}

pub(crate) fn sign(app: &TestApp, submissions: usize) -> Vec<String> {
    let now = app.now();
    (0..u32::try_from(submissions).unwrap())
        .map(|index| {
            let number = format!("CQC26ZNZ{index:06}R0");
            app.office.sign(&app.office.credential(&number, index, now), now)
        })
        .collect()
}

/// The clients' journal against store and log.
pub(crate) async fn everything_is_there_once(app: &TestApp, journal: &[Receipt], submissions: usize) {
    let all = 3 + u64::try_from(submissions).unwrap();
    let store = Store::open_read_only(&app.config.store.database).await.unwrap();
    let mut growth = Tree::empty().grow();
    let mut entries = Vec::new();
    while growth.head().size < all {
        for entry in store.entry_bytes(growth.head().size, 512).await.unwrap() {
            growth.append(&entry).unwrap();
            entries.push(entry);
        }
    }
    assert_eq!(store.checkpoint().await.unwrap().size, all);
    store.close().await;
    let mut tree = Tree::empty();
    tree.adopt(growth);
    let log = &app.office.world.log;
    let key = LogKey::new(log.origin.clone(), &log.key.verifying_key().to_bytes()).unwrap();
    let mut indices = BTreeSet::new();
    for receipt in journal {
        let index = app.assert_proves(receipt);
        assert!(indices.insert(index), "{index} was given twice");
        assert_eq!(entries[usize::try_from(index).unwrap()], receipt.entry.to_bytes());
        // Every checkpoint that ever left is one of this one log.
        let proof = LogProof::parse(receipt.proof.as_bytes()).unwrap();
        let note = proof.checkpoint.to_string();
        let head = *open_checkpoint(note.as_bytes(), &key).unwrap().head();
        assert_eq!(tree.head_at(head.size).unwrap(), head);
    }
    assert_eq!(indices, (3..all).collect());
    let checked = app.fsck().await;
    assert_eq!((checked.findings, checked.entries), (Vec::new(), all));
}
