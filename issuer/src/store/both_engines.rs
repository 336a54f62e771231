//! What only the console reaches, on both engines; the rest of the contract is held by `issuer/tests/store`.

use std::collections::BTreeMap;

use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest, multikey::Multikey, text::Text};

use super::{Account, ConsoleEvent, DraftOf, Failures, Place, Store};
use crate::casework::{PersonAdded, PersonnelContent, desk::keep_people};

#[path = "../../../tests/src/road/absent.rs"]
#[allow(unreachable_pub, reason = "shared with the tests of the road")]
mod absent;
#[path = "../../../tests/src/postgres.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with tests that use all of it")]
mod postgres;

const NOW: i64 = 1_800_000_000;

fn now() -> Timestamp {
    Timestamp::from_unix(NOW).unwrap()
}

fn person() -> Text {
    Text::parse("管理").unwrap()
}

fn account(password: &str, one_time: bool) -> Account {
    Account {
        password: password.to_owned(),
        one_time,
    }
}

#[tokio::test]
async fn the_console_keeps_its_records_in_a_file() {
    let path = std::env::temp_dir().join(format!("touchstone-console-{}.sqlite", std::process::id()));
    drop(std::fs::remove_file(&path));
    hold(&Place::from(path.clone())).await;
    for ending in ["", "-wal", "-shm"] {
        drop(std::fs::remove_file(format!("{}{ending}", path.display())));
    }
}

#[tokio::test]
async fn the_console_keeps_its_records_on_a_server() {
    let how = "Debian: apt-get install postgresql";
    if let Some(server) = absent::need("PostgreSQL", how, postgres::PostgresServer::find()) {
        hold(&server.database().parse().unwrap()).await;
    }
}

async fn hold(place: &Place) {
    let mut store = Store::create(place).await.unwrap();
    let added = PersonnelContent::PersonAdded(PersonAdded {
        person: person(),
        name: Text::parse("示范管理").unwrap(),
        since: "2020-01-01".parse().unwrap(),
        key: Multikey::from_bytes(*Sha256Digest::of(b"key").as_bytes()),
    });
    keep_people(&mut store, None, added, now()).await.unwrap();
    accounts_and_sessions(&mut store).await;
    failures(&mut store).await;
    drafts(&mut store).await;
    store.close().await;
}

async fn accounts_and_sessions(store: &mut Store) {
    assert!(!store.has_accounts().await.unwrap());
    store
        .set_account(&person(), &account("first", true))
        .await
        .unwrap();
    assert!(store.has_accounts().await.unwrap());
    assert_eq!(store.accounts().await.unwrap(), ["管理"]);
    let nobody = Text::parse("无人").unwrap();
    let refused = store.set_account(&nobody, &account("x", false)).await;
    assert!(refused.is_err(), "an account of nobody on the list");
    let (first, second) = (Sha256Digest::of(b"1"), Sha256Digest::of(b"2"));
    store
        .begin_session(first, &person(), (NOW, 0), None)
        .await
        .unwrap();
    for seen in [NOW + 9, NOW + 5] {
        store.see_session(first, seen).await.unwrap();
    }
    let session = store.session(first).await.unwrap().unwrap();
    assert_eq!(
        (session.began, session.seen, session.one_time),
        (NOW, NOW + 9, true)
    );
    // Another instead of it; then none, with the password.
    store
        .begin_session(second, &person(), (NOW, 0), Some(first))
        .await
        .unwrap();
    assert!(store.session(first).await.unwrap().is_none());
    assert!(store.session(second).await.unwrap().is_some());
    store
        .set_account(&person(), &account("second", false))
        .await
        .unwrap();
    assert!(store.session(second).await.unwrap().is_none());
    let kept = store.account("管理").await.unwrap().unwrap();
    assert_eq!((kept.password.as_str(), kept.one_time), ("second", false));
    store
        .begin_session(first, &person(), (NOW, 0), None)
        .await
        .unwrap();
    store.end_session(first).await.unwrap();
    assert!(store.session(first).await.unwrap().is_none());
    store
        .note_console(ConsoleEvent::SignedIn, ("管理", None), "127.0.0.1", now())
        .await
        .unwrap();
}

async fn failures(store: &mut Store) {
    assert_eq!(store.failures("管理").await.unwrap(), Failures::default());
    for count in 1..=3 {
        let failures = Failures { count, last: NOW };
        store.set_failures("管理", failures, 0).await.unwrap();
        assert_eq!(store.failures("管理").await.unwrap(), failures);
    }
    // Those of long ago are forgotten on the way.
    let other = Failures {
        count: 1,
        last: NOW + 9,
    };
    store.set_failures("127.0.0.1", other, NOW + 1).await.unwrap();
    assert_eq!(store.failures("管理").await.unwrap(), Failures::default());
}

async fn drafts(store: &mut Store) {
    let of = DraftOf::Application(person());
    assert_eq!(store.draft(&of).await.unwrap(), None);
    let fields = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    };
    for changed in [
        fields(&[("name", "示范企业"), ("scope", "一")]),
        fields(&[("scope", ""), ("address", "示范路1号")]),
    ] {
        store.save_draft(&of, &changed, (&person(), now())).await.unwrap();
    }
    let kept = store.draft(&of).await.unwrap().unwrap();
    assert_eq!(
        kept.fields,
        fields(&[("address", "示范路1号"), ("name", "示范企业")])
    );
    store.drop_draft(&of).await.unwrap();
    assert_eq!(store.draft(&of).await.unwrap(), None);
}
