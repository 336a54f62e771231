//! A database rewritten behind a reader's back is not adopted: what was verified is served, and `/readyz` says why.

use axum::http::Method;
use touchstone_registry::{
    http::routes,
    store::{Batch, NewEntry, Store, StoredCheckpoint, StoredEntry, StoredTile},
    tlog::{LogSigner, Tree},
};
use touchstone_schemas::{
    digest::Sha256Digest,
    tlog::{Entry, Hash, TreeHead},
};

use super::{Reader, size_of};
use crate::{
    app::TestApp,
    engines::{Engines, tamper_with},
    routes::example,
    world::key,
};

on_both_engines!(
    what_does_not_extend_the_log_is_never_shown,
    a_database_or_disk_that_is_away_is_waited_for,
);

/// A reader on a copy of the log as it was with four entries, and what came after: a stage on which the database of
/// that reader becomes what a test wants.
struct Stage {
    app: TestApp,
    reader: Reader,
    /// Entries 4 and 5, of a log that went on elsewhere.
    entries: Vec<StoredEntry>,
    /// Its checkpoints with four, five and six entries.
    checkpoints: [Vec<u8>; 3],
    tiles: [Vec<StoredTile>; 2],
}

impl Stage {
    async fn set(engines: Engines) -> Self {
        let mut app = TestApp::with_lists_on(engines).await;
        app.hand_in(1).await;
        app.stop().await;
        let copy = app.back_up();
        app.resume().await.unwrap();
        let four = app.checkpoint().await;
        app.hand_in(2).await;
        let five = app.checkpoint().await;
        let store = Store::open_read_only(&app.config.store.database).await.unwrap();
        let narrow = store.tiles().await.unwrap();
        app.hand_in(3).await;
        let six = app.checkpoint().await;
        let wide = store.tiles().await.unwrap();
        let entries = store.entries(4, 2).await.unwrap();
        store.close().await;
        let mut reader = app.reader();
        reader.config.store.database = copy;
        reader.start().await.unwrap();
        reader.until_it_shows(&four).await;
        Self {
            app,
            reader,
            entries,
            checkpoints: [four, five, six],
            tiles: [narrow, wide],
        }
    }

    /// Writes one more entry with its checkpoint into the reader's database, as its sequencer would.
    async fn append(&self, place: usize, entry: Vec<u8>, document: Vec<u8>, note: &[u8]) {
        let digest = Entry::parse(&self.entries[place].entry).unwrap().digest;
        let batch = Batch {
            follows: self.text(place),
            checkpoint: StoredCheckpoint {
                size: size_of(note),
                note: String::from_utf8(note.to_vec()).unwrap(),
            },
            entries: vec![NewEntry {
                index: self.entries[place].index,
                entry,
                digest,
                document,
                projection: None,
                directory: None,
            }],
            tiles: self.tiles[place].clone(),
        };
        let store = Store::open(&self.reader.config.store.database).await.unwrap();
        store.append(&batch).await.unwrap();
        store.close().await;
    }

    fn text(&self, place: usize) -> String {
        String::from_utf8(self.checkpoints[place].clone()).unwrap()
    }

    async fn tamper(&self, sql: &str) {
        tamper_with(&self.reader.config.store.database, sql).await;
    }

    async fn set_checkpoint(&self, note: &str) {
        let size = size_of(note.as_bytes());
        self.tamper(&format!(
            "UPDATE log_checkpoint SET tree_size = {size}, note = '{note}'"
        ))
        .await;
    }

    /// The reader refuses what is there for that reason, and goes on showing what it did.
    async fn refuses(&self, reason: &str, shown: usize) {
        self.reader.until_database_is_for("refused", reason).await;
        self.shows(shown).await;
    }

    async fn shows(&self, shown: usize) {
        let checkpoint = &self.checkpoints[shown];
        assert_eq!(&self.reader.get("/log/checkpoint").await.body, checkpoint);
        assert_eq!(&self.reader.kept(), checkpoint);
        let last = self
            .reader
            .get(&format!("/certificates/CQC26ZNZ{:06}R0", shown + 2))
            .await;
        assert_eq!(last.status, 404);
        let first = self.reader.get("/certificates/CQC26ZNZ000001R0").await;
        assert_eq!(first.status, 200);
    }

    async fn goes_on(&self, shown: usize) {
        self.reader.until_database_is("current").await;
        self.reader.until_it_shows(&self.checkpoints[shown]).await;
        self.shows(shown).await;
    }

    async fn end(mut self) {
        self.reader.stop().await;
        self.app.stop().await;
    }
}

/// Bytes as both engines write them.
fn bytes(engines: &Engines, bytes: &[u8]) -> String {
    let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match engines {
        Engines::Sqlite(_) => format!("x'{hexadecimal}'"),
        Engines::Postgres(_) => format!("'\\x{hexadecimal}'::bytea"),
    }
}

async fn what_does_not_extend_the_log_is_never_shown(engines: Engines) {
    let stage = Stage::set(engines).await;
    let [fourth, fifth] = [0, 1].map(|place| stage.entries[place].clone());

    // One bit of a new entry, under the checkpoint that was signed over the true one.
    let mut flipped = fourth.entry.clone();
    let last = flipped.len() - 3;
    flipped[last] ^= 1;
    stage
        .append(0, flipped, fourth.document.clone(), &stage.checkpoints[1])
        .await;
    stage.refuses("entry 4", 0).await;
    let sound = bytes(&stage.app.engines, &fourth.entry);
    let document = bytes(&stage.app.engines, b"{}");
    stage
        .tamper(&format!(
            "UPDATE log_entry SET entry = {sound} WHERE leaf_index = 4; \
             UPDATE signed_document SET document = {document} WHERE digest = \
             (SELECT digest FROM log_entry WHERE leaf_index = 4)"
        ))
        .await;
    stage.refuses("document of entry 4", 0).await;
    let document = bytes(&stage.app.engines, &fourth.document);
    stage
        .tamper(&format!(
            "UPDATE signed_document SET document = {document} WHERE digest = \
             (SELECT digest FROM log_entry WHERE leaf_index = 4)"
        ))
        .await;
    stage.goes_on(1).await;

    // An older checkpoint, though signed.
    stage.set_checkpoint(&stage.text(0)).await;
    stage
        .refuses("the database went back to 4 entries, 5 were published", 1)
        .await;
    stage.set_checkpoint(&stage.text(1)).await;
    stage.goes_on(1).await;

    // Another history of the same length, and a longer one, both signed with the log's key.
    let world = &stage.app.office.world;
    let signer = LogSigner::new(stage.app.config.log.origin.clone(), world.log.key.clone()).unwrap();
    let other = TreeHead {
        size: 5,
        root: Hash::from_bytes([7; 32]),
    };
    stage
        .set_checkpoint(&signer.sign(other).unwrap().to_string())
        .await;
    stage.refuses("the entries lead to root", 1).await;
    stage.set_checkpoint(&stage.text(1)).await;
    stage.goes_on(1).await;
    let mut growth = Tree::empty().grow();
    for leaf in 0..6_u8 {
        growth.append(&[leaf]).unwrap();
    }
    let fork = signer.sign(growth.head()).unwrap().to_string();
    stage
        .append(1, fifth.entry.clone(), fifth.document.clone(), fork.as_bytes())
        .await;
    stage.refuses("the entries lead to root", 1).await;

    // One that somebody else signed, and one that counts what is not there.
    let stranger = LogSigner::new(stage.app.config.log.origin.clone(), key(77)).unwrap();
    stage
        .set_checkpoint(&stranger.sign(other).unwrap().to_string())
        .await;
    stage.refuses("checkpoint", 1).await;
    let beyond = TreeHead {
        size: 9,
        root: Hash::from_bytes([7; 32]),
    };
    stage
        .set_checkpoint(&signer.sign(beyond).unwrap().to_string())
        .await;
    stage
        .refuses("the database holds 6 entries, its checkpoint counts 9", 1)
        .await;

    stage.set_checkpoint(&stage.text(2)).await;
    stage.goes_on(2).await;
    // Another file in the place of the one that is open: nothing would ever come from that one again.
    if let Some(file) = stage.reader.config.store.database.file() {
        let aside = file.with_extension("aside");
        std::fs::rename(file, &aside).unwrap();
        stage
            .refuses("was moved or replaced since it was opened", 2)
            .await;
        std::fs::copy(&aside, file).unwrap();
        stage
            .refuses("was moved or replaced since it was opened", 2)
            .await;
        std::fs::rename(&aside, file).unwrap();
        stage.goes_on(2).await;
    }
    // What was shown already and is altered afterwards is not served either.
    assert_eq!(fifth.entry.len(), stage.entries[1].entry.len());
    let digest = bytes(&stage.app.engines, Sha256Digest::of(&fifth.document).as_bytes());
    let altered = bytes(&stage.app.engines, b"{}");
    stage
        .tamper(&format!(
            "UPDATE signed_document SET document = {altered} WHERE digest = {digest}"
        ))
        .await;
    let answer = stage.reader.get("/certificates/CQC26ZNZ000003R0").await;
    assert_eq!((answer.status, answer.code().as_str()), (500, "recordDamaged"));
    stage.end().await;
}

async fn a_database_or_disk_that_is_away_is_waited_for(engines: Engines) {
    let stage = Stage::set(engines).await;
    let [fourth, fifth] = [0, 1].map(|place| stage.entries[place].clone());
    stage
        .tamper("ALTER TABLE log_checkpoint RENAME TO put_away")
        .await;
    stage.reader.until_database_is_for("away", "the database").await;
    stage.shows(0).await;
    stage
        .tamper("ALTER TABLE put_away RENAME TO log_checkpoint")
        .await;
    stage.goes_on(0).await;
    stage
        .append(0, fourth.entry, fourth.document, &stage.checkpoints[1])
        .await;
    stage.goes_on(1).await;
    // Records that cannot be read now are not said to be damaged, nor to have failed here.
    stage.tamper("ALTER TABLE log_entry RENAME TO put_away").await;
    let mut away = 0;
    for route in routes()
        .iter()
        .filter(|route| route.method == Method::GET && route.protection.is_open())
    {
        let answer = stage.reader.get(&example(route.path)).await;
        let code = answer.code();
        let wanted = if answer.status == 503 {
            "databaseAway"
        } else {
            &code
        };
        assert_eq!(code, wanted, "{}", route.path);
        assert!(
            answer.status == 503 || answer.status < 500,
            "{}: {}",
            route.path,
            answer.text()
        );
        away += usize::from(answer.status == 503);
    }
    assert!(away > 2, "{away}");
    stage.tamper("ALTER TABLE put_away RENAME TO log_entry").await;
    // Its own file cannot be written: what is not remembered is not shown.
    let mut blocked = stage.reader.config.log.checkpoint_file.clone().into_os_string();
    blocked.push(".new");
    std::fs::create_dir(&blocked).unwrap();
    stage
        .append(1, fifth.entry, fifth.document, &stage.checkpoints[2])
        .await;
    stage
        .reader
        .until_database_is_for("away", "checkpoint file")
        .await;
    stage.shows(1).await;
    std::fs::remove_dir(&blocked).unwrap();
    stage.goes_on(2).await;
    stage.end().await;
}
