//! Backup and restore, by the very commands that docs/OPERATIONS.md names (`deploy/backup.sh`, `deploy/restore.sh`).

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use touchstone_registry::store::Place;

use crate::app::{TestApp, send};

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(name)
}

fn run(script: &Path, from: &Path, to: &Path) -> (bool, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(script).arg(from).arg(to).output().unwrap();
    (
        status.success(),
        String::from_utf8([stdout, stderr].concat()).unwrap(),
    )
}

/// `sqlite3` is Debian's package of that name.
fn can_back_up() -> bool {
    let found = Command::new("sqlite3").arg("--version").output().is_ok();
    if !found {
        println!("SKIPPED: sqlite3 is not installed; the commands of backup and restore were not tried");
    }
    found
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

    /// The files that the scripts copy besides database and checkpoint.
    fn complete(&self) {
        for name in ["registry.toml", "log-key.pem"] {
            std::fs::write(self.folder.join(name), "stands for itself").unwrap();
        }
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
    if !can_back_up() {
        return;
    }
    let mut app = TestApp::with_lists().await;
    app.complete();
    let mut before = Vec::new();
    for place in 1..=10 {
        before.push(app.issue_numbered(place).await);
    }
    // Backed up while more is handed in.
    let (from, to) = (app.folder.clone(), app.folder.join("backups"));
    let backing = tokio::task::spawn_blocking(move || run(&script("backup.sh"), &from, &to));
    let mut place = 11;
    while !backing.is_finished() && place < 500 {
        app.issue_numbered(place).await;
        place += 1;
    }
    let (done, text) = backing.await.unwrap();
    assert!(done, "{text}");
    let backup = PathBuf::from(text.trim());
    app.stop().await;
    // Restored elsewhere: another machine. All that was acknowledged before the backup began is there and proves.
    let elsewhere = app.folder.join("elsewhere");
    let (done, text) = run(&script("restore.sh"), &backup, &elsewhere);
    assert!(done, "{text}");
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
    // A second restore overwrites nothing.
    let (done, text) = run(&script("restore.sh"), &backup, &elsewhere);
    assert!(!done && text.contains("is there already"), "{text}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_backup_is_refused_and_says_what_is_missing() {
    if !can_back_up() {
        return;
    }
    let mut app = TestApp::with_lists().await;
    app.complete();
    app.issue_numbered(1).await;
    let (done, text) = run(&script("backup.sh"), &app.folder, &app.folder.join("backups"));
    assert!(done, "{text}");
    let backup = PathBuf::from(text.trim());
    let (number, document) = app.issue_numbered(2).await;
    app.stop().await;
    // The database's disk is gone; the checkpoint file, on another, is not.
    let kept = app.config.log.checkpoint_file.clone();
    let elsewhere = app.folder.join("elsewhere");
    assert!(run(&script("restore.sh"), &backup, &elsewhere).0);
    app.move_to(&elsewhere);
    std::fs::copy(&kept, elsewhere.join("checkpoint")).unwrap();
    let reason = app.refused().await;
    let wanted = "the database is behind the checkpoint file: 4 entries, the log had 5";
    assert!(reason.contains(wanted), "{reason}");
    assert!(!app.fsck().await.findings.is_empty());
    // A newer copy of the database brings it back, and with it what the backup did not have.
    let newer = app.folder.join("registry.sqlite");
    let moved = elsewhere.join("registry.sqlite");
    std::fs::remove_file(&moved).unwrap();
    let copied = Command::new("sqlite3")
        .arg(&newer)
        .arg(format!("VACUUM INTO '{}'", moved.display()))
        .status()
        .unwrap();
    assert!(copied.success());
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
