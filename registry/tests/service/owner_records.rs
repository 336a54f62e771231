//! The scheme owner's records in the log: a retired key signs nothing more here, a release is named once.

use touchstone_schemas::{
    did::Did,
    digest::Sha256Digest,
    owner_record::{KeyRetirement, KeyRetirementType, ReleasedFile, VerifierRelease, VerifierReleaseType},
    status::StatusMessage,
    submission::Receipt,
    tlog::{Checkpoint, Hash, SignedNote, TreeHead},
};

use crate::{
    app::TestApp,
    documents::{NUMBER, withdrawal},
    world::{DID, METHOD, STATUS_METHOD, key, sign_owned, text},
};

async fn head(app: &TestApp) -> TreeHead {
    let note = SignedNote::parse(&app.get("/log/checkpoint").await.body).unwrap();
    Checkpoint::parse(note.text()).unwrap().head
}

fn retirement(app: &TestApp, method: &str, point: TreeHead) -> KeyRetirement {
    KeyRetirement {
        from: point.size,
        issued: app.now(),
        issuer: Did::parse(DID).unwrap(),
        log: app.config.log.origin.clone(),
        reason: text("密钥疑似泄露"),
        root_hash: point.root,
        record_type: KeyRetirementType::KeyRetirement,
        verification_method: method.parse().unwrap(),
    }
}

fn signed(app: &TestApp, retirement: &KeyRetirement) -> [String; 1] {
    [sign_owned(
        retirement,
        retirement.issued,
        &[&app.office.world.owner],
    )]
}

async fn refusal(app: &TestApp, bundle: &[String]) -> (u16, String) {
    let answer = app.submit(bundle).await;
    (answer.status, answer.code())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_retired_in_the_log_signs_nothing_more_here() {
    let mut app = TestApp::with_lists().await;
    let now = app.now();
    let issued = app.office.credential(NUMBER, 7, now);
    let document = app.office.sign(&issued, now);
    let before = head(&app).await;
    assert_eq!(app.submit(std::slice::from_ref(&document)).await.status, 200);
    let point = head(&app).await;
    let good = retirement(&app, METHOD, point);

    // Not the owner's, not of this log's history, not of a listed key, not of this log.
    let stranger = [sign_owned(&good, now, &[&key(79)])];
    assert_eq!(refusal(&app, &stranger).await, (422, "ownerRecordRefused".into()));
    let untrue = KeyRetirement {
        root_hash: Hash::from_bytes([7; 32]),
        ..good.clone()
    };
    let unknown = (422, "retirementPointUnknown".to_owned());
    assert_eq!(refusal(&app, &signed(&app, &untrue)).await, unknown);
    let ahead = KeyRetirement {
        from: point.size + 1,
        ..good.clone()
    };
    assert_eq!(refusal(&app, &signed(&app, &ahead)).await, unknown);
    let unlisted = retirement(&app, "did:web:cert.example#key-9", point);
    let refused = (422, "ownerRecordRefused".to_owned());
    assert_eq!(refusal(&app, &signed(&app, &unlisted)).await, refused);
    let elsewhere = KeyRetirement {
        log: touchstone_schemas::tlog::Origin::parse("registry.example/lag").unwrap(),
        ..good.clone()
    };
    assert_eq!(refusal(&app, &signed(&app, &elsewhere)).await, refused);

    let bundle = signed(&app, &good);
    let receipts = app.submit(&bundle).await.receipts();
    assert_eq!(app.assert_proves(&receipts[0]), point.size);
    assert_eq!(app.submit(&bundle).await.receipts()[0].entry, receipts[0].entry);

    // From its entry on: credentials and events; also after the log was read again.
    let other = app.office.credential("CQC26ZNZ000124R0", 8, now);
    let other = [app.office.sign(&other, now)];
    let event = app.office.event(&issued, &document, 1, now, withdrawal());
    let event = app.office.event_bundle(&event, StatusMessage::Withdrawn, 7, now);
    let retired = (422, "keyRetired".to_owned());
    assert_eq!(refusal(&app, &other).await, retired);
    assert_eq!(refusal(&app, &event).await, retired);
    app.stop().await;
    app.resume().await.unwrap();
    assert_eq!(refusal(&app, &other).await, retired);
    // What the log held before is there as before, and is answered with its receipt.
    assert_eq!(app.submit(&[document]).await.status, 200);

    // The point may only move back.
    let later = KeyRetirement {
        reason: text("再次"),
        ..good
    };
    let conflict = (409, "keyRetiredBefore".to_owned());
    assert_eq!(refusal(&app, &signed(&app, &later)).await, conflict);
    let earlier = retirement(&app, METHOD, before);
    assert_eq!(app.submit(&signed(&app, &earlier)).await.status, 200);

    // A status key's lists are refused the same way.
    let status = retirement(&app, STATUS_METHOD, point);
    assert_eq!(app.submit(&signed(&app, &status)).await.status, 200);
    let now = app.now();
    app.office.messages.clear();
    let lists = app.office.lists(now);
    assert_eq!(refusal(&app, &lists).await, retired);

    let listed = app.get("/key-retirements").await;
    assert_eq!(listed.header("access-control-allow-origin"), Some("*"));
    let listed = listed.json();
    let listed = listed["keyRetirements"].as_array().unwrap();
    assert_eq!(listed.len(), 3);
    assert_eq!(listed[0]["document"]["reason"], "密钥疑似泄露");
    let receipt = serde_json::to_vec(&listed[0]["receipt"]).unwrap();
    let receipt: Receipt = touchstone_schemas::decode::read(&receipt, receipt.len()).unwrap();
    assert_eq!(app.assert_proves(&receipt), point.size);
    app.stop().await;
    assert_eq!(app.fsck().await.findings, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_release_of_the_page_is_named_once() {
    let mut app = TestApp::start().await;
    let release = |digest: &[u8]| VerifierRelease {
        files: vec![ReleasedFile {
            path: text("verify.wasm"),
            sha256: Sha256Digest::of(digest),
        }],
        issued: app.now(),
        issuer: Did::parse(DID).unwrap(),
        release: text("0.1.0"),
        record_type: VerifierReleaseType::VerifierRelease,
        wasm: Sha256Digest::of(digest),
    };
    let owner = &app.office.world.owner;
    let first = [sign_owned(&release(b"module"), app.now(), &[owner])];
    let other = [sign_owned(&release(b"another module"), app.now(), &[owner])];
    let mut loose = release(b"module");
    loose.wasm = Sha256Digest::of(b"none of them");
    let loose = [sign_owned(&loose, app.now(), &[owner])];
    assert_eq!(refusal(&app, &loose).await, (422, "ownerRecordRefused".into()));
    assert_eq!(app.submit(&first).await.status, 200);
    assert_eq!(refusal(&app, &other).await, (409, "releaseTaken".into()));
    let listed = app.get("/verifier-releases").await.json();
    assert_eq!(listed["verifierReleases"][0]["document"]["release"], "0.1.0");
    assert_eq!(listed["verifierReleases"].as_array().unwrap().len(), 1);
    app.stop().await;
    assert_eq!(app.fsck().await.findings, []);
}
