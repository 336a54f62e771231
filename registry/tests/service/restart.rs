//! Starts: what is rolled forward, and what is refused with its reason.

use touchstone_registry::tlog::{CheckpointFile, LogSigner};
use touchstone_schemas::tlog::{Hash, Origin, TreeHead};

use crate::{
    app::TestApp,
    documents::NUMBER,
    engines::{Dialect, Engines},
    world::{key, multikey},
};

on_both_engines!(
    a_database_ahead_of_the_file_rolls_the_file_forward,
    yesterdays_database_is_refused,
    another_history_garbage_or_nothing_in_the_file_is_refused,
    another_key_origin_or_base_is_refused_and_so_is_a_second_writer,
    an_edited_row_is_refused_at_start,
    after_a_failed_write_the_log_reads_itself_again_and_goes_on,
);

impl TestApp {
    async fn issue_one(&mut self, number: &str, index: u32) {
        let now = self.now();
        let document = self.office.sign(&self.office.credential(number, index, now), now);
        assert_eq!(self.submit(&[document]).await.status, 200);
    }
}

async fn a_database_ahead_of_the_file_rolls_the_file_forward(engines: Engines) {
    let mut app = TestApp::with_lists_on(engines).await;
    let older = std::fs::read(&app.config.log.checkpoint_file).unwrap();
    app.issue_one(NUMBER, 7).await;
    let newer = std::fs::read(&app.config.log.checkpoint_file).unwrap();
    app.stop().await;
    // As after a kill between the commit and the file.
    std::fs::write(&app.config.log.checkpoint_file, &older).unwrap();
    app.resume().await.unwrap();
    assert_eq!(std::fs::read(&app.config.log.checkpoint_file).unwrap(), newer);
    assert_eq!(app.get("/log/checkpoint").await.body, newer);
    app.stop().await;
}

async fn yesterdays_database_is_refused(engines: Engines) {
    let mut app = TestApp::with_lists_on(engines).await;
    app.stop().await;
    let backup = app.back_up();
    app.resume().await.unwrap();
    app.issue_one(NUMBER, 7).await;
    app.stop().await;
    app.config.store.database = backup;
    let reason = app.refused().await;
    assert!(
        reason.contains("the database is behind the checkpoint file: 3 entries, the log had 4"),
        "{reason}"
    );
    let found = app.fsck().await.findings;
    assert!(
        found
            .iter()
            .any(|finding| finding.to_string().contains("behind the checkpoint file")),
        "{found:?}"
    );
}

async fn another_history_garbage_or_nothing_in_the_file_is_refused(engines: Engines) {
    let mut app = TestApp::with_lists_on(engines).await;
    app.issue_one(NUMBER, 7).await;
    app.stop().await;
    let path = app.config.log.checkpoint_file.clone();
    let sound = std::fs::read(&path).unwrap();
    let signer = LogSigner::new(app.config.log.origin.clone(), app.office.world.log.key.clone()).unwrap();
    for (size, reason) in [
        (2, "tell two histories"),
        (4, "tell two histories"),
        (9, "is behind the checkpoint file"),
    ] {
        let head = TreeHead {
            size,
            root: Hash::from_bytes([7; 32]),
        };
        CheckpointFile::at(path.clone())
            .write(&signer.sign(head).unwrap())
            .unwrap();
        let found = app.refused().await;
        assert!(found.contains(reason), "{size}: {found}");
    }
    let stranger = LogSigner::new(app.config.log.origin.clone(), key(77)).unwrap();
    let head = TreeHead {
        size: 2,
        root: Hash::from_bytes([7; 32]),
    };
    CheckpointFile::at(path.clone())
        .write(&stranger.sign(head).unwrap())
        .unwrap();
    assert!(app.refused().await.contains("is not a checkpoint of this log"));
    for garbage in [&b"garbage"[..], b"", &sound[..sound.len() / 2]] {
        std::fs::write(&path, garbage).unwrap();
        assert!(app.refused().await.contains("is not a checkpoint of this log"));
    }
    std::fs::remove_file(&path).unwrap();
    assert!(app.refused().await.contains("checkpoint file"));
    std::fs::write(&path, &sound).unwrap();
    app.resume().await.unwrap();
    app.stop().await;
}

async fn another_key_origin_or_base_is_refused_and_so_is_a_second_writer(engines: Engines) {
    let mut app = TestApp::with_lists_on(engines).await;
    let running = app.config.clone();
    let second = touchstone_registry::start(
        running.clone(),
        app.office.world.log.key.clone(),
        touchstone_registry::Clock::system(),
    );
    let reason = second.await.map(|_| ()).unwrap_err().to_string();
    assert!(reason.contains("two writers would fork the log"), "{reason}");
    app.stop().await;
    let own = app.office.world.log.key.clone();
    app.office.world.log.key = key(78);
    assert!(app.refused().await.contains(&multikey(&key(78)).to_string()));
    app.office.world.log.key = own;
    app.config.log.origin = Origin::parse("registry.example/other").unwrap();
    assert!(app.refused().await.contains("registry.example/other"));
    app.config = running.clone();
    app.config.registry.base =
        touchstone_schemas::credential::RegistryBase::parse("https://other.example").unwrap();
    assert!(app.refused().await.contains("https://other.example"));
    app.config = running;
    app.config.store.database = app.folder.join("nowhere.sqlite").into();
    assert!(app.refused().await.contains("there is no registry's database"));
    assert!(!app.database().exists());
}

async fn an_edited_row_is_refused_at_start(engines: Engines) {
    let mut app = TestApp::with_lists_on(engines).await;
    app.issue_one(NUMBER, 7).await;
    app.stop().await;
    let sound = app.config.store.database.clone();
    let dialect = Dialect::of(&sound);
    for (sql, reason) in [
        (
            format!(
                "UPDATE log_entry SET entry = {} WHERE leaf_index = 1",
                dialect.spaced("entry")
            ),
            "entry 1",
        ),
        ("DELETE FROM log_entry WHERE leaf_index = 3".to_owned(), "entries"),
        (
            format!(
                "UPDATE signed_document SET document = {}",
                dialect.spaced("document")
            ),
            "document of entry 0",
        ),
        (
            format!("UPDATE log_tile SET hashes = {}", dialect.zeros(128)),
            "tile 0/0",
        ),
        (
            "DELETE FROM log_tile".to_owned(),
            "0 tiles are stored, the tree has 1",
        ),
        (
            "UPDATE log_checkpoint SET note = replace(note, '4', '5')".to_owned(),
            "checkpoint",
        ),
    ] {
        app.config.store.database = app.engines.copy_of(&sound);
        app.tamper(&sql).await;
        let found = app.refused().await;
        assert!(found.contains(reason), "{sql}: {found}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_trust_list_is_adopted_when_it_changes_and_never_goes_back() {
    let mut app = TestApp::with_lists().await;
    let first = app.office.world.trust_text();
    app.office.world.trust_list.sequence = 9;
    let ninth = app.office.world.trust_text();
    std::fs::write(&app.config.trust.list, &ninth).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert_eq!(app.get("/trust.json").await.text(), ninth);
    // An older one, and one by somebody else, leave the newer in place.
    std::fs::write(&app.config.trust.list, &first).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert_eq!(app.get("/trust.json").await.text(), ninth);
    app.stop().await;
    assert!(
        app.refused()
            .await
            .contains("sequence 3, sequence 9 was seen before")
    );
    app.office.world.trust_list.sequence = 10;
    app.office.world.owner = key(79);
    std::fs::write(&app.config.trust.list, app.office.world.trust_text()).unwrap();
    assert!(app.refused().await.contains("not signed by the pinned owner key"));
    app.config.trust.owner_key = None;
    assert!(app.refused().await.contains("no scheme owner is pinned"));
}

async fn after_a_failed_write_the_log_reads_itself_again_and_goes_on(engines: Engines) {
    let mut app = TestApp::with_lists_on(engines).await;
    // The file cannot be written: the commit succeeds, the file does not.
    let path = app.config.log.checkpoint_file.clone();
    let kept = std::fs::read(&path).unwrap();
    std::fs::create_dir(app.folder.join("checkpoint.new")).unwrap();
    let now = app.now();
    let document = app.office.sign(&app.office.credential(NUMBER, 7, now), now);
    let answer = app.submit(std::slice::from_ref(&document)).await;
    assert_eq!((answer.status, answer.code().as_str()), (503, "logStopped"));
    assert_eq!(answer.header("retry-after"), Some("5"));
    // Stopped as long as it cannot; reading goes on, and shows nothing that was not acknowledged.
    assert_eq!(app.submit(std::slice::from_ref(&document)).await.status, 503);
    assert_eq!(app.get("/log/checkpoint").await.body, kept);
    assert_eq!(app.get(&format!("/certificates/{NUMBER}")).await.status, 404);
    assert_eq!(app.readiness().await, 503);
    std::fs::remove_dir(app.folder.join("checkpoint.new")).unwrap();
    app.until_ready().await;
    // What was committed is there, and the retry gets its receipt.
    let receipts = app.submit(std::slice::from_ref(&document)).await.receipts();
    assert_eq!(app.assert_proves(&receipts[0]), 3);
    assert_eq!(
        app.get("/log/checkpoint").await.body,
        std::fs::read(&path).unwrap()
    );
    app.stop().await;
    app.resume().await.unwrap();
    assert_eq!(app.submit(&[document]).await.receipts(), receipts);
    app.stop().await;
}
