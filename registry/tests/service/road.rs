//! The good road: issued, suspended, reinstated, changed, withdrawn; everything served proves.

use touchstone_schemas::{
    credential::Version,
    lifecycle::{Change, EventReason},
    status::StatusMessage,
    tlog::{EntryBundle, leaf_hash},
};

use crate::{
    app::TestApp,
    documents::{NUMBER, superseded_by, suspension, withdrawal},
    engines::Engines,
};

const JSON: (&str, &str) = ("accept", "application/json");

on_both_engines!(a_certificate_lives_and_every_receipt_proves);

async fn a_certificate_lives_and_every_receipt_proves(engines: Engines) {
    let mut app = TestApp::with_lists_on(engines).await;
    let issued = app.office.credential(NUMBER, 7, app.now());
    let document = app.office.sign(&issued, app.now());
    let answer = app.submit(std::slice::from_ref(&document)).await;
    let receipts = answer.receipts();
    assert_eq!(app.assert_proves(&receipts[0]), 3);

    // The same again gives the same entry, proven anew.
    let again = app.submit(std::slice::from_ref(&document)).await.receipts();
    assert_eq!(again[0].entry, receipts[0].entry);
    assert_eq!(app.assert_proves(&again[0]), 3);

    let path = format!("/certificates/{NUMBER}");
    let record = app.get_with(&path, &[JSON]).await.json();
    assert_eq!(record["state"], "valid");
    assert_eq!(record["version"], 1);
    assert_eq!(record["versions"], serde_json::json!([1]));
    let vc = app.get_with(&path, &[("accept", "application/vc")]).await;
    assert_eq!(
        (vc.header("content-type"), vc.text()),
        (Some("application/vc"), document.clone())
    );

    app.pass(60);
    let now = app.now();
    let event = app.office.event(&issued, &document, 1, now, suspension());
    let bundle = app.office.event_bundle(&event, StatusMessage::Suspended, 7, now);
    for receipt in app.submit(&bundle).await.receipts() {
        app.assert_proves(&receipt);
    }
    let record = app.get_with(&path, &[JSON]).await.json();
    assert_eq!(
        (&record["state"], &record["stateSince"]),
        (&"suspended".into(), &now.to_string().into())
    );
    let served = app.get("/status-lists/message/1").await;
    assert_eq!(served.text(), bundle[3]);

    app.pass(60);
    let now = app.now();
    let reinstated = Change::Reinstated {
        reason: EventReason::CorrectionVerified,
    };
    let event = app.office.event(&issued, &document, 2, now, reinstated);
    let bundle = app.office.event_bundle(&event, StatusMessage::InForce, 7, now);
    assert_eq!(app.submit(&bundle).await.status, 200);
    assert_eq!(app.get_with(&path, &[JSON]).await.json()["state"], "valid");

    // A new version on a later day, which supersedes the first at its own first second.
    app.pass(86_400);
    let mut second = app.office.credential(NUMBER, 9, app.now());
    second.version = Version::try_from(2).unwrap();
    second.first_issued = issued.first_issued;
    let second_document = app.office.sign(&second, app.now());
    let effective = second.valid_from.start();
    let event = app
        .office
        .event(&issued, &document, 3, effective, superseded_by(NUMBER, 2));
    let mut bundle = vec![second_document.clone()];
    let now = app.now();
    bundle.extend(app.office.event_bundle(&event, StatusMessage::Superseded, 7, now));
    for receipt in app.submit(&bundle).await.receipts() {
        app.assert_proves(&receipt);
    }
    let newest = app.get_with(&path, &[JSON]).await.json();
    assert_eq!(
        (&newest["version"], &newest["state"]),
        (&2.into(), &"valid".into())
    );
    let first = app.get_with(&format!("{path}?version=1"), &[JSON]).await.json();
    assert_eq!(
        (&first["state"], &first["successor"]["version"]),
        (&"superseded".into(), &2.into())
    );
    assert_eq!(first["versions"], serde_json::json!([1, 2]));
    assert_eq!(first["events"].as_array().unwrap().len(), 3);

    app.pass(60);
    let now = app.now();
    let event = app.office.event(&second, &second_document, 1, now, withdrawal());
    let bundle = app.office.event_bundle(&event, StatusMessage::Withdrawn, 9, now);
    assert_eq!(app.submit(&bundle).await.status, 200);
    assert_eq!(app.get_with(&path, &[JSON]).await.json()["state"], "withdrawn");
    assert_log_is_whole(&app, 3 + 1 + 4 + 4 + 5 + 4).await;

    let checked = app.fsck().await;
    assert_eq!(checked.findings, []);
    assert_eq!(checked.entries, 21);
    app.stop().await;
    app.resume().await.unwrap();
    assert_eq!(app.get_with(&path, &[JSON]).await.json()["state"], "withdrawn");
    app.stop().await;
}

/// The files of the log, as an outsider reads them.
async fn assert_log_is_whole(app: &TestApp, size: u16) {
    let note = app.get("/log/checkpoint").await;
    assert_eq!(note.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(note.text().lines().nth(1), Some(size.to_string().as_str()));
    let tile = app.get(&format!("/log/tile/0/000.p/{size}")).await;
    assert_eq!(tile.header("content-type"), Some("application/octet-stream"));
    let bundle = app.get(&format!("/log/tile/entries/000.p/{size}")).await;
    let entries = EntryBundle::parse(&bundle.body, size).unwrap();
    let hashes: Vec<u8> = entries
        .entries()
        .iter()
        .flat_map(|entry| *leaf_hash(entry).as_bytes())
        .collect();
    assert_eq!(tile.body, hashes);
    // A narrower tile, which an older checkpoint asked for, is its beginning.
    let narrow = app.get("/log/tile/0/000.p/4").await;
    assert_eq!(narrow.body, hashes[..128]);
    for absent in [
        "0/000",
        "0/001.p/1",
        "1/000.p/1",
        "0/000.p/0",
        "0/0",
        "entries/000.p/300",
    ] {
        assert_eq!(
            app.get(&format!("/log/tile/{absent}")).await.status,
            404,
            "{absent}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_share_checkpoints_and_each_gets_its_own_place() {
    let mut app = TestApp::with_lists().await;
    let now = app.now();
    let documents: Vec<String> = (0..300)
        .map(|n| {
            let credential = app.office.credential(&format!("CQC26ZNZ{n:06}R0"), n, now);
            app.office.sign(&credential, now)
        })
        .collect();
    let submissions = documents.chunks(3).map(|bundle| app.submit(bundle));
    let mut indices = Vec::new();
    let mut answers = Vec::new();
    for submission in submissions.collect::<Vec<_>>() {
        answers.push(submission);
    }
    for answer in join(answers).await {
        indices.extend(answer.receipts().iter().map(|receipt| app.assert_proves(receipt)));
    }
    indices.sort_unstable();
    assert_eq!(indices, (3..303).collect::<Vec<u64>>());
    assert_eq!(app.get("/log/tile/0/000").await.body.len(), 8_192);
    assert_eq!(app.get("/log/tile/1/000.p/1").await.body.len(), 32);
    assert_eq!(app.fsck().await.findings, []);
    app.stop().await;
    app.resume().await.unwrap();
    app.stop().await;
}

async fn join<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures
        .into_iter()
        .map(|future| (Box::pin(future), None))
        .collect();
    std::future::poll_fn(|context| {
        let mut waiting = false;
        for (future, output) in &mut running {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(done) => *output = Some(done),
                    std::task::Poll::Pending => waiting = true,
                }
            }
        }
        if waiting {
            std::task::Poll::Pending
        } else {
            std::task::Poll::Ready(())
        }
    })
    .await;
    running.into_iter().map(|(_, output)| output.unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recorded_never_steps_back_with_the_clock() {
    let mut app = TestApp::with_lists().await;
    let issued = app.now();
    app.pass(600);
    let one = app.office.sign(&app.office.credential(NUMBER, 1, issued), issued);
    let first = app.submit(&[one]).await.receipts();
    app.pass(-500);
    let two = app
        .office
        .sign(&app.office.credential("CQC26ZNZ000124R0", 2, issued), issued);
    let second = app.submit(&[two]).await.receipts();
    assert_eq!(second[0].entry.recorded, first[0].entry.recorded);
    app.stop().await;
    app.resume().await.unwrap();
    app.stop().await;
}
