//! What `deploy/` holds is sound: every key of the configuration stands in the sample, and systemd takes the units.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

use touchstone_registry::{
    Role,
    config::{Config, keys},
};

use crate::app::TestApp;

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy")
}

/// The sample with everything in it that stands behind a `# ` and is a key.
fn whole_sample() -> String {
    let text = std::fs::read_to_string(deploy().join("registry.toml")).unwrap();
    let line = |line: &str| match line.strip_prefix("# ") {
        Some(rest)
            if rest
                .split_once(" = ")
                .is_some_and(|(key, _)| key.chars().all(|one| one.is_ascii_lowercase() || one == '_')) =>
        {
            rest.to_owned()
        }
        _ => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sample_has_every_key_and_its_default() {
    let app = TestApp::made().await;
    let path = app.folder.join("registry.toml");
    let plain = std::fs::read_to_string(deploy().join("registry.toml")).unwrap();
    std::fs::write(&path, plain).unwrap();
    let plain = Config::read(&path, []).unwrap();
    std::fs::write(&path, whole_sample()).unwrap();
    let whole = Config::read(&path, []).unwrap();
    assert_eq!(
        format!("{:?}", whole.limits),
        format!("{:?}", plain.limits),
        "a default of the sample is another"
    );
    assert_eq!(whole.pages.national_lookup, plain.pages.national_lookup);
    let table: toml::Table = whole_sample().parse().unwrap();
    let shown: BTreeSet<String> = table
        .iter()
        .flat_map(|(section, keys)| {
            keys.as_table()
                .unwrap()
                .keys()
                .map(move |key| format!("{section}.{key}"))
        })
        .collect();
    assert_eq!(shown, keys().into_iter().collect::<BTreeSet<String>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sample_of_a_reader_is_one() {
    let app = TestApp::made().await;
    let path = app.folder.join("registry.toml");
    let text = std::fs::read_to_string(deploy().join("registry-reader.toml")).unwrap();
    std::fs::write(&path, text).unwrap();
    let config = Config::read(&path, []).unwrap();
    assert_eq!(config.registry.role, Role::Reader);
    assert!(config.log.key_file.is_none() && config.log.passphrase_file.is_none());
    // Its memory is its own, whatever else it shares with the sequencer.
    assert_eq!(config.log.checkpoint_file, app.folder.join("checkpoint"));
    assert!(config.store.database.file().unwrap().is_absolute());
}

#[test]
fn a_reader_s_unit_reaches_no_secret_of_the_sequencer_s() {
    let unit = std::fs::read_to_string(deploy().join("touchstone-registry-reader@.service")).unwrap();
    let out_of_reach: BTreeSet<&str> = unit
        .lines()
        .filter_map(|line| line.strip_prefix("InaccessiblePaths="))
        .flat_map(str::split_whitespace)
        .collect();
    for path in [
        "-/var/lib/touchstone-registry/log-key.pem",
        "-/var/lib/touchstone-registry/intake-token",
        "-/var/lib/touchstone-registry/webhooks",
        "-/var/backups/touchstone-registry",
        "-/etc/credstore.encrypted",
        "-/run/credentials/touchstone-registry.service",
    ] {
        assert!(out_of_reach.contains(path), "{path}: {out_of_reach:?}");
    }
}

#[test]
fn systemd_takes_the_units_and_finds_them_little_exposed() {
    let units: Vec<PathBuf> = std::fs::read_dir(deploy())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|kind| kind == "service" || kind == "timer")
        })
        .collect();
    assert_eq!(units.len(), 10);
    let verify = |unit: &Path| {
        Command::new("systemd-analyze")
            .args(["verify", "--man=no"])
            .arg(unit)
            .output()
    };
    for unit in &units {
        let Ok(told) = verify(unit) else {
            println!("SKIPPED: systemd-analyze is not installed; the units of deploy/ were not looked at");
            return;
        };
        // Programs and users are not installed where this runs; everything else is a fault.
        let text = String::from_utf8(told.stderr).unwrap();
        let name = unit.file_name().unwrap().to_str().unwrap();
        // Of a template systemd names an instance.
        let (stem, _) = name.split_once(['@', '.']).unwrap();
        let faults: Vec<&str> = text
            .lines()
            .filter(|line| line.contains(stem))
            .filter(|line| {
                !line.contains("is not executable") && !line.contains("Unit configuration has fatal error")
            })
            .collect();
        assert!(faults.is_empty(), "{name}: {faults:#?}");
        if name.ends_with(".service") {
            let security = Command::new("systemd-analyze")
                .args(["security", "--offline=true", "--threshold=20", "--no-pager"])
                .arg(unit)
                .output()
                .unwrap();
            let text = String::from_utf8(security.stdout).unwrap();
            assert!(
                security.status.success(),
                "{name} is exposed to more than 2.0:\n{text}"
            );
        }
    }
}
