//! The golden list: every address, its method, and who may ask; and a proof of each by asking.

use std::fmt::Write as _;

use axum::http::Method;
use touchstone_registry::{
    http::{Protection, Route, routes},
    regulators::Register,
};
use touchstone_schemas::date_time::Date;

use crate::{
    app::{Answer, TOKEN, TestApp, send},
    documents::NUMBER,
};

/// The list as it is committed.
const GOLDEN: &str = include_str!("../routes.golden");

/// An address with something in the place of its parameters.
pub(crate) fn example(path: &str) -> String {
    [
        ("{number}", NUMBER),
        ("{uscc}", "91350100M000100Y43"),
        ("{purpose}", "message"),
        ("{list}", "1"),
    ]
    .into_iter()
    .fold(path.to_owned(), |path, (name, value)| path.replace(name, value))
    .replace("/log/tile/{*path}", "/log/tile/0/000.p/3")
    .replace("/assets/{*path}", "/assets/registry.css")
}

#[test]
fn the_golden_list_is_the_router() {
    let mut found = String::new();
    for Route {
        method,
        path,
        protection,
    } in routes()
    {
        writeln!(found, "{:<6} {path:<40} {protection}", method.as_str()).unwrap();
    }
    assert_eq!(
        found, GOLDEN,
        "tests/routes.golden differs from the router; who may ask is decided there, by a person:\n{found}"
    );
}

#[test]
fn what_changes_something_is_not_for_everybody() {
    for route in routes() {
        let reads = matches!(route.method, Method::GET | Method::HEAD);
        // A question with a body is a reading too; a report is kept beside the log. None is there without being named here.
        const OPEN: [&str; 4] = [
            "/validity-checks",
            "/verifications",
            "/regulator/statement",
            "/mismatch-reports",
        ];
        assert!(
            reads || !route.protection.is_open() || OPEN.contains(&route.path),
            "{} {} may be asked by anybody",
            route.method,
            route.path
        );
    }
}

/// A registry behind a proxy on the same machine, so that each question may come from another client; one record a
/// minute each.
async fn one_a_minute() -> TestApp {
    let mut app = TestApp::made().await;
    app.config.listen.proxy = Some("127.0.0.1".parse().unwrap());
    app.config.limits.records_per_minute = 1;
    app.config.limits.directory_rows_per_minute = 1;
    app.config.limits.check_rows_per_minute = 1;
    app.config.limits.mismatch_reports_per_minute = 1;
    app.config.limits.strangers_per_minute = 0;
    app.resume().await.unwrap();
    let now = app.now();
    let mut bundle = vec![app.office.sign(&app.office.credential(NUMBER, 7, now), now)];
    bundle.extend(app.office.lists(now));
    assert_eq!(app.submit(&bundle).await.status, 200);
    app
}

async fn ask(app: &TestApp, route: &Route, client: &str, query: &str, token: Option<&str>) -> Answer {
    let path = format!("{}{query}", example(route.path));
    let bearer = token.map(|token| format!("Bearer {token}"));
    let mut headers = vec![
        ("x-forwarded-for", client),
        ("accept", "*/*"),
        ("content-type", "application/json"),
    ];
    headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
    let body: &[u8] = if route.method == Method::POST { b"{}" } else { b"" };
    send(app.address(), route.method.as_str(), &path, &headers, body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_address_is_protected_as_the_list_says() {
    let mut app = one_a_minute().await;
    for (place, route) in routes().iter().enumerate() {
        let name = format!("{} {}", route.method, route.path);
        let client = format!("192.0.2.{}", place + 1);
        match route.protection {
            Protection::Public => {
                for _ in 0..3 {
                    let answer = ask(&app, route, &client, "", None).await;
                    assert!(
                        ![401, 403, 429].contains(&answer.status),
                        "{name}: {}",
                        answer.status
                    );
                }
            }
            Protection::RateLimited => {
                let query = if route.path == "/verify" {
                    "?number=CQC26ZNZ000123R0"
                } else {
                    ""
                };
                let first = ask(&app, route, &client, query, None).await;
                assert!(
                    ![401, 403, 429].contains(&first.status),
                    "{name}: {}",
                    first.status
                );
                let second = ask(&app, route, &client, query, None).await;
                assert_eq!(
                    (second.status, second.code().as_str()),
                    (429, "tooManyRequests"),
                    "{name}"
                );
            }
            Protection::IntakeToken => {
                let query = format!("?token={TOKEN}&access_token={TOKEN}");
                for (query, token) in [
                    ("", None),
                    ("", Some("another")),
                    ("", Some("")),
                    (query.as_str(), None),
                ] {
                    let answer = ask(&app, route, &client, query, token).await;
                    assert_eq!(
                        (answer.status, answer.code().as_str()),
                        (401, "unauthorised"),
                        "{name} {query}"
                    );
                    assert!(answer.header("www-authenticate").is_some(), "{name}");
                    assert_eq!(answer.header("access-control-allow-origin"), None, "{name}");
                }
                let answer = ask(&app, route, &client, "", Some(TOKEN)).await;
                assert_ne!(answer.status, 401, "{name}");
            }
            Protection::RegulatorToken => {
                let register = Register::at(app.config.regulators.folder.clone());
                let (regions, until) = ("32".parse().unwrap(), Date::of(app.now()));
                let (_, good) = register.add("one".to_owned(), regions, until, app.now()).unwrap();
                let good = good.expose().to_owned();
                let other = format!("{}x", &good[..good.len() - 1]);
                let query = format!("?token={good}");
                for (query, token) in [
                    ("", None),
                    ("", Some(TOKEN)),
                    ("", Some("")),
                    ("", Some(other.as_str())),
                    (query.as_str(), None),
                ] {
                    let answer = ask(&app, route, &client, query, token).await;
                    let refused = (answer.status, answer.code());
                    assert_eq!(refused, (401, "unauthorised".to_owned()), "{name} {token:?}");
                    assert!(answer.header("www-authenticate").is_some(), "{name}");
                    assert_eq!(answer.header("access-control-allow-origin"), None, "{name}");
                }
                let answer = ask(&app, route, &client, "", Some(&good)).await;
                assert_ne!(answer.status, 401, "{name}");
            }
            Protection::PrivateListener => {
                let answer = ask(&app, route, &client, "", Some(TOKEN)).await;
                assert_eq!(
                    (answer.status, answer.code().as_str()),
                    (404, "notFound"),
                    "{name}"
                );
                let private = send(app.private_address(), "GET", route.path, &[], b"").await;
                assert_eq!(private.status, 200, "{name}");
            }
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_address_takes_a_method_that_is_not_listed() {
    let mut app = one_a_minute().await;
    let listed = routes();
    for route in listed
        .iter()
        .filter(|route| route.protection != Protection::PrivateListener)
    {
        let allowed = |method: &str| {
            let asked = if method == "HEAD" { "GET" } else { method };
            listed
                .iter()
                .any(|other| other.path == route.path && other.method == asked)
        };
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"] {
            if allowed(method) {
                continue;
            }
            let answer = send(app.address(), method, &example(route.path), &[], b"").await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (405, "methodNotAllowed"),
                "{method} {}",
                route.path
            );
            let allow = answer.header("allow").expect("RFC 9110 §15.5.6 wants Allow");
            assert!(
                allow.contains(route.method.as_str()),
                "{method} {}: {allow}",
                route.path
            );
        }
    }
    app.stop().await;
}
