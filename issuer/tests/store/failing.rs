//! What becomes of a unit of work that fails in the middle, and of what comes after.

use touchstone_issuer::{
    casework::{Role, desk},
    issue::issue,
    store::{NotDurable, Place, Store, StoreError},
};

use crate::{
    engines::{Engines, run},
    postgres::PostgresServer,
    staff::{evaluated, hire, now, own, report},
    test_office::{TestOffice, demo},
};

/// Has the database refuse rows of a table, as one does that breaks.
fn broken(place: &Place, table: &str) -> String {
    match place {
        Place::File(_) => {
            format!("CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT raise(ABORT, 'broken'); END")
        }
        Place::Server(_) => format!(
            "CREATE TRIGGER broken BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse('broken')"
        ),
    }
}

fn mended(place: &Place, table: &str) -> String {
    match place {
        Place::File(_) => "DROP TRIGGER broken".to_owned(),
        Place::Server(_) => format!("DROP TRIGGER broken ON {table}"),
    }
}

pub(crate) async fn a_unit_of_work_is_stored_whole_or_not_at_all(engines: &Engines) {
    let place = engines.place();
    let test = TestOffice::kept_at(place.clone()).await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let number = evaluated(&mut office, "01-in-force", 3).await;
    let before = office.store.case(number).await.unwrap().unwrap();
    // The act is written, then its file: the second fails, and neither is there.
    let evaluator = own("评价乙", Role::Evaluator);
    let mut file = report();
    file.bytes.push(b'!');
    run(&place, &broken(&place, "case_attachment")).await.unwrap();
    let failed = desk::attach(&mut office.store, number, &evaluator, file.clone(), now()).await;
    assert!(failed.unwrap_err().to_string().contains("broken"));
    assert_eq!(office.store.case(number).await.unwrap().unwrap(), before);
    assert_eq!(office.store.attachment_digests(number).await.unwrap().len(), 1);
    run(&place, &mended(&place, "case_attachment")).await.unwrap();
    let after = desk::attach(&mut office.store, number, &evaluator, file, now())
        .await
        .unwrap();
    assert_eq!(after.acts(), before.acts() + 1);
    // Of several files, what is refused leaves nothing, and the others stand.
    let files = ["13-level-1", "refused"].map(|name| {
        let path = test.folder.join(format!("{name}.json"));
        let text = std::fs::read_to_string(demo().join("applications/13-level-1.json")).unwrap();
        let text = text.replace("../scores/", &format!("{}/", demo().join("scores").display()));
        let text = if name == "refused" {
            text.replace("\"2026", "\"1926")
        } else {
            text
        };
        std::fs::write(&path, text).unwrap();
        path
    });
    let (outcomes, delivered) = issue(&mut office, &keys, &files).await.unwrap();
    assert!(outcomes[0].result.is_ok(), "{:?}", outcomes[0].result);
    assert!(delivered.is_whole());
    assert_eq!(office.store.credentials().await.unwrap().len(), 1);
}

pub(crate) async fn a_server_dies_between_two_acts(mut server: PostgresServer) {
    let place: Place = server.database().parse().unwrap();
    let test = TestOffice::kept_at(place.clone()).await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let number = evaluated(&mut office, "01-in-force", 3).await;
    let stored = test_sample(&mut office, &keys).await;
    let before = office.store.case(number).await.unwrap().unwrap();
    server.kill();
    let away = Store::open(&place).await;
    assert!(matches!(away, Err(StoreError::Database(_))), "{away:?}");
    server.start();
    // The same store goes on by itself, reading and writing.
    assert_eq!(office.store.case(number).await.unwrap().unwrap(), before);
    let credential = office.store.credential(stored).await.unwrap();
    assert!(credential.receipt.is_some());
    server.kill();
    server.start();
    let evaluator = own("评价乙", Role::Evaluator);
    let mut file = report();
    file.bytes.push(b'!');
    let after = desk::attach(&mut office.store, number, &evaluator, file, now())
        .await
        .unwrap();
    assert_eq!(after.acts(), before.acts() + 1);
    drop(office);
    a_server_that_would_lose_it_is_refused(&server, &place).await;
}

async fn a_server_that_would_lose_it_is_refused(server: &PostgresServer, place: &Place) {
    server.run("ALTER SYSTEM SET full_page_writes = off");
    server.run("SELECT pg_reload_conf()");
    // The server takes its settings in a little later.
    for _ in 0..200 {
        match Store::open(place).await {
            Ok(store) => store.close().await,
            Err(StoreError::NotDurable(NotDurable { setting, found })) => {
                assert_eq!((setting, found.as_str()), ("full_page_writes", "off"));
                return;
            }
            Err(error) => panic!("{error}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("a server without full_page_writes was opened");
}

/// Issues a sample; gives its row.
async fn test_sample(
    office: &mut touchstone_issuer::office::Office,
    keys: &touchstone_issuer::office::OfficeKeys,
) -> i64 {
    let file = demo().join("applications/13-level-1.json");
    let (outcomes, _) = issue(office, keys, &[file]).await.unwrap();
    crate::test_office::only(outcomes).id
}
