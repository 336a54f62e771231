//! Every refusal of intake: its problem, and that nothing was stored.

use touchstone_schemas::{
    credential::Version,
    lifecycle::{Change, EventReason},
    status::{StatusMessage, StatusPurpose},
};

use crate::{
    app::{TOKEN, TestApp, send},
    documents::{NUMBER, superseded_by, suspension, withdrawal},
    world::{METHOD, STATUS_METHOD, key, sign, text, with_member},
};

const OTHER: &str = "CQC26ZNZ000124R0";

impl TestApp {
    async fn assert_refused(&self, bundle: &[String], status: u16, code: &str) {
        let before = self.get("/log/checkpoint").await.body;
        let answer = self.submit(bundle).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{}",
            answer.text()
        );
        assert_eq!(
            self.get("/log/checkpoint").await.body,
            before,
            "{code}: nothing is stored"
        );
    }

    /// A certificate in force at index 7; its document.
    async fn issue(&mut self) -> String {
        let document = self
            .office
            .sign(&self.office.credential(NUMBER, 7, self.now()), self.now());
        assert_eq!(self.submit(std::slice::from_ref(&document)).await.status, 200);
        document
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_are_no_submissions() {
    let app = TestApp::start().await;
    let credential = app
        .office
        .sign(&app.office.credential(NUMBER, 7, app.now()), app.now());
    let deep = format!("{}1{}", "[".repeat(40), "]".repeat(40));
    for (body, status, code) in [
        ("{".to_owned(), 400, "malformedJson"),
        (
            "{\"documents\":[],\"documents\":[]}".to_owned(),
            400,
            "malformedJson",
        ),
        (
            "{\"documents\":[9007199254740992]}".to_owned(),
            400,
            "malformedJson",
        ),
        (deep, 400, "malformedJson"),
        ("[]".to_owned(), 400, "malformedSubmission"),
        (
            "{\"documents\":[],\"more\":1}".to_owned(),
            400,
            "malformedSubmission",
        ),
        ("{\"documents\":[]}".to_owned(), 400, "emptySubmission"),
        ("{\"documents\":[{}]}".to_owned(), 400, "documentKindUnknown"),
        (
            "{\"documents\":[{\"type\":[\"StatusSnapshotCredential\"]}]}".to_owned(),
            422,
            "snapshotRefused",
        ),
        (
            format!("{{\"documents\":[{credential},{credential}]}}"),
            400,
            "documentRepeated",
        ),
        (
            format!(
                "{{\"documents\":[{{\"type\":[\"DigitalConformityCredential\"],\"x\":\"{}\"}}]}}",
                "x".repeat(300_000)
            ),
            413,
            "documentTooLarge",
        ),
        (
            format!("{{\"documents\":[{}]}}", vec!["1"; 1_025].join(",")),
            413,
            "tooManyDocuments",
        ),
        (" ".repeat(41 << 20), 413, "submissionTooLarge"),
    ] {
        let answer = app.submit_body(&body).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{}",
            &body[..body.len().min(80)]
        );
    }
    let json = ("content-type", "application/json");
    for authorization in [
        "",
        "Bearer ",
        "Bearer wrong",
        &format!("Basic {TOKEN}"),
        &format!("Bearer {TOKEN} "),
    ] {
        let headers = [("authorization", authorization), json];
        let answer = send(app.address(), "POST", "/submissions", &headers, b"{}").await;
        // Trailing white space is not part of a field's value (RFC 9110 §5.5).
        let wanted = if authorization.starts_with(&format!("Bearer {TOKEN}")) {
            400
        } else {
            401
        };
        assert_eq!(answer.status, wanted, "{authorization:?}");
    }
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "text/plain")];
    let answer = send(app.address(), "POST", "/submissions", &headers, b"{}").await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (415, "unsupportedMediaType")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials() {
    let app = TestApp::with_lists().await;
    let now = app.now();
    let good = app.office.credential(NUMBER, 7, now);
    let document = app.office.sign(&good, now);

    let altered = with_member(&document, "/validUntil", Some("\"2030-06-14T23:59:59+08:00\""));
    let answer = app.submit(std::slice::from_ref(&altered)).await;
    let problem = answer.json();
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (422, "credentialRefused")
    );
    assert_eq!(problem["pointer"], "/documents/0");
    assert_eq!(problem["report"]["headline"], "notGenuine");
    assert_eq!(
        problem["report"]["genuine"]["reasons"][0]["code"],
        "signatureInvalid"
    );

    for signed in [
        sign(&good, now, METHOD, &key(99)),
        sign(&good, now, STATUS_METHOD, &app.office.world.status),
        sign(
            &good,
            now,
            "did:web:cert.example#key-2",
            &app.office.world.issuing,
        ),
        sign(
            &good,
            now.checked_add(3_600).unwrap(),
            METHOD,
            &app.office.world.issuing,
        ),
    ] {
        app.assert_refused(&[signed], 422, "credentialRefused").await;
    }
    let mut early = good.clone();
    early.valid_from = early.valid_from.add_days(-3).unwrap();
    early.first_issued = early.valid_from;
    // Signed then and submitted now: only the log's clock can tell.
    let then = now.checked_sub(3 * 86_400).unwrap();
    app.assert_refused(&[app.office.sign(&early, then)], 422, "backdated")
        .await;
    early.transcribed = Some(early.assessed_on);
    let transcribed = app.office.sign(&early, now);

    let mut elsewhere = good.clone();
    elsewhere.issuer.registry =
        touchstone_schemas::credential::RegistryBase::parse("https://other.example").unwrap();
    app.assert_refused(&[app.office.sign(&elsewhere, now)], 422, "credentialRefused")
        .await;
    let mut far = good.clone();
    far.status.index = 131_072;
    app.assert_refused(&[app.office.sign(&far, now)], 422, "statusListTooShort")
        .await;
    far.status = touchstone_schemas::status::StatusAllocation { list: 2, index: 0 };
    app.assert_refused(&[app.office.sign(&far, now)], 422, "statusListMissing")
        .await;

    assert_eq!(app.submit(&[transcribed]).await.status, 200);
    app.assert_refused(std::slice::from_ref(&document), 409, "numberTaken")
        .await;
    let beside = app.office.credential(OTHER, 7, now);
    app.assert_refused(&[app.office.sign(&beside, now)], 409, "statusIndexTaken")
        .await;

    let mut second = app.office.credential(OTHER, 8, now);
    second.version = Version::try_from(2).unwrap();
    app.assert_refused(&[app.office.sign(&second, now)], 422, "versionGap")
        .await;
    second = app.office.credential(NUMBER, 8, now);
    second.version = Version::try_from(2).unwrap();
    app.assert_refused(&[app.office.sign(&second, now)], 422, "versionDiffers")
        .await;
    second.first_issued = early.first_issued;
    app.assert_refused(&[app.office.sign(&second, now)], 422, "notSuperseding")
        .await;

    // All or nothing: a good document beside a bad one, and half of a bundle that is known.
    let fresh = app.office.sign(&app.office.credential(OTHER, 9, now), now);
    app.assert_refused(&[fresh.clone(), document], 409, "numberTaken")
        .await;
    assert_eq!(app.submit(std::slice::from_ref(&fresh)).await.status, 200);
    let third = app
        .office
        .sign(&app.office.credential("CQC26ZNZ000125R0", 10, now), now);
    app.assert_refused(&[fresh, third], 409, "partlyKnown").await;
    assert_eq!(app.fsck().await.findings, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events() {
    let mut app = TestApp::with_lists().await;
    let document = app.issue().await;
    let issued = app.office.credential(NUMBER, 7, app.now());
    app.pass(60);
    let now = app.now();
    let good = app.office.event(&issued, &document, 1, now, suspension());
    let bundle = app.office.event_bundle(&good, StatusMessage::Suspended, 7, now);
    let lists = &bundle[1..];
    let with_lists = |event: String| [&[event], lists].concat();

    // Under the status key, by a stranger, altered.
    let status_key = sign(&good, now, STATUS_METHOD, &app.office.world.status);
    app.assert_refused(&with_lists(status_key), 422, "eventRefused")
        .await;
    let stranger = sign(&good, now, METHOD, &key(99));
    app.assert_refused(&with_lists(stranger), 422, "eventRefused")
        .await;
    let altered = with_member(&bundle[0], "/credentialSubject/decision", Some("\"x\""));
    app.assert_refused(&with_lists(altered), 422, "eventRefused")
        .await;

    // Without a list whose bits it changes.
    app.assert_refused(&bundle[..1], 422, "statusListMissing").await;
    app.assert_refused(&bundle[..3], 422, "statusListMissing").await;

    let signed = |event: &touchstone_schemas::lifecycle::Event| app.office.sign_event(event, now);
    let mut event = good.clone();
    event.effective = now.checked_add(601).unwrap();
    app.assert_refused(&with_lists(signed(&event)), 422, "eventFromFuture")
        .await;
    let mut event = good.clone();
    event.number = touchstone_schemas::credential::CredentialNumber::parse(OTHER).unwrap();
    app.assert_refused(&with_lists(signed(&event)), 422, "credentialUnknown")
        .await;
    let mut event = good.clone();
    event.credential_digest = touchstone_schemas::digest::Sha256Digest::of(b"another");
    app.assert_refused(&with_lists(signed(&event)), 422, "credentialDigestDiffers")
        .await;
    let mut event = good.clone();
    event.registry = touchstone_schemas::credential::RegistryBase::parse("https://other.example").unwrap();
    app.assert_refused(&with_lists(signed(&event)), 422, "registryDiffers")
        .await;
    let mut event = good.clone();
    event.sequence = 2;
    app.assert_refused(&with_lists(signed(&event)), 422, "transitionUnlawful")
        .await;
    let reinstated = Change::Reinstated {
        reason: EventReason::PauseEnded,
    };
    let unlawful = app.office.event(&issued, &document, 1, now, reinstated);
    app.assert_refused(&with_lists(signed(&unlawful)), 422, "transitionUnlawful")
        .await;
    let unknown = app
        .office
        .event(&issued, &document, 1, now, superseded_by(OTHER, 1));
    app.assert_refused(&with_lists(signed(&unknown)), 422, "successorUnknown")
        .await;
    let itself = app
        .office
        .event(&issued, &document, 1, now, superseded_by(NUMBER, 1));
    app.assert_refused(&with_lists(signed(&itself)), 422, "successorUnknown")
        .await;

    // A list about the second before the event.
    let early = now.checked_sub(1).unwrap();
    app.office.messages.clear();
    let stale = app.office.lists(early);
    app.assert_refused(
        &[&[bundle[0].clone()], &stale[..]].concat(),
        422,
        "statusListBehind",
    )
    .await;
    app.office.messages.insert(7, StatusMessage::Suspended);
    let again = app.office.lists(now);
    assert_eq!(
        app.submit(&[&[bundle[0].clone()], &again[..]].concat())
            .await
            .status,
        200
    );

    // Final stays final.
    app.pass(60);
    let now = app.now();
    let withdrawn = app.office.event(&issued, &document, 2, now, withdrawal());
    let bundle = app
        .office
        .event_bundle(&withdrawn, StatusMessage::Withdrawn, 7, now);
    assert_eq!(app.submit(&bundle).await.status, 200);
    let after = app.office.event(&issued, &document, 3, now, suspension());
    let bundle = app.office.event_bundle(&after, StatusMessage::Withdrawn, 7, now);
    app.assert_refused(&bundle, 422, "transitionUnlawful").await;
    assert_eq!(app.fsck().await.findings, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn back_dating_and_replacement() {
    let mut app = TestApp::with_lists().await;
    let document = app.issue().await;
    let issued = app.office.credential(NUMBER, 7, app.now());
    let effective = app.now();
    app.pass(49 * 3_600);
    let now = app.now();
    let mut event = app.office.event(&issued, &document, 1, effective, suspension());
    let bundle = app.office.event_bundle(&event, StatusMessage::Suspended, 7, now);
    app.assert_refused(&bundle, 422, "eventBackdated").await;
    event.backdating = Some(text("现场核查记录迟到"));
    let bundle = app.office.event_bundle(&event, StatusMessage::Suspended, 7, now);
    assert_eq!(app.submit(&bundle).await.status, 200);

    // A successor that begins at another second.
    let mut second = app.office.credential(NUMBER, 8, now);
    second.version = Version::try_from(2).unwrap();
    second.first_issued = issued.first_issued;
    let successor = app.office.sign(&second, now);
    let event = app
        .office
        .event(&issued, &document, 2, now, superseded_by(NUMBER, 2));
    let bundle = app.office.event_bundle(&event, StatusMessage::Superseded, 7, now);
    app.assert_refused(&[&[successor], &bundle[..]].concat(), 422, "successorDateDiffers")
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn status_lists() {
    let mut app = TestApp::with_lists().await;
    let document = app.issue().await;
    app.pass(60);
    let now = app.now();
    let list = app.office.list(StatusPurpose::Message, now);
    let signed = |list: &touchstone_schemas::status_list::StatusList| app.office.sign_list(list);

    let issuing_key = sign(&list, now, METHOD, &app.office.world.issuing);
    app.assert_refused(&[issuing_key], 422, "statusListRefused").await;
    let mut wrong = list.clone();
    wrong.sequence = 1;
    app.assert_refused(&[signed(&wrong)], 409, "statusListOlder")
        .await;
    wrong = list.clone();
    assert!(wrong.bits.set(7, StatusMessage::Suspended.code()));
    let answer = app.submit(&[signed(&wrong)]).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (422, "statusListBitsDiffer")
    );
    assert!(
        answer
            .text()
            .contains("index 7 of the message list is 3, the state gives 0"),
        "{}",
        answer.text()
    );
    // A bit of nobody counts as well.
    wrong = list.clone();
    assert!(wrong.bits.set(100_000, 1));
    app.assert_refused(&[signed(&wrong)], 422, "statusListBitsDiffer")
        .await;
    wrong = list.clone();
    wrong.valid_from = now.checked_add(3_600).unwrap();
    wrong.valid_until = now.checked_add(7_200).unwrap();
    app.assert_refused(&[signed(&wrong)], 422, "statusListFromFuture")
        .await;
    wrong = list.clone();
    wrong.valid_from = now.checked_sub(120).unwrap();
    wrong.valid_until = now;
    app.assert_refused(&[signed(&wrong)], 422, "statusListBehind")
        .await;
    wrong = list.clone();
    wrong.registry = touchstone_schemas::credential::RegistryBase::parse("https://other.example").unwrap();
    app.assert_refused(&[signed(&wrong)], 422, "registryDiffers")
        .await;

    // A refresh alone is lawful, and so is one that shows a surveillance date passed.
    assert_eq!(app.submit(&[signed(&list)]).await.status, 200);
    app.pass(400 * 86_400);
    let now = app.now();
    drop(document);
    let stale = app.office.lists(now);
    app.assert_refused(&stale, 422, "statusListBitsDiffer").await;
    app.office.messages.insert(7, StatusMessage::Overdue);
    let true_lists = app.office.lists(now);
    assert_eq!(app.submit(&true_lists).await.status, 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_may_not_be_of_a_time_before_an_event_known_already() {
    let mut app = TestApp::with_lists().await;
    let document = app.issue().await;
    let issued = app.office.credential(NUMBER, 7, app.now());
    let before = app.now();
    app.pass(60);
    let now = app.now();
    let event = app.office.event(&issued, &document, 1, now, suspension());
    // A list of the minute before shows what was not so then.
    let bundle = app
        .office
        .event_bundle(&event, StatusMessage::Suspended, 7, before);
    app.assert_refused(&bundle, 422, "statusListBitsDiffer").await;
    let bundle = app.office.event_bundle(&event, StatusMessage::Suspended, 7, now);
    assert_eq!(app.submit(&bundle).await.status, 200);
    app.office.messages.clear();
    let forgetful = app.office.lists(before);
    app.assert_refused(&forgetful, 422, "statusListBehind").await;
}
