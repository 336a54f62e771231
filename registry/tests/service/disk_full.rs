//! A disk that is really full: a small file system in memory, with ballast that leaves nothing free. Intake refuses,
//! reading goes on, and what was acknowledged stays; when there is room again, intake goes on by itself.

use std::{fs::File, io::Write, path::PathBuf, process::Command};

use touchstone_schemas::submission::Receipt;

use crate::{
    app::{Answer, TestApp, new_folder, send},
    engines::Engines,
};

/// Room for a small registry.
const MIBS: usize = 12;
/// Most certificates until nothing more fits.
const MOST: u32 = 2_000;

/// A file system of its own, gone with this.
struct Mount(PathBuf);

impl Mount {
    /// `None` where mounting is not allowed.
    fn new() -> Option<Self> {
        let folder = new_folder();
        let size = format!("size={MIBS}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(&folder)
            .output();
        let done = mounted.is_ok_and(|output| output.status.success());
        if done {
            return Some(Self(folder));
        }
        // Under continuous integration too: few runners let anybody mount.
        eprintln!("SKIPPED: a small file system is absent (mounting one takes root and CAP_SYS_ADMIN)");
        drop(std::fs::remove_dir(&folder));
        None
    }

    fn ballast(&self) -> Ballast {
        Ballast(self.0.join("ballast"))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Lazily: files that are open still go with their last user.
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
        drop(std::fs::remove_dir(&self.0));
    }
}

/// A file that takes what room is left.
struct Ballast(PathBuf);

impl Ballast {
    /// Grows until the disk has no byte left.
    fn grow(&self) {
        let mut file = File::options().create(true).append(true).open(&self.0).unwrap();
        for length in [64 * 1_024, 4_096, 1] {
            let bytes = vec![0_u8; length];
            while file.write_all(&bytes).is_ok() {}
        }
    }

    fn remove(&self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}

/// Certificates that come one after the other.
struct Certificates(u32);

impl Certificates {
    async fn submit(&mut self, app: &TestApp) -> (String, Answer) {
        let number = format!("CQC26ZNZ{:06}R0", 1_000 + self.0);
        let credential = app.office.credential(&number, 10 + self.0, app.now());
        self.0 += 1;
        let document = app.office.sign(&credential, app.now());
        let answer = app.submit(std::slice::from_ref(&document)).await;
        (document, answer)
    }
}

async fn readiness(app: &TestApp) -> serde_json::Value {
    send(app.private_address(), "GET", "/readyz", &[], b"")
        .await
        .json()
}

/// What reading gives, with nothing written.
async fn assert_reads(app: &TestApp, taken: &[Receipt]) {
    let record = app.get("/certificates/CQC26ZNZ001000R0").await;
    assert_eq!(record.status, 200, "{}", record.text());
    for path in [
        "/status-lists/message/1",
        "/log/checkpoint",
        "/certificates?level=3",
        "/changes.json",
        "/statistics",
    ] {
        assert_eq!(app.get(path).await.status, 200, "{path}");
    }
    let size = app.get("/log/checkpoint").await.text();
    let size: usize = size.lines().nth(1).unwrap().parse().unwrap();
    assert!(size >= taken.len() + 3, "{size}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_intake_loses_nothing_and_intake_goes_on_by_itself() {
    let Some(mount) = Mount::new() else { return };
    let ballast = mount.ballast();
    let mut app = TestApp::made_in(mount.0.clone(), Engines::sqlite()).await;
    // Nothing is kept free: the write itself fails.
    app.config.limits.disk_reserve_mib = 0;
    app.resume().await.unwrap();
    let lists = app.office.lists(app.now());
    assert_eq!(app.submit(&lists).await.status, 200);
    let (mut certificates, mut taken) = (Certificates(0), Vec::new());
    for round in 0..3 {
        let (_, answer) = certificates.submit(&app).await;
        taken.extend(answer.receipts());
        ballast.grow();
        // SQLite writes on in what it has already, for a while.
        let (refused, answer) = loop {
            assert!(certificates.0 < MOST, "nothing was refused");
            let (document, answer) = certificates.submit(&app).await;
            if answer.status != 200 {
                break (document, answer);
            }
            taken.extend(answer.receipts());
            ballast.grow();
        };
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (503, "logStopped"),
            "{round}"
        );
        assert_eq!(readiness(&app).await["logAccepts"], false);
        assert_reads(&app, &taken).await;
        // The same to whoever tries again, and a receipt to whoever has one.
        let again = app.submit(std::slice::from_ref(&refused)).await;
        assert_eq!((again.status, again.code().as_str()), (503, "logStopped"));
        ballast.remove();
        app.until_ready().await;
        // Refused or not, it stands once.
        taken.extend(app.submit(&[refused]).await.receipts());
        assert_reads(&app, &taken).await;
    }
    app.stop().await;
    app.resume().await.unwrap();
    let mut indices: Vec<u64> = taken.iter().map(|receipt| app.assert_proves(receipt)).collect();
    indices.sort_unstable();
    indices.dedup();
    assert_eq!(indices.len(), taken.len(), "an entry was acknowledged twice");
    assert_reads(&app, &taken).await;
    app.stop().await;
    let checked = app.fsck().await;
    assert!(checked.findings.is_empty(), "{:?}", checked.findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_reserve_no_write_fails() {
    let Some(mount) = Mount::new() else { return };
    let mut app = TestApp::made_in(mount.0.clone(), Engines::sqlite()).await;
    app.config.limits.disk_reserve_mib = 4;
    app.resume().await.unwrap();
    let lists = app.office.lists(app.now());
    assert_eq!(app.submit(&lists).await.status, 200);
    let (mut certificates, mut taken) = (Certificates(0), Vec::new());
    let ballast = mount.ballast();
    for _ in 0..2 {
        let (_, answer) = certificates.submit(&app).await;
        taken.extend(answer.receipts());
        ballast.grow();
        let (_, answer) = certificates.submit(&app).await;
        assert_eq!((answer.status, answer.code().as_str()), (503, "diskLow"));
        assert_eq!(answer.header("retry-after"), Some("60"));
        let ready = readiness(&app).await;
        assert_eq!(
            (&ready["logAccepts"], &ready["diskHasRoom"]),
            (&true.into(), &false.into())
        );
        assert_reads(&app, &taken).await;
        ballast.remove();
    }
    app.stop().await;
    assert!(app.fsck().await.findings.is_empty());
}
