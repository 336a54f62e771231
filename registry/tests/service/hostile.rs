//! Bad input over the wire: shapes that smuggle, bombs, floods, and slow clients beside an honest one. Whatever comes is
//! answered or closed, and memory stays where it was.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use touchstone_schemas::status::StatusMessage;

use crate::{
    app::{TOKEN, TestApp, read_answer, send},
    documents::{NUMBER, suspension, withdrawal},
};

/// Sends bytes as they are and reads until the other side closes, at most so long.
async fn raw(app: &TestApp, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    // A server that refuses early may close before it has read all.
    drop(stream.write_all(bytes).await);
    drop(stream.shutdown().await);
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer));
    assert!(
        read.await.is_ok(),
        "left open: {}",
        String::from_utf8_lossy(bytes.get(..200).unwrap_or(bytes))
    );
    answer
}

/// How many answers came back on one connection.
fn answers(bytes: &[u8]) -> usize {
    bytes.windows(9).filter(|window| *window == b"HTTP/1.1 ").count()
}

fn submission(headers: &str, body: &str) -> String {
    format!(
        "POST /submissions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {TOKEN}\r\n\
         content-type: application/json\r\n{headers}\r\n{body}"
    )
}

/// Resident bytes of this process, in which the service runs.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kibibytes.unwrap_or(0) * 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_two_servers_could_read_differently_is_refused() {
    let mut app = TestApp::with_lists().await;
    let hidden = "GET /trust.json HTTP/1.1\r\nhost: x\r\n\r\n";
    // RFC 9112 §6.3, §11.2: a request whose length two readers could see differently hides another.
    for (name, request) in [
        (
            "two lengths",
            submission(
                "content-length: 2\r\ncontent-length: 44\r\n",
                &format!("{{}}{hidden}"),
            ),
        ),
        (
            "a list of lengths",
            submission("content-length: 2, 44\r\n", &format!("{{}}{hidden}")),
        ),
        ("a negative length", submission("content-length: -1\r\n", hidden)),
        (
            "a length with a sign",
            submission("content-length: +2\r\n", &format!("{{}}{hidden}")),
        ),
        (
            "a length in hexadecimal",
            submission("content-length: 0x2\r\n", &format!("{{}}{hidden}")),
        ),
        (
            "an unknown coding",
            submission("transfer-encoding: xchunked\r\n", &format!("0\r\n\r\n{hidden}")),
        ),
        (
            "chunked and not last",
            submission(
                "transfer-encoding: chunked, gzip\r\n",
                &format!("0\r\n\r\n{hidden}"),
            ),
        ),
        (
            "a chunk's size that overflows",
            submission(
                "transfer-encoding: chunked\r\n",
                &format!("fffffffffffffffff\r\n{hidden}"),
            ),
        ),
        (
            "a chunk's size that is none",
            submission("transfer-encoding: chunked\r\n", &format!("2;\r\nzz\r\n{hidden}")),
        ),
        (
            "space before the colon",
            submission("content-length : 2\r\n", &format!("{{}}{hidden}")),
        ),
        (
            "a folded line",
            submission("x-a: 1\r\n content-length: 44\r\n", hidden),
        ),
        (
            "a line ending inside a value",
            submission("x-a: 1\rcontent-length: 44\r\n", hidden),
        ),
        ("a null in a value", submission("x-a: \0\r\n", hidden)),
    ] {
        let answer = raw(&app, request.as_bytes()).await;
        assert!(
            answers(&answer) <= 1,
            "{name}: {}",
            String::from_utf8_lossy(&answer)
        );
        if !answer.is_empty() {
            let status = read_answer(&answer).status;
            assert!((400..500).contains(&status), "{name}: {status}");
        }
    }
    // Both a length and chunks: chunks count, and the connection is not used again for what might be hidden.
    let both = submission(
        "content-length: 5\r\ntransfer-encoding: chunked\r\n",
        &format!("2\r\n{{}}\r\n0\r\n\r\n{hidden}"),
    );
    let answer = raw(&app, both.as_bytes()).await;
    let first = read_answer(&answer);
    assert!((400..500).contains(&first.status), "{}", first.status);
    assert_eq!(app.get("/trust.json").await.status, 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heads_that_are_none_are_closed_at_once() {
    let mut app = TestApp::with_lists().await;
    let long = "a".repeat(20_000);
    let many: String = (0..100).map(|line| format!("x-{line}: 1\r\n")).collect();
    for (name, request) in [
        (
            "a method of another protocol",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        ),
        (
            "TLS to a plain port",
            "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}".to_owned(),
        ),
        ("no version", "GET /v\r\n\r\n".to_owned()),
        (
            "a version to come",
            "GET /v HTTP/9.9\r\nhost: x\r\n\r\n".to_owned(),
        ),
        (
            "a path too long",
            format!("GET /{long} HTTP/1.1\r\nhost: x\r\n\r\n"),
        ),
        (
            "a header too long",
            format!("GET /v HTTP/1.1\r\nhost: x\r\nx-a: {long}\r\n\r\n"),
        ),
        (
            "too many headers",
            format!("GET /v HTTP/1.1\r\nhost: x\r\n{many}\r\n"),
        ),
        (
            "control characters in the path",
            "GET /\u{1}\u{7f} HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(),
        ),
    ] {
        let answer = raw(&app, request.as_bytes()).await;
        if !answer.is_empty() {
            let status = read_answer(&answer).status;
            assert!((400..=505).contains(&status) && status != 500, "{name}: {status}");
        }
    }
    assert_eq!(app.get("/trust.json").await.status, 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_are_no_submission_are_clear_problems() {
    let mut app = TestApp::with_lists().await;
    let deep = format!("{{\"documents\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let wide = format!("{{\"documents\":[{}]}}", vec!["{}"; 2_000].join(","));
    let twice = r#"{"documents":[],"documents":[]}"#;
    for (body, status, code) in [
        (deep.as_str(), 400, "malformedJson"),
        (&wide, 413, "tooManyDocuments"),
        (twice, 400, "malformedJson"),
        ("", 400, "malformedJson"),
        ("null", 400, "malformedSubmission"),
        ("[]", 400, "malformedSubmission"),
        ("7", 400, "malformedSubmission"),
        (r#"{"documents":{}}"#, 400, "malformedSubmission"),
        (r#"{"documents":[7,null,"x"]}"#, 400, "documentKindUnknown"),
        (r#"{"documents":[{}],"more":1}"#, 400, "malformedSubmission"),
        (
            r#"{"documents":[{"type":["VerifiableCredential"]}]}"#,
            400,
            "documentKindUnknown",
        ),
        (
            r#"{"documents":[{"lot":9007199254740993}]}"#,
            400,
            "malformedJson",
        ),
        (r#"{"documents":["\ud800"]}"#, 400, "malformedJson"),
        ("{\"documents\":[\"\u{feff}\"]}", 400, "documentKindUnknown"),
        ("{\"documents\":[]}", 400, "emptySubmission"),
    ] {
        let answer = app.submit_body(body).await;
        let shown = body.get(..60).unwrap_or(body);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{shown}");
    }
    // Not UTF-8, and another media type.
    let bearer = format!("Bearer {TOKEN}");
    for (media, body, status, code) in [
        (
            "application/json",
            &b"{\"documents\":[\"\xff\"]}"[..],
            400,
            "malformedJson",
        ),
        ("text/plain", b"{}", 415, "unsupportedMediaType"),
        (
            "multipart/form-data; boundary=x",
            b"{}",
            415,
            "unsupportedMediaType",
        ),
    ] {
        let headers = [("authorization", bearer.as_str()), ("content-type", media)];
        let answer = send(app.address(), "POST", "/submissions", &headers, body).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{media}");
    }
    app.stop().await;
}

/// Sends a body of so many megabytes and says what came back, or that the other side closed.
async fn flood(app: &TestApp, head: &str, chunked: bool, megabytes: usize) -> Option<u16> {
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut reading, mut writing) = stream.split();
    let block = vec![b' '; 1 << 20];
    let send = async {
        for _ in 0..megabytes {
            if chunked {
                writing.write_all(b"100000\r\n").await?;
            }
            writing.write_all(&block).await?;
            if chunked {
                writing.write_all(b"\r\n").await?;
            }
        }
        Ok::<(), std::io::Error>(())
    };
    let mut answer = Vec::new();
    let receive = async { drop(reading.read_to_end(&mut answer).await) };
    let both = async {
        tokio::select! {
            () = receive => {}
            sent = send => drop(sent),
        }
    };
    tokio::time::timeout(Duration::from_secs(15), both)
        .await
        .expect("neither answered nor closed");
    (answer.len() > 12).then(|| read_answer(&answer).status)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_megabytes_are_not_kept() {
    let mut app = TestApp::with_lists().await;
    let before = resident();
    let bearer = format!("authorization: Bearer {TOKEN}\r\ncontent-type: application/json\r\n");
    for (name, fields, chunked) in [
        (
            "told beforehand, with the token",
            format!("{bearer}content-length: 104857600\r\n"),
            false,
        ),
        (
            "in chunks, with the token",
            format!("{bearer}transfer-encoding: chunked\r\n"),
            true,
        ),
        (
            "without the token",
            "content-length: 104857600\r\n".to_owned(),
            false,
        ),
    ] {
        let head = format!("POST /submissions HTTP/1.1\r\nhost: x\r\n{fields}\r\n");
        let told = flood(&app, &head, chunked, 100).await;
        assert!(
            told.is_none_or(|status| [401, 413].contains(&status)),
            "{name}: {told:?}"
        );
    }
    for path in ["/trust.json", "/certificates/CQC26ZNZ000123R0"] {
        let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 104857600\r\n\r\n");
        let _ = flood(&app, &head, false, 100).await;
    }
    let grown = resident().saturating_sub(before);
    // One submission's worth (40 MiB) may be held while it is read, and the allocator keeps some of it.
    assert!(grown < 80 << 20, "{grown} bytes more");
    assert_eq!(app.get("/trust.json").await.status, 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_slow_clients_do_not_keep_an_honest_one_waiting() {
    const SLOW: usize = 2_000;
    let mut app = TestApp::with_lists().await;
    let now = app.now();
    let document = app.office.sign(&app.office.credential(NUMBER, 7, now), now);
    assert_eq!(app.submit(&[document]).await.status, 200);
    let before = resident();
    let mut slow = Vec::with_capacity(SLOW);
    for place in 0..SLOW {
        let Ok(mut stream) = TcpStream::connect(app.address()).await else {
            break;
        };
        // Half a head; or a body that comes byte by byte.
        let start = if place % 2 == 0 {
            "GET /certificates/CQC26".to_owned()
        } else {
            submission("content-length: 10000\r\n", "{")
        };
        stream.write_all(start.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    if slow.len() < SLOW {
        // A machine that lets a process have 1,024 descriptors tests with what it has.
        assert!(slow.len() > 300, "{} sockets", slow.len());
    }
    let path = format!("/certificates/{NUMBER}");
    let mut longest = Duration::ZERO;
    for round in 0..40 {
        let started = Instant::now();
        assert_eq!(app.get(&path).await.status, 200);
        longest = longest.max(started.elapsed());
        // The slow ones go on being slow.
        if let Some(stream) = slow.get_mut(round * 7 + 1) {
            drop(stream.write_all(b" ").await);
        }
    }
    assert!(longest < Duration::from_secs(2), "{longest:?}");
    let lists = app.office.lists(app.now());
    assert_eq!(app.submit(&lists).await.status, 200);
    let grown = resident().saturating_sub(before);
    let each = grown / u64::try_from(slow.len()).unwrap();
    assert!(
        each < 48 << 10,
        "{each} bytes a slow client, both ends of it counted"
    );
    drop(slow);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_out_of_order_or_played_again_change_nothing() {
    let mut app = TestApp::with_lists().await;
    let now = app.now();
    let issued = app.office.credential(NUMBER, 7, now);
    let document = app.office.sign(&issued, now);
    assert_eq!(app.submit(std::slice::from_ref(&document)).await.status, 200);
    let first = app.office.event(&issued, &document, 1, now, suspension());
    let second = app.office.event(&issued, &document, 2, now, withdrawal());
    // The second before the first: somebody holds the first back.
    let early = app.office.event_bundle(&second, StatusMessage::Withdrawn, 7, now);
    let answer = app.submit(&early).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (422, "transitionUnlawful")
    );
    let bundle = app.office.event_bundle(&first, StatusMessage::Suspended, 7, now);
    let receipts = app.submit(&bundle).await.receipts();
    // The same bytes again: the same entries, and nothing new in the log.
    let again = app.submit(&bundle).await.receipts();
    let entries = |receipts: &[touchstone_schemas::submission::Receipt]| {
        receipts
            .iter()
            .map(|receipt| receipt.entry.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(entries(&again), entries(&receipts));
    // The event again, in another bundle: an attempt to have it counted twice.
    let mut replayed = vec![bundle[0].clone()];
    replayed.extend(app.office.lists(now));
    let answer = app.submit(&replayed).await;
    assert_eq!((answer.status, answer.code().as_str()), (409, "partlyKnown"));
    // Lists before the event they show: a bundle is one moment, and whoever reads the log again sees no fault in it.
    let mut turned = app.office.event_bundle(&second, StatusMessage::Withdrawn, 7, now);
    turned.reverse();
    assert_eq!(app.submit(&turned).await.status, 200);
    let record = app.get(&format!("/certificates/{NUMBER}")).await.json();
    assert_eq!(record["state"], "withdrawn");
    app.stop().await;
    let findings: Vec<String> = app
        .fsck()
        .await
        .findings
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(findings.is_empty(), "{findings:?}");
}
