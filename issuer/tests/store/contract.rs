//! Where databases come from.

use std::collections::BTreeSet;

use touchstone_issuer::config::{Config, Folder};
use touchstone_issuer::store::{InstantSource, Store, StoreError};

use crate::{
    engines::Engines,
    staff::{hire, now},
};

pub(crate) async fn a_database_is_made_once_and_by_create_alone(engines: &Engines) {
    let place = engines.place();
    let missing = Store::open(&place).await;
    assert!(matches!(missing, Err(StoreError::Missing { .. })), "{missing:?}");
    if let Some(file) = place.file() {
        assert!(!file.exists(), "opening made a file");
    }
    // Asking did not make one either.
    assert!(matches!(
        Store::open(&place).await,
        Err(StoreError::Missing { .. })
    ));
    let mut store = Store::create(&place).await.unwrap();
    hire(&mut store).await;
    store.note_instant(InstantSource::Own, now()).await.unwrap();
    let people = store.personnel().await.unwrap();
    store.close().await;
    let again = Store::create(&place).await;
    assert!(
        matches!(again, Err(StoreError::Exists { .. } | StoreError::File(_))),
        "{again:?}"
    );
    let mut store = Store::open(&place).await.unwrap();
    assert_eq!(store.personnel().await.unwrap(), people);
    // An instant only moves forward.
    let known = store.known_instant(InstantSource::Own).await.unwrap().unwrap();
    let before = known.checked_sub(60).unwrap();
    store.note_instant(InstantSource::Own, before).await.unwrap();
    assert_eq!(
        store.known_instant(InstantSource::Own).await.unwrap(),
        Some(known)
    );
    store.close().await;
}

/// The sample for operators holds every key, with the values that count when they are absent.
#[test]
fn the_sample_configuration_reads() {
    let path = format!("{}/../deploy/issuer.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let config: Config = toml::from_str(&text).unwrap();
    let place = config.database.place.clone().unwrap();
    assert_eq!(place.to_string(), "postgres://db.example:5432/office");
    // With everything that is behind a mark: it reads too, and says what counts anyway.
    let whole: String = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(key) if key.contains(" = ") || key.starts_with('[') => key,
            _ => line,
        })
        .filter(|line| !line.starts_with("place = \"postgres"))
        .map(|line| format!("{line}\n"))
        .collect();
    let whole: Config = toml::from_str(&whole).unwrap();
    assert_eq!(whole.outbox, config.outbox);
    assert_eq!(whole.watch, config.watch);
    assert_eq!(whole.registry, config.registry);
    let folder = Folder::new("/office");
    assert_eq!(folder.records(&whole.database), folder.database().into());
    assert!(whole.mail.is_some());
}

/// A migration of one engine has one of the same name on the other.
#[test]
fn both_engines_have_the_same_migrations() {
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = format!("{}/migrations/{engine}", env!("CARGO_MANIFEST_DIR"));
        let entries = std::fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}
