//! Webhooks: what subscribers get, in which order, what proves where it is from, and what happens when they are away.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use touchstone_registry::webhooks::{
    ATTEMPTS, Networks, Scope, Secret, Sender, Subscription, SubscriptionId, WebhookFolder,
};
use touchstone_schemas::{
    credential::Credential,
    date_time::{Date, Timestamp},
    status::StatusMessage,
};

use crate::{
    app::TestApp,
    documents::{NUMBER, suspension, withdrawal},
};

const DAY: i64 = 86_400;
/// More than the longest wait between two attempts.
const HOURS_7: i64 = 7 * 3_600;

/// What a subscriber got.
#[derive(Clone, Debug)]
struct Got {
    id: String,
    timestamp: String,
    signature: String,
    body: String,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn told(&self) -> (String, String) {
        let json = self.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&json["data"]["number"]), text(&json["type"]))
    }
}

/// A subscriber on a loopback port that answers as told, 204 once it has nothing more to say.
struct Subscriber {
    address: SocketAddr,
    answers: Arc<Mutex<VecDeque<&'static str>>>,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Subscriber {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let subscriber = Self {
            address: listener.local_addr().unwrap(),
            answers: Arc::default(),
            got: Arc::default(),
        };
        let (answers, got) = (Arc::clone(&subscriber.answers), Arc::clone(&subscriber.got));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut bytes = Vec::new();
                let mut chunk = [0_u8; 4096];
                while !whole(&bytes) {
                    match stream.read(&mut chunk).await {
                        Ok(read) if read > 0 => bytes.extend_from_slice(&chunk[..read]),
                        _ => break,
                    }
                }
                let answer = answers.lock().unwrap().pop_front().unwrap_or("204 No Content");
                got.lock().unwrap().push(read_message(&bytes));
                let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                drop(stream.write_all(answer.as_bytes()).await);
            }
        });
        subscriber
    }

    fn answer(&self, answers: impl IntoIterator<Item = &'static str>) {
        self.answers.lock().unwrap().extend(answers);
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// Waits until it has got so many messages in all.
    async fn wait_for(&self, count: usize) -> Vec<Got> {
        for _ in 0..200 {
            if self.got().len() >= count {
                return self.got();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{count} messages awaited, got {:#?}", self.got());
    }

    fn subscription(&self, scope: &str) -> Subscription {
        Subscription {
            created: Timestamp::MIN,
            label: "a test".to_owned(),
            scope: scope.parse().unwrap(),
            secret: Secret::generate().unwrap(),
            url: format!("http://{}/hook", self.address),
        }
    }
}

fn whole(bytes: &[u8]) -> bool {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    bytes.len() - end - 4 >= length.unwrap().parse::<usize>().unwrap()
}

fn read_message(bytes: &[u8]) -> Got {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let header = |name: &str| {
        let line = head
            .lines()
            .find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}: ")));
        line.map(|line| line[name.len() + 2..].to_owned())
            .unwrap_or_default()
    };
    assert!(head.starts_with("POST /hook HTTP/1.1"), "{head}");
    assert_eq!(header("content-type"), "application/json");
    Got {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
        body: body.to_owned(),
    }
}

fn folder(app: &TestApp) -> WebhookFolder {
    WebhookFolder::at(app.config.webhooks.folder.clone())
}

/// Waits until the registry has seen a subscription: from then on it is told.
async fn seen(app: &TestApp, id: &SubscriptionId) {
    for _ in 0..200 {
        if folder(app).progress(id).unwrap().is_some() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{id} was not seen");
}

/// Waits until a subscription stands as wanted.
async fn until(app: &TestApp, id: &SubscriptionId, wanted: impl Fn(u32, u64) -> bool) {
    for _ in 0..200 {
        let progress = folder(app).progress(id).unwrap().unwrap();
        if wanted(progress.attempts, progress.position.log) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{:?}", folder(app).progress(id));
}

async fn issue(app: &TestApp, number: &str, index: u32, due_in: i32) -> (Credential, String) {
    let mut credential = app.office.credential(number, index, app.now());
    credential.surveillance.first_due = Date::of(app.now()).add_days(due_in).unwrap();
    let document = app.office.sign(&credential, app.now());
    let answer = app.submit(std::slice::from_ref(&document)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    (credential, document)
}

async fn suspend(app: &mut TestApp, held: &(Credential, String), sequence: u32) {
    let now = app.now();
    let event = app.office.event(&held.0, &held.1, sequence, now, suspension());
    let index = held.0.status.index;
    let bundle = app
        .office
        .event_bundle(&event, StatusMessage::Suspended, index, now);
    assert_eq!(app.submit(&bundle).await.status, 200);
}

async fn withdraw(app: &mut TestApp, held: &(Credential, String), sequence: u32) {
    let now = app.now();
    let event = app.office.event(&held.0, &held.1, sequence, now, withdrawal());
    let index = held.0.status.index;
    let bundle = app
        .office
        .event_bundle(&event, StatusMessage::Withdrawn, index, now);
    assert_eq!(app.submit(&bundle).await.status, 200);
}

fn row(number: &str, change: &str) -> (String, String) {
    (number.to_owned(), format!("certificate.{change}"))
}

fn number(index: u32) -> String {
    format!("CQC26ZNZ{:06}R0", 300 + index)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_scope_is_told_its_own_changes_signed_and_in_order() {
    let mut app = TestApp::with_lists().await;
    issue(&app, &number(1), 1, 300).await;
    let scopes = [
        format!("certificate:{NUMBER}"),
        format!("holder:{}", app.office.world.credential.holder.uscc),
        format!("body:{}", app.office.world.credential.issuer.id),
        "registry".to_owned(),
        "holder:91110000101623741K".to_owned(),
    ];
    let mut subscribers = Vec::new();
    for scope in &scopes {
        let subscriber = Subscriber::start().await;
        let subscription = subscriber.subscription(scope);
        let id = folder(&app).add(&subscription).unwrap();
        seen(&app, &id).await;
        subscribers.push((subscriber, subscription));
    }
    // What was before is not told.
    let held = issue(&app, NUMBER, 2, 300).await;
    suspend(&mut app, &held, 1).await;
    issue(&app, &number(3), 3, 300).await;
    withdraw(&mut app, &held, 2).await;
    let all = [
        row(NUMBER, "issued"),
        row(NUMBER, "suspended"),
        row(&number(3), "issued"),
        row(NUMBER, "withdrawn"),
    ];
    let own: Vec<_> = all
        .iter()
        .filter(|(number, _)| number == NUMBER)
        .cloned()
        .collect();
    let mut ids = Vec::new();
    for (place, (subscriber, subscription)) in subscribers.iter().enumerate() {
        let wanted: &[_] = match place {
            0 => &own,
            4 => &[],
            _ => &all,
        };
        let got = subscriber.wait_for(wanted.len()).await;
        assert_eq!(
            got.iter().map(Got::told).collect::<Vec<_>>(),
            wanted,
            "{}",
            scopes[place]
        );
        for message in &got {
            let at = Timestamp::from_unix(message.timestamp.parse().unwrap()).unwrap();
            assert_eq!(at, app.now());
            let signed = subscription.secret.sign(&message.id, at, message.body.as_bytes());
            assert_eq!(message.signature, signed.signature);
            let other = Secret::generate()
                .unwrap()
                .sign(&message.id, at, message.body.as_bytes());
            assert_ne!(message.signature, other.signature);
            for name in [held.0.holder.name.as_str(), held.0.signatory.as_str()] {
                assert!(!message.body.contains(name));
            }
        }
        ids.push(got.iter().map(|message| message.id.clone()).collect::<Vec<_>>());
    }
    // The same change has the same id, whoever is told.
    assert_eq!(ids[1], ids[2]);
    let state = subscribers[0].0.got()[1].json()["data"]["state"].clone();
    assert_eq!(state, "suspended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscriber_that_is_away_loses_nothing_over_a_restart_and_holds_nobody_up() {
    let mut app = TestApp::with_lists().await;
    let (away, fine) = (Subscriber::start().await, Subscriber::start().await);
    let ids: Vec<SubscriptionId> = [&away, &fine]
        .map(|subscriber| folder(&app).add(&subscriber.subscription("registry")).unwrap())
        .into();
    for id in &ids {
        seen(&app, id).await;
    }
    away.answer(["500 Failed", "302 Found", "503 Busy"]);
    for index in 0..3 {
        issue(&app, &number(index), index, 300).await;
    }
    fine.wait_for(3).await;
    away.wait_for(1).await;
    until(&app, &ids[0], |attempts, _| attempts == 1).await;
    assert_eq!(away.got().len(), 1, "the next attempt waits");
    app.pass(60);
    away.wait_for(2).await;
    until(&app, &ids[0], |attempts, _| attempts == 2).await;
    app.stop().await;
    app.resume().await.unwrap();
    app.pass(120);
    away.wait_for(3).await;
    until(&app, &ids[0], |attempts, _| attempts == 3).await;
    app.pass(600);
    let got = away.wait_for(6).await;
    let told: Vec<_> = got.iter().map(Got::told).collect();
    let first = row(&number(0), "issued");
    let rest = [row(&number(1), "issued"), row(&number(2), "issued")];
    assert_eq!(told[..4], [first.clone(), first.clone(), first.clone(), first]);
    assert_eq!(told[4..], rest);
    assert!(
        got[..4]
            .iter()
            .all(|message| message.id == got[0].id && message.body == got[0].body)
    );
    // Whoever was told is not told again.
    until(&app, &ids[1], |_, log| log == 6).await;
    assert_eq!(fine.got().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_last_attempt_a_message_is_laid_aside_and_can_be_sent_again() {
    let app = TestApp::with_lists().await;
    let subscriber = Subscriber::start().await;
    let id = folder(&app).add(&subscriber.subscription("registry")).unwrap();
    seen(&app, &id).await;
    let last = usize::try_from(ATTEMPTS).unwrap();
    subscriber.answer(std::iter::repeat_n("500 Failed", last));
    issue(&app, &number(1), 1, 300).await;
    for attempt in 1..ATTEMPTS {
        until(&app, &id, |attempts, _| attempts == attempt).await;
        app.pass(HOURS_7);
    }
    until(&app, &id, |attempts, log| (attempts, log) == (0, 4)).await;
    let got = subscriber.wait_for(last).await;
    let letters = folder(&app).dead_letters(&id).unwrap();
    assert_eq!((letters.len(), letters[0].attempts), (1, ATTEMPTS));
    assert_eq!((&letters[0].id, &letters[0].body), (&got[0].id, &got[0].body));
    assert_eq!(letters[0].error, "the answer was 500");
    // Again without luck, then with it.
    subscriber.answer(["500 Failed"]);
    folder(&app).send_again(&id, &letters[0].id).unwrap();
    subscriber.wait_for(last + 1).await;
    let again = loop {
        let letters = folder(&app).dead_letters(&id).unwrap();
        if let [letter] = letters.as_slice() {
            break letter.clone();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(again.attempts, ATTEMPTS + 1);
    folder(&app).send_again(&id, &again.id).unwrap();
    let got = subscriber.wait_for(last + 2).await;
    assert_eq!(got.last().unwrap().body, again.body);
    assert!(folder(&app).send_again(&id, "../../../subscription").is_err());
    assert!(folder(&app).dead_letters(&id).unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_dates_bring_about_is_told_on_its_day_before_what_follows() {
    let mut app = TestApp::with_lists().await;
    let soon = issue(&app, &number(1), 1, 61).await;
    issue(&app, &number(2), 2, 300).await;
    let subscriber = Subscriber::start().await;
    let id = folder(&app).add(&subscriber.subscription("registry")).unwrap();
    seen(&app, &id).await;
    // While it stands still, two days pass, and on the second something is recorded.
    app.stop().await;
    app.pass(2 * DAY);
    subscriber.answer(["500 Failed"]);
    app.resume().await.unwrap();
    suspend(&mut app, &soon, 1).await;
    until(&app, &id, |attempts, _| attempts == 1).await;
    app.pass(60);
    let got = subscriber.wait_for(3).await[1..].to_vec();
    let told: Vec<_> = got.iter().map(Got::told).collect();
    assert_eq!(
        told,
        [
            row(&number(1), "surveillanceDueSoon"),
            row(&number(1), "suspended")
        ]
    );
    assert_eq!(got[0].json()["data"]["state"], "valid");
    assert!(got[0].json()["data"].get("index").is_none());
    // The feed of the certificate says the same, and nothing is told twice.
    let feed = app
        .get(&format!("/certificates/{}/changes.json", number(1)))
        .await
        .json();
    assert_eq!(feed["items"][1]["_touchstone"], got[0].json()["data"]);
    app.pass(60);
    issue(&app, &number(3), 3, 300).await;
    let got = subscriber.wait_for(4).await;
    assert_eq!(got[3].told(), row(&number(3), "issued"));
    // A subscription that is removed is told no more, and its secret is gone.
    folder(&app).remove(&id).unwrap();
    issue(&app, &number(4), 4, 300).await;
    assert!(folder(&app).list().unwrap().is_empty());
    assert!(
        std::fs::read_dir(&app.config.webhooks.folder)
            .unwrap()
            .next()
            .is_none()
    );
    app.stop().await;
    assert_eq!(subscriber.got().len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_inside_unless_the_operator_allows_it_and_no_redirect_is_followed() {
    let (inside, elsewhere) = (Subscriber::start().await, Subscriber::start().await);
    let subscription = inside.subscription("registry");
    let change = touchstone_registry::webhooks::Message {
        id: "chg_1".to_owned(),
        body: "{}".to_owned(),
    };
    let send = |networks: &str, url: String| {
        let sender = Sender::new(networks.parse::<Networks>().unwrap(), None);
        let (change, subscription) = (
            change.clone(),
            Subscription {
                url,
                ..subscription.clone()
            },
        );
        tokio::task::spawn_blocking(move || sender.send(&subscription, &change, Timestamp::MIN))
    };
    let port = inside.address.port();
    for (networks, url, wanted) in [
        ("", format!("http://127.0.0.1:{port}/hook"), "the scheme is"),
        (
            "",
            format!("https://127.0.0.1:{port}/hook"),
            "not a public address",
        ),
        (
            "10.0.0.0/8",
            format!("http://localhost:{port}/hook"),
            "not a public address",
        ),
        (
            "10.0.0.0/8",
            format!("http://[::ffff:127.0.0.1]:{port}/hook"),
            "not a public address",
        ),
    ] {
        let error = send(networks, url.clone()).await.unwrap().unwrap_err();
        assert!(error.to_string().contains(wanted), "{url}: {error}");
    }
    assert!(inside.got().is_empty());
    inside.answer([Box::leak(
        format!("307 Elsewhere\r\nlocation: http://{}/hook", elsewhere.address).into_boxed_str(),
    ) as &'static str]);
    let error = send("127.0.0.1", subscription.url.clone())
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(error.to_string(), "the answer was 307");
    assert_eq!((inside.got().len(), elsewhere.got().len()), (1, 0));
}

#[test]
fn what_is_kept_of_a_subscription_is_its_owners_alone_and_shown_to_nobody() {
    let path = std::env::temp_dir().join(format!("touchstone-webhooks-{}", std::process::id()));
    drop(std::fs::remove_dir_all(&path));
    let folder = WebhookFolder::at(path.clone());
    assert!(folder.list().unwrap().is_empty());
    let subscription = Subscription {
        created: Timestamp::MIN,
        label: "a test".to_owned(),
        scope: Scope::Registry,
        secret: Secret::generate().unwrap(),
        url: "https://hooks.example/".to_owned(),
    };
    let id = folder.add(&subscription).unwrap();
    assert_eq!(folder.list().unwrap(), std::slice::from_ref(&id));
    let kept = folder.read(&id).unwrap();
    assert_eq!(kept.secret.expose(), subscription.secret.expose());
    assert!(!format!("{kept:?}").contains(subscription.secret.expose()));
    #[cfg(unix)]
    {
        let file = path.join(id.to_string()).join("subscription.json");
        let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(file).unwrap());
        assert_eq!(mode & 0o777, 0o600);
    }
    std::fs::remove_dir_all(&path).unwrap();
}
