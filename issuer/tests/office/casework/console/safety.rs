//! What an attacker tries: forged forms, fixed sessions, others' cases, guesses, strings that would be mark-up.

use std::io::{Read, Write};
use std::net::TcpStream;

use touchstone_issuer::{
    casework::{Assigned, CaseContent, Role},
    console::ConsoleAddress,
    office::Clock,
};

use super::{
    super::staff::{act, evaluated, form, now, own, text},
    browser::{Browser, PASSWORD, hired, staffed, start, start_at},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_forms_are_refused_whatever_the_cookie() {
    let test = hired().await;
    let running = start(&test, Clock::System).await;
    let staff = staffed(&running);
    let own = staff["管理"].clone();
    let fields = |token| {
        [
            ("person", "受理"),
            ("role", "auditor"),
            ("from", "2020-01-01"),
            ("token", token),
        ]
    };
    for token in ["", "0", staff["受理"].token.as_str()] {
        assert_eq!(
            own.clone().post("/people/roles", &fields(token)).status,
            403,
            "{token}"
        );
    }
    let token = own.token.clone();
    for (origin, site) in [
        (Some("https://example.com"), Some("same-origin")),
        (Some("null"), None),
        (None, Some("cross-site")),
        (None, Some("same-site")),
        (None, None),
    ] {
        let mut forged = own.clone();
        (forged.sent_origin, forged.fetch_site) = (origin.map(str::to_owned), site.map(str::to_owned));
        assert_eq!(
            forged.post("/people/roles", &fields(&token)).status,
            403,
            "{origin:?} {site:?}"
        );
    }
    assert_eq!(own.clone().post("/people/roles", &fields(&token)).status, 303);
    // Signing in is not to be forged either: an attacker's account would be taken for one's own.
    let mut forged = Browser::new(&running);
    forged.sent_origin = Some("https://example.com".to_owned());
    assert_eq!(forged.sign_in("受理", PASSWORD).status, 403);
    // A name of somebody else that leads to this machine.
    let authority = running.origin.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(authority).unwrap();
    stream
        .write_all(b"GET /sign-in HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 421"), "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_is_new_at_each_sign_in_and_gone_after_sign_out() {
    let test = hired().await;
    let running = start(&test, Clock::System).await;
    let staff = staffed(&running);
    let fixed = format!("touchstone-loopback={}", "a".repeat(64));
    let mut browser = Browser::new(&running);
    browser.cookie = Some(fixed.clone());
    let answer = browser.sign_in("受理", PASSWORD);
    let given = answer.headers["set-cookie"].clone();
    assert!(given.contains("HttpOnly") && given.contains("SameSite=Strict") && given.contains("Path=/"));
    assert_ne!(browser.cookie, Some(fixed.clone()));
    let mut attacker = Browser::new(&running);
    attacker.cookie = Some(fixed);
    assert_eq!(attacker.get("/cases").location(), "/sign-in");
    // The session before is over once the same browser signs in again, and that one once it signs out.
    let mut before = browser.clone();
    browser.sign_in("受理", PASSWORD);
    assert_eq!(before.get("/cases").location(), "/sign-in");
    let mut after = browser.clone();
    assert_eq!(browser.post("/sign-out", &[]).location(), "/sign-in");
    assert_eq!(after.get("/cases").location(), "/sign-in");
    // A reset by the administrator ends what is open.
    let mut open = staff["复核"].clone();
    assert_eq!(open.get("/cases").status, 200);
    staff["管理"]
        .clone()
        .post("/people/access", &[("person", "复核")]);
    assert_eq!(open.get("/cases").location(), "/sign-in");
    let headers = staff["受理"].clone().get("/cases").headers;
    assert!(headers["content-security-policy"].starts_with("default-src 'none'"));
    assert_eq!(
        (&*headers["cache-control"], &*headers["x-content-type-options"]),
        ("no-store", "nosniff")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_end_by_idleness_and_age() {
    let test = hired().await;
    let running = start(&test, Clock::System).await;
    let mut clerk = staffed(&running)["受理"].clone();
    for (seconds, status) in [(29 * 60, 200), (31 * 60 + 29 * 60, 303)] {
        let later = start(&test, Clock::Fixed(now().checked_add(seconds).unwrap())).await;
        let mut browser = Browser::new(&later);
        browser.cookie = clerk.cookie.clone();
        assert_eq!(browser.get("/cases").status, status, "{seconds}");
    }
    assert_eq!(clerk.get("/cases").location(), "/sign-in");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_are_locked_out_and_the_lock_outlives_a_restart() {
    let test = hired().await;
    let running = start(&test, Clock::System).await;
    drop(staffed(&running));
    let mut guess = Browser::new(&running);
    for _ in 0..5 {
        assert_eq!(guess.sign_in("签发", "a wrong password, long").status, 401);
    }
    let locked = guess.sign_in("签发", PASSWORD);
    assert_eq!(locked.status, 429);
    assert!(locked.headers["retry-after"].parse::<u32>().unwrap() <= 30);
    assert_eq!(Browser::new(&running).sign_in("受理", PASSWORD).status, 303);
    // Somebody who is on no list is answered like everybody.
    assert_eq!(guess.sign_in("无此人", PASSWORD).status, 401);
    let again = start(&test, Clock::System).await;
    assert!(again.secret.is_none());
    assert_eq!(Browser::new(&again).sign_in("签发", PASSWORD).status, 429);
    let later = start(&test, Clock::Fixed(now().checked_add(31).unwrap())).await;
    assert_eq!(Browser::new(&later).sign_in("签发", PASSWORD).status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_cases_are_not_there() {
    let test = hired().await;
    let (mut office, _) = test.open().await;
    evaluated(&mut office, "01-in-force", 3).await;
    let clerk = own("受理", Role::Clerk);
    let second = touchstone_issuer::casework::desk::open_case(
        &office.papers,
        &mut office.store,
        &clerk,
        form("13-level-1"),
        now(),
    );
    let second = second.await.unwrap().number();
    let assigned = CaseContent::Assigned(Assigned {
        evaluator: text("评价甲"),
    });
    act(&mut office, second, &clerk, assigned).await.unwrap();
    let digest = office.store.case(1).await.unwrap().unwrap().attachments()[0].digest;
    drop(office);
    let running = start(&test, Clock::System).await;
    let staff = staffed(&running);
    let mut other = staff["评价乙"].clone();
    assert_eq!(other.get("/cases/1").status, 200);
    let list = other.get("/cases").body;
    assert!(list.contains("/cases/1") && !list.contains("/cases/2"));
    for path in ["", "/trail", "/trail.csv", "/trail.json"] {
        assert_eq!(other.get(&format!("/cases/{second}{path}")).status, 404, "{path}");
    }
    // A file of a case that they see, asked for by the number of one that has it not; and one they do not see.
    assert_eq!(
        staff["受理"]
            .clone()
            .get(&format!("/cases/{second}/files/{digest}"))
            .status,
        404
    );
    assert_eq!(other.get(&format!("/cases/{second}/files/{digest}")).status, 404);
    let declared = [
        ("as", "evaluator"),
        ("coversFrom", "2020-01-01"),
        ("interest", "none"),
    ];
    assert_eq!(other.post("/cases/2/declarations", &declared).status, 404);
    // A role that somebody does not hold, or another's mandate, is none.
    for tag in ["clerk", "decider", "evaluator.1", "administrator"] {
        let fields = [("as", tag), ("coversFrom", "2020-01-01"), ("interest", "none")];
        assert_eq!(other.post("/cases/1/declarations", &fields).status, 403, "{tag}");
    }
    // The administrator keeps people, and sees no case.
    assert_eq!(staff["管理"].clone().get("/cases/1").status, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn naughty_strings_are_shown_as_text_or_refused() {
    let test = hired().await;
    let (mut office, _) = test.open().await;
    evaluated(&mut office, "01-in-force", 3).await;
    drop(office);
    let running = start(&test, Clock::System).await;
    let staff = staffed(&running);
    let naughty = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}${7*7}=cmd|'/c calc'!A1";
    let waived = [("as", "clerk"), ("stage", "fee"), ("reason", naughty)];
    assert_eq!(
        staff["受理"].clone().post("/cases/1/waivers", &waived).status,
        303
    );
    for path in ["/cases/1", "/cases/1/trail"] {
        let body = staff["受理"].clone().get(path).body;
        assert!(
            !body.contains("<script") && !body.contains("<img") && body.contains("&#60;script"),
            "{path}"
        );
        assert!(body.contains("{{7*7}}"));
    }
    let carried = [
        ("as", "reviewer"),
        ("stage", "review"),
        ("recommendation", "positive"),
        ("note", naughty),
    ];
    let shown = staff["复核"].clone().post("/cases/1/bundles", &carried);
    assert!(shown.status == 200 && !shown.body.contains("<script") && !shown.body.contains("<img"));
    // Bidirectional and invisible characters are refused in every text.
    for naughty in ["审\u{202e}核", "a\u{200b}b", "a\u{0}b", "\u{feff}"] {
        let fields = [("as", "reviewer"), ("to", "evaluation"), ("reason", naughty)];
        assert_eq!(
            staff["复核"].clone().post("/cases/1/returns", &fields).status,
            400,
            "{naughty:?}"
        );
        let added = [("person", naughty), ("name", naughty), ("key", "z6Mk")];
        assert_eq!(
            staff["管理"].clone().post("/people", &added).status,
            400,
            "{naughty:?}"
        );
    }
    let file = ("file", "\u{202e}fdp.exe", &b"x"[..]);
    let upload = staff["受理"].clone().upload(
        "/cases/1/files",
        &[("as", "clerk"), ("purpose", "evidence")],
        file,
    );
    assert_eq!(upload.status, 400);
    // A field twice, a page back to another host, a path that is no number.
    let twice = [
        ("as", "clerk"),
        ("stage", "fee"),
        ("stage", "review"),
        ("reason", "x"),
    ];
    assert_eq!(staff["受理"].clone().post("/cases/1/waivers", &twice).status, 400);
    for back in [
        "//example.com",
        "https://example.com",
        "/\\example.com",
        "/%0d%0aX:1",
    ] {
        let answer = staff["受理"].clone().get(&format!("/language?to=en&back={back}"));
        assert_eq!(answer.location(), "/", "{back}");
    }
    assert_eq!(staff["受理"].clone().get("/cases/1%27").status, 404);
}

/// One request, as a proxy that gives TLS passes it on.
fn through_proxy(address: std::net::SocketAddr, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let rest = format!(
        "Host: office.example\r\nOrigin: https://office.example\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(format!("{head}\r\n{rest}").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_tls_the_cookie_is_for_this_host_and_tls_alone() {
    let test = hired().await;
    // Somebody may take the port before we do; the start then fails and says so.
    let listen = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let public = Some("https://office.example".to_owned());
    let running = start_at(&test, Clock::System, ConsoleAddress { listen, public }).await;
    assert_eq!(running.origin, "https://office.example");
    let secret = running.secret.as_deref().unwrap();
    let form = format!(
        "secret={secret}&person=%E7%AE%A1%E7%90%86&password={}",
        "a-long-password-for-tests"
    );
    let answer = through_proxy(listen, "POST /setup HTTP/1.1", &form);
    let cookies: Vec<&str> = answer
        .lines()
        .filter(|line| line.starts_with("set-cookie: "))
        .collect();
    let [cookie] = cookies.as_slice() else {
        panic!("{answer}");
    };
    let (pair, attributes) = cookie["set-cookie: ".len()..].split_once("; ").unwrap();
    assert!(pair.starts_with("__Host-touchstone="));
    assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Strict; Secure");
    let in_session = format!("GET /people HTTP/1.1\r\nCookie: {pair}");
    assert!(through_proxy(listen, &in_session, "").starts_with("HTTP/1.1 200"));
    // The name without the prefix, which anybody on the wire could set, is no session.
    let other = in_session.replace("__Host-touchstone", "touchstone-loopback");
    assert!(through_proxy(listen, &other, "").starts_with("HTTP/1.1 303"));
    // The plain address is another host.
    let plain = format!("GET /sign-in HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n\r\n");
    let mut stream = TcpStream::connect(listen).unwrap();
    stream.write_all(plain.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 421"), "{answer}");
}
