//! A batch whose issuing is killed.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::super::staff::hire;
use super::staff::{evaluated_batch, judged_batch};
use crate::test_office::{TestOffice, passphrase};

/// Certificates of the batch.
const CASES: usize = 24;

#[tokio::test]
async fn what_is_killed_goes_on_and_issues_nothing_twice() {
    use secrecy::ExposeSecret;
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let batch = evaluated_batch(&mut office, &test.folder, CASES).await;
    judged_batch(&mut office, batch).await;
    drop(office);
    let config = test.folder.join("issuer/issuer.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    assert!(text.contains("bundle-size = 64"), "{text}");
    std::fs::write(&config, text.replace("bundle-size = 64", "bundle-size = 4")).unwrap();
    let secret = test.folder.join("passphrase");
    touchstone_issuer::file::create_private(&secret, passphrase().expose_secret().as_bytes()).unwrap();
    let command = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_touchstone-issuer"));
        command
            .args(["--dir", "issuer", "--json", "--passphrase-file", "passphrase"])
            .args(["batch", "issue", "--batch", &batch.to_string()])
            .current_dir(&test.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command
    };
    let delivered = || test.server.kept.lock().unwrap().credentials.len();
    let mut kills = 0;
    // Killed each time some more are delivered, until it ends by itself.
    for _ in 0..4 {
        let before = delivered();
        let mut child = command().spawn().unwrap();
        let until = Instant::now() + Duration::from_secs(60);
        while delivered() == before && child.try_wait().unwrap().is_none() && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        kills += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(kills > 0, "every kill came too late");
    let output = command().output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}");
    assert_eq!(delivered(), CASES);
    let (mut office, _) = test.open().await;
    let listed = office.store.credentials().await.unwrap();
    assert_eq!(listed.len(), CASES);
    assert!(
        listed
            .iter()
            .all(|it| it.stored.receipt.is_some() && it.void.is_none())
    );
    let (faults, _) = touchstone_issuer::casework::check_journals(&mut office)
        .await
        .unwrap();
    assert_eq!(faults, Vec::new());
}
