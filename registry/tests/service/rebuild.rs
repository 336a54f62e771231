//! A database built again: from a mirror, from what is sound of a damaged one, and from nothing that is false.

use std::fs;

use touchstone_registry::{
    mirror::{MirrorReader, Names},
    rebuild::{Rebuilt, Source, rebuild},
    store::Store,
};

use crate::{
    app::TestApp,
    engines::Engines,
    mirror::{mirror, suspend, with_history},
};

/// Everything that is served of the log and the lists.
async fn served(app: &TestApp) -> Vec<Vec<u8>> {
    let mut bodies = Vec::new();
    for path in [
        "/log/checkpoint",
        "/log/tile/0/000.p/8",
        "/log/tile/entries/000.p/8",
        "/status-lists/message/1",
        "/status-lists/revocation/1?sequence=1",
        "/status-lists/suspension/1",
        "/certificates/CQC26ZNZ000123R0",
        "/trust.json",
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        bodies.push(answer.body);
    }
    bodies
}

/// Moves the database away; gives where it is.
fn move_away(app: &TestApp) -> std::path::PathBuf {
    let away = app.folder.join("damaged.sqlite");
    // With its write-ahead log, where a refused start left one.
    for ending in ["", "-wal", "-shm"] {
        let [from, to] = [app.database(), &away].map(|path| {
            let mut path = path.as_os_str().to_owned();
            path.push(ending);
            path
        });
        drop(fs::remove_file(&to));
        drop(fs::rename(from, to));
    }
    assert!(away.exists());
    away
}

async fn from_mirror(app: &TestApp, folder: &std::path::Path) -> Result<Rebuilt, String> {
    let source = Source::Mirror(MirrorReader::open(folder).unwrap());
    rebuild(&app.config, &source)
        .await
        .map_err(|error| error.to_string())
}

async fn from_database(app: &TestApp, away: std::path::PathBuf) -> Result<Rebuilt, String> {
    let store = Store::open_read_only(&away.into()).await.unwrap();
    let source = Source::Database(store);
    let rebuilt = rebuild(&app.config, &source)
        .await
        .map_err(|error| error.to_string());
    source.close().await;
    rebuilt
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_a_mirror_byte_for_byte() {
    let mut app = with_history().await;
    let folder = app.folder.join("mirror");
    mirror(&app, &folder, Names::Included).await.unwrap();
    let before = served(&app).await;
    app.stop().await;
    // Over a database that is there nothing is built.
    assert!(from_mirror(&app, &folder).await.unwrap_err().contains("already"));
    move_away(&app);
    let rebuilt = from_mirror(&app, &folder).await.unwrap();
    assert_eq!((rebuilt.head.size, rebuilt.trust_lists), (8, 1));
    assert_eq!(app.fsck().await.findings, []);
    app.resume().await.unwrap();
    assert_eq!(served(&app).await, before);
    // And it goes on from there.
    suspend(&mut app, "CQC26ZNZ000124R0", 9).await;
    app.stop().await;
    assert_eq!(app.fsck().await.findings, []);

    // The mirror is behind now: what came since cannot be made up.
    move_away(&app);
    let refused = from_mirror(&app, &folder).await.unwrap_err();
    assert!(
        refused.contains("the source has 8 entries, the checkpoint file says that the log had 13"),
        "{refused}"
    );
    assert!(!app.database().exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_entries_and_documents_of_a_damaged_database() {
    let mut app = with_history().await;
    let before = served(&app).await;
    app.stop().await;
    app.tamper(
        "DELETE FROM log_tile; DELETE FROM event; UPDATE credential SET number = 'CQC26ZNZ999999R0';
         UPDATE log_checkpoint SET note = 'nonsense', tree_size = 3",
    )
    .await;
    assert!(app.refused().await.contains("the database's checkpoint"));
    let away = move_away(&app);
    let rebuilt = from_database(&app, away).await.unwrap();
    assert_eq!(rebuilt.head.size, 8);
    app.resume().await.unwrap();
    assert_eq!(served(&app).await, before);
    app.stop().await;
    assert_eq!(app.fsck().await.findings, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_differs_is_named_and_nothing_of_it_taken() {
    let mut app = with_history().await;
    let folder = app.folder.join("mirror");
    mirror(&app, &folder, Names::Included).await.unwrap();
    let public = app.folder.join("public");
    mirror(&app, &public, Names::LeftOut).await.unwrap();
    app.stop().await;
    let damage = [
        (
            "UPDATE signed_document SET document = CAST(replace(document, '产品认证处', '产品认证部') AS BLOB)
             WHERE digest = (SELECT digest FROM log_entry WHERE leaf_index = 4)",
            "document of entry 4: the document has digest",
        ),
        (
            "DELETE FROM log_entry WHERE leaf_index = 2",
            "entries 2 to 2 are missing",
        ),
        (
            "DELETE FROM log_entry WHERE leaf_index = 7",
            "the source has 7 entries, its checkpoint signs 8",
        ),
        (
            "UPDATE log_entry SET entry = CAST(replace(entry, '\"effective\":\"2026', '\"effective\":\"2025') AS BLOB)
             WHERE leaf_index = 4",
            "the entry does not record this document",
        ),
        (
            "UPDATE log_entry SET entry = CAST(replace(entry, '\"recorded\":\"2026', '\"recorded\":\"2027') AS BLOB)
             WHERE leaf_index >= 4",
            "the entries lead to root",
        ),
        (
            "UPDATE trust_list SET document = CAST(replace(document, '2026', '2027') AS BLOB)",
            "trust list 3: the trust list: the signature by",
        ),
        (
            "UPDATE log_identity SET origin = 'registry.example/lag'",
            "the source is of registry.example/lag",
        ),
    ];
    let sound = fs::read(app.database()).unwrap();
    for (sql, wanted) in damage {
        for ending in ["-wal", "-shm"] {
            let mut path = app.database().as_os_str().to_owned();
            path.push(ending);
            drop(fs::remove_file(path));
        }
        fs::write(app.database(), &sound).unwrap();
        app.tamper(sql).await;
        let away = move_away(&app);
        let refused = from_database(&app, away).await.unwrap_err();
        assert!(refused.contains(wanted), "{sql}: {refused}");
        assert!(!app.database().exists(), "{sql}");
    }
    assert!(
        from_mirror(&app, &public)
            .await
            .unwrap_err()
            .contains("leaves out documents")
    );
    let bundle = folder.join("log/tile/entries/000.p/8");
    let mut bytes = fs::read(&bundle).unwrap();
    bytes[100] ^= 1;
    fs::write(&bundle, bytes).unwrap();
    assert!(from_mirror(&app, &folder).await.is_err());
    assert!(!app.database().exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_to_the_other_engine_changes_nothing_that_is_served() {
    let Some(postgres) = Engines::postgres() else {
        return;
    };
    let mut app = with_history().await;
    let before = served(&app).await;
    app.stop().await;
    let file = app.database().to_owned();
    app.config.store.database = postgres.place();
    let rebuilt = from_database(&app, file).await.unwrap();
    assert_eq!((rebuilt.head.size, rebuilt.trust_lists), (8, 1));
    assert_eq!(app.fsck().await.findings, []);
    app.resume().await.unwrap();
    assert_eq!(served(&app).await, before);
    suspend(&mut app, "CQC26ZNZ000124R0", 9).await;
    app.stop().await;
    assert_eq!(app.fsck().await.findings, []);
}
