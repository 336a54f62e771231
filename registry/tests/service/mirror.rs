//! Mirrors: written beside a running registry, brought up to date, and found out when a bit of them is false.

use std::{
    fs,
    path::{Path, PathBuf},
};

use touchstone_registry::{
    mirror::{Exported, MirrorChecked, MirrorError, MirrorPin, Names, check_mirror, export},
    recovery::{LogName, read_statement},
    store::Store,
};
use touchstone_schemas::status::StatusMessage;
use touchstone_verifier::input::Policy;

use crate::{
    app::TestApp,
    documents::{NUMBER, suspension},
    world::{key, multikey},
};

pub(crate) fn policy(app: &TestApp) -> Policy {
    app.office.world.policy()
}

pub(crate) async fn mirror(app: &TestApp, to: &Path, names: Names) -> Result<Exported, MirrorError> {
    let store = Store::open_read_only(&app.config.store.database).await.unwrap();
    let identity = store.identity().await.unwrap();
    let log = LogName {
        key: identity.log_key,
        origin: identity.origin,
    };
    let statement = read_statement(&app.config.log.checkpoint_file, &log).unwrap();
    let exported = export(&store, &policy(app), to, names, statement.as_deref()).await;
    store.close().await;
    exported
}

fn check(app: &TestApp, folder: &Path, older: Option<&[u8]>) -> MirrorChecked {
    check_mirror(folder, &MirrorPin::Owner(Box::new(policy(app))), older).unwrap()
}

/// A registry with a certificate, suspended.
pub(crate) async fn with_history() -> TestApp {
    let mut app = TestApp::with_lists().await;
    suspend(&mut app, NUMBER, 7).await;
    app
}

pub(crate) async fn suspend(app: &mut TestApp, number: &str, index: u32) {
    let now = app.now();
    let issued = app.office.credential(number, index, now);
    let document = app.office.sign(&issued, now);
    assert_eq!(app.submit(std::slice::from_ref(&document)).await.status, 200);
    let event = app.office.event(&issued, &document, 1, now, suspension());
    let bundle = app
        .office
        .event_bundle(&event, StatusMessage::Suspended, index, now);
    assert_eq!(app.submit(&bundle).await.status, 200);
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mirror_has_what_the_registry_serves_and_grows_with_it() {
    let mut app = with_history().await;
    let folder = app.folder.join("mirror");
    let first = mirror(&app, &folder, Names::Included).await.unwrap();
    assert_eq!((first.before, first.entries), (0, 8));
    let old = fs::read(folder.join("log/checkpoint")).unwrap();
    let checked = check(&app, &folder, Some(&old));
    assert_eq!((checked.findings.as_slice(), checked.size), (&[][..], 8));

    // Nothing new, nothing written; then what is new alone.
    let again = mirror(&app, &folder, Names::Included).await.unwrap();
    assert_eq!((again.before, again.files), (8, 0));
    suspend(&mut app, "CQC26ZNZ000124R0", 9).await;
    let more = mirror(&app, &folder, Names::Included).await.unwrap();
    assert_eq!((more.before, more.entries), (8, 13));
    assert!(more.files < first.files, "{more:?}");
    assert_eq!(check(&app, &folder, Some(&old)).findings, []);

    for (place, address) in [
        ("log/checkpoint", "/log/checkpoint"),
        ("log/tile/0/000.p/13", "/log/tile/0/000.p/13"),
        ("log/tile/0/000.p/8", "/log/tile/0/000.p/8"),
        ("log/tile/entries/000.p/13", "/log/tile/entries/000.p/13"),
        ("status-lists/message/1", "/status-lists/message/1"),
        (
            "status-list-versions/message/1/3",
            "/status-lists/message/1?sequence=3",
        ),
        ("trust.json", "/trust.json"),
        (".well-known/did.json", "/.well-known/did.json"),
        ("status/did.json", "/status/did.json"),
        ("contexts/v1", "/contexts/v1"),
        ("schemas/v1", "/schemas/v1"),
    ] {
        let served = app.get(address).await;
        assert_eq!(served.status, 200, "{address}");
        assert_eq!(fs::read(folder.join(place)).unwrap(), served.body, "{place}");
    }

    // Without what names firms; another choice for the same folder is refused.
    let public = app.folder.join("public");
    mirror(&app, &public, Names::LeftOut).await.unwrap();
    assert_eq!(check(&app, &public, Some(&old)).findings, []);
    let names = "示范".as_bytes();
    for path in files(&public.join("documents")) {
        let document = fs::read(&path).unwrap();
        assert!(
            !document.windows(names.len()).any(|window| window == names),
            "{path:?}"
        );
    }
    let other = mirror(&app, &public, Names::Included).await;
    assert!(matches!(other, Err(MirrorError::Differs { .. })), "{other:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_bit_anywhere_in_a_mirror_is_found_and_what_is_missing_or_too_many() {
    let mut app = with_history().await;
    let folder = app.folder.join("mirror");
    mirror(&app, &folder, Names::Included).await.unwrap();
    suspend(&mut app, "CQC26ZNZ000124R0", 9).await;
    mirror(&app, &folder, Names::Included).await.unwrap();
    app.stop().await;
    let all = files(&folder);
    // A multiplicative generator: the same samples in every run.
    let mut state = 88_172_645_463_325_252_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(state >> 33).unwrap() % below
    };
    for sample in 0..400 {
        let path = &all[sample % all.len()];
        let whole = fs::read(path).unwrap();
        let mut flipped = whole.clone();
        let (byte, bit) = (random(whole.len()), random(8));
        flipped[byte] ^= 1 << bit;
        fs::write(path, &flipped).unwrap();
        // A manifest that is none is an error, what it says is held against the pin.
        let pin = MirrorPin::Owner(Box::new(policy(&app)));
        let found = check_mirror(&folder, &pin, None).map_or(true, |checked| !checked.findings.is_empty());
        fs::write(path, &whole).unwrap();
        assert!(found, "{path:?}, byte {byte}, bit {bit}");
    }
    for path in &all {
        let whole = fs::read(path).unwrap();
        fs::remove_file(path).unwrap();
        let partial = path.to_string_lossy().contains(".p/8");
        let pin = MirrorPin::Owner(Box::new(policy(&app)));
        let found = check_mirror(&folder, &pin, None).map_or(true, |checked| !checked.findings.is_empty());
        fs::write(path, &whole).unwrap();
        // A width that the log has passed may be given up (C2SP tlog-tiles).
        assert_eq!(found, !partial, "{path:?}");
    }
    fs::write(folder.join("documents/stray.json"), "{}").unwrap();
    let findings = check(&app, &folder, None).findings;
    assert_eq!(findings.len(), 1);
    assert_eq!(
        findings[0].to_string(),
        "documents/stray.json: is no file of this mirror"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forked_log_is_found_out_by_an_older_checkpoint() {
    let mut app = with_history().await;
    let folder = app.folder.join("mirror");
    mirror(&app, &folder, Names::Included).await.unwrap();
    let seen = fs::read(folder.join("log/checkpoint")).unwrap();
    // The same log key tells another story: the certificate was never suspended.
    let mut fork = TestApp::with_lists().await;
    let now = fork.now();
    for (index, number) in (10..).zip([
        "CQC26ZNZ000201R0",
        "CQC26ZNZ000202R0",
        "CQC26ZNZ000203R0",
        "CQC26ZNZ000204R0",
    ]) {
        let credential = fork.office.credential(number, index, now);
        assert_eq!(
            fork.submit(&[fork.office.sign(&credential, now)]).await.status,
            200
        );
    }
    let forked = fork.folder.join("mirror");
    mirror(&fork, &forked, Names::Included).await.unwrap();
    assert_eq!(check(&fork, &forked, None).findings, []);
    let shorter = check(&fork, &forked, Some(&seen)).findings;
    assert_eq!(
        shorter[0].to_string(),
        "from 8 entries to 7 the log did not grow: it had 8 entries and has 7"
    );
    let credential = fork.office.credential("CQC26ZNZ000205R0", 15, now);
    assert_eq!(
        fork.submit(&[fork.office.sign(&credential, now)]).await.status,
        200
    );
    mirror(&fork, &forked, Names::Included).await.unwrap();
    let same = check(&fork, &forked, Some(&seen)).findings;
    assert!(same[0].to_string().contains("two roots"), "{same:?}");
    let credential = fork.office.credential("CQC26ZNZ000206R0", 16, now);
    assert_eq!(
        fork.submit(&[fork.office.sign(&credential, now)]).await.status,
        200
    );
    mirror(&fork, &forked, Names::Included).await.unwrap();
    let longer = check(&fork, &forked, Some(&seen)).findings;
    assert!(
        longer[0]
            .to_string()
            .contains("do not lead from one head to the other"),
        "{longer:?}"
    );

    // A mirror of one history takes nothing of the other.
    let over = mirror(&fork, &folder, Names::Included).await;
    assert!(matches!(over, Err(MirrorError::Forked { size: 8 })), "{over:?}");
    assert_eq!(check(&app, &folder, Some(&seen)).findings, []);

    // A checkpoint and a mirror that nobody pinned prove nothing.
    let pin = MirrorPin::Log {
        origin: app.config.log.origin.clone(),
        key: multikey(&key(99)),
    };
    let findings = check_mirror(&folder, &pin, None).unwrap().findings;
    assert!(
        findings[0].to_string().contains("which the pin does not name"),
        "{findings:?}"
    );
    app.stop().await;
    fork.stop().await;
}
