//! What fsck finds, and that damaged records are never served.

use crate::{
    app::TestApp,
    documents::{NUMBER, suspension},
    engines::{Dialect, Engines},
};
use touchstone_schemas::status::StatusMessage;

on_both_engines!(
    fsck_names_what_lies,
    fsck_compares_the_directory_and_the_newest_snapshot,
    a_damaged_record_is_never_served,
    an_event_taken_out_of_its_table_hides_nothing,
);

async fn with_history(engines: Engines) -> TestApp {
    let mut app = TestApp::with_lists_on(engines).await;
    let now = app.now();
    let issued = app.office.credential(NUMBER, 7, now);
    let document = app.office.sign(&issued, now);
    assert_eq!(app.submit(std::slice::from_ref(&document)).await.status, 200);
    let event = app.office.event(&issued, &document, 1, now, suspension());
    let bundle = app.office.event_bundle(&event, StatusMessage::Suspended, 7, now);
    assert_eq!(app.submit(&bundle).await.status, 200);
    app
}

async fn fsck_names_what_lies(engines: Engines) {
    let mut app = with_history(engines).await;
    assert_eq!(app.fsck().await.findings, []);
    app.stop().await;
    let sound = app.config.store.database.clone();
    let dialect = Dialect::of(&sound);
    let flip = |table: &str, column: &str, condition: &str, byte: u32| {
        format!(
            "UPDATE {table} SET {column} = {} WHERE {condition}",
            dialect.flipped(column, byte)
        )
    };
    let cases = [
        (
            flip("log_entry", "entry", "leaf_index = 2", 40),
            "entry 2 was altered",
        ),
        (
            flip("log_tile", "hashes", "level = 0", 70),
            "tile 0/0 was altered at hash 2",
        ),
        (
            flip(
                "signed_document",
                "document",
                "digest = (SELECT digest FROM log_entry WHERE leaf_index = 3)",
                900,
            ),
            "document of entry 3",
        ),
        (
            "DELETE FROM signed_document WHERE digest = (SELECT digest FROM log_entry WHERE leaf_index = 4)"
                .to_owned(),
            "document of entry 4",
        ),
        (
            "DELETE FROM event".to_owned(),
            "the row of entry 4 is missing or was changed",
        ),
        (
            "UPDATE credential SET status_index = 8".to_owned(),
            "no entry says what the row of entry 3 says",
        ),
        (
            "UPDATE credential SET number = 'CQC26ZNZ999999R0'".to_owned(),
            "the row of entry 3 is missing or was changed",
        ),
        (
            "DELETE FROM log_entry WHERE leaf_index = 5".to_owned(),
            "entries 5 to 5 are missing",
        ),
        (
            "DELETE FROM log_entry WHERE leaf_index = 7".to_owned(),
            "7 entries, 8 were signed",
        ),
        (
            "UPDATE log_checkpoint SET tree_size = 9".to_owned(),
            "tree_size is 9, 8 was signed",
        ),
        (
            "UPDATE log_checkpoint SET note = replace(note, 'registry.example/log', 'registry.example/lag')"
                .to_owned(),
            "log_checkpoint",
        ),
        (
            "UPDATE log_identity SET origin = 'registry.example/lag'".to_owned(),
            "log_identity: origin",
        ),
        (
            format!(
                "INSERT INTO signed_document SELECT {}, {}",
                dialect.zeros(32),
                dialect.zeros(1)
            ),
            "1 documents are of no entry",
        ),
        (
            format!("INSERT INTO log_tile VALUES (3, 0, {})", dialect.zeros(32)),
            "tile 3/0 is not one of the tree",
        ),
        ("DELETE FROM log_tile".to_owned(), "tile 0/0 is missing"),
        (
            "UPDATE status_list SET purpose = 'message', list = 5 WHERE leaf_index = 0".to_owned(),
            "the row of entry 0 is missing or was changed",
        ),
    ];
    for (sql, wanted) in cases {
        app.config.store.database = app.engines.copy_of(&sound);
        app.tamper(&sql).await;
        let found = app.fsck().await.findings;
        let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(
            texts.iter().any(|text| text.contains(wanted)),
            "{sql}: {texts:#?}"
        );
    }
}

async fn fsck_compares_the_directory_and_the_newest_snapshot(engines: Engines) {
    let mut app = TestApp::with_lists_on(engines).await;
    let now = app.now();
    let issued = app.office.credential(NUMBER, 7, now);
    let document = app.office.sign(&issued, now);
    assert_eq!(app.submit(std::slice::from_ref(&document)).await.status, 200);
    let snapshot = app.office.snapshot(1, 4, now, std::slice::from_ref(&issued));
    assert_eq!(app.submit(&[snapshot]).await.status, 200);
    assert_eq!(app.fsck().await.findings, []);
    app.stop().await;
    let sound = app.config.store.database.clone();
    let dialect = Dialect::of(&sound);
    let cases = [
        (
            dialect.emptied_directory(),
            "words are found in another number of certificates",
        ),
        (dialect.stranger_in_directory(), "the first is \"l5\": 1, not 0"),
        (
            format!(
                "UPDATE signed_document SET document = {} WHERE digest = (SELECT digest FROM log_entry WHERE leaf_index = 3)",
                dialect.replaced("document", "2029", "2039")
            ),
            "the newest snapshot of did:web:",
        ),
    ];
    for (sql, wanted) in cases {
        app.config.store.database = app.engines.copy_of(&sound);
        app.tamper(&sql).await;
        let found = app.fsck().await.findings;
        let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(texts.iter().any(|text| text.contains(wanted)), "{sql}: {texts:?}");
    }
}

async fn a_damaged_record_is_never_served(engines: Engines) {
    let mut app = with_history(engines).await;
    let dialect = Dialect::of(&app.config.store.database);
    let json = [("accept", "application/json")];
    let path = format!("/certificates/{NUMBER}");
    assert_eq!(app.get_with(&path, &json).await.status, 200);
    app.tamper(&format!(
        "UPDATE signed_document SET document = {}",
        dialect.replaced("document", "2029", "2039")
    ))
    .await;
    // What was hashed and kept in memory is good for its second.
    app.pass(1);
    for path in [path.as_str(), &format!("/verify?number={NUMBER}")] {
        let answer = app.get_with(path, &json).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (500, "recordDamaged"),
            "{path}"
        );
        assert!(!answer.text().contains("2039"));
    }
    app.tamper(&format!(
        "UPDATE log_entry SET entry = {}",
        dialect.replaced("entry", "2026", "2027")
    ))
    .await;
    assert_eq!(app.get("/log/tile/entries/000.p/8").await.code(), "recordDamaged");
    app.stop().await;
}

/// The log is read, not the table.
async fn an_event_taken_out_of_its_table_hides_nothing(engines: Engines) {
    let json = [("accept", "application/json")];
    let mut app = with_history(engines).await;
    app.tamper("DELETE FROM event").await;
    assert_eq!(
        app.get_with(&format!("/certificates/{NUMBER}"), &json)
            .await
            .json()["state"],
        "suspended"
    );
    app.stop().await;
}
