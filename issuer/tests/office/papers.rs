//! What an office goes by: its trust list, its root, its folder.

use touchstone_issuer::{
    config::Folder,
    init::{InitError, init},
    issue::{IssueError, issue},
    keys::{KeyError, OwnerKey, PassphraseError, PassphraseSource, read_passphrase},
    lifecycle_actions::{ActionError, supersede},
    office::{Clock, Office, OfficeError},
    owner_record::{OwnerRecordError, ReleaseRequest, RetirementRequest, release_verifier, retire_key},
    store::StoreError,
    trust_list::{SignTrustListError, read_unverified, renew_trust_list},
};
use touchstone_schemas::{
    credential::CredentialNumber,
    decode::read,
    digest::Sha256Digest,
    lifecycle::{Change, EventReason},
    submission::Receipt,
    tlog::LogProof,
};
use touchstone_verifier::{
    input::{LogProofPolicy, Policy},
    open_key_retirement, open_trust_list, open_verifier_release,
};

use crate::test_office::{Root, TestOffice, demo, passphrase};

#[tokio::test]
async fn the_owner_renews_the_list_and_nobody_else_does() {
    let test = TestOffice::new().await;
    let present = std::fs::read(&test.report.trust_list).unwrap();
    let owner = OwnerKey::open(&test.folder.join("owner"), &passphrase()).unwrap();
    let now = Clock::System.now().checked_add(60).unwrap();
    let renewed = renew_trust_list(&present, &owner, now).unwrap();
    let list = read_unverified(&renewed).unwrap();
    assert_eq!((list.sequence, list.issued), (2, now));
    std::fs::write(&test.report.trust_list, &renewed).unwrap();
    test.open().await;

    let behind = renew_trust_list(&renewed, &owner, now.checked_sub(1).unwrap());
    assert!(matches!(behind, Err(SignTrustListError::ClockBehind { .. })));
    let stranger = OwnerKey::create(&test.folder, &passphrase()).unwrap();
    let foreign = renew_trust_list(&present, &stranger, now);
    assert!(matches!(foreign, Err(SignTrustListError::Foreign { .. })));
    std::fs::write(&test.report.trust_list, stranger.sign(&list).unwrap()).unwrap();
    let opened = Office::open(Folder::new(test.folder.join("issuer")), Clock::System).await;
    assert!(matches!(opened.err(), Some(OfficeError::TrustList(_))));
}

#[tokio::test]
async fn the_one_command_road_and_a_fixed_clock_need_a_test_root() {
    let test = TestOffice::under(Root::Real).await;
    let (mut office, keys) = test.open().await;
    let file = demo().join("applications/01-in-force.json");
    let refused = issue(&mut office, &keys, &[file]).await;
    assert!(matches!(refused, Err(IssueError::RealRoot)));
    drop(office);
    let fixed = Clock::Fixed("2026-01-01T00:00:00Z".parse().unwrap());
    let opened = Office::open(Folder::new(test.folder.join("issuer")), fixed).await;
    assert!(matches!(opened.err(), Some(OfficeError::FixedClock)));
}

#[tokio::test]
async fn init_overwrites_nothing_and_takes_no_example_arc_for_real() {
    let test = TestOffice::new().await;
    let mut request = test.init_request(Root::Test);
    let again = init(&request, &passphrase(), &passphrase(), Clock::System.now()).await;
    assert!(matches!(again, Err(InitError::NotEmpty { .. })));
    request.folder = test.folder.join("real");
    request.test = false;
    let example = init(&request, &passphrase(), &passphrase(), Clock::System.now()).await;
    assert!(matches!(example, Err(InitError::ExampleArc)));
}

#[tokio::test]
async fn papers_that_disagree_do_not_open() {
    let test = TestOffice::new().await;
    let folder = Folder::new(test.folder.join("issuer"));
    let body = std::fs::read_to_string(folder.body()).unwrap();
    std::fs::write(folder.body(), body.replace("示范路1号", "示范路2号")).unwrap();
    let opened = Office::open(folder.clone(), Clock::System).await;
    assert!(matches!(opened.err(), Some(OfficeError::NotListed { .. })));
    std::fs::write(folder.body(), body).unwrap();
    let config = std::fs::read_to_string(folder.config()).unwrap();
    std::fs::write(folder.config(), format!("{config}\nnickname = 1\n")).unwrap();
    assert!(matches!(
        Office::open(folder, Clock::System).await.err(),
        Some(OfficeError::Config(_))
    ));
}

#[tokio::test]
async fn nothing_is_numbered_under_a_trust_list_out_of_date() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    let now = Clock::System.now();
    office.clock = Clock::Fixed(now.checked_add(91 * 86_400).unwrap());
    let file = demo().join("applications/13-level-1.json");
    let refused = issue(&mut office, &keys, std::slice::from_ref(&file)).await;
    assert!(matches!(
        refused,
        Err(IssueError::Office(OfficeError::TrustListNotCurrent { .. }))
    ));
    assert_eq!(office.store.credentials().await.unwrap(), Vec::new());
    office.clock = Clock::System;
    let files = [file];
    assert_eq!(issue(&mut office, &keys, &files).await.unwrap().1.documents, 4);
    // What is numbered already is asked for as before.
    office.clock = Clock::Fixed(now.checked_add(91 * 86_400).unwrap());
    let (outcomes, _) = issue(&mut office, &keys, &files).await.unwrap();
    assert!(outcomes[0].result.is_ok());
}

#[tokio::test]
async fn an_older_trust_list_is_not_gone_by_again_and_no_sequence_is_given_twice() {
    let test = TestOffice::new().await;
    let owner = OwnerKey::open(&test.folder.join("owner"), &passphrase()).unwrap();
    let first = std::fs::read(&test.report.trust_list).unwrap();
    let now = Clock::System.now();
    let second = renew_trust_list(&first, &owner, now).unwrap();
    std::fs::write(&test.report.trust_list, &second).unwrap();
    test.open().await;
    // Renewed from a copy kept aside: another number all the same.
    let third = renew_trust_list(&first, &owner, now).unwrap();
    assert_eq!(read_unverified(&third).unwrap().sequence, 3);

    let folder = Folder::new(test.folder.join("issuer"));
    std::fs::write(&test.report.trust_list, &first).unwrap();
    let rolled_back = Office::open(folder.clone(), Clock::System).await;
    assert!(matches!(rolled_back.err(), Some(OfficeError::TrustList(_))));
    let mut twin = read_unverified(&second).unwrap();
    twin.valid_until = twin.valid_until.checked_sub(1).unwrap();
    std::fs::write(&test.report.trust_list, owner.sign(&twin).unwrap()).unwrap();
    let other = Office::open(folder, Clock::System).await;
    assert!(matches!(
        other.err(),
        Some(OfficeError::Store(StoreError::TrustListDiffers { sequence: 2 }))
    ));
}

#[tokio::test]
async fn a_list_with_two_proofs_reads_at_either_owner_s() {
    let test = TestOffice::new().await;
    let owner = OwnerKey::open(&test.folder.join("owner"), &passphrase()).unwrap();
    let successor = test.folder.join("successor");
    std::fs::create_dir(&successor).unwrap();
    let successor = OwnerKey::create(&successor, &passphrase()).unwrap();
    let list = read_unverified(&std::fs::read(&test.report.trust_list).unwrap()).unwrap();
    let signed = |owner: &OwnerKey| -> serde_json::Value {
        serde_json::from_slice(&owner.sign(&list).unwrap()).unwrap()
    };
    let mut both = signed(&owner);
    let second = signed(&successor)["proof"][0].take();
    both["proof"].as_array_mut().unwrap().push(second);
    let both = serde_json::to_vec(&both).unwrap();
    std::fs::write(&test.report.trust_list, &both).unwrap();
    test.open().await;
    for owner in [&owner, &successor] {
        let renewed = renew_trust_list(&both, owner, Clock::System.now()).unwrap();
        assert!(read_unverified(&renewed).unwrap().sequence > list.sequence);
    }
}

#[tokio::test]
async fn init_leaves_an_office_whole_or_nothing_and_lets_nobody_else_in() {
    use std::os::unix::fs::PermissionsExt;
    let test = TestOffice::new().await;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = Folder::new(test.folder.join("issuer"));
    for path in [folder.path().to_owned(), folder.keys(), test.folder.join("owner")] {
        assert_eq!(mode(&path), 0o700, "{}", path.display());
    }
    test.open().await;
    for path in [
        folder.database(),
        folder.issuing_key(1),
        folder.status_key(1),
        folder.root_key(),
        folder.path().join("issuer.lock"),
        test.folder.join("owner/owner.pem"),
    ] {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }

    let names = || {
        let entries = std::fs::read_dir(&test.folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    let mut request = test.init_request(Root::Test);
    request.folder = test.folder.join("second");
    let wrong = secrecy::SecretString::from("another long passphrase".to_owned());
    let refused = init(&request, &passphrase(), &wrong, Clock::System.now()).await;
    assert!(matches!(refused, Err(InitError::Key(_))));
    request.owner_folder = request.folder.join("owner");
    let refused = init(&request, &passphrase(), &passphrase(), Clock::System.now()).await;
    assert!(matches!(refused, Err(InitError::OwnerInside { .. })));
    // Stopped half-way, with the keys made already: nothing of it stays.
    request.owner_folder = test.folder.join("owner");
    let sequence = request.owner_folder.join(OwnerKey::SEQUENCE);
    std::fs::write(&sequence, "one\n").unwrap();
    let refused = init(&request, &passphrase(), &passphrase(), Clock::System.now()).await;
    assert!(matches!(refused, Err(InitError::Key(KeyError::Sequence { .. }))));
    assert_eq!(names(), before);
    std::fs::write(&sequence, "1\n").unwrap();
    // An empty folder is taken, and the owner at hand gives its list a sequence of its own.
    std::fs::create_dir(&request.folder).unwrap();
    let report = init(&request, &passphrase(), &passphrase(), Clock::System.now())
        .await
        .unwrap();
    let list = read_unverified(&std::fs::read(report.trust_list).unwrap()).unwrap();
    assert_eq!((list.sequence, mode(&request.folder)), (2, 0o700));
}

#[test]
fn a_passphrase_file_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let path = std::env::temp_dir().join(format!("touchstone-passphrase-{}", uuid::Uuid::now_v7()));
    std::fs::write(&path, "a long enough passphrase\n").unwrap();
    let source = PassphraseSource::of(Some(path.clone()), "keys");
    for (mode, taken) in [
        (0o644, false),
        (0o640, false),
        (0o604, false),
        (0o600, true),
        (0o400, true),
    ] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let read = read_passphrase(&source);
        assert_eq!(read.is_ok(), taken, "{mode:o}");
        if let Err(error) = read {
            assert!(matches!(error, PassphraseError::Exposed { mode: found, .. } if found == mode));
        }
    }
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn a_successor_is_issued_from_a_file_under_a_test_root_alone() {
    let test = TestOffice::under(Root::Real).await;
    let (mut office, keys) = test.open().await;
    let number = CredentialNumber::parse("CQC26ZNZ000001R0").unwrap();
    let reason = EventReason::GradeChanged;
    let decided = crate::events::request(
        office.clock,
        "换证1",
        Change::Withdrawn {
            reason: EventReason::IssuedInError,
        },
    );
    let file = demo().join("applications/10-superseded-v2.json");
    let refused = supersede(&mut office, &keys, &number, &file, reason, &decided).await;
    assert!(matches!(refused, Err(ActionError::RealRoot)));
}

#[tokio::test]
async fn the_owner_retires_a_key_at_a_checkpoint_and_names_a_release() {
    let test = TestOffice::new().await;
    let issued = test.issue_sample("01-in-force").await;
    let receipt = issued.receipt.unwrap();
    let receipt: Receipt = read(receipt.as_bytes(), receipt.len()).unwrap();
    let proof = LogProof::parse(receipt.proof.as_bytes()).unwrap();
    let checkpoint = proof.checkpoint.to_string();
    let present = std::fs::read(&test.report.trust_list).unwrap();
    let owner = OwnerKey::open(&test.folder.join("owner"), &passphrase()).unwrap();
    let policy = Policy {
        owner_key: owner.multikey(),
        owner_successor: None,
        log_proof: LogProofPolicy::WhenPresent,
    };
    let did = test.report.did.clone();
    let now = Clock::System.now();
    let request = RetirementRequest {
        method: &did.key(1),
        checkpoint: checkpoint.as_bytes(),
        reason: "密钥疑似泄露",
    };
    let retired = retire_key(&present, &owner, &request, now).unwrap();
    let size: u64 = checkpoint.lines().nth(1).unwrap().parse().unwrap();
    assert!(size > 0);
    let trust = open_trust_list(&retired.trust_list, &policy, Some(2)).unwrap();
    let opened = open_key_retirement(&retired.document, &policy, &trust).unwrap();
    assert_eq!((&opened, opened.from), (&retired.record, size));
    let key = &trust.list().issuers[0].issuing_keys[0];
    assert_eq!(key.retired, Some(opened.retirement()));

    // Said again, or of a key that is not listed, or at a checkpoint of another log.
    let again = retire_key(&retired.trust_list, &owner, &request, now);
    assert!(matches!(again, Err(OwnerRecordError::RetiredBefore { .. })));
    let method = did.key(9);
    let unlisted = RetirementRequest {
        method: &method,
        ..request
    };
    let unlisted = retire_key(&present, &owner, &unlisted, now);
    assert!(matches!(unlisted, Err(OwnerRecordError::NotListed { .. })));
    let other = checkpoint.replacen("\n", "2\n", 1);
    let foreign = RetirementRequest {
        checkpoint: other.as_bytes(),
        ..request
    };
    let foreign = retire_key(&present, &owner, &foreign, now);
    assert!(matches!(foreign, Err(OwnerRecordError::Checkpoint(_))));

    let page = test.folder.join("page");
    std::fs::create_dir_all(page.join("texts")).unwrap();
    for (name, bytes) in [
        ("index.html", "page"),
        ("verify.wasm", "module"),
        ("texts/en.json", "{}"),
    ] {
        std::fs::write(page.join(name), bytes).unwrap();
    }
    let request = ReleaseRequest {
        issuer: &did,
        release: "0.1.0",
        module: None,
    };
    let (release, document) = release_verifier(&page, &owner, &request, now).unwrap();
    assert_eq!(
        open_verifier_release(&document, &policy, &trust),
        Ok(release.clone())
    );
    let paths: Vec<&str> = release.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["index.html", "texts/en.json", "verify.wasm"]);
    assert_eq!(release.wasm, Sha256Digest::of(b"module"));
    std::fs::write(page.join("second.wasm"), "another").unwrap();
    let two = release_verifier(&page, &owner, &request, now);
    assert!(matches!(two, Err(OwnerRecordError::Module { found: 2 })));
    let module = Some("second.wasm");
    let named = release_verifier(&page, &owner, &ReleaseRequest { module, ..request }, now);
    assert_eq!(named.unwrap().0.wasm, Sha256Digest::of(b"another"));
}
