//! Notices to clients, over SMTP to a server of the test's own.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

use touchstone_issuer::{
    lifecycle_actions::act,
    notices::{MailError, MailSecurity, MailServer, Mailer, Sent, queue_due_notices, send_waiting_notices},
    office::Office,
    store::Contact,
};
use touchstone_schemas::{
    date_time::{Date, Timestamp},
    lifecycle::{Change, EventReason},
};

use crate::{
    casework::{hire_people, text},
    events::request,
    test_office::TestOffice,
};

/// What the server says to the next letters, before it takes them all.
type Answers = Arc<Mutex<Vec<&'static str>>>;

/// A mail server on loopback (RFC 5321), with the letters it took.
struct MailBox {
    port: u16,
    letters: Arc<Mutex<Vec<String>>>,
    answers: Answers,
}

impl MailBox {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let letters = Arc::new(Mutex::new(Vec::new()));
        let answers = Answers::default();
        let (kept, said) = (Arc::clone(&letters), Arc::clone(&answers));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (Ok(stream), kept, said) = (stream, Arc::clone(&kept), Arc::clone(&said)) else {
                    return;
                };
                std::thread::spawn(move || serve(stream, &kept, &said));
            }
        });
        Self {
            port,
            letters,
            answers,
        }
    }

    fn config(&self) -> MailServer {
        MailServer {
            server: "127.0.0.1".to_owned(),
            port: self.port,
            security: MailSecurity::None,
            from: "示范认证中心 <notices@cert.example>".to_owned(),
            user: None,
            password_file: None,
        }
    }

    fn taken(&self) -> Vec<String> {
        self.letters.lock().unwrap().clone()
    }
}

/// One connection; whoever breaks it off ends it.
fn serve(stream: TcpStream, letters: &Mutex<Vec<String>>, answers: &Answers) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).lines();
    let mut say = |text: &str| out.write_all(format!("{text}\r\n").as_bytes()).ok();
    say("220 mail.example")?;
    loop {
        let line = lines.next()?.ok()?;
        let verb = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => say("250-mail.example\r\n250 8BITMIME")?,
            "DATA" => {
                say("354 go on")?;
                let mut letter = String::new();
                loop {
                    let line = lines.next()?.ok()?;
                    if line == "." {
                        break;
                    }
                    letter.push_str(&line);
                    letter.push('\n');
                }
                let answer = answers.lock().unwrap().pop();
                match answer {
                    Some(answer) => say(answer)?,
                    None => {
                        letters.lock().unwrap().push(letter);
                        say("250 taken")?;
                    }
                }
            }
            "QUIT" => return say("221 bye"),
            _ => say("250 good")?,
        }
    }
}

async fn round(office: &mut Office, mail: &MailBox, now: Timestamp) -> (u64, Sent) {
    let mailer = Mailer::of(Some(&mail.config()), office.papers.folder.path()).unwrap();
    let (papers, store) = (&office.papers, &mut office.store);
    let queued = queue_due_notices(papers, store, now).await.unwrap();
    let sent = send_waiting_notices(papers, store, &mailer, now).await.unwrap();
    (queued, sent)
}

fn sent(sent: u32) -> Sent {
    Sent {
        sent,
        ..Sent::default()
    }
}

async fn contact(office: &mut Office, holder: &str) {
    let contact = Contact {
        holder: holder.to_owned(),
        name: "示范联系人".to_owned(),
        mail: "quality@holder.example".to_owned(),
    };
    let now = office.clock.now();
    office
        .store
        .keep_contact(&contact, &text("受理"), now)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_client_is_told_once_of_everything_that_happens_and_before_surveillance() {
    let test = TestOffice::new().await;
    let stored = test.issue_sample("01-in-force").await;
    let credential = stored.credential().unwrap();
    let (mut office, keys) = test.open().await;
    hire_people(&mut office.store).await;
    let mail = MailBox::start();
    let now = office.clock.now();
    // Nobody to write to yet: the letter waits.
    let (queued, first) = round(&mut office, &mail, now).await;
    assert_eq!((queued, first.unaddressed, first.sent), (1, 1, 0));
    contact(&mut office, &credential.holder.uscc.to_string()).await;
    assert_eq!(round(&mut office, &mail, now).await, (0, sent(1)));
    assert_eq!(round(&mut office, &mail, now).await, (0, sent(0)));

    let suspended = Change::Suspended {
        reason: EventReason::Nonconformity,
        planned_end: Date::of(now).add_days(60).unwrap(),
    };
    let asked = request(office.clock, "暂停-1", suspended);
    act(&mut office, &keys, &stored.number, None, &asked)
        .await
        .unwrap();
    let now = office.clock.now();
    assert_eq!(round(&mut office, &mail, now).await, (1, sent(1)));
    let lifted = Change::Reinstated {
        reason: EventReason::CorrectionVerified,
    };
    let asked = request(office.clock, "恢复-1", lifted);
    act(&mut office, &keys, &stored.number, None, &asked)
        .await
        .unwrap();
    let now = office.clock.now();
    assert_eq!(round(&mut office, &mail, now).await, (1, sent(1)));

    // 60, 30 and 7 days before, and on no day between.
    let due = credential.surveillance.first_due;
    for (days, new) in [
        (61, 0),
        (60, 1),
        (59, 0),
        (30, 1),
        (8, 0),
        (7, 1),
        (0, 0),
        (-1, 0),
    ] {
        let day = due.add_days(-days).unwrap();
        let found = round(&mut office, &mail, day.start()).await;
        assert_eq!(
            found,
            (new, sent(u32::try_from(new).unwrap())),
            "{days} days before"
        );
    }
    let letters = mail.taken();
    assert_eq!(letters.len(), 6);
    let ids: std::collections::BTreeSet<&str> = letters
        .iter()
        .flat_map(|letter| letter.lines().find(|line| line.starts_with("Message-ID:")))
        .collect();
    assert_eq!(ids.len(), 6);
    assert!(letters[0].contains("To: ") && letters[0].contains("quality@holder.example"));
    assert!(
        letters
            .iter()
            .filter(|letter| letter.contains("text/calendar"))
            .count()
            == 3
    );
    assert!(letters[5].contains("surveillance.ics"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_server_does_not_take_is_tried_again_and_given_up_in_the_end() {
    let test = TestOffice::new().await;
    let holder = test
        .issue_sample("01-in-force")
        .await
        .credential()
        .unwrap()
        .holder;
    let (mut office, _) = test.open().await;
    hire_people(&mut office.store).await;
    contact(&mut office, &holder.uscc.to_string()).await;
    let mail = MailBox::start();
    let mut now = office.clock.now();
    mail.answers.lock().unwrap().extend(["451 later"; 2]);
    let (queued, found) = round(&mut office, &mail, now).await;
    assert_eq!((queued, found.later), (1, 1));
    // Not before the pause is over; longer the second time.
    now = now.checked_add(59).unwrap();
    assert_eq!(round(&mut office, &mail, now).await, (0, sent(0)));
    now = now.checked_add(1).unwrap();
    assert_eq!(round(&mut office, &mail, now).await.1.later, 1);
    now = now.checked_add(239).unwrap();
    assert_eq!(round(&mut office, &mail, now).await.1, sent(0));
    now = now.checked_add(1).unwrap();
    mail.answers.lock().unwrap().push("550 no such mailbox");
    assert_eq!(round(&mut office, &mail, now).await.1.dead, 1);
    let dead = office.store.notices(Some("dead"), 10).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert!(dead[0].problem.as_deref().unwrap().contains("no such mailbox"));
    now = now.checked_add(86_400).unwrap();
    assert_eq!(round(&mut office, &mail, now).await.1, sent(0));
    assert!(office.store.revive_notice(dead[0].id, now).await.unwrap());
    assert!(!office.store.revive_notice(dead[0].id, now).await.unwrap());
    assert_eq!(round(&mut office, &mail, now).await.1, sent(1));
    // A server that is away is no fault of the letter's.
    let mut away = mail.config();
    away.port = 1;
    let mailer = Mailer::of(Some(&away), office.papers.folder.path()).unwrap();
    let (papers, store) = (&office.papers, &mut office.store);
    let found = send_waiting_notices(papers, store, &mailer, now).await.unwrap();
    assert_eq!(found, sent(0));
    away.server = "mail.example".to_owned();
    let refused = Mailer::of(Some(&away), office.papers.folder.path());
    assert!(matches!(refused, Err(MailError::NotLoopback { .. })));
    assert!(matches!(
        Mailer::of(None, office.papers.folder.path()),
        Err(MailError::NotConfigured)
    ));
}
