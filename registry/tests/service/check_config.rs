//! `check-config`: all that is wrong, not only the first.

use std::{collections::BTreeSet, path::Path};

use touchstone_registry::{
    InitRequest,
    check::{Fault, Severity, check},
    init,
};
use touchstone_schemas::{credential::RegistryBase, tlog::Origin};

use crate::{
    app::TestApp,
    world::{NOW, REGISTRY, multikey, time},
};

/// A registry as `init` makes it, with its trust list and nothing wrong.
async fn made(app: &TestApp) -> std::path::PathBuf {
    let folder = app.folder.join("made");
    let passphrase_file = app.folder.join("passphrase");
    std::fs::write(&passphrase_file, "a passphrase for tests\n").unwrap();
    set_mode(&passphrase_file, 0o600);
    init(InitRequest {
        folder: folder.clone(),
        base: RegistryBase::parse(REGISTRY).unwrap(),
        origin: Origin::parse("registry.example/log").unwrap(),
        public: "127.0.0.1:0".parse().unwrap(),
        private: "127.0.0.1:0".parse().unwrap(),
        database: None,
        owner_key: Some(multikey(&app.office.world.owner)),
        trust_list: None,
        web_root: None,
        passphrase_file: Some(passphrase_file),
        passphrase: "a passphrase for tests".to_owned().into(),
    })
    .await
    .unwrap();
    std::fs::write(folder.join("trust.json"), app.office.world.trust_text()).unwrap();
    // How full the disk is that the tests run on is nothing they ask.
    let config = folder.join("registry.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{text}\n[limits]\ndisk_reserve_mib = 0\n")).unwrap();
    folder
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn faults(folder: &Path, environment: &[(&str, &str)]) -> Vec<Fault> {
    let environment: Vec<(String, String)> = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    check(&folder.join("registry.toml"), &environment, time(NOW))
}

fn places(found: &[Fault]) -> BTreeSet<&str> {
    found.iter().map(|fault| fault.place.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_init_made_is_sound_also_while_it_runs() {
    let app = TestApp::made().await;
    let folder = made(&app).await;
    assert_eq!(faults(&folder, &[]), []);
    let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = held.local_addr().unwrap().to_string();
    assert_eq!(
        faults(&folder, &[("TOUCHSTONE_REGISTRY_LISTEN_PUBLIC", &address)]),
        []
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_wrong_with_the_form_is_said_at_once() {
    let app = TestApp::made().await;
    let folder = made(&app).await;
    std::fs::write(
        folder.join("registry.toml"),
        "[registry]\nbase = \"ftp://x\"\nname = \"x\"\n[listen]\npublic = \"everywhere\"\n[store]\n[log]\norigin = \"registry.example/log\"\n\
         [trust]\nlist = 7\n[limits]\nqueue = -1\nqueues = 3\n[pages]\nicp_number = true\n[mail]\nhost = \"x\"\n",
    )
    .unwrap();
    let found = faults(
        &folder,
        &[
            ("TOUCHSTONE_REGISTRY_NOWHERE_BASE", "x"),
            ("TOUCHSTONE_REGISTRY_LIMITS_HEADERS", "many"),
        ],
    );
    let wanted = [
        "TOUCHSTONE_REGISTRY_LIMITS_HEADERS",
        "TOUCHSTONE_REGISTRY_NOWHERE_BASE",
        "intake.token_sha256",
        "limits.queue",
        "limits.queues",
        "listen.private",
        "listen.public",
        "log.checkpoint_file",
        "log.key_file",
        "mail",
        "pages.icp_number",
        "registry.base",
        "registry.name",
        "store.database",
        "trust.list",
    ];
    assert_eq!(places(&found), BTreeSet::from(wanted), "{found:?}");
    std::fs::write(folder.join("registry.toml"), "[registry\n").unwrap();
    let [fault] = faults(&folder, &[]).try_into().unwrap();
    assert!(
        fault.place.ends_with("registry.toml") && fault.what.contains("line 1"),
        "{fault}"
    );
    std::fs::remove_file(folder.join("registry.toml")).unwrap();
    assert_eq!(faults(&folder, &[]).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_wrong_with_what_it_names_is_said_at_once() {
    let app = TestApp::made().await;
    let folder = made(&app).await;
    std::fs::remove_file(folder.join("registry.sqlite")).unwrap();
    std::fs::write(folder.join("checkpoint"), "garbage").unwrap();
    set_mode(&folder.join("log-key.pem"), 0o644);
    std::fs::write(folder.join("trust.json"), "{}").unwrap();
    let found = faults(
        &folder,
        &[
            ("TOUCHSTONE_REGISTRY_LISTEN_PUBLIC", "192.0.2.1:8440"),
            ("TOUCHSTONE_REGISTRY_LISTEN_PRIVATE", "0.0.0.0:0"),
            ("TOUCHSTONE_REGISTRY_LIMITS_CONNECTIONS", "0"),
            ("TOUCHSTONE_REGISTRY_LIMITS_BODY_TIMEOUT_MS", "999999999"),
            ("TOUCHSTONE_REGISTRY_PAGES_WEB_ROOT", "nowhere"),
            ("TOUCHSTONE_REGISTRY_STATISTICS_DENOMINATORS", "nowhere.toml"),
        ],
    );
    let wanted = [
        "limits.body_timeout_ms",
        "limits.connections",
        "listen.private",
        "listen.public",
        "log.checkpoint_file",
        "log.key_file",
        "pages.web_root",
        "statistics.denominators",
        "store.database",
        "trust.list",
    ];
    assert_eq!(places(&found), BTreeSet::from(wanted), "{found:?}");
    // A key that another passphrase closes, or that is gone; files that are not there.
    let folder = made_again(&app, folder).await;
    std::fs::write(app.folder.join("passphrase"), "another passphrase\n").unwrap();
    let found = faults(&folder, &[]);
    assert_eq!(places(&found), BTreeSet::from(["log.key_file"]), "{found:?}");
    for name in ["log-key.pem", "checkpoint", "trust.json"] {
        drop(std::fs::remove_file(folder.join(name)));
    }
    std::fs::remove_file(app.folder.join("passphrase")).unwrap();
    let found = faults(&folder, &[]);
    let wanted = ["log.key_file", "log.passphrase_file", "trust.list"];
    assert_eq!(places(&found), BTreeSet::from(wanted), "{found:?}");
}

async fn made_again(app: &TestApp, folder: std::path::PathBuf) -> std::path::PathBuf {
    std::fs::remove_dir_all(folder).unwrap();
    made(app).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trust_list_of_somebody_else_or_of_yesterday_is_named() {
    let app = TestApp::made().await;
    let folder = made(&app).await;
    let later = time(NOW).checked_add(90 * 86_400).unwrap();
    let path = folder.join("registry.toml");
    let [fault] = check(&path, &[], later).try_into().unwrap();
    assert!(
        fault.place == "trust.list" && fault.what.contains("counted until"),
        "{fault}"
    );
    // `serve` starts with it, and so do units that ask first.
    assert_eq!(fault.severity, Severity::Warning);
    let elsewhere = [("TOUCHSTONE_REGISTRY_REGISTRY_BASE", "https://other.example")];
    let found = faults(&folder, &elsewhere);
    // The log's origin is at the host of before.
    assert_eq!(
        places(&found),
        BTreeSet::from(["log.origin", "trust.list"]),
        "{found:?}"
    );
    let wanted = "names no body whose registry is https://other.example";
    assert!(found.iter().any(|fault| fault.what.contains(wanted)), "{found:?}");
    let stranger = multikey(&crate::world::key(99)).to_string();
    let [fault] = faults(&folder, &[("TOUCHSTONE_REGISTRY_TRUST_OWNER_KEY", &stranger)])
        .try_into()
        .unwrap();
    assert!(
        fault.place == "trust.list" && fault.what.contains("not signed by the pinned owner key"),
        "{fault}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_role_is_told_what_it_lacks_and_what_it_must_not_have() {
    let app = TestApp::made().await;
    let folder = made(&app).await;
    let role = ("TOUCHSTONE_REGISTRY_REGISTRY_ROLE", "reader");
    let [fault] = faults(&folder, &[role]).try_into().unwrap();
    assert_eq!(
        (fault.place.as_str(), fault.what.as_str()),
        ("log.public_key", "is missing")
    );
    let stranger = multikey(&crate::world::key(78)).to_string();
    let public_key = ("TOUCHSTONE_REGISTRY_LOG_PUBLIC_KEY", stranger.as_str());
    // The secret has no place beside a reader, and what it remembers is another log's.
    let found = faults(&folder, &[role, public_key]);
    let wanted = ["log.checkpoint_file", "log.key_file", "log.passphrase_file"];
    assert_eq!(places(&found), BTreeSet::from(wanted), "{found:?}");
    let text = std::fs::read_to_string(folder.join("registry.toml")).unwrap();
    let kept = text
        .lines()
        .filter(|line| !line.starts_with("key_file") && !line.starts_with("passphrase_file"));
    let reader: String = kept.map(|line| format!("{line}\n")).collect();
    std::fs::write(folder.join("registry.toml"), reader).unwrap();
    std::fs::remove_file(folder.join("checkpoint")).unwrap();
    assert_eq!(faults(&folder, &[role, public_key]), []);
    let unknown = [("TOUCHSTONE_REGISTRY_REGISTRY_ROLE", "writer"), public_key];
    let found = faults(&folder, &unknown);
    assert_eq!(
        places(&found),
        BTreeSet::from(["log.key_file", "registry.role"]),
        "{found:?}"
    );
    // A sequencer's public key is that of its key file.
    std::fs::write(folder.join("registry.toml"), text).unwrap();
    let found = faults(&folder, &[public_key]);
    assert_eq!(
        places(&found),
        BTreeSet::from(["log.checkpoint_file", "log.public_key"]),
        "{found:?}"
    );
}

/// Where each is wrong, and how bad it is.
fn marks(found: &[Fault]) -> BTreeSet<(&str, bool)> {
    let mark = |fault: &'_ Fault| fault.severity == Severity::Fault;
    found
        .iter()
        .map(|fault| (fault.place.as_str(), mark(fault)))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_that_are_of_their_form_and_useless_are_named() {
    let app = TestApp::made().await;
    let folder = made(&app).await;
    let file = app.folder.join("a-file");
    std::fs::write(&file, "no folder").unwrap();
    let (file, most) = (file.to_str().unwrap(), u32::MAX.to_string());
    let found = faults(
        &folder,
        &[
            ("TOUCHSTONE_REGISTRY_LIMITS_SUBMISSION_BYTES", "10"),
            ("TOUCHSTONE_REGISTRY_LIMITS_HOT_ANSWERS_MIB", &most),
            ("TOUCHSTONE_REGISTRY_LIMITS_DISK_RESERVE_MIB", &most),
            ("TOUCHSTONE_REGISTRY_LOG_ORIGIN", "other.example/log"),
            ("TOUCHSTONE_REGISTRY_PAGES_SAMPLES", "nowhere.json"),
            ("TOUCHSTONE_REGISTRY_WEBHOOKS_FOLDER", file),
            ("TOUCHSTONE_REGISTRY_REGULATORS_FOLDER", file),
        ],
    );
    let wanted = [
        ("limits.disk_reserve_mib", false),
        ("limits.hot_answers_mib", false),
        ("limits.submission_bytes", false),
        // The checkpoint is that of the origin before.
        ("log.checkpoint_file", true),
        ("log.origin", false),
        ("pages.samples", false),
        ("regulators.folder", false),
        ("webhooks.folder", false),
    ];
    assert_eq!(marks(&found), BTreeSet::from(wanted), "{found:#?}");
    // Less than a snapshot may have, and more than any certificate.
    let found = faults(
        &folder,
        &[("TOUCHSTONE_REGISTRY_LIMITS_SUBMISSION_BYTES", "16777216")],
    );
    assert!(
        found.len() == 1 && found[0].what.contains("a snapshot may have 33554432 bytes"),
        "{found:?}"
    );
    // What stands in links of pages is no script; both addresses are one.
    let script = [("TOUCHSTONE_REGISTRY_PAGES_NATIONAL_LOOKUP", "javascript:alert(1)")];
    assert_eq!(
        marks(&faults(&folder, &script)),
        BTreeSet::from([("pages.national_lookup", true)])
    );
    let meeting = [
        ("TOUCHSTONE_REGISTRY_LISTEN_PUBLIC", "0.0.0.0:18440"),
        ("TOUCHSTONE_REGISTRY_LISTEN_PRIVATE", "127.0.0.1:18440"),
    ];
    assert_eq!(
        marks(&faults(&folder, &meeting)),
        BTreeSet::from([("listen.private", true)])
    );
    std::fs::write(
        folder.join("registry.sqlite"),
        "a text, and long enough to be something",
    )
    .unwrap();
    assert_eq!(
        marks(&faults(&folder, &[])),
        BTreeSet::from([("store.database", true)])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_would_ask_for_its_passphrase_is_told_so() {
    let app = TestApp::made().await;
    let folder = made(&app).await;
    let path = folder.join("registry.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let without: String = text
        .lines()
        .filter(|line| !line.starts_with("passphrase_file"))
        .map(|line| format!("{line}\n"))
        .collect();
    std::fs::write(&path, &without).unwrap();
    let unit = [("INVOCATION_ID", "0"), ("SYSTEMD_EXEC_PID", "1")];
    assert_eq!(
        marks(&faults(&folder, &[])),
        BTreeSet::from([("log.passphrase_file", false)])
    );
    assert_eq!(
        marks(&faults(&folder, &unit)),
        BTreeSet::from([("log.passphrase_file", true)])
    );
    // A credential is there for its unit alone: a hand finds none, and the unit must.
    let credential = [(
        "TOUCHSTONE_REGISTRY_LOG_PASSPHRASE_FILE",
        "/run/credentials/none.service/passphrase",
    )];
    assert_eq!(
        marks(&faults(&folder, &credential)),
        BTreeSet::from([("log.passphrase_file", false)])
    );
    let found = faults(&folder, &[credential[0], unit[0], unit[1]]);
    assert_eq!(marks(&found), BTreeSet::from([("log.passphrase_file", true)]));
}
