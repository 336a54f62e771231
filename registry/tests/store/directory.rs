//! The directory's index: what a condition finds, and how it is filled once.

use std::collections::BTreeSet;

use touchstone_registry::{
    directory::Condition,
    store::{DirectoryTokens, NewEntry, Place, Store},
};

use crate::{
    batches::{batch, checkpoint, credential, entry, identity},
    engines::run,
};

fn set(tokens: &[&str]) -> BTreeSet<String> {
    tokens.iter().map(|token| (*token).to_owned()).collect()
}

fn rows() -> Vec<DirectoryTokens> {
    let tokens: [&[&str]; 4] = [
        &["n0793a08303", "p32", "l3"],
        &["n0793a08303", "p44", "l3"],
        &["wprecision", "p44"],
        &["n0793a08303", "wprecision", "p44", "l5"],
    ];
    (0..)
        .zip(tokens)
        .map(|(index, tokens)| DirectoryTokens {
            index,
            tokens: set(tokens),
        })
        .collect()
}

/// Certificates with those rows, and behind them an entry that is none.
fn entries() -> Vec<NewEntry> {
    let certificates = rows().into_iter().map(|row| {
        let serial = u32::try_from(row.index).unwrap();
        NewEntry {
            directory: Some(row),
            ..entry(serial.into(), Some(credential(serial.into(), 1, serial)))
        }
    });
    certificates.chain([entry(4, None)]).collect()
}

async fn found(store: &Store, sets: &[&[&str]], before: Option<u64>, count: u32) -> Vec<u64> {
    let condition = Condition(sets.iter().map(|tokens| set(tokens)).collect());
    let part = 0..before.unwrap_or(u64::from(u32::MAX));
    store.directory(&condition, part, count).await.unwrap()
}

async fn assert_finds(store: &Store) {
    for (sets, wanted) in [
        // What asks nothing of the index is not for it to answer.
        (&[][..], &[][..]),
        (&[&["p44"][..]], &[3, 2, 1]),
        (&[&["n0793a08303", "l3"]], &[1, 0]),
        (&[&["n0793a08303", "p44"], &["wprecision"]], &[3, 2, 1]),
        (&[&["n0793a08303", "p99"]], &[]),
        // Words of a query language are no tokens, and tokens no such words.
        (&[&["nand", "p44"]], &[]),
    ] {
        assert_eq!(found(store, sets, None, 100).await, wanted, "{sets:?}");
        let rest: Vec<u64> = wanted.iter().copied().filter(|index| *index < 3).collect();
        assert_eq!(found(store, sets, Some(3), 100).await, rest, "{sets:?}");
        assert_eq!(
            found(store, sets, None, 1).await,
            wanted.get(..1).unwrap_or_default()
        );
    }
    let condition = Condition(vec![set(&["p44"])]);
    assert_eq!(store.directory(&condition, 2..3, 100).await.unwrap(), [2]);
    assert!(store.directory(&condition, 0..1, 100).await.unwrap().is_empty());
}

pub(crate) async fn a_condition_finds_the_newest_first(place: &Place) {
    let store = Store::create(place, &identity(), &checkpoint(0)).await.unwrap();
    assert_eq!(store.directory_entries().await.unwrap(), 0);
    store.append(&batch(entries(), Vec::new())).await.unwrap();
    assert_eq!(store.directory_entries().await.unwrap(), 5);
    assert_finds(&store).await;
    // It is filled once: what is in it stays, and nothing comes twice.
    store.fill_directory(0, 5, &rows()).await.unwrap();
    assert_finds(&store).await;
    store.close().await;
}

pub(crate) async fn a_directory_that_came_later_is_filled_in_order(place: &Place) {
    let store = Store::create(place, &identity(), &checkpoint(0)).await.unwrap();
    run(place, "UPDATE directory_progress SET entries = 7")
        .await
        .unwrap();
    store.append(&batch(entries(), Vec::new())).await.unwrap();
    assert!(found(&store, &[&["p44"]], None, 100).await.is_empty());
    run(place, "UPDATE directory_progress SET entries = 0")
        .await
        .unwrap();
    let rows = rows();
    store.fill_directory(2, 5, &rows[2..]).await.unwrap();
    assert_eq!(store.directory_entries().await.unwrap(), 0);
    store.fill_directory(0, 2, &rows[..2]).await.unwrap();
    store.fill_directory(2, 5, &rows[2..]).await.unwrap();
    assert_eq!(store.directory_entries().await.unwrap(), 5);
    assert_finds(&store).await;
    store.close().await;
}
