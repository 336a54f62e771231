//! Statements: where a certificate stood, checked by the verifier with nothing but the saved file and a pin.

use touchstone_schemas::{
    credential::Credential,
    date_time::Timestamp,
    lifecycle::{Change, EventReason},
    status::StatusMessage,
};
use touchstone_verifier::{
    input::{LogProofPolicy, Policy},
    report::{Answer, StateName},
    statement::{Statement, StatementReport},
    verify_statement,
};

use crate::{
    app::{Answer as HttpAnswer, TestApp},
    documents::{NUMBER, superseded_by, suspension},
    world::{multikey, text},
};

const HTML: (&str, &str) = ("accept", "text/html");
const DAY: i64 = 86_400;

/// What somebody does to a statement.
type Bend = fn(&mut Statement);

struct Issued {
    app: TestApp,
    credential: Credential,
    document: String,
}

async fn issued() -> Issued {
    let app = TestApp::with_lists().await;
    let credential = app.office.credential(NUMBER, 7, app.now());
    let document = app.office.sign(&credential, app.now());
    assert_eq!(app.submit(std::slice::from_ref(&document)).await.status, 200);
    Issued {
        app,
        credential,
        document,
    }
}

impl Issued {
    /// The day's lists, as the issuer renews them.
    async fn refresh(&mut self) {
        let lists = self.app.office.lists(self.app.now());
        assert_eq!(self.app.submit(&lists).await.status, 200);
    }

    async fn change(&mut self, sequence: u32, effective: Timestamp, change: Change, shown: StatusMessage) {
        let office = &self.app.office;
        let mut event = office.event(&self.credential, &self.document, sequence, effective, change);
        if self.app.now().seconds_since(effective) > 2 * DAY {
            event.backdating = Some(text("事后查明"));
        }
        let bundle = self.app.office.event_bundle(&event, shown, 7, self.app.now());
        let answer = self.app.submit(&bundle).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    async fn get(&self, at: &str) -> HttpAnswer {
        self.app
            .get(&format!("/certificates/{NUMBER}/status?at={at}"))
            .await
    }

    async fn statement(&self, at: &str) -> Statement {
        let answer = self.get(at).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        Statement::read(&answer.body).unwrap()
    }

    fn check(&self, statement: &Statement) -> StatementReport {
        let policy = Policy {
            owner_key: multikey(&self.app.office.world.owner),
            owner_successor: None,
            log_proof: LogProofPolicy::Required,
        };
        verify_statement(statement, &policy, self.app.now())
    }

    async fn checked(&self, at: &str) -> StatementReport {
        let report = self.check(&self.statement(at).await);
        assert_eq!(
            (report.genuine.answer, report.authorised.answer),
            (Answer::Yes, Answer::Yes)
        );
        report
    }
}

fn both(report: &StatementReport) -> [(Answer, Option<StateName>); 2] {
    [&report.known, &report.shown].map(|standing| (standing.answer, standing.state))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_clocks_are_answered_and_a_backdated_event_parts_them() {
    let mut issued = issued().await;
    issued.app.pass(600);
    let between = issued.app.now();
    issued.app.pass(DAY / 2);
    // Decided and in effect before `between`, recorded half a day later.
    let effective = between.checked_sub(60).unwrap();
    issued
        .change(1, effective, suspension(), StatusMessage::Suspended)
        .await;
    issued.app.pass(3_600);
    let suspended = (Answer::No, Some(StateName::Suspended));
    let valid = (Answer::Yes, Some(StateName::Valid));
    let report = issued.checked(&between.to_string()).await;
    assert_eq!(both(&report), [suspended, valid]);
    let before = effective.checked_sub(1).unwrap();
    assert_eq!(both(&issued.checked(&before.to_string()).await), [valid, valid]);
    let now = issued.app.now().to_string();
    assert_eq!(both(&issued.checked(&now).await), [suspended, suspended]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bare_date_is_valid_only_throughout() {
    let mut issued = issued().await;
    let day = |app: &TestApp| touchstone_schemas::date_time::Date::of(app.now()).to_string();
    issued.app.pass(DAY);
    issued.refresh().await;
    let good_day = day(&issued.app);
    issued.app.pass(DAY);
    issued.refresh().await;
    issued.app.pass(3_600);
    let bad_day = day(&issued.app);
    issued
        .change(1, issued.app.now(), suspension(), StatusMessage::Suspended)
        .await;
    issued.app.pass(60);
    let back = Change::Reinstated {
        reason: EventReason::CorrectionVerified,
    };
    issued
        .change(2, issued.app.now(), back, StatusMessage::InForce)
        .await;
    issued.app.pass(DAY);
    issued.refresh().await;
    let report = issued.checked(&good_day).await;
    assert_eq!([report.known.answer, report.shown.answer], [Answer::Yes; 2]);
    let report = issued.checked(&bad_day).await;
    assert_eq!(report.known.state, Some(StateName::Suspended));
    assert_eq!([report.known.answer, report.shown.answer], [Answer::No; 2]);
    assert!(report.instants.len() >= 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_it_was_logged_the_register_showed_nothing() {
    let mut issued = issued().await;
    let before = issued.app.now().checked_sub(60).unwrap();
    issued.app.pass(60);
    issued.refresh().await;
    let report = issued.checked(&before.to_string()).await;
    assert_eq!(
        both(&report),
        [(Answer::Yes, Some(StateName::Valid)), (Answer::No, None)]
    );
    assert!(!report.shown.held);
    let page = issued
        .app
        .get_with(&format!("/certificates/{NUMBER}/status?at={before}"), &[HTML])
        .await;
    assert!(page.text().contains("尚未登记"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_version_the_one_in_use_then_is_meant() {
    let mut issued = issued().await;
    issued.app.pass(2 * DAY);
    let before = issued.app.now().checked_sub(DAY).unwrap();
    let now = issued.app.now();
    let second = Credential {
        version: 2.try_into().unwrap(),
        first_issued: issued.credential.first_issued,
        ..issued.app.office.credential(NUMBER, 8, now)
    };
    let effective = second.valid_from.start();
    let change = superseded_by(NUMBER, 2);
    let event = issued
        .app
        .office
        .event(&issued.credential, &issued.document, 1, effective, change);
    let mut bundle = vec![issued.app.office.sign(&second, now)];
    bundle.extend(
        issued
            .app
            .office
            .event_bundle(&event, StatusMessage::Superseded, 7, now),
    );
    let answer = issued.app.submit(&bundle).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let version = |report: &StatementReport| report.credential.as_ref().unwrap().version;
    assert_eq!(version(&issued.checked(&before.to_string()).await), 1);
    assert_eq!(version(&issued.checked(&now.to_string()).await), 2);
    let first = issued.checked(&format!("{now}&version=1")).await;
    assert_eq!(first.known.state, Some(StateName::Superseded));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_left_out_or_bent_is_not_believed() {
    let mut issued = issued().await;
    issued.app.pass(600);
    issued
        .change(1, issued.app.now(), suspension(), StatusMessage::Suspended)
        .await;
    issued.app.pass(60);
    let honest = issued.statement(&issued.app.now().to_string()).await;
    assert_eq!(issued.check(&honest).known.answer, Answer::No);
    let bent: [(&str, Bend); 5] = [
        ("an event is left out", |statement| {
            statement.request.facts.events.clear()
        }),
        ("no list is there", |statement| {
            statement.request.facts.status_lists.clear();
            statement.list_receipts.clear();
        }),
        ("a longer period than was looked at", |statement| {
            statement.from = statement.from.checked_sub(30 * 86_400).unwrap();
            statement.instants = vec![statement.from, statement.until];
        }),
        ("a change is not among the instants", |statement| {
            statement.from = statement.from.checked_sub(3_600).unwrap();
            statement.instants = vec![statement.from, statement.until];
        }),
        ("the credential has no log proof", |statement| {
            statement.request.facts.receipt = None
        }),
    ];
    for (what, bend) in bent {
        let mut statement = honest.clone();
        bend(&mut statement);
        let report = issued.check(&statement);
        let told = [report.known.answer, report.authorised.answer];
        assert!(told.contains(&Answer::CouldNotTell), "{what}: {told:?}");
    }
    // Shown as in force though suspended: without the lists' receipts nothing was shown.
    let mut statement = honest.clone();
    statement
        .list_receipts
        .iter_mut()
        .for_each(|receipt| *receipt = "{}".to_owned());
    statement.request.facts.events.clear();
    assert_ne!(issued.check(&statement).shown.answer, Answer::Yes);
    // Another pin believes none of it.
    let other = Policy {
        owner_key: multikey(&issued.app.office.world.issuing),
        owner_successor: None,
        log_proof: LogProofPolicy::WhenPresent,
    };
    assert_eq!(
        verify_statement(&honest, &other, issued.app.now()).genuine.answer,
        Answer::CouldNotTell
    );
}

/// A statement from before a change, bent to be about the time after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_known_is_known_as_of_the_lists() {
    let mut issued = issued().await;
    issued.app.pass(600);
    let before = issued.statement(&issued.app.now().to_string()).await;
    let listed = issued.check(&before).known_at;
    assert!(listed < issued.app.now(), "lists are older than who asks");
    issued.app.pass(600);
    issued
        .change(1, issued.app.now(), suspension(), StatusMessage::Suspended)
        .await;
    issued.app.pass(60);
    let suspended = issued.app.now();
    for days in [0, 1, 2, 78] {
        let after = suspended.checked_add(days * 86_400).unwrap();
        let mut bent = before.clone();
        (bent.from, bent.until) = (after, after);
        bent.instants = vec![after];
        bent.request.at = Some(after);
        bent.request.now = after;
        let policy = bent.request.policy.clone();
        let report = verify_statement(&bent, &policy, after);
        // The same day its lists still count, and the report says of when they are.
        assert_eq!(report.known_at, listed, "after {days} days");
        let told = (report.known.answer, report.shown.answer);
        let wanted = if days == 0 {
            Answer::Yes
        } else {
            Answer::CouldNotTell
        };
        assert_eq!(told, (wanted, wanted), "after {days} days");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_instant_is_refused_with_its_place() {
    let issued = issued().await;
    for (at, offset) in [
        ("2026-13-01", 5),
        ("yesterday", 0),
        ("2026-06-15T04:00:00%2B08:00", 19),
        ("2026-06-16", 0),
        ("", 0),
    ] {
        let answer = issued.get(at).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "malformedQuery"),
            "{at}"
        );
        let parameter = &answer.json()["parameter"];
        assert_eq!(parameter["name"], "at");
        assert!(
            parameter["offset"].as_u64().unwrap() >= offset,
            "{at} {parameter}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn absence_is_stated_as_of_a_checkpoint_and_accuses_nobody() {
    let issued = issued().await;
    let path = "/certificates/CQC26ZNZ000999R0/status?at=2026-06-15";
    let answer = issued.app.get(path).await;
    assert_eq!(answer.status, 404);
    let json = answer.json();
    assert_eq!(json["entries"], 4);
    assert!(json["checkpoint"].as_str().unwrap().contains("\n4\n"));
    assert_eq!(json["coverage"]["bodies"][0]["name"], "示范认证中心（演示）");
    assert!(json["coverage"]["bodies"][0]["schemes"][0]["since"].is_string());
    // The body may be authorised for longer than this log has been kept.
    assert_eq!(json["coverage"]["loggedSince"], issued.app.now().to_string());
    assert_eq!(json["doesNotProve"].as_array().unwrap().len(), 3);
    let page = issued.app.get_with(path, &[HTML]).await;
    assert_eq!(page.status, 404);
    for word in ["伪造", "forged", "fake"] {
        assert!(
            !page.text().contains(word) && !answer.text().contains(word),
            "{word}"
        );
    }
    assert!(page.text().contains("http://cx.cnca.cn"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_that_is_not_here_is_no_absence_of_the_certificate() {
    let issued = issued().await;
    for path in ["", "/status"] {
        let path = format!("/certificates/{NUMBER}{path}");
        for (version, status, code) in [
            ("9", 404, "versionNotHere"),
            ("01", 400, "malformedQuery"),
            ("abc", 400, "malformedQuery"),
            ("", 400, "malformedQuery"),
        ] {
            let asked = format!("{path}?version={version}");
            let answer = issued.app.get(&asked).await;
            assert_eq!((answer.status, answer.code().as_str()), (status, code), "{asked}");
            assert!(!answer.text().contains("checkpoint"), "{asked}");
            let page = issued.app.get_with(&asked, &[HTML]).await.text();
            assert!(!page.contains("没有编号"), "{asked}");
        }
        let answer = issued.app.get(&format!("{path}?version=9")).await;
        assert_eq!(answer.json()["detail"], "of this certificate there is version 1");
        assert_eq!(issued.app.get(&format!("{path}?version=1")).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_shows_both_clocks_and_how_to_check_them() {
    let mut issued = issued().await;
    issued.app.pass(600);
    issued
        .change(1, issued.app.now(), suspension(), StatusMessage::Suspended)
        .await;
    let path = format!("/certificates/{NUMBER}/status");
    let page = issued.app.get_with(&path, &[HTML]).await;
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let owner = multikey(&issued.app.office.world.owner).to_string();
    for wanted in [
        "data-known=\"no\"",
        "data-shown=\"no\"",
        "按现在所知",
        "What the register showed then",
        "监督发现不符合",
        "format=json",
        owner.as_str(),
    ] {
        assert!(page.text().contains(wanted), "{wanted}");
    }
    let json = issued.app.get_with(&format!("{path}?format=json"), &[HTML]).await;
    assert_eq!(json.header("content-type"), Some("application/json"));
    assert_eq!(issued.app.get(&format!("{path}?format=xml")).await.status, 400);
    let vc = [("accept", "application/vc")];
    assert_eq!(issued.app.get_with(&path, &vc).await.status, 406);
}

/// What a page tells of a reason carries the reason's facts, never the name of one.
#[tokio::test]
async fn pages_tell_reasons_with_their_facts() {
    let app = TestApp::with_lists().await;
    let mut credential = app.office.credential(NUMBER, 7, app.now());
    credential.transcribed = Some(credential.valid_from);
    let decided = credential.valid_from.to_string();
    let document = app.office.sign(&credential, app.now());
    assert_eq!(app.submit(&[document]).await.status, 200);
    for page in [
        format!("/certificates/{NUMBER}/status?at={}", app.now()),
        format!("/verify?number={NUMBER}"),
    ] {
        let answer = app.get_with(&page, &[HTML]).await;
        assert_eq!(answer.status, 200, "{page}: {}", answer.text());
        let text = answer.text();
        assert!(text.contains("data-reason=\"transcribed\""), "{text}");
        assert!(text.contains(&format!("decided on {decided}")), "{text}");
        assert!(!text.contains("{decided}"), "{text}");
    }
}
