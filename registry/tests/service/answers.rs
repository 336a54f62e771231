//! What every answer carries, whatever it answers: freshness, tags, compression, who may read it, security.

use std::io::{Read as _, Write as _};

use axum::http::Method;
use touchstone_registry::http::{Protection, routes};
use touchstone_schemas::digest::Sha256Digest;

use crate::{
    app::{Answer, TestApp, send},
    documents::NUMBER,
    routes::example,
};

const HTML: (&str, &str) = ("accept", "text/html");
const GZIP: (&str, &str) = ("accept-encoding", "br;q=1.0, gzip;q=0.8, *;q=0.1");

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const SECONDS_5: &str = "public, max-age=5";
const SECONDS_30: &str = "public, max-age=30";
const REVALIDATE: &str = "no-cache";
const NO_STORE: &str = "no-store";

/// How long each readable address may be kept: the table of docs/API.md. An address in two forms stands here twice.
const FRESHNESS: [(&str, &str, &str); 41] = [
    ("/", "", NO_STORE),
    ("/certificates", "", REVALIDATE),
    ("/certificates", "text/html", REVALIDATE),
    ("/certificates/{number}", "", REVALIDATE),
    ("/certificates/{number}", "text/html", REVALIDATE),
    ("/certificates/{number}", "application/vc", REVALIDATE),
    ("/certificates/{number}/status", "", NO_STORE),
    ("/certificates/{number}/status", "text/html", NO_STORE),
    ("/certificates/{number}/changes.atom", "", SECONDS_30),
    ("/certificates/{number}/changes.json", "", SECONDS_30),
    ("/holders/{uscc}/changes.atom", "", SECONDS_30),
    ("/holders/{uscc}/changes.json", "", SECONDS_30),
    ("/changes.atom", "", SECONDS_30),
    ("/changes.json", "", SECONDS_30),
    ("/snapshot", "", SECONDS_30),
    ("/snapshot?sequence=1", "", IMMUTABLE),
    ("/statistics", "", REVALIDATE),
    ("/statistics", "text/html", REVALIDATE),
    ("/statistics?format=csv", "", REVALIDATE),
    ("/surveillance", "", REVALIDATE),
    ("/surveillance", "text/html", REVALIDATE),
    ("/status-lists/{purpose}/{list}", "", SECONDS_30),
    ("/status-lists/{purpose}/{list}?sequence=3", "", IMMUTABLE),
    ("/.well-known/did.json", "", SECONDS_30),
    ("/.well-known/security.txt", "", REVALIDATE),
    ("/status/did.json", "", SECONDS_30),
    ("/key-retirements", "", REVALIDATE),
    ("/verifier-releases", "", REVALIDATE),
    ("/trust.json", "", SECONDS_30),
    ("/contexts/v1", "", IMMUTABLE),
    ("/schemas/v1", "", IMMUTABLE),
    ("/log/checkpoint", "", SECONDS_5),
    ("/log/tile/{*path}", "", IMMUTABLE),
    // Of a log that lost nothing.
    ("/log/recovered-from", "", NO_STORE),
    ("/v", "", NO_STORE),
    ("/verify", "", NO_STORE),
    ("/verify?number=CQC26ZNZ000123R0", "", NO_STORE),
    ("/assets/{*path}", "", REVALIDATE),
    ("/openapi.json", "", REVALIDATE),
    ("/api", "", REVALIDATE),
    ("/nowhere", "", NO_STORE),
];

async fn issued() -> TestApp {
    let mut app = TestApp::made().await;
    app.config.limits.records_per_minute = 0;
    app.config.pages.icp_number = Some("京ICP备00000000号-1 <i>".to_owned());
    app.config.pages.security_contact = Some("mailto:security@registry.example".parse().unwrap());
    app.resume().await.unwrap();
    let now = app.now();
    let mut bundle = vec![app.office.sign(&app.office.credential(NUMBER, 7, now), now)];
    bundle.extend(app.office.lists(now));
    assert_eq!(app.submit(&bundle).await.status, 200);
    let snapshot = app
        .office
        .snapshot(1, 4, now, &[app.office.credential(NUMBER, 7, now)]);
    assert_eq!(app.submit(&[snapshot]).await.status, 200);
    app
}

fn unpack(answer: &Answer) -> Vec<u8> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(answer.body.as_slice())
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

fn pack(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level));
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn varies_by_encoding(answer: &Answer) -> bool {
    let mut vary = answer.headers.iter().filter(|(name, _)| name == "vary");
    vary.any(|(_, value)| value.contains("accept-encoding"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_address_says_how_long_it_may_be_kept_and_confirms_what_is_known() {
    let mut app = issued().await;
    for route in routes() {
        let wanted = route.method == Method::GET && route.protection.is_open();
        let listed = FRESHNESS
            .iter()
            .any(|(path, ..)| path.split('?').next() == Some(route.path));
        assert!(!wanted || listed, "{} has no freshness in the table", route.path);
    }
    for (path, accept, freshness) in FRESHNESS {
        let path = example(path);
        let name = format!("{path} {accept}");
        let accept = ("accept", if accept.is_empty() { "*/*" } else { accept });
        let answer = app.get_with(&path, &[accept]).await;
        assert_eq!(answer.header("cache-control"), Some(freshness), "{name}");
        let tag = answer.header("etag").map(str::to_owned);
        // What may be kept can be confirmed.
        assert_eq!(tag.is_some(), freshness != NO_STORE, "{name}");
        // HEAD says the same and sends nothing.
        let head = send(app.address(), "HEAD", &path, &[accept], b"").await;
        assert_eq!((head.status, head.body.len()), (answer.status, 0), "{name}");
        for header in ["cache-control", "etag", "content-type", "content-length", "vary"] {
            assert_eq!(head.header(header), answer.header(header), "{name}: {header}");
        }
        let Some(tag) = tag else { continue };
        assert!(tag.starts_with('"'), "{name}: {tag}");
        for known in [
            tag.clone(),
            format!("W/{tag}"),
            format!("\"x\", {tag}"),
            "*".to_owned(),
        ] {
            let again = app.get_with(&path, &[accept, ("if-none-match", &known)]).await;
            assert_eq!((again.status, again.body.len()), (304, 0), "{name} {known}");
            assert_eq!(again.header("cache-control"), Some(freshness), "{name}");
            let weak = known.starts_with("W/");
            let confirmed = if weak { format!("W/{tag}") } else { tag.clone() };
            assert_eq!(again.header("etag"), Some(confirmed.as_str()), "{name}");
            assert!(varies_by_encoding(&again), "{name}");
            // A cache takes these from what confirms: a page does not become another site's to read.
            for header in ["access-control-allow-origin", "cross-origin-resource-policy"] {
                assert_eq!(again.header(header), answer.header(header), "{name}: {header}");
            }
        }
        let other = app.get_with(&path, &[accept, ("if-none-match", "\"x\"")]).await;
        assert_eq!(other.body, answer.body, "{name}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn text_is_compressed_for_whoever_takes_it_and_its_tag_is_weak() {
    let mut app = issued().await;
    let record = format!("/certificates/{NUMBER}");
    for (path, accept) in [
        (record.as_str(), "application/json"),
        (&record, "text/html"),
        (&record, "application/vc"),
        ("/schemas/v1", "*/*"),
        ("/trust.json", "*/*"),
        ("/assets/registry.css", "*/*"),
    ] {
        let plain = app.get_with(path, &[("accept", accept)]).await;
        assert_eq!(plain.header("content-encoding"), None, "{path}");
        assert!(varies_by_encoding(&plain), "{path}");
        let packed = app.get_with(path, &[("accept", accept), GZIP]).await;
        assert_eq!(packed.header("content-encoding"), Some("gzip"), "{path} {accept}");
        assert!(packed.body.len() < plain.body.len(), "{path}");
        assert_eq!(unpack(&packed), plain.body, "{path}");
        assert!(varies_by_encoding(&packed), "{path}");
        let (strong, weak) = (plain.header("etag").unwrap(), packed.header("etag").unwrap());
        assert_eq!(weak, format!("W/{strong}"), "{path}");
        // Either tag confirms either form.
        for known in [strong, weak] {
            let headers = [("accept", accept), GZIP, ("if-none-match", known)];
            assert_eq!(app.get_with(path, &headers).await.status, 304, "{path} {known}");
        }
        let refused = app
            .get_with(path, &[("accept", accept), ("accept-encoding", "gzip;q=0")])
            .await;
        assert_eq!(refused.header("content-encoding"), None, "{path}");
    }
    // Hashes do not shrink, and short answers are not worth it.
    for path in ["/log/tile/0/000.p/3", "/log/checkpoint", "/nowhere"] {
        assert_eq!(
            app.get_with(path, &[GZIP]).await.header("content-encoding"),
            None,
            "{path}"
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_built_page_is_compressed_once_and_names_the_filing() {
    let mut app = TestApp::made().await;
    let dist = app.folder.join("dist");
    std::fs::create_dir_all(&dist).unwrap();
    let script = "const answer = 42;\n".repeat(200);
    std::fs::write(dist.join("page.js"), &script).unwrap();
    std::fs::write(dist.join("index.html"), "<!doctype html><footer>\n</footer>\n").unwrap();
    // What the page's build packed is sent as it is; what does not hold the file is not.
    let stored = pack(script.as_bytes(), 1);
    std::fs::write(dist.join("stored.js"), &script).unwrap();
    std::fs::write(dist.join("stored.js.gz"), &stored).unwrap();
    std::fs::write(dist.join("other.js"), &script).unwrap();
    std::fs::write(dist.join("other.js.gz"), pack(b"another script", 9)).unwrap();
    app.config.pages.web_root = Some(dist);
    app.config.pages.icp_number = Some("京ICP备00000000号-1 <i>".to_owned());
    app.resume().await.unwrap();
    let packed = app.get_with("/assets/page.js", &[GZIP]).await;
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert_eq!(
        packed.header("content-length"),
        Some(packed.body.len().to_string().as_str())
    );
    assert_eq!(unpack(&packed), script.as_bytes());
    assert_eq!(app.get_with("/assets/stored.js", &[GZIP]).await.body, stored);
    let other = app.get_with("/assets/other.js", &[GZIP]).await;
    assert_eq!(unpack(&other), script.as_bytes());
    assert_eq!(app.get("/assets/stored.js.gz").await.status, 404);
    let page = app.get("/v").await.text();
    assert_names_the_filing(&page, "/v");
    assert!(page.ends_with("</footer>\n"), "{page}");
    app.stop().await;
}

/// A file whose name tells its digest is the same for ever; one that is not what its name tells stops the start.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_named_by_its_digest_never_changes() {
    let mut app = TestApp::made().await;
    let dist = app.folder.join("dist");
    std::fs::create_dir_all(&dist).unwrap();
    let digest = Sha256Digest::of(b"\0asm");
    let named = format!("verifier-first.{digest}.wasm");
    std::fs::write(dist.join("index.html"), "<!doctype html>").unwrap();
    std::fs::write(dist.join("page.wasm"), b"\0asm").unwrap();
    std::fs::write(dist.join(&named), b"\0asm").unwrap();
    app.config.pages.web_root = Some(dist.clone());
    app.resume().await.unwrap();
    for (file, freshness) in [(named.as_str(), IMMUTABLE), ("page.wasm", REVALIDATE)] {
        let path = format!("/assets/{file}");
        let answer = app.get(&path).await;
        assert_eq!(answer.header("cache-control"), Some(freshness), "{file}");
        let tag = format!("\"{digest}\"");
        assert_eq!(answer.header("etag"), Some(tag.as_str()), "{file}");
        let again = app.get_with(&path, &[("if-none-match", &tag)]).await;
        assert_eq!(again.status, 304, "{file}");
    }
    app.stop().await;
    std::fs::write(dist.join(&named), b"\0as").unwrap();
    let refused = app.refused().await;
    assert!(
        refused.contains(&named) && refused.contains("copy the page again"),
        "{refused}"
    );
}

fn assert_names_the_filing(page: &str, path: &str) {
    assert!(
        page.contains("href=\"https://beian.miit.gov.cn/\""),
        "{path}: {page}"
    );
    assert!(page.contains("京ICP备00000000号-1 &#60;i&#62;"), "{path}: {page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_names_the_filing_and_every_answer_is_guarded() {
    let mut app = issued().await;
    let mut pages = 0;
    for route in routes().iter().filter(|route| route.protection.is_open()) {
        let path = example(route.path);
        let answer = send(app.address(), route.method.as_str(), &path, &[HTML], b"").await;
        if answer.header("content-type") == Some("text/html; charset=utf-8") {
            assert_names_the_filing(&answer.text(), &path);
            pages += 1;
        }
        for header in [
            "content-security-policy",
            "x-content-type-options",
            "referrer-policy",
            "cross-origin-opener-policy",
            "cross-origin-resource-policy",
            "permissions-policy",
            "strict-transport-security",
        ] {
            assert!(answer.header(header).is_some(), "{path}: {header}");
        }
    }
    assert!(pages >= 5, "{pages}");
    app.stop().await;
    app.config.pages.icp_number = None;
    app.resume().await.unwrap();
    assert!(!app.get("/verify").await.text().contains("beian"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_sites_may_read_what_is_public_and_no_page() {
    let mut app = issued().await;
    for route in routes() {
        let path = example(route.path);
        let origin = ("origin", "https://supplier.example");
        let asked = [origin, ("access-control-request-method", route.method.as_str())];
        let preflight = send(app.address(), "OPTIONS", &path, &asked, b"").await;
        let open = preflight.header("access-control-allow-origin");
        if !route.protection.is_open() {
            // Another method of the address may be open.
            let methods = preflight
                .header("access-control-allow-methods")
                .unwrap_or_default();
            let named = methods.contains(route.method.as_str());
            assert!(open.is_none() || !named, "{} {path}: {methods}", route.method);
            continue;
        }
        assert_eq!((preflight.status, open), (204, Some("*")), "{path}");
        let methods = preflight.header("access-control-allow-methods").unwrap();
        assert!(methods.contains(route.method.as_str()), "{path}: {methods}");
        let headers = preflight.header("access-control-allow-headers").unwrap();
        assert!(headers.contains("if-none-match"), "{path}: {headers}");
        if route.method == Method::GET {
            assert!(methods.contains("HEAD"), "{path}: {methods}");
            let answer = app.get_with(&path, &[origin]).await;
            let page = answer
                .header("content-type")
                .is_some_and(|media| media.starts_with("text/html"));
            let open = answer.header("access-control-allow-origin");
            assert_eq!(open, (!page).then_some("*"), "{path}");
            assert_eq!(answer.header("access-control-allow-credentials"), None, "{path}");
            if !page {
                let exposed = answer.header("access-control-expose-headers").unwrap();
                assert!(exposed.contains("etag"), "{path}: {exposed}");
            }
        }
    }
    // A script is told why it got nothing.
    let missing = app
        .get_with(
            "/certificates/CQC26ZNZ000999R0",
            &[("origin", "https://x.example")],
        )
        .await;
    assert_eq!(
        (missing.status, missing.header("access-control-allow-origin")),
        (404, Some("*"))
    );
    assert!(
        routes()
            .iter()
            .any(|route| route.protection == Protection::IntakeToken)
    );
    app.stop().await;
}
