//! Backup and restore, by the commands that docs/OPERATIONS.md names.

use std::{
    fs,
    path::{Path, PathBuf},
};

use touchstone_registry::{
    backup::{BackedUp, BackupError, BackupRequest, backup, restore},
    config::{Config, LimitsConfig},
    store::{Place, Store},
};
use touchstone_schemas::date_time::Timestamp;

use crate::app::{TestApp, send};

async fn back_up(config: &Config, folder: &Path, now: Timestamp) -> Result<BackedUp, BackupError> {
    let to = folder.join("backups");
    backup(BackupRequest {
        folder,
        config,
        to: &to,
        keep: 2,
        now,
    })
    .await
}

/// Restored into a new folder.
fn bring_back(app: &TestApp, backup: &Path) -> PathBuf {
    let elsewhere = app.folder.join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    restore(backup, &elsewhere).unwrap();
    elsewhere
}

impl TestApp {
    async fn issue_numbered(&mut self, place: u32) -> (String, String) {
        let now = self.now();
        let number = format!("CQC26ZNZ{place:06}R0");
        let document = self
            .office
            .sign(&self.office.credential(&number, place, now), now);
        assert_eq!(self.submit(std::slice::from_ref(&document)).await.status, 200);
        (number, document)
    }

    /// The files of a registry besides database, checkpoint and trust list.
    fn complete(&self) {
        fs::write(self.folder.join("log-key.pem"), "stands for itself").unwrap();
        let text = format!(
            "[registry]\nbase = \"{}\"\n[listen]\npublic = \"127.0.0.1:0\"\nprivate = \"127.0.0.1:0\"\n\
             [store]\ndatabase = \"registry.sqlite\"\n[log]\norigin = \"{}\"\nkey_file = \"log-key.pem\"\n\
             checkpoint_file = \"checkpoint\"\n[trust]\nlist = \"trust.json\"\n[intake]\ntoken_sha256 = \"{}\"\n",
            self.config.registry.base.as_str(),
            self.config.log.origin,
            self.config.intake.token_sha256,
        );
        fs::write(self.folder.join("registry.toml"), text).unwrap();
    }

    fn move_to(&mut self, folder: &Path) {
        self.config.store.database = folder
            .join("registry.sqlite")
            .display()
            .to_string()
            .parse::<Place>()
            .unwrap();
        self.config.log.checkpoint_file = folder.join("checkpoint");
        self.config.trust.list = folder.join("trust.json");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_running_registry_is_a_registry() {
    let mut app = TestApp::with_lists().await;
    app.complete();
    let mut before = Vec::new();
    for place in 1..=10 {
        before.push(app.issue_numbered(place).await);
    }
    // Backed up while more is handed in.
    let (config, folder, now) = (app.config.clone(), app.folder.clone(), app.now());
    let backing = tokio::spawn(async move { back_up(&config, &folder, now).await });
    let mut place = 11;
    while !backing.is_finished() && place < 500 {
        app.issue_numbered(place).await;
        place += 1;
    }
    let backup = backing.await.unwrap().unwrap().path;
    app.stop().await;
    // Restored elsewhere: another machine. All that was acknowledged before the backup began is there and proves.
    let elsewhere = bring_back(&app, &backup);
    app.move_to(&elsewhere);
    assert_eq!(app.fsck().await.findings.len(), 0);
    app.resume().await.unwrap();
    for (number, document) in &before {
        let record = app
            .get_with(
                &format!("/certificates/{number}"),
                &[("accept", "application/vc")],
            )
            .await;
        assert_eq!((record.status, &record.text()), (200, document), "{number}");
    }
    let receipts = app.submit(&[before[0].1.clone()]).await.receipts();
    app.assert_proves(&receipts[0]);
    // A second restore overwrites nothing, and none makes a folder that is nobody's.
    let again = restore(&backup, &elsewhere);
    assert!(matches!(again, Err(BackupError::Exists { .. })), "{again:?}");
    let nowhere = restore(&backup, &app.folder.join("nowhere"));
    assert!(
        matches!(nowhere, Err(BackupError::NoFolder { .. })),
        "{nowhere:?}"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_that_the_configuration_names_is_in_a_backup_and_no_passphrase() {
    let mut app = TestApp::with_lists().await;
    app.complete();
    let outside = app.folder.parent().unwrap().join(format!(
        "outside-{}",
        app.folder.file_name().unwrap().to_str().unwrap()
    ));
    fs::create_dir(&outside).unwrap();
    fs::create_dir_all(app.folder.join("webhooks/sub_0/dead")).unwrap();
    fs::create_dir_all(app.folder.join("regulators")).unwrap();
    for name in [
        "samples.json",
        "firms.toml",
        "passphrase",
        "checkpoint.recovered-from.json",
        "webhooks/sub_0/subscription.json",
        "webhooks/sub_0/dead/one.json",
        "regulators/reg_0.json",
    ] {
        fs::write(app.folder.join(name), name).unwrap();
    }
    fs::write(outside.join("ca.pem"), "authorities").unwrap();
    app.config.pages.samples = Some(app.folder.join("samples.json"));
    app.config.statistics.denominators = Some(app.folder.join("firms.toml"));
    app.config.webhooks.ca_file = Some(outside.join("ca.pem"));
    app.config.log.passphrase_file = Some(app.folder.join("passphrase"));
    let now = app.now();
    let backup = back_up(&app.config, &app.folder, now).await.unwrap().path;
    app.stop().await;
    fs::remove_file(outside.join("ca.pem")).unwrap();
    let elsewhere = app.folder.join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    give_away(&elsewhere);
    restore(&backup, &elsewhere).unwrap();
    for name in [
        "checkpoint",
        "checkpoint.recovered-from.json",
        "firms.toml",
        "log-key.pem",
        "registry.sqlite",
        "registry.toml",
        "regulators/reg_0.json",
        "samples.json",
        "trust.json",
        "webhooks/sub_0/dead/one.json",
        "webhooks/sub_0/subscription.json",
    ] {
        assert!(elsewhere.join(name).is_file(), "{name}");
        assert_same_owner(&elsewhere, &elsewhere.join(name));
    }
    assert_same_owner(&elsewhere, &elsewhere.join("webhooks/sub_0"));
    assert!(!elsewhere.join("passphrase").exists());
    assert_eq!(fs::read_to_string(outside.join("ca.pem")).unwrap(), "authorities");
    fs::remove_dir_all(&outside).unwrap();
}

/// Whoever restores as root restores for the service's user.
fn give_away(folder: &Path) {
    if std::os::unix::fs::chown(folder, Some(10_840), Some(10_840)).is_err() {
        println!("SKIPPED: only root gives files away; restoring for another user was not tried");
    }
}

fn assert_same_owner(folder: &Path, path: &Path) {
    use std::os::unix::fs::MetadataExt;
    let owner = |path: &Path| {
        let metadata = fs::metadata(path).unwrap();
        (metadata.uid(), metadata.gid())
    };
    assert_eq!(owner(path), owner(folder), "{path:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn older_backups_go_and_none_fills_the_disk() {
    let mut app = TestApp::with_lists().await;
    app.complete();
    let backups = app.folder.join("backups");
    // One that a loss of power cut off, and a folder that is the operator's own.
    let cut_off = backups.join("20200101T000000Z-1.unfinished");
    fs::create_dir_all(&cut_off).unwrap();
    fs::create_dir_all(backups.join("keep-me")).unwrap();
    let mut made = Vec::new();
    for _ in 0..3 {
        let now = app.now();
        made.push(back_up(&app.config, &app.folder, now).await.unwrap());
        app.pass(60);
    }
    assert_eq!(made[2].removed, [made[0].path.clone()]);
    let names = || {
        let names = fs::read_dir(&backups).unwrap();
        names
            .map(|name| name.unwrap().path())
            .collect::<std::collections::BTreeSet<_>>()
    };
    let left = std::collections::BTreeSet::from([
        made[1].path.clone(),
        made[2].path.clone(),
        backups.join("keep-me"),
    ]);
    assert_eq!(names(), left);
    // Four pebibytes are not free here.
    let config = Config {
        limits: LimitsConfig {
            disk_reserve_mib: u32::MAX,
            ..app.config.limits
        },
        ..app.config.clone()
    };
    let now = app.now();
    let refused = back_up(&config, &app.folder, now).await;
    assert!(matches!(refused, Err(BackupError::NoRoom { .. })), "{refused:?}");
    assert_eq!(names(), left);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_backup_is_refused_and_says_what_is_missing() {
    let mut app = TestApp::with_lists().await;
    app.complete();
    app.issue_numbered(1).await;
    let now = app.now();
    let backup = back_up(&app.config, &app.folder, now).await.unwrap().path;
    let (number, document) = app.issue_numbered(2).await;
    app.stop().await;
    // The database's disk is gone; the checkpoint file, on another, is not.
    let kept = app.config.log.checkpoint_file.clone();
    let elsewhere = bring_back(&app, &backup);
    app.move_to(&elsewhere);
    fs::copy(&kept, elsewhere.join("checkpoint")).unwrap();
    let reason = app.refused().await;
    let wanted = "the database is behind the checkpoint file: 4 entries, the log had 5";
    assert!(reason.contains(wanted), "{reason}");
    assert!(!app.fsck().await.findings.is_empty());
    // A newer copy of the database brings it back, and with it what the backup did not have.
    let newer = app.folder.join("registry.sqlite");
    let moved = elsewhere.join("registry.sqlite");
    fs::remove_file(&moved).unwrap();
    Store::copy_file(&newer, &moved).await.unwrap();
    app.resume().await.unwrap();
    let record = app
        .get_with(
            &format!("/certificates/{number}"),
            &[("accept", "application/vc")],
        )
        .await;
    assert_eq!(record.text(), document);
    let ready = send(app.private_address(), "GET", "/readyz", &[], b"").await;
    assert_eq!(ready.json()["logSize"], 5);
    app.stop().await;
}
