//! Snapshots: made by the issuer, compared with the log, served whole and as what changed since one.

use touchstone_schemas::{
    credential::Credential,
    date_time::Timestamp,
    json,
    snapshot::{DeltaError, SnapshotRef, States, apply_delta},
    status::StatusMessage,
};
use touchstone_verifier::{
    input::{Facts, Request},
    report::Headline,
    verify,
};

use crate::{
    app::TestApp,
    documents::{suspension, withdrawal},
};

fn number(index: u32) -> String {
    format!("CQC26ZNZ{:06}R0", 400 + index)
}

/// A registry with three lists and so many certificates; the log has as many entries more.
async fn issued(count: u32) -> (TestApp, Vec<(Credential, String)>) {
    let app = TestApp::with_lists().await;
    let mut issued = Vec::new();
    for index in 1..=count {
        let credential = app.office.credential(&number(index), index, app.now());
        let document = app.office.sign(&credential, app.now());
        assert_eq!(app.submit(std::slice::from_ref(&document)).await.status, 200);
        issued.push((credential, document));
    }
    (app, issued)
}

fn credentials(issued: &[(Credential, String)]) -> Vec<Credential> {
    issued.iter().map(|(credential, _)| credential.clone()).collect()
}

async fn refused(app: &TestApp, snapshot: String) -> String {
    let answer = app.submit(&[snapshot]).await;
    assert!(
        answer.status == 422 || answer.status == 409,
        "{} {}",
        answer.status,
        answer.text()
    );
    answer.code()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_changed_gives_the_newer_snapshot_byte_for_byte() {
    let (mut app, issued) = issued(3).await;
    let all = credentials(&issued);
    let first = app.office.snapshot(1, 6, app.now(), &all);
    let receipts = app.submit(std::slice::from_ref(&first)).await.receipts();
    app.assert_proves(receipts.first().unwrap());
    let served = app.get("/snapshot").await;
    assert_eq!((served.status, served.text()), (200, first.clone()));
    assert_eq!(served.header("content-type"), Some("application/vc"));
    assert_eq!(app.get("/snapshot?since=1").await.status, 204);
    // One is suspended, one more is issued.
    app.pass(60);
    let (credential, document) = &issued[1];
    let event = app.office.event(credential, document, 1, app.now(), suspension());
    let now = app.now();
    let mut bundle = app
        .office
        .event_bundle(&event, StatusMessage::Suspended, credential.status.index, now);
    let fourth = app.office.credential(&number(4), 4, now);
    bundle.push(app.office.sign(&fourth, now));
    assert_eq!(app.submit(&bundle).await.status, 200);
    let mut more = all.clone();
    more.push(fourth);
    let second = app.office.snapshot(2, 12, app.now(), &more);
    assert_eq!(app.submit(std::slice::from_ref(&second)).await.status, 200);
    assert_eq!(app.get("/snapshot").await.text(), second);
    assert_eq!(app.get("/snapshot?sequence=2").await.text(), second);
    assert_eq!(app.get("/snapshot?sequence=1").await.text(), first);
    // Who has it is told so, and the newest is packed once for all.
    for path in ["/snapshot", "/snapshot?sequence=1"] {
        let tag = app.get(path).await.header("etag").unwrap().to_owned();
        let again = app.get_with(path, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
    }
    let packed = app.get_with("/snapshot", &[("accept-encoding", "gzip")]).await;
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.header("etag").unwrap().starts_with("W/"));
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&*packed.body), &mut text).unwrap();
    assert_eq!(text, second);
    let delta = app.get("/snapshot?since=1").await;
    assert_eq!(delta.header("content-type"), Some("application/json"));
    assert_eq!(delta.header("access-control-allow-origin"), Some("*"));
    let made = apply_delta(first.as_bytes(), &delta.body).unwrap();
    assert_eq!(made, second.as_bytes());
    hostile_deltas(&first, &second, &delta.body);
    believed(&app, document, &second);
    // The same after a start, which reads the log again.
    app.stop().await;
    app.resume().await.unwrap();
    assert_eq!(app.get("/snapshot?since=1").await.body, delta.body);
    for (query, status) in [
        ("?since=0", 404),
        ("?since=3", 404),
        ("?since=01", 400),
        ("?sequence=7", 404),
        ("?sequence=x", 400),
        ("?sequence=1&since=1", 400),
    ] {
        assert_eq!(
            app.get(&format!("/snapshot{query}")).await.status,
            status,
            "{query}"
        );
    }
    app.stop().await;
    assert!(app.fsck().await.findings.is_empty());
}

/// A delta that was meddled with gives nothing, or nothing that its promise fits.
fn hostile_deltas(first: &str, second: &str, delta: &[u8]) {
    let text = String::from_utf8(delta.to_vec()).unwrap();
    let apply = |text: &str| apply_delta(first.as_bytes(), text.as_bytes());
    let other = apply_delta(second.as_bytes(), delta);
    assert!(matches!(other, Err(DeltaError::Other { .. })), "{other:?}");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let with = |pointer: &str, new: serde_json::Value| {
        let mut changed = value.clone();
        *changed.pointer_mut(pointer).unwrap() = new;
        let changed = changed.to_string();
        String::from_utf8(
            json::parse(changed.as_bytes(), changed.len())
                .unwrap()
                .to_canonical_bytes(),
        )
        .unwrap()
    };
    let empty = touchstone_schemas::multibase::encode_base64url(States::default().as_bytes());
    let differs = apply(&with("/changes", empty.into()));
    assert!(matches!(differs, Err(DeltaError::Differs { .. })), "{differs:?}");
    let back = apply(&with("/to/sequence", 1.into()));
    assert!(matches!(back, Err(DeltaError::Backwards { .. })), "{back:?}");
    for changes in ["", "u", "uAAAA", "u_____w", "zabc"] {
        assert!(apply(&with("/changes", changes.into())).is_err(), "{changes}");
    }
    for document in [
        "",
        "{}",
        "[]",
        "{\"credentialSubject\":[]}",
        "{\"credentialSubject\":{}}",
    ] {
        assert!(apply(&with("/document", document.into())).is_err(), "{document}");
    }
    for cut in (0..text.len()).step_by(97) {
        assert!(apply_delta(first.as_bytes(), text.get(..cut).unwrap_or_default().as_bytes()).is_err());
    }
    let _: SnapshotRef =
        touchstone_schemas::decode::decode(&json::parse(value["to"].to_string().as_bytes(), 4096).unwrap())
            .unwrap();
}

/// A verifier takes what a delta gave for its signature alone, and the suspension with it.
fn believed(app: &TestApp, document: &str, snapshot: &str) {
    let request = |snapshot: String| Request {
        document: document.to_owned(),
        facts: Facts {
            trust_list: Some(app.office.world.trust_text()),
            snapshot: Some(snapshot),
            ..Facts::default()
        },
        now: app.now(),
        at: None,
        policy: app.office.world.policy(),
        need: None,
    };
    let report = verify(&request(snapshot.to_owned()));
    assert_eq!(report.headline, Headline::NotInForce);
    let altered = snapshot.replacen("\"sequence\":2", "\"sequence\":3", 1);
    assert_ne!(altered, snapshot);
    assert_eq!(verify(&request(altered)).headline, Headline::CouldNotTell);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_that_is_not_what_the_log_holds_is_refused() {
    let (mut app, issued) = issued(3).await;
    let all = credentials(&issued);
    let now: Timestamp = app.now();
    let make = |change: &dyn Fn(&mut touchstone_schemas::snapshot::Snapshot)| {
        let mut snapshot = app.office.unsigned_snapshot(5, 6, now, &all);
        change(&mut snapshot);
        app.office.world.sign_snapshot(&snapshot)
    };
    let rows = |change: &dyn Fn(&mut Vec<touchstone_schemas::snapshot::SnapshotState>)| {
        make(&|snapshot| {
            let mut rows: Vec<_> = snapshot.states.iter().collect();
            change(&mut rows);
            snapshot.states = States::pack(rows).unwrap();
        })
    };
    for (snapshot, code) in [
        (rows(&|rows| rows.truncate(2)), "snapshotStatesDiffer"),
        (rows(&|rows| rows.clear()), "snapshotStatesDiffer"),
        (
            rows(&|rows| rows[1].message = StatusMessage::Withdrawn),
            "snapshotStatesDiffer",
        ),
        (
            rows(&|rows| rows[0].next_due = rows[0].valid_until),
            "snapshotStatesDiffer",
        ),
        (
            rows(&|rows| {
                let mut stranger = rows[2].clone();
                stranger.number = touchstone_schemas::credential::CredentialNumber::parse("ZZZ999").unwrap();
                rows.push(stranger);
            }),
            "snapshotStatesDiffer",
        ),
        (make(&|snapshot| snapshot.log_size = 7), "snapshotStatesDiffer"),
        (make(&|snapshot| snapshot.log_size = 5), "snapshotStatesDiffer"),
        (
            make(&|snapshot| snapshot.registry = "https://other.example".parse().unwrap()),
            "registryDiffers",
        ),
        (
            make(&|snapshot| {
                snapshot.valid_from = now.checked_add(3_600).unwrap();
                snapshot.valid_until = now.checked_add(7_200).unwrap();
            }),
            "snapshotFromFuture",
        ),
        (
            make(&|snapshot| {
                snapshot.valid_from = now.checked_sub(10).unwrap();
                snapshot.valid_until = now;
            }),
            "snapshotBehind",
        ),
        (
            make(&|snapshot| {
                snapshot.issuer = touchstone_schemas::did::Did::parse(crate::world::DID).unwrap()
            }),
            "snapshotRefused",
        ),
    ] {
        assert_eq!(refused(&app, snapshot).await, code);
    }
    // Under the issuing key nothing is a snapshot.
    let unsigned = app.office.unsigned_snapshot(5, 6, now, &all);
    let foreign = crate::world::sign(&unsigned, now, crate::world::METHOD, &app.office.world.issuing);
    assert_eq!(refused(&app, foreign).await, "snapshotRefused");
    // The right one enters; one that goes back does not; nor one that misses what has come since.
    let right = app.office.snapshot(5, 6, now, &all);
    assert_eq!(app.submit(std::slice::from_ref(&right)).await.status, 200);
    assert_eq!(app.submit(std::slice::from_ref(&right)).await.status, 200);
    let older = app.office.snapshot(4, 7, now, &all);
    assert_eq!(refused(&app, older).await, "snapshotOlder");
    app.pass(60);
    let (credential, document) = &issued[0];
    let event = app.office.event(credential, document, 1, app.now(), withdrawal());
    let now = app.now();
    let missing = app.office.snapshot(6, 7, now, &all);
    let bundle = app
        .office
        .event_bundle(&event, StatusMessage::Withdrawn, credential.status.index, now);
    assert_eq!(app.submit(&bundle).await.status, 200);
    assert_eq!(refused(&app, missing).await, "snapshotBehind");
    app.pass(90_000);
    let expired = app.office.snapshot(6, 11, now, &all);
    assert_eq!(refused(&app, expired).await, "snapshotExpired");
}
