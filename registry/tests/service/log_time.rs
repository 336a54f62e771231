//! What the log's own time decides: clocks that jump, windows that end while a bundle waits, instants just ahead.

use touchstone_schemas::{
    date_time::{Date, Timestamp},
    lifecycle::Event,
    status::{StatusMessage, StatusPurpose},
    status_list::Bitstring,
};

use crate::{
    app::TestApp,
    documents::{NUMBER, suspension},
    world::text,
};

const DAY: i64 = 86_400;
const OTHER: &str = "CQC26ZNZ000124R0";

impl TestApp {
    async fn assert_answer(&self, bundle: &[String], status: u16, code: &str) -> crate::app::Answer {
        let answer = self.submit(bundle).await;
        let found = (answer.status, answer.code());
        assert_eq!(found, (status, code.to_owned()), "{}", answer.text());
        answer
    }

    fn ahead(&self, seconds: i64) -> Timestamp {
        self.now().checked_add(seconds).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_takes_nothing_of_the_log_with_it() {
    let mut app = TestApp::with_lists().await;
    let waiting = app.office.lists(app.now());
    app.pass(30 * DAY);
    app.assert_answer(&waiting, 422, "statusListExpired").await;
    // Just inside its life a list is taken: its own end bounds how far a jump can reach.
    app.pass(-30 * DAY + 60);
    app.assert_answer(&waiting, 200, "").await;
    let now = app.now();
    let credential = app.office.sign(&app.office.credential(NUMBER, 7, now), now);
    let receipts = app.submit(&[credential]).await.receipts();
    assert_eq!(receipts[0].entry.recorded, now);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_of_the_clocks_time_even_when_the_log_is_ahead_of_it() {
    let mut app = TestApp::with_lists().await;
    let issued = app.now();
    app.pass(3_600);
    let credential = app.office.sign(&app.office.credential(NUMBER, 7, issued), issued);
    assert_eq!(app.submit(&[credential]).await.status, 200);
    app.pass(-3_600);
    let ahead = app.office.lists(app.ahead(3_600));
    app.assert_answer(&ahead, 422, "statusListFromFuture").await;
    let present = app.office.lists(app.ahead(1));
    app.assert_answer(&present, 200, "").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_that_ends_before_the_logs_time_refuses() {
    for (what, end) in [
        ("signing window", 1_800),
        ("trust list", 1_800),
        ("scheme", 1_800),
        ("issuer's name", 1_800),
    ] {
        let mut app = TestApp::with_lists().await;
        let start = app.now();
        // The log's time is an hour ahead of the clock, which stepped back.
        app.pass(3_600);
        let first = app.office.sign(&app.office.credential(NUMBER, 7, start), start);
        assert_eq!(app.submit(std::slice::from_ref(&first)).await.status, 200);
        app.pass(-3_600);
        app.stop().await;
        let until = start.checked_add(end).unwrap();
        app.office.world.trust_list.sequence += 1;
        match what {
            "signing window" => app.office.world.issuing_key().signs_until = until,
            "trust list" => app.office.world.trust_list.valid_until = until,
            "scheme" => app.office.world.issuer().schemes[0].until = Some(until),
            _ => app.office.world.issuer().names[0].until = Some(until),
        }
        std::fs::write(&app.config.trust.list, app.office.world.trust_text()).unwrap();
        app.resume().await.unwrap();

        let second = app.office.sign(&app.office.credential(OTHER, 8, start), start);
        let answer = app.assert_answer(&[second], 422, "authorityEnded").await;
        assert!(answer.text().contains(what), "{}", answer.text());
        if matches!(what, "signing window" | "trust list") {
            let held = app.office.credential(NUMBER, 7, start);
            let event = app.office.event(&held, &first, 1, start, suspension());
            let bundle = app
                .office
                .event_bundle(&event, StatusMessage::Suspended, 7, start);
            app.assert_answer(&bundle, 422, "authorityEnded").await;
        }
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_a_moment_ahead_is_taken_when_its_instant_has_come() {
    let mut app = TestApp::with_lists().await;
    let start = app.now();
    let issued = app.office.credential(NUMBER, 7, start);
    let document = app.office.sign(&issued, start);
    assert_eq!(app.submit(std::slice::from_ref(&document)).await.status, 200);
    let event = |app: &TestApp, effective: Timestamp| -> Event {
        app.office.event(&issued, &document, 1, effective, suspension())
    };
    let far = event(&app, app.ahead(601));
    let far_lists = app
        .office
        .event_bundle(&far, StatusMessage::Suspended, 7, app.ahead(600));
    app.assert_answer(&far_lists, 422, "eventFromFuture").await;

    let near = app.ahead(7);
    let soon = event(&app, near);
    let bundle = app.office.event_bundle(&soon, StatusMessage::Suspended, 7, near);
    let answer = app.assert_answer(&bundle, 503, "eventNotYet").await;
    assert_eq!(answer.header("retry-after"), Some("7"));
    assert_eq!(answer.json()["pointer"], "/documents/0");
    app.pass(7);
    // The same bytes; and the log's time is not ahead of the clock.
    let receipts = app.submit(&bundle).await.receipts();
    assert_eq!(receipts[0].entry.recorded, near);
    assert_eq!(app.fsck().await.findings, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_never_gets_shorter() {
    let mut app = TestApp::with_lists().await;
    let purpose = StatusPurpose::Message;
    let mut list = app.office.list(purpose, app.now());
    list.bits = Bitstring::zeroed(purpose, 262_144);
    let longer = app.office.sign_list(&list);
    app.assert_answer(&[longer], 200, "").await;
    let shorter = app.office.list(purpose, app.now());
    let shorter = app.office.sign_list(&shorter);
    let answer = app.assert_answer(&[shorter], 422, "statusListShrinks").await;
    assert!(answer.text().contains("131072"), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transcribed_credential_that_is_overdue_comes_with_lists_that_say_so() {
    let mut app = TestApp::with_lists().await;
    let now = app.now();
    let mut old = app.office.credential(NUMBER, 7, now);
    old.valid_from = Date::of(now).add_days(-500).unwrap();
    old.first_issued = old.valid_from;
    old.assessed_on = old.valid_from.add_days(-20).unwrap();
    old.transcribed = Some(Date::of(now));
    old.surveillance.first_due = Date::of(now).add_days(-135).unwrap();
    let document = app.office.sign(&old, now);
    // The lists held say "in force", and so do these.
    app.assert_answer(std::slice::from_ref(&document), 422, "statusListMissing")
        .await;
    let silent = app.office.lists(now);
    let bundle = [std::slice::from_ref(&document), &silent].concat();
    app.assert_answer(&bundle, 422, "statusListBitsDiffer").await;
    app.office.messages.insert(7, StatusMessage::Overdue);
    let lists = app.office.lists(now);
    let bundle = [std::slice::from_ref(&document), &lists].concat();
    app.assert_answer(&bundle, 200, "").await;
    let path = format!("/certificates/{NUMBER}");
    let record = app.get_with(&path, &[("accept", "application/json")]).await;
    assert_eq!(record.json()["state"], "surveillanceOverdue");
    assert_eq!(app.fsck().await.findings, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_that_falls_due_while_it_waits_needs_lists_of_now() {
    let mut app = TestApp::with_lists().await;
    let before = app.now();
    let mut old = app.office.credential(NUMBER, 7, before);
    old.transcribed = Some(Date::of(before));
    // Overdue, within its grace, from the end of this very day on.
    old.surveillance.first_due = Date::of(before);
    let document = app.office.sign(&old, before);
    let lists = app.office.lists(before);
    app.pass(DAY - 60);
    let stale = [std::slice::from_ref(&document), &lists].concat();
    app.assert_answer(&stale, 422, "statusListBitsDiffer").await;
    app.office.messages.insert(7, StatusMessage::OverdueInGrace);
    let lists = app.office.lists(app.now());
    let fresh = [std::slice::from_ref(&document), &lists].concat();
    app.assert_answer(&fresh, 200, "").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trust_list_that_met_a_failing_database_is_tried_again() {
    let mut app = TestApp::with_lists().await;
    app.tamper("ALTER TABLE trust_list RENAME TO trust_list_away")
        .await;
    app.office.world.trust_list.sequence = 9;
    app.office.world.trust_list.owner = text("示范方案所有者二");
    let ninth = app.office.world.trust_text();
    let third = app.get("/trust.json").await.text();
    std::fs::write(&app.config.trust.list, &ninth).unwrap();
    // The file is looked at twice a second; each look meets the failure.
    let looked = std::time::Instant::now();
    while looked.elapsed() < std::time::Duration::from_millis(1_100) {
        assert_eq!(app.get("/trust.json").await.text(), third);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    app.tamper("ALTER TABLE trust_list_away RENAME TO trust_list")
        .await;
    let adopted = async {
        while app.get("/trust.json").await.text() != ninth {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    let adopted = tokio::time::timeout(std::time::Duration::from_secs(30), adopted).await;
    assert!(adopted.is_ok(), "the list is not tried again");
    app.stop().await;
}
