//! A new origin, opened openly: what is left of a log that lost something no mirror has.

use std::fs;

use touchstone_registry::{
    mirror::{MirrorPin, Names, check_mirror},
    rebuild::Source,
    recovery::{IndexRange, Loss, RecoveryError, RecoveryRequest, RecoveryStatement, recover_into},
    store::{Identity, Store, StoredCheckpoint},
    tlog::{CheckpointFile, LogSigner},
};
use touchstone_schemas::{
    digest::Sha256Digest,
    tlog::{EMPTY_ROOT, Origin, TreeHead},
};
use touchstone_verifier::tlog::{LogKey, check_growth, open_checkpoint};

use crate::{
    app::TestApp,
    documents::NUMBER,
    mirror::{mirror, suspend, with_history},
    world::{key, multikey, text},
};

/// Turns an app into a new registry of the same base, with another log, empty; gives the old database and checkpoint.
async fn renew(app: &mut TestApp) -> (std::path::PathBuf, Vec<u8>) {
    app.stop().await;
    let old = app.folder.join("old.sqlite");
    fs::rename(app.database(), &old).unwrap();
    let last = fs::read(&app.config.log.checkpoint_file).unwrap();
    app.config.log.origin = Origin::parse("registry.example/log2").unwrap();
    app.config.log.checkpoint_file = app.folder.join("checkpoint2");
    app.office.world.log.key = key(90);
    let signer = signer(app);
    let note = signer
        .sign(TreeHead {
            size: 0,
            root: EMPTY_ROOT,
        })
        .unwrap();
    CheckpointFile::at(app.config.log.checkpoint_file.clone())
        .write(&note)
        .unwrap();
    let identity = Identity {
        origin: app.config.log.origin.clone(),
        log_key: multikey(&key(90)),
        base: app.config.registry.base.clone(),
    };
    let first = StoredCheckpoint {
        size: 0,
        note: note.to_string(),
    };
    let store = Store::create(&app.config.store.database, &identity, &first)
        .await
        .unwrap();
    store.close().await;
    (old, last)
}

fn signer(app: &TestApp) -> LogSigner {
    LogSigner::new(app.config.log.origin.clone(), app.office.world.log.key.clone()).unwrap()
}

async fn recover(
    app: &TestApp,
    old: &std::path::Path,
    last: &[u8],
    loss: Loss,
) -> Result<RecoveryStatement, RecoveryError> {
    let store = Store::open_read_only(&old.to_owned().into()).await.unwrap();
    let source = Source::Database(store);
    let request = RecoveryRequest {
        last_checkpoint: last.to_vec(),
        why: text("数据库损坏，镜像缺失"),
        loss,
        now: app.now(),
    };
    let statement = recover_into(&app.config, &signer(app), &source, &request).await;
    source.close().await;
    statement
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_loss_of_its_key_a_log_goes_on_under_another_with_the_same_roots() {
    let mut app = with_history().await;
    let old_key = app.office.world.log.key.clone();
    let (old, last) = renew(&mut app).await;
    let whole = recover(&app, &old, &last, Loss::Records).await;
    assert!(matches!(whole, Err(RecoveryError::NothingLost)), "{whole:?}");
    let statement = recover(&app, &old, &last, Loss::Key).await.unwrap();
    assert_eq!((statement.taken, statement.prefix), (8, 8));
    assert_eq!((statement.lost.len(), statement.left_out.len()), (0, 0));
    assert_eq!(statement.new_log.origin.as_str(), "registry.example/log2");

    app.resume().await.unwrap();
    let published = app.get("/log/recovered-from").await;
    assert_eq!(RecoveryStatement::parse(&published.body).unwrap(), statement);
    let record = app.get(&format!("/certificates/{NUMBER}")).await.json();
    assert_eq!(record["state"], "suspended");
    suspend(&mut app, "CQC26ZNZ000124R0", 9).await;

    // The old checkpoint, by the old key, proves that nothing of the old log was altered.
    let origin = Origin::parse("registry.example/log").unwrap();
    let before = LogKey::new(origin, &old_key.verifying_key().to_bytes()).unwrap();
    let before = *open_checkpoint(&last, &before).unwrap().head();
    let log = signer(&app);
    let after = *open_checkpoint(&app.get("/log/checkpoint").await.body, log.public())
        .unwrap()
        .head();
    let leaves = app.get("/log/tile/0/000.p/13").await.body;
    let leaves = touchstone_schemas::tlog::tile::parse_hashes(&leaves, 13).unwrap();
    let read =
        |level, index: u64| (level == 0).then(|| leaves.get(usize::try_from(index).unwrap()).copied())?;
    assert_eq!(check_growth(&before, &after, read), Ok(()));
    app.stop().await;
    assert_eq!(app.fsck().await.findings, []);

    // A mirror has the statement too, and tells when it is another's, or gone.
    let mirrored = app.folder.join("mirror");
    // The owner has not named the new log yet.
    let pin = MirrorPin::Log {
        origin: app.config.log.origin.clone(),
        key: multikey(&key(90)),
    };
    let found = || check_mirror(&mirrored, &pin, None).unwrap().findings;
    mirror(&app, &mirrored, Names::Included).await.unwrap();
    assert_eq!(found(), []);
    let place = mirrored.join("log/recovered-from");
    let whole = fs::read(&place).unwrap();
    assert_eq!(RecoveryStatement::parse(&whole).unwrap(), statement);
    let named = |wanted: &str| {
        let told: Vec<String> = found().iter().map(ToString::to_string).collect();
        assert!(
            told.len() == 1 && told[0].starts_with("log/recovered-from: ") && told[0].contains(wanted),
            "{told:?}"
        );
    };
    fs::write(
        &place,
        String::from_utf8(whole.clone())
            .unwrap()
            .replace("数据库", "数据仓"),
    )
    .unwrap();
    named("");
    fs::remove_file(&place).unwrap();
    named("");
    // One that says what is not so, the manifest with it.
    let lie = String::from_utf8(whole.clone())
        .unwrap()
        .replace("\"prefix\":8", "\"prefix\":9");
    fs::write(&place, &lie).unwrap();
    let manifest = fs::read_to_string(mirrored.join("mirror.json")).unwrap();
    let digest = |bytes: &[u8]| Sha256Digest::of(bytes).to_string();
    let lying = manifest.replace(&digest(&whole), &digest(lie.as_bytes()));
    assert_ne!(lying, manifest);
    fs::write(mirrored.join("mirror.json"), lying).unwrap();
    named("9 of 8 entries");
    // The next export puts both right; a mirror made before there was a statement gets it.
    mirror(&app, &mirrored, Names::Included).await.unwrap();
    assert_eq!(found(), []);

    // It is filled once, and never served without its statement, nor with another's.
    let again = recover(&app, &old, &last, Loss::Key).await;
    assert!(
        matches!(again, Err(RecoveryError::NotEmpty { size: 13 })),
        "{again:?}"
    );
    let file = app.folder.join("checkpoint2.recovered-from.json");
    let other = fs::read_to_string(&file).unwrap().replace("log2", "log3");
    fs::write(&file, other).unwrap();
    assert!(
        app.refused()
            .await
            .contains("is about the log registry.example/log3")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_lost_is_named_and_what_rests_on_it_is_left_out() {
    let mut app = with_history().await;
    suspend(&mut app, "CQC26ZNZ000124R0", 9).await;
    let (old, last) = renew(&mut app).await;
    // The first certificate's own document is gone; its suspension, entry 4, rests on it.
    let live = app.config.store.database.clone();
    app.config.store.database = old.clone().into();
    app.tamper(
        "DELETE FROM signed_document WHERE digest = (SELECT digest FROM log_entry WHERE leaf_index = 3);
         UPDATE log_entry SET entry = CAST(replace(entry, '2026', '2025') AS BLOB) WHERE leaf_index = 12",
    )
    .await;
    app.config.store.database = live;
    let statement = recover(&app, &old, &last, Loss::Records).await.unwrap();
    let lost = [IndexRange { from: 3, to: 4 }, IndexRange { from: 12, to: 13 }];
    assert_eq!(statement.lost, lost);
    assert_eq!(statement.left_out, [4]);
    assert_eq!((statement.taken, statement.prefix), (10, 3));
    app.resume().await.unwrap();
    assert_eq!(app.get(&format!("/certificates/{NUMBER}")).await.status, 404);
    // Whoever does not find something here is told that some of it is lost.
    let html = ("accept", "text/html");
    for path in [
        format!("/verify?number={NUMBER}"),
        "/certificates?level=5".to_owned(),
    ] {
        let page = app.get_with(&path, &[html]).await.text();
        for words in [
            "其中 2 条记录丢失，1 条",
            "2 entries are lost and 1,",
            "/log/recovered-from",
        ] {
            assert!(page.contains(words), "{path}: {words}");
        }
    }
    let record = app.get("/certificates/CQC26ZNZ000124R0").await.json();
    assert_eq!(record["state"], "suspended");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_is_not_recovered_under_its_own_name_nor_from_what_nothing_proves() {
    let mut app = with_history().await;
    let origin = app.config.log.origin.clone();
    let (old, last) = renew(&mut app).await;
    let new = std::mem::replace(&mut app.config.log.origin, origin);
    let same = recover(&app, &old, &last, Loss::Key).await;
    assert!(matches!(same, Err(RecoveryError::SameOrigin { .. })), "{same:?}");
    app.config.log.origin = new;
    let foreign = signer(&app)
        .sign(TreeHead {
            size: 0,
            root: EMPTY_ROOT,
        })
        .unwrap();
    let unsigned = recover(&app, &old, foreign.to_string().as_bytes(), Loss::Key).await;
    assert!(
        matches!(unsigned, Err(RecoveryError::LastCheckpoint(_))),
        "{unsigned:?}"
    );
    let live = app.config.store.database.clone();
    app.config.store.database = old.clone().into();
    app.tamper(
        "UPDATE log_entry SET entry = CAST(replace(entry, '2026', '2025') AS BLOB) WHERE leaf_index = 3;
         DELETE FROM log_tile",
    )
    .await;
    app.config.store.database = live;
    let unproven = recover(&app, &old, &last, Loss::Records).await;
    assert!(matches!(unproven, Err(RecoveryError::Unproven)), "{unproven:?}");
}
