//! The cases, each on a database of its own.

use touchstone_registry::store::{Batch, LockError, Place, Projection, Store, StoreError, WriterLock};
use touchstone_schemas::status::StatusPurpose;

use crate::{
    batches::{batch, checkpoint, credential, entry, event, first, identity, list, tile},
    directory,
    engines::{Engines, run},
};

/// Every case at once: they wait for disks and locks more than they work.
pub(crate) async fn hold(engines: &Engines) {
    let places: [Place; 16] = std::array::from_fn(|_| engines.place());
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = &places;
    tokio::join!(
        no_database_is_made_by_accident(a),
        what_is_written_is_read(b),
        look_ups_at_once_are_each_ones_own(p),
        a_batch_that_follows_another_checkpoint_is_refused(c),
        one_of_two_that_follow_the_same_is_written(d),
        nothing_of_a_failed_batch_is_there(e),
        nothing_is_changed(f),
        tiles_only_grow(g),
        one_process_writes(h),
        a_reader_sees_what_is_committed_and_writes_nothing(i),
        trust_lists_are_kept(j),
        numbers_beyond_the_database_are_refused(k),
        a_large_batch_is_one(l),
        directory::a_condition_finds_the_newest_first(m),
        directory::a_directory_that_came_later_is_filled_in_order(n),
        reports_get_references_that_grow(o),
    );
}

/// A registry's database with nothing in it.
async fn empty(place: &Place) -> Store {
    Store::create(place, &identity(), &checkpoint(0)).await.unwrap()
}

async fn with_first(place: &Place) -> Store {
    let store = empty(place).await;
    store.append(&first()).await.unwrap();
    store
}

/// Everything there is.
async fn all(store: &Store) -> impl PartialEq + std::fmt::Debug + use<> {
    let mut projections = store.projections().await.unwrap();
    projections.sort();
    (
        store.checkpoint().await.unwrap(),
        store.entries(0, 10_000).await.unwrap(),
        store.tiles().await.unwrap(),
        store.document_count().await.unwrap(),
        projections,
    )
}

async fn no_database_is_made_by_accident(place: &Place) {
    for opened in [Store::open(place).await, Store::open_read_only(place).await] {
        assert!(matches!(opened, Err(StoreError::Missing { .. })));
    }
    if let Some(path) = place.file() {
        assert!(!path.exists());
    }
    empty(place).await.close().await;
    let again = Store::create(place, &identity(), &checkpoint(0)).await;
    assert!(matches!(again, Err(StoreError::Exists { .. })));
    let store = Store::open(place).await.unwrap();
    assert_eq!(store.identity().await.unwrap(), identity());
    assert_eq!(store.checkpoint().await.unwrap(), checkpoint(0));
    assert_eq!(store.integrity_faults().await.unwrap(), Vec::<String>::new());
    store.close().await;
}

async fn what_is_written_is_read(place: &Place) {
    let store = with_first(place).await;
    let before = all(&store).await;
    store.close().await;
    let store = Store::open(place).await.unwrap();
    assert_eq!(before, all(&store).await);
    let written = first();
    let stored = store.entries(0, 100).await.unwrap();
    assert_eq!(stored.len(), written.entries.len());
    for (stored, written) in stored.iter().zip(&written.entries) {
        assert_eq!(
            (stored.index, &stored.entry, &stored.document),
            (written.index, &written.entry, &written.document)
        );
    }
    let indices = |entries: Vec<touchstone_registry::store::StoredEntry>| {
        entries.iter().map(|entry| entry.index).collect::<Vec<_>>()
    };
    assert_eq!(indices(store.entries(1, 2).await.unwrap()), [1, 2]);
    assert_eq!(indices(store.entries(4, 9).await.unwrap()), [4]);
    assert_eq!(indices(store.entries(5, 9).await.unwrap()), [0_u64; 0]);
    for (asked, wanted) in [
        (&[][..], &[][..]),
        (&[3], &[3]),
        (&[9], &[]),
        (&[4, 0, 9, 2], &[0, 2, 4]),
    ] {
        let found = store.entries_at(asked).await.unwrap();
        for stored in &found {
            assert_eq!(*stored, store.entry(stored.index).await.unwrap());
        }
        assert_eq!(indices(found), wanted);
    }
    assert_eq!(
        store.entry_bytes(3, 9).await.unwrap(),
        [b"entry 3".to_vec(), b"entry 4".to_vec()]
    );
    assert_eq!(store.entry(2).await.unwrap(), stored[2]);
    assert!(matches!(store.entry(5).await, Err(StoreError::NoRow { .. })));
    assert_eq!(store.checkpoint().await.unwrap(), written.checkpoint);
    assert_eq!(store.tiles().await.unwrap(), written.tiles);
    assert_eq!(store.document_count().await.unwrap(), 5);
    let mut projections = store.projections().await.unwrap();
    projections.sort();
    let wanted: Vec<(u64, Projection)> = written
        .entries
        .into_iter()
        .filter_map(|entry| Some((entry.index, entry.projection?)))
        .collect();
    assert_eq!(projections, wanted);
    store.close().await;
}

/// Everybody has the entries asked for, however many ask at once, and whoever stops waiting holds nobody up.
async fn look_ups_at_once_are_each_ones_own(place: &Place) {
    let store = with_first(place).await;
    let whole = store.entries(0, 10).await.unwrap();
    let asked = |at: u64| vec![at % 6, (at * 5) % 7, at % 6];
    let waiting: Vec<_> = (0..200)
        .map(|at| {
            let (store, indices) = (store.clone(), asked(at));
            tokio::spawn(async move { store.entries_at(&indices).await.unwrap() })
        })
        .collect();
    for (at, look_up) in (0..).zip(waiting) {
        if at % 3 == 0 {
            look_up.abort();
            continue;
        }
        let indices = asked(at);
        let wanted: Vec<_> = whole
            .iter()
            .filter(|entry| indices.contains(&entry.index))
            .cloned()
            .collect();
        assert_eq!(look_up.await.unwrap(), wanted);
    }
    // That the database is gone is told to each of them.
    store.close().await;
    for indices in [[1].as_slice(), &[2, 3]] {
        let refused = store.entries_at(indices).await;
        assert!(matches!(refused, Err(StoreError::Database(_))), "{refused:?}");
    }
}

async fn a_batch_that_follows_another_checkpoint_is_refused(place: &Place) {
    let store = with_first(place).await;
    let before = all(&store).await;
    let mut stale = batch(vec![entry(5, None)], Vec::new());
    stale.follows = checkpoint(4).note;
    let refused = store.append(&stale).await;
    assert!(matches!(refused, Err(StoreError::CheckpointMoved)));
    assert_eq!(before, all(&store).await);
    stale.follows = checkpoint(5).note;
    store.append(&stale).await.unwrap();
    store.close().await;
}

async fn one_of_two_that_follow_the_same_is_written(place: &Place) {
    let store = with_first(place).await;
    let racers: Vec<_> = (0..8_u64)
        .map(|racer| {
            let store = store.clone();
            let mut own = batch(vec![entry(5, None)], Vec::new());
            own.checkpoint.note = format!("of racer {racer}");
            tokio::spawn(async move { store.append(&own).await })
        })
        .collect();
    let mut won = 0;
    for racer in racers {
        match racer.await.unwrap() {
            Ok(()) => won += 1,
            Err(StoreError::CheckpointMoved) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(store.document_count().await.unwrap(), 6);
    store.close().await;
}

async fn nothing_of_a_failed_batch_is_there(place: &Place) {
    let store = with_first(place).await;
    let before = all(&store).await;
    let good = || entry(5, Some(credential(2, 1, 71)));
    let mut same_document = entry(6, None);
    same_document.digest = good().digest;
    let cases = [
        ("an index twice", entry(5, None)),
        ("a document twice", same_document),
        ("a number twice", entry(6, Some(credential(1, 1, 72)))),
        ("a place in the lists twice", entry(6, Some(credential(3, 1, 70)))),
        ("an event twice", entry(6, Some(event(1, 1)))),
        ("an event of nothing", entry(6, Some(event(9, 1)))),
        (
            "a version of a list twice",
            entry(6, Some(list(StatusPurpose::Message, 1, 1))),
        ),
        ("the event before its number's first", entry(6, Some(event(1, 0)))),
    ];
    for (what, bad) in cases {
        let failed = store.append(&batch(vec![good(), bad], vec![tile(0, 0, 7)])).await;
        assert!(
            matches!(failed, Err(StoreError::Database(_))),
            "{what}: {failed:?}"
        );
        assert_eq!(before, all(&store).await, "{what}");
    }
    let narrower = batch(vec![good()], vec![tile(0, 0, 4)]);
    assert!(store.append(&narrower).await.is_err());
    let mut shrunk = batch(vec![good()], Vec::new());
    shrunk.checkpoint.size = 4;
    assert!(store.append(&shrunk).await.is_err());
    assert_eq!(before, all(&store).await);
    store
        .append(&batch(vec![good()], vec![tile(0, 0, 6)]))
        .await
        .unwrap();
    store.close().await;
}

async fn nothing_is_changed(place: &Place) {
    let store = with_first(place).await;
    let before = all(&store).await;
    let mut statements = vec![
        "UPDATE signed_document SET document = digest",
        "DELETE FROM signed_document",
        "UPDATE log_entry SET entry = digest",
        "UPDATE log_entry SET leaf_index = leaf_index + 9",
        "DELETE FROM log_entry WHERE leaf_index = 4",
        "UPDATE log_checkpoint SET tree_size = 4",
        "INSERT INTO log_identity SELECT 2, origin, log_key, registry_base FROM log_identity",
        "INSERT INTO log_checkpoint SELECT 2, tree_size, note FROM log_checkpoint",
    ];
    if matches!(place, Place::Server(_)) {
        statements.extend(["TRUNCATE signed_document CASCADE", "TRUNCATE log_entry CASCADE"]);
    }
    for sql in statements {
        assert!(run(place, sql).await.is_err(), "{sql}");
        assert_eq!(before, all(&store).await, "{sql}");
    }
    store.close().await;
}

async fn tiles_only_grow(place: &Place) {
    let store = with_first(place).await;
    let mut other = tile(0, 0, 9);
    other.hashes.reverse();
    for tile in [tile(0, 0, 4), other] {
        let refused = store.append(&batch(vec![entry(5, None)], vec![tile])).await;
        assert!(matches!(refused, Err(StoreError::Database(_))));
    }
    let tiles = vec![tile(0, 0, 6), tile(0, 1, 1), tile(1, 0, 1)];
    store
        .append(&batch(vec![entry(5, None)], tiles.clone()))
        .await
        .unwrap();
    assert_eq!(store.tiles().await.unwrap(), tiles);
    assert_eq!(store.tiles_of(0, 0, 1).await.unwrap(), tiles[..1]);
    assert_eq!(store.tiles_of(0, 1, 9).await.unwrap(), tiles[1..2]);
    assert_eq!(store.tiles_of(1, 0, 9).await.unwrap(), tiles[2..]);
    store.close().await;
}

async fn one_process_writes(place: &Place) {
    let store = empty(place).await;
    let mut lock = WriterLock::take(place).await.unwrap();
    let second = WriterLock::take(place).await;
    assert!(matches!(
        second,
        Err(LockError::Held { .. } | LockError::HeldOnServer { .. })
    ));
    lock.renew().await.unwrap();
    if matches!(place, Place::Server(_)) {
        // Its session is ended behind its back: nobody else came, so it has the lock again.
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        run(place, sql).await.unwrap();
        lock.renew().await.unwrap();
        assert!(WriterLock::take(place).await.is_err());
    }
    drop(lock);
    WriterLock::take(place).await.unwrap();
    store.close().await;
}

async fn a_reader_sees_what_is_committed_and_writes_nothing(place: &Place) {
    let store = empty(place).await;
    let reader = Store::open_read_only(place).await.unwrap();
    assert_eq!(reader.checkpoint().await.unwrap(), checkpoint(0));
    store.append(&first()).await.unwrap();
    assert_eq!(reader.checkpoint().await.unwrap(), checkpoint(5));
    assert_eq!(all(&reader).await, all(&store).await);
    let refused = reader.append(&batch(vec![entry(5, None)], Vec::new())).await;
    assert!(matches!(refused, Err(StoreError::Database(_))));
    assert!(reader.keep_trust_list(1, b"{}").await.is_err());
    reader.close().await;
    store.close().await;
}

async fn reports_get_references_that_grow(place: &Place) {
    let store = empty(place).await;
    let at = "2026-06-15T04:00:00Z".parse().unwrap();
    let mut references = Vec::new();
    for serial in 0..4 {
        let report = format!("report {serial}");
        references.extend(store.keep_mismatch(at, report.as_bytes(), 4).await.unwrap());
    }
    assert!(references.len() == 4 && references.is_sorted_by(|one, next| one < next));
    assert_eq!(store.keep_mismatch(at, b"one too many", 4).await.unwrap(), None);
    let all = store.mismatches(0, 100).await.unwrap();
    let found: Vec<u64> = all.iter().map(|one| one.reference).collect();
    assert_eq!(found, references);
    assert_eq!(
        (all[1].report.as_slice(), all[1].received.as_str()),
        (&b"report 1"[..], "2026-06-15T04:00:00Z")
    );
    assert_eq!(store.mismatches(references[1], 1).await.unwrap(), all[2..3]);
    assert_eq!(store.mismatches(references[3], 9).await.unwrap(), []);
    assert!(
        run(place, "UPDATE mismatch_report SET received = 'x'")
            .await
            .is_err()
    );
    store.close().await;
    let store = Store::open_read_only(place).await.unwrap();
    assert!(store.keep_mismatch(at, b"by a reader", 9).await.is_err());
    assert_eq!(store.mismatches(0, 100).await.unwrap(), all);
    store.close().await;
}

/// However many readers wait for the database, the writer has a connection.
pub(crate) async fn readers_who_wait_hold_no_batch_up(place: &Place) {
    let store = with_first(place).await;
    let url = place.as_configured().unwrap();
    let mut other = <sqlx::PgConnection as sqlx::Connection>::connect(url)
        .await
        .unwrap();
    sqlx::raw_sql("BEGIN; LOCK TABLE trust_list IN ACCESS EXCLUSIVE MODE")
        .execute(&mut other)
        .await
        .unwrap();
    let readers: Vec<_> = (0..16)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.newest_trust_list().await })
        })
        .collect();
    until_waiting(&mut other, 8).await;
    store
        .append(&batch(vec![entry(5, None)], Vec::new()))
        .await
        .unwrap();
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    for reader in readers {
        drop(reader.await.unwrap());
    }
    store.close().await;
}

/// Waits until so many sessions wait for a lock.
async fn until_waiting(session: &mut sqlx::PgConnection, wanted: i64) {
    for _ in 0..1_000 {
        let waiting: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'trust_list'::regclass",
        )
        .fetch_one(&mut *session)
        .await
        .unwrap();
        if waiting >= wanted {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("nobody waits");
}

async fn trust_lists_are_kept(place: &Place) {
    let store = empty(place).await;
    assert_eq!(store.newest_trust_list().await.unwrap(), None);
    for sequence in [3, 9, 7] {
        let document = sequence.to_string().into_bytes();
        store.keep_trust_list(sequence, &document).await.unwrap();
    }
    assert!(store.keep_trust_list(9, b"another").await.is_err());
    assert_eq!(store.newest_trust_list().await.unwrap(), Some((9, b"9".to_vec())));
    let all = store.trust_lists().await.unwrap();
    assert!(all.is_sorted() && all.len() > 1, "{all:?}");
    assert_eq!(all.last(), Some(&(9, b"9".to_vec())));
    store.close().await;
}

async fn numbers_beyond_the_database_are_refused(place: &Place) {
    let store = empty(place).await;
    let refused = store
        .append(&batch(vec![entry(u64::MAX - 1, None)], Vec::new()))
        .await;
    assert!(matches!(refused, Err(StoreError::TooLarge { .. })), "{refused:?}");
    assert!(store.entries(u64::MAX, 1).await.is_err());
    let most = batch(
        vec![entry(0, Some(credential(1, u32::MAX, u32::MAX)))],
        Vec::new(),
    );
    store.append(&most).await.unwrap();
    let stored = store.projections().await.unwrap();
    assert_eq!(stored, [(0, credential(1, u32::MAX, u32::MAX))]);
    store.close().await;
}

async fn a_large_batch_is_one(place: &Place) {
    let store = empty(place).await;
    let entries = (0..1_500_u32)
        .map(|index| entry(index.into(), Some(credential(index.into(), 1, index))))
        .collect();
    let large: Batch = batch(entries, (0..5).map(|index| tile(0, index, 255)).collect());
    store.append(&large).await.unwrap();
    assert_eq!(store.document_count().await.unwrap(), 1_500);
    assert_eq!(store.projections().await.unwrap().len(), 1_500);
    assert_eq!(store.tiles().await.unwrap().len(), 5);
    store.close().await;
}
