//! The service as a neighbour on the network: bounds, problems, headers, static documents.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use touchstone_verifier::path::certificate_facts;

use crate::{
    app::{TOKEN, TestApp, read_answer, send},
    documents::NUMBER,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_half_sent_head_is_closed_by_its_time_out() {
    let mut app = TestApp::made().await;
    app.config.limits.header_timeout_ms = 300;
    app.config.limits.body_timeout_ms = 300;
    app.resume().await.unwrap();
    for head in ["GET /v HTTP/1.1\r\nhost: x\r\n", ""] {
        let started = Instant::now();
        let mut stream = TcpStream::connect(app.address()).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        let closed = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await;
        assert!(closed.is_ok(), "{head:?} stays open");
        assert!(started.elapsed() >= Duration::from_millis(250), "{head:?}");
    }
    // A body that does not come.
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    let head = format!(
        "POST /submissions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {TOKEN}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\n\r\n{{"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(read_answer(&answer).code(), "bodyTooSlow");
    // An idle connection is closed between requests too.
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    stream
        .write_all(b"GET /log/checkpoint HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
    assert!(closed.is_ok(), "an idle connection stays open");
    assert_eq!(read_answer(&answer).status, 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beyond_the_cap_clients_are_told_to_come_again() {
    let mut app = TestApp::made().await;
    app.config.limits.connections = 4;
    app.config.limits.header_timeout_ms = 1_000;
    app.resume().await.unwrap();
    let mut slow = Vec::new();
    for _ in 0..4 {
        let mut stream = TcpStream::connect(app.address()).await.unwrap();
        stream.write_all(b"GET /v HTTP/1.1\r\n").await.unwrap();
        slow.push(stream);
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let answer = app.get("/v").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")));
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(app.get("/v").await.status, 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shutdown_lets_open_requests_finish() {
    let mut app = TestApp::with_lists().await;
    let now = app.now();
    let document = app.office.sign(&app.office.credential(NUMBER, 7, now), now);
    let body = format!("{{\"documents\":[{document}]}}");
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    let head = format!(
        "POST /submissions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {TOKEN}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let (first, second) = body.split_at(100);
    stream.write_all(first.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let client = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        stream.write_all(second.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        read_answer(&answer)
    };
    let address = app.address();
    let (answer, ()) = tokio::join!(client, app.stop());
    assert_eq!(answer.receipts().len(), 1);
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_here_is_a_problem() {
    let app = TestApp::with_lists().await;
    for (method, path, status, code) in [
        ("GET", "/nowhere", 404, "notFound"),
        ("GET", "/certificate", 404, "notFound"),
        ("GET", "/certificates/CQC26ZNZ000999R0", 404, "certificateNotHere"),
        ("GET", "/certificates/cqc26znz000123r0", 404, "certificateNotHere"),
        ("GET", "/certificates/%2e%2e%2fetc", 404, "certificateNotHere"),
        (
            "GET",
            "/certificates/CQC26ZNZ000123R0?version=0",
            400,
            "malformedQuery",
        ),
        (
            "GET",
            "/certificates/CQC26ZNZ000999R0?version=2",
            404,
            "certificateNotHere",
        ),
        // What an address does not know is not left aside: the answer would be to another question.
        (
            "GET",
            "/certificates/CQC26ZNZ000123R0?at=2020-01-01",
            400,
            "malformedQuery",
        ),
        (
            "GET",
            "/certificates/CQC26ZNZ000123R0/status?att=2020-01-01",
            400,
            "malformedQuery",
        ),
        (
            "GET",
            "/certificates?nam=%E7%A4%BA%E8%8C%83",
            400,
            "malformedQuery",
        ),
        ("GET", "/changes.json?holder=x", 400, "malformedQuery"),
        ("GET", "/statistics?province=320000", 400, "malformedQuery"),
        ("GET", "/surveillance?due=2026-07-01", 400, "malformedQuery"),
        ("GET", "/snapshot?latest=1", 400, "malformedQuery"),
        (
            "GET",
            "/status-lists/revocation/1?on=2026-07-01",
            400,
            "malformedQuery",
        ),
        ("GET", "/status-lists/revocation/2", 404, "notFound"),
        ("GET", "/status-lists/revocation/01", 404, "notFound"),
        ("GET", "/status-lists/gossip/1", 404, "notFound"),
        ("GET", "/assets/../registry.toml", 404, "notFound"),
        ("GET", "/assets/%2e%2e/registry.toml", 404, "notFound"),
        ("GET", "/healthz", 404, "notFound"),
        ("PUT", "/trust.json", 405, "methodNotAllowed"),
        ("GET", "/submissions", 405, "methodNotAllowed"),
    ] {
        let answer = send(app.address(), method, path, &[], b"").await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{method} {path}"
        );
        assert_eq!(answer.json()["status"], status, "{path}");
    }
    let answer = app
        .get_with(&format!("/certificates/{NUMBER}"), &[("accept", "image/png")])
        .await;
    assert_eq!((answer.status, answer.code().as_str()), (406, "notAcceptable"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn static_documents_are_cacheable_readable_from_anywhere_and_framed_by_nobody() {
    let app = TestApp::with_lists().await;
    for (path, media) in [
        ("/status-lists/revocation/1", "application/vc"),
        ("/.well-known/did.json", "application/did+json"),
        ("/status/did.json", "application/did+json"),
        ("/trust.json", "application/json"),
        ("/contexts/v1", "application/ld+json"),
        ("/schemas/v1", "application/schema+json"),
        ("/log/checkpoint", "text/plain; charset=utf-8"),
        ("/log/tile/0/000.p/3", "application/octet-stream"),
        ("/log/tile/entries/000.p/2", "application/octet-stream"),
    ] {
        let answer = app.get(path).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some(media)),
            "{path}"
        );
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(answer.header("strict-transport-security").is_some(), "{path}");
        let tag = answer.header("etag").unwrap().to_owned();
        let again = app.get_with(path, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        assert_eq!(again.header("etag"), Some(tag.as_str()), "{path}");
    }
    let page = app.get("/verify").await;
    assert_eq!(page.header("access-control-allow-origin"), None);
    assert_eq!(
        app.get("/assets/registry.css").await.header("content-type"),
        Some("text/css; charset=utf-8")
    );
    let policy = app.get("/assets/policy.json").await.json();
    assert_eq!(
        policy["ownerKey"],
        app.config.trust.owner_key.unwrap().to_string()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn did_documents_hold_the_keys_of_the_trust_list() {
    let app = TestApp::start().await;
    let issuer = &app.office.world.trust_list.issuers[0];
    // The body's host is not the registry's here: the only body that names this registry is published.
    for (path, did, keys) in [
        ("/.well-known/did.json", &issuer.id, &issuer.issuing_keys),
        ("/status/did.json", &issuer.status_authority, &issuer.status_keys),
    ] {
        let document = app.get(path).await.json();
        assert_eq!(document["id"], did.as_str());
        let methods = document["verificationMethod"].as_array().unwrap();
        assert_eq!(methods.len(), keys.len());
        for (method, key) in methods.iter().zip(keys) {
            let facts = certificate_facts(key.certificate.as_der()).unwrap();
            let multikey = touchstone_schemas::multikey::Multikey::from_bytes(facts.key.to_bytes());
            assert_eq!(method["id"], key.verification_method.to_string());
            assert_eq!(method["publicKeyMultibase"], multikey.to_string());
            assert_eq!(document["assertionMethod"][0], method["id"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_and_readiness_are_private() {
    let app = TestApp::with_lists().await;
    let health = send(app.private_address(), "GET", "/healthz", &[], b"").await;
    assert_eq!((health.status, health.text().as_str()), (200, "ok\n"));
    let ready = send(app.private_address(), "GET", "/readyz", &[], b"").await;
    assert_eq!((ready.status, &ready.json()["logSize"]), (200, &3.into()));
    // 90 days later the trust list counts no longer.
    app.pass(90 * 86_400);
    let ready = send(app.private_address(), "GET", "/readyz", &[], b"").await;
    assert_eq!(
        (ready.status, &ready.json()["trustListCurrent"]),
        (503, &false.into())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whom_to_tell_of_a_weakness_is_told_where_the_operator_names_somebody() {
    const PATH: &str = "/.well-known/security.txt";
    let mut app = TestApp::start().await;
    assert_eq!(app.get(PATH).await.status, 404);
    app.stop().await;
    app.config.pages.security_contact = Some("mailto:security@registry.example".parse().unwrap());
    app.resume().await.unwrap();
    let answer = app.get(PATH).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    // Its own form (RFC 9116 §2), and it counts for less than a year from now.
    let text = answer.text();
    let field = |name: &str| {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.unwrap_or_else(|| panic!("{name} in {text}")).to_owned()
    };
    assert_eq!(field("Contact"), "mailto:security@registry.example");
    assert_eq!(
        field("Canonical"),
        "https://registry.example/.well-known/security.txt"
    );
    assert_eq!(field("Preferred-Languages"), "zh, en");
    let expires: touchstone_schemas::date_time::Timestamp = field("Expires").parse().unwrap();
    let left = expires.seconds_since(app.now());
    assert!((86_400..365 * 86_400).contains(&left), "{left}");
    app.pass(86_400);
    assert_ne!(app.get(PATH).await.text(), text);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_messengers_append_to_a_link_changes_nothing() {
    let app = TestApp::with_lists().await;
    let appended = "from=singlemessage&isappinstalled=0&utm_source=x";
    for path in [
        "/certificates?",
        "/certificates?name=%E7%A4%BA%E8%8C%83&",
        "/statistics?",
    ] {
        let answer = app.get(&format!("{path}{appended}")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_are_told_of_a_problem_on_a_page_and_programs_as_json() {
    let app = TestApp::with_lists().await;
    let path = "/certificates?name=%E5%BC%A0";
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let page = app.get_with(path, &[("accept", browser)]).await;
    assert_eq!(page.status, 400);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let text = page.text();
    assert!(
        text.contains("查询条件不符合要求") && text.contains("malformedQuery"),
        "{text}"
    );
    assert!(text.contains("<html lang=\"zh-CN\">"));
    // What was asked is not written into the page as markup.
    let script = "/certificates?name=%3Cscript%3E&level=%3Cscript%3E";
    let page = app.get_with(script, &[("accept", browser)]).await;
    assert_eq!(page.status, 400);
    assert!(!page.text().contains("<script>"));
    for accept in ["application/json", "*/*"] {
        let answer = app.get_with(path, &[("accept", accept)]).await;
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert_eq!(answer.code(), "malformedQuery");
    }
}
