//! Storage that fails: at each of its points a write is lost, or is there although it was said to have failed; after
//! a retry or a start anew everything is there once, and proves.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixStream},
};
use touchstone_registry::store::{Place, Store};

use crate::{
    absent::need,
    app::{TOKEN, TestApp, try_send},
    engines::{Engines, run},
    postgres::PostgresServer,
};

on_both_engines!(every_fault_of_storage_ends_consistent);

/// A point of storage, and what became of what was written there.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// The batch is refused by the database.
    AppendLost,
    /// The batch is there, the file is not written.
    FileLost,
    /// Both are there, and the write of the file was said to have failed.
    FileKept,
}

/// What comes after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Retry,
    Reload,
}

impl Fault {
    async fn strike(self, app: &TestApp) {
        let place = &app.config.store.database;
        match (self, place) {
            (Self::AppendLost, Place::File(_)) => run(
                place,
                "CREATE TRIGGER fault BEFORE INSERT ON log_entry BEGIN SELECT RAISE(ABORT, 'a fault'); END",
            )
            .await
            .unwrap(),
            (Self::AppendLost, Place::Server(_)) => run(
                place,
                "CREATE TRIGGER fault BEFORE INSERT ON log_entry FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            )
            .await
            .unwrap(),
            (Self::FileLost | Self::FileKept, _) => {
                std::fs::create_dir(app.folder.join("checkpoint.new")).unwrap();
            }
        }
    }

    async fn heal(self, app: &TestApp) {
        let place = &app.config.store.database;
        match (self, place) {
            (Self::AppendLost, Place::File(_)) => run(place, "DROP TRIGGER fault").await.unwrap(),
            (Self::AppendLost, Place::Server(_)) => {
                run(place, "DROP TRIGGER fault ON log_entry").await.unwrap();
            }
            (Self::FileLost | Self::FileKept, _) => {
                if matches!(self, Self::FileKept) {
                    let store = Store::open_read_only(place).await.unwrap();
                    let newest = store.checkpoint().await.unwrap().note;
                    store.close().await;
                    std::fs::write(&app.config.log.checkpoint_file, newest).unwrap();
                }
                std::fs::remove_dir(app.folder.join("checkpoint.new")).unwrap();
            }
        }
    }
}

impl TestApp {
    fn one(&self, serial: u64) -> String {
        let number = format!("CQC26ZNZ{serial:06}R0");
        let index = u32::try_from(serial).unwrap();
        let now = self.now();
        self.office
            .sign(&self.office.credential(&number, index, now), now)
    }

    async fn go_on(&mut self, then: Then) {
        if then == Then::Reload {
            self.stop().await;
            self.resume().await.unwrap();
        } else {
            self.until_ready().await;
        }
    }

    /// The submission is in, once, at that index, and what is served is what stands in the file.
    async fn is_in(&self, document: &str, index: u64) {
        let receipts = self.submit(&[document.to_owned()]).await.receipts();
        assert_eq!(self.assert_proves(&receipts[0]), index);
        let file = std::fs::read(&self.config.log.checkpoint_file).unwrap();
        assert_eq!(self.get("/log/checkpoint").await.body, file);
    }

    async fn holds_exactly(&mut self, entries: u64) {
        self.stop().await;
        let checked = self.fsck().await;
        assert_eq!((checked.findings, checked.entries), (Vec::new(), entries));
    }
}

async fn every_fault_of_storage_ends_consistent(engines: Engines) {
    let mut app = TestApp::with_lists_on(engines).await;
    let mut index = 3;
    for fault in [Fault::AppendLost, Fault::FileLost, Fault::FileKept] {
        for then in [Then::Retry, Then::Reload] {
            let document = app.one(index);
            fault.strike(&app).await;
            let answer = app.submit(std::slice::from_ref(&document)).await;
            assert_eq!(answer.code(), "logStopped", "{fault:?}, {then:?}");
            // Reading goes on.
            assert_eq!(app.get("/log/checkpoint").await.status, 200);
            fault.heal(&app).await;
            app.go_on(then).await;
            app.is_in(&document, index).await;
            index += 1;
        }
    }
    app.holds_exactly(index).await;
}

/// A way to a server on which an answer can get lost.
struct Wire {
    address: SocketAddr,
    cut: Arc<AtomicU8>,
}

const WHOLE: u8 = 0;
/// The next commit does not arrive.
const BEFORE_COMMIT: u8 = 1;
/// The next commit arrives, its answer does not.
const AFTER_COMMIT: u8 = 2;

impl Wire {
    async fn to(socket: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let cut = Arc::new(AtomicU8::new(WHOLE));
        let own = Arc::clone(&cut);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = UnixStream::connect(&socket).await.unwrap();
                tokio::spawn(carry(client, server, Arc::clone(&own)));
            }
        });
        Self { address, cut }
    }
}

async fn carry(client: TcpStream, server: UnixStream, cut: Arc<AtomicU8>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let (lose, mut lost) = tokio::sync::watch::channel(false);
    let mut back = tokio::spawn(async move {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from_server.read(&mut buffer).await {
            if *lost.borrow_and_update() || to_client.write_all(&buffer[..count]).await.is_err() {
                return;
            }
        }
    });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from_client.read(&mut buffer).await {
        let sent = &buffer[..count];
        let commit = sent.windows(6).any(|window| window == b"COMMIT");
        let fate = if commit {
            cut.swap(WHOLE, Ordering::SeqCst)
        } else {
            WHOLE
        };
        if fate == BEFORE_COMMIT {
            break;
        }
        lose.send_replace(fate == AFTER_COMMIT);
        if to_server.write_all(sent).await.is_err() {
            break;
        }
        if fate == AFTER_COMMIT {
            // The server has answered, and nobody heard it.
            (&mut back).await.unwrap();
            return;
        }
    }
    back.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_got_lost_and_one_whose_answer_did_end_consistent() {
    let how = "Debian: apt-get install postgresql";
    let Some(server) = need("PostgreSQL", how, PostgresServer::own()) else {
        return;
    };
    let wire = Wire::to(server.socket_folder().unwrap().join(".s.PGSQL.5432")).await;
    let mut app = TestApp::made_on(Engines::Postgres(server)).await;
    let direct = app.config.store.database.as_configured().unwrap().to_owned();
    let (place, _) = direct.split_once('?').unwrap();
    let (_, name) = place.rsplit_once('/').unwrap();
    let url = format!("postgres://touchstone@{}/{name}?sslmode=disable", wire.address);
    app.config.store.database = url.parse().unwrap();
    app.resume().await.unwrap();
    let lists = app.office.lists(app.now());
    assert_eq!(app.submit(&lists).await.status, 200);
    let mut index = 3;
    for cut in [BEFORE_COMMIT, AFTER_COMMIT] {
        for then in [Then::Retry, Then::Reload] {
            let document = app.one(index);
            wire.cut.store(cut, Ordering::SeqCst);
            let answer = app.submit(std::slice::from_ref(&document)).await;
            assert_eq!(answer.code(), "logStopped", "{cut}, {then:?}");
            app.go_on(then).await;
            let log = app.get("/log/checkpoint").await.text();
            let held = if cut == AFTER_COMMIT { index + 1 } else { index };
            assert_eq!(log.lines().nth(1), Some(held.to_string().as_str()));
            app.is_in(&document, index).await;
            index += 1;
        }
    }
    app.holds_exactly(index).await;
}

/// Submissions each client makes.
const EACH: usize = 60;
/// Clients at once.
const CLIENTS: usize = 4;
/// Back within that time of the server's being back.
const BACK_WITHIN: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_killed_under_load_loses_nothing_acknowledged_and_the_service_is_back_by_itself() {
    let how = "Debian: apt-get install postgresql";
    let Some(server) = need("PostgreSQL", how, PostgresServer::own()) else {
        return;
    };
    let mut app = TestApp::with_lists_on(Engines::Postgres(server)).await;
    let address = app.address();
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let documents: Vec<String> = (0..EACH)
                .map(|place| app.one(u64::try_from(100 + client * EACH + place).unwrap()))
                .collect();
            let acknowledged = Arc::clone(&acknowledged);
            tokio::spawn(async move {
                let mut receipts = Vec::new();
                for document in documents {
                    receipts.push(submit_until_taken(address, &document).await);
                    acknowledged.fetch_add(1, Ordering::SeqCst);
                }
                receipts
            })
        })
        .collect();
    for kill in 1..=2 {
        let enough = kill * CLIENTS * EACH / 3;
        until(Duration::from_secs(60), || {
            acknowledged.load(Ordering::SeqCst) >= enough
        })
        .await;
        let Engines::Postgres(server) = &mut app.engines else {
            unreachable!()
        };
        server.kill();
        // Away for a while: intake stops, and says so.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let Engines::Postgres(server) = &mut app.engines else {
            unreachable!()
        };
        server.start();
        let (back, before) = (Instant::now(), acknowledged.load(Ordering::SeqCst));
        until(BACK_WITHIN, || {
            acknowledged.load(Ordering::SeqCst) > before + CLIENTS
        })
        .await;
        eprintln!("the service was back {:?} after the server", back.elapsed());
    }
    let mut indices = Vec::new();
    for client in clients {
        for receipt in client.await.unwrap() {
            indices.push(app.assert_proves(&receipt));
        }
    }
    indices.sort_unstable();
    let all = 3 + u64::try_from(CLIENTS * EACH).unwrap();
    assert_eq!(indices, (3..all).collect::<Vec<_>>());
    app.holds_exactly(all).await;
}

async fn until(patience: Duration, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < patience, "not within {patience:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Submits the same until a receipt comes back, as an office's outbox does.
pub(crate) async fn submit_until_taken(
    address: SocketAddr,
    document: &str,
) -> touchstone_schemas::submission::Receipt {
    let token = format!("Bearer {TOKEN}");
    let headers = [
        ("authorization", token.as_str()),
        ("content-type", "application/json"),
    ];
    let body = format!("{{\"documents\":[{document}]}}");
    let begun = Instant::now();
    loop {
        let answer = try_send(address, "POST", "/submissions", &headers, body.as_bytes()).await;
        match answer {
            Some(answer) if answer.status == 200 => return answer.receipts().remove(0),
            Some(answer) => assert_eq!(answer.status, 503, "{}", answer.text()),
            None => {}
        }
        assert!(begun.elapsed().as_secs() < 120, "not taken");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
