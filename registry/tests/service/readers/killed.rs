//! Sequencer and readers as processes, killed in the middle of the work: no reader ever goes back or shows what the
//! sequencer did not sign.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use touchstone_registry::{Role, store::Store, tlog::Tree};
use touchstone_schemas::tlog::TreeHead;
use touchstone_verifier::tlog::{LogKey, open_checkpoint};

use super::PATIENCE;
use crate::{
    app::{TestApp, try_send},
    engines::Engines,
    faults::submit_until_taken,
    kills::{everything_is_there_once, serve, sign},
};

on_both_engines!(readers_never_go_back_while_processes_are_killed);

/// Submissions, and clients that make them.
const SUBMISSIONS: usize = 160;
const CLIENTS: usize = 4;
/// Kills of the sequencer; after each second one a reader is killed too.
const KILLS: usize = 6;
/// The test's own bound.
const LIMIT: Duration = Duration::from_secs(120);

/// Asks for the checkpoint again and again: every one is signed, and none is shorter than one before.
async fn watch(address: SocketAddr, log: LogKey, done: Arc<AtomicBool>) -> Vec<TreeHead> {
    let mut heads: Vec<TreeHead> = Vec::new();
    let begun = Instant::now();
    while !done.load(Ordering::SeqCst) {
        assert!(begun.elapsed() < LIMIT);
        // One that was killed does not answer for a while.
        if let Some(answer) = try_send(address, "GET", "/log/checkpoint", &[], b"").await {
            assert_eq!(answer.status, 200);
            let head = *open_checkpoint(&answer.body, &log).unwrap().head();
            match heads.last() {
                Some(last) if *last == head => {}
                Some(last) => {
                    assert!(last.size < head.size, "{last:?}, then {head:?}");
                    heads.push(head);
                }
                None => heads.push(head),
            }
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    heads
}

async fn readers_never_go_back_while_processes_are_killed(engines: Engines) {
    let begun = Instant::now();
    let mut app = TestApp::with_lists_on(engines).await;
    app.stop().await;
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let (mut sequencer, address) = serve(&app, any, Role::Sequencer);
    let (mut killed, killed_address) = serve(&app, any, Role::Reader);
    let mut reader = app.started_reader().await;
    let log = &app.office.world.log;
    let log = LogKey::new(log.origin.clone(), &log.key.verifying_key().to_bytes()).unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let watched = [reader.address(), killed_address]
        .map(|address| tokio::spawn(watch(address, log.clone(), Arc::clone(&done))));
    let documents = Arc::new(Mutex::new(sign(&app, SUBMISSIONS)));
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
    for kill in 1..=KILLS {
        while acknowledged.load(Ordering::SeqCst) < kill * SUBMISSIONS / (KILLS + 2) {
            assert!(begun.elapsed() < LIMIT, "{kill} after {:?}", begun.elapsed());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        sequencer.kill();
        (sequencer, _) = serve(&app, address, Role::Sequencer);
        if kill.is_multiple_of(2) {
            killed.kill();
            (killed, _) = serve(&app, killed_address, Role::Reader);
        }
    }
    let mut journal = Vec::new();
    for client in clients {
        journal.extend(client.await.unwrap());
    }
    let newest = app_checkpoint(address).await;
    for address in [reader.address(), killed_address] {
        let begun = Instant::now();
        while app_checkpoint(address).await != newest {
            assert!(begun.elapsed() < PATIENCE, "a reader does not follow");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    done.store(true, Ordering::SeqCst);
    let mut heads = Vec::new();
    for watched in watched {
        heads.extend(watched.await.unwrap());
    }
    sequencer.kill();
    killed.kill();
    reader.stop().await;
    all_of_one_history(&app, &heads).await;
    everything_is_there_once(&app, &journal, SUBMISSIONS).await;
    eprintln!(
        "{} checkpoints seen by readers, {:?}",
        heads.len(),
        begun.elapsed()
    );
}

async fn app_checkpoint(address: SocketAddr) -> Vec<u8> {
    let answer = try_send(address, "GET", "/log/checkpoint", &[], b"").await;
    answer.unwrap().body
}

/// Every checkpoint that a reader showed is one of the log as it is in the end.
async fn all_of_one_history(app: &TestApp, heads: &[TreeHead]) {
    let store = Store::open_read_only(&app.config.store.database).await.unwrap();
    let mut growth = Tree::empty().grow();
    let size = store.checkpoint().await.unwrap().size;
    while growth.head().size < size {
        for entry in store.entry_bytes(growth.head().size, 512).await.unwrap() {
            growth.append(&entry).unwrap();
        }
    }
    store.close().await;
    let mut tree = Tree::empty();
    tree.adopt(growth);
    assert!(heads.len() > 4, "{heads:?}");
    for head in heads {
        assert_eq!(tree.head_at(head.size).unwrap(), *head);
    }
}
