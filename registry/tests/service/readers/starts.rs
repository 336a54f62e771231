//! Starts of a reader: what it refuses, that it writes nothing but its own file, and whom it trusts.

use std::time::{Duration, Instant};

use touchstone_registry::{
    StartError,
    store::{Store, StoreError},
    tlog::{CheckpointFile, LogSigner},
};
use touchstone_schemas::{
    credential::RegistryBase,
    tlog::{Hash, Origin, TreeHead},
};

use super::{PATIENCE, reader_config};
use crate::{
    app::TestApp,
    engines::{Dialect, Engines},
    world::{key, multikey},
};

on_both_engines!(
    yesterdays_database_is_refused,
    another_log_is_refused,
    what_is_in_its_file_is_held_against_the_database,
    an_edited_or_older_database_is_refused,
    it_writes_nothing_to_the_database,
    the_newer_trust_list_of_file_and_database_counts,
);

async fn yesterdays_database_is_refused(engines: Engines) {
    let mut app = TestApp::with_lists_on(engines).await;
    app.stop().await;
    let backup = app.back_up();
    app.resume().await.unwrap();
    app.hand_in(7).await;
    let mut reader = app.started_reader().await;
    assert_eq!(reader.kept(), app.checkpoint().await);
    reader.stop().await;
    reader.config.store.database = backup;
    let reason = reader.refused().await;
    let wanted = "the database is behind the checkpoint file: 3 entries, the log had 4";
    assert!(reason.contains(wanted), "{reason}");
    // Back on the true one, it goes on.
    reader.config.store.database = app.config.store.database.clone();
    reader.start().await.unwrap();
    reader.stop().await;
    app.stop().await;
}

async fn another_log_is_refused(engines: Engines) {
    let mut app = TestApp::with_lists_on(engines).await;
    let mut reader = app.reader();
    let sound = reader.config.clone();
    reader.config.log.public_key = Some(multikey(&key(78)));
    assert!(reader.refused().await.contains(&multikey(&key(78)).to_string()));
    reader.config = sound.clone();
    reader.config.log.origin = Origin::parse("registry.example/other").unwrap();
    assert!(reader.refused().await.contains("registry.example/other"));
    reader.config = sound.clone();
    reader.config.registry.base = RegistryBase::parse("https://other.example").unwrap();
    assert!(reader.refused().await.contains("https://other.example"));
    reader.config = sound.clone();
    reader.config.store.database = app.engines.place();
    let reason = reader.refused().await;
    assert!(reason.contains("there is no registry's database"), "{reason}");
    reader.config = sound.clone();
    reader.config.log.public_key = None;
    assert!(matches!(reader.start().await, Err(StartError::NoPublicKey)));
    // Each process is what its configuration says.
    reader.config = app.config.clone();
    assert_eq!(reader.refused().await, "registry.role is sequencer");
    app.stop().await;
    app.config = sound;
    assert_eq!(app.refused().await, "registry.role is reader");
}

async fn what_is_in_its_file_is_held_against_the_database(engines: Engines) {
    let mut app = TestApp::with_lists_on(engines).await;
    let mut reader = app.reader();
    let path = reader.config.log.checkpoint_file.clone();
    let signer = LogSigner::new(app.config.log.origin.clone(), app.office.world.log.key.clone()).unwrap();
    let stranger = LogSigner::new(app.config.log.origin.clone(), key(77)).unwrap();
    let elsewhere = Origin::parse("registry.example/other").unwrap();
    let elsewhere = LogSigner::new(elsewhere, app.office.world.log.key.clone()).unwrap();
    for (signer, size, reason) in [
        (&signer, 2, "tell two histories"),
        (&signer, 3, "tell two histories"),
        (&signer, 9, "is behind the checkpoint file"),
        (&stranger, 2, "is not a checkpoint of this log"),
        (&elsewhere, 2, "is not a checkpoint of this log"),
    ] {
        let head = TreeHead {
            size,
            root: Hash::from_bytes([7; 32]),
        };
        let note = signer.sign(head).unwrap();
        CheckpointFile::at(path.clone()).write(&note).unwrap();
        let found = reader.refused().await;
        assert!(found.contains(reason), "{size}: {found}");
        // What it has seen is not forgotten over it.
        assert_eq!(reader.kept(), note.to_string().into_bytes());
    }
    for garbage in [&b"garbage"[..], b""] {
        std::fs::write(&path, garbage).unwrap();
        assert!(reader.refused().await.contains("is not a checkpoint of this log"));
    }
    // An older one of this log is rolled forward, as after a while without this reader.
    let older = app.checkpoint().await;
    std::fs::write(&path, &older).unwrap();
    app.hand_in(7).await;
    reader.start().await.unwrap();
    assert_eq!(reader.kept(), app.checkpoint().await);
    assert_ne!(reader.kept(), older);
    reader.stop().await;
    app.stop().await;
}

async fn an_edited_or_older_database_is_refused(engines: Engines) {
    let mut app = TestApp::with_lists_on(engines).await;
    app.hand_in(7).await;
    app.stop().await;
    let sound = app.config.store.database.clone();
    let dialect = Dialect::of(&sound);
    let mut reader = app.reader();
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
        ("DELETE FROM log_tile".to_owned(), "tile 0/0"),
        (
            "UPDATE log_checkpoint SET note = replace(note, '4', '5')".to_owned(),
            "checkpoint",
        ),
        (
            "DELETE FROM _sqlx_migrations WHERE version > 1".to_owned(),
            "the database's schema is of version 1",
        ),
        (
            "UPDATE directory_progress SET entries = 2".to_owned(),
            "the directory holds 2 of 4 entries",
        ),
    ] {
        app.config.store.database = app.engines.copy_of(&sound);
        app.tamper(&sql).await;
        reader.config.store.database = app.config.store.database.clone();
        let found = reader.refused().await;
        assert!(found.contains(reason), "{sql}: {found}");
        // Nothing is remembered of a log that is not what was signed.
        assert_eq!(
            reader.config.log.checkpoint_file.exists(),
            reason.starts_with("the directory")
        );
    }
    // The sequencer fills what is missing, and then there is something to read.
    app.config.store.database = app.engines.copy_of(&sound);
    app.tamper(
        "DROP TABLE directory; DROP TABLE directory_progress; DROP TABLE mismatch_report;
         DELETE FROM _sqlx_migrations WHERE version > 1;",
    )
    .await;
    reader.config.store.database = app.config.store.database.clone();
    assert!(matches!(
        reader.start().await,
        Err(StartError::Store(StoreError::SchemaBehind { found: 1, .. }))
    ));
    app.resume().await.unwrap();
    reader.start().await.unwrap();
    reader.stop().await;
    app.stop().await;
}

async fn it_writes_nothing_to_the_database(engines: Engines) {
    let mut app = TestApp::with_lists_on(engines).await;
    let sequence = app.office.world.trust_list.sequence;
    app.office.world.trust_list.sequence = sequence + 1;
    let newer = app.office.world.trust_text();
    let mut reader = app.reader();
    reader.config.trust.list = app.folder.join("reader-trust.json");
    std::fs::write(&reader.config.trust.list, &newer).unwrap();
    reader.start().await.unwrap();
    assert_eq!(reader.get("/trust.json").await.text(), newer);
    assert_ne!(app.get("/trust.json").await.text(), newer);
    let store = Store::open_read_only(&app.config.store.database).await.unwrap();
    let kept = store
        .newest_trust_list()
        .await
        .unwrap()
        .map(|(sequence, _)| sequence);
    assert_eq!(kept, Some(sequence));
    // The sequencer is there, and a second reader, and none of them waits for another.
    let mut second = app.started_reader().await;
    app.hand_in(7).await;
    let newest = app.checkpoint().await;
    reader.until_it_shows(&newest).await;
    second.until_it_shows(&newest).await;
    // What is asked to be written through a reader's connection is refused by the engine.
    let refused = store.keep_trust_list(99, b"a list").await;
    assert!(refused.is_err());
    store.close().await;
    reader.stop().await;
    second.stop().await;
    app.stop().await;
}

async fn the_newer_trust_list_of_file_and_database_counts(engines: Engines) {
    let mut app = TestApp::with_lists_on(engines).await;
    let first = app.office.world.trust_text();
    let mut reader = app.reader();
    reader.config.trust.list = app.folder.join("reader-trust.json");
    std::fs::write(&reader.config.trust.list, &first).unwrap();
    reader.start().await.unwrap();
    // The sequencer is given the next: the reader learns of it from the database.
    app.office.world.trust_list.sequence = 20;
    let next = app.office.world.trust_text();
    std::fs::write(&app.config.trust.list, &next).unwrap();
    let begun = Instant::now();
    while reader.get("/trust.json").await.text() != next {
        assert!(begun.elapsed() < PATIENCE, "not adopted");
        app.get("/trust.json").await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Its own file is older by now, at a start too.
    reader.stop().await;
    reader.start().await.unwrap();
    assert_eq!(reader.get("/trust.json").await.text(), next);
    // One that is somebody else's is not adopted from there, nor is an older one from the file.
    let owner = app.office.world.owner.clone();
    app.office.world.owner = key(79);
    app.office.world.trust_list.sequence = 30;
    let foreign = app.office.world.trust_text();
    app.office.world.owner = owner;
    let store = Store::open(&app.config.store.database).await.unwrap();
    store.keep_trust_list(30, foreign.as_bytes()).await.unwrap();
    store.close().await;
    reader.stop().await;
    let reason = reader.refused().await;
    assert!(reason.contains("sequence 30 in the database"), "{reason}");
    app.office.world.trust_list.sequence = 31;
    let newest = app.office.world.trust_text();
    std::fs::write(&reader.config.trust.list, &newest).unwrap();
    reader.start().await.unwrap();
    assert_eq!(reader.get("/trust.json").await.text(), newest);
    std::fs::write(&reader.config.trust.list, &first).unwrap();
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(reader.get("/trust.json").await.text(), newest);
    }
    reader.stop().await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sequencer_whose_public_key_is_another_does_not_start() {
    let mut app = TestApp::made().await;
    app.config.log.public_key = Some(multikey(&key(78)));
    assert!(app.refused().await.contains("log.public_key is"));
    app.config.log.public_key = Some(multikey(&app.office.world.log.key));
    app.resume().await.unwrap();
    // One configuration but for the role, the folder and the secret.
    let config = reader_config(
        &app.config,
        multikey(&app.office.world.log.key),
        &app.folder.join("one"),
    );
    assert_eq!(config.store.database.file(), app.config.store.database.file());
    app.stop().await;
}
