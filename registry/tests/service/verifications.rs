//! A whole verification request over HTTP. That the Report is that of every other shell, for good and hostile documents, is
//! shown with the hostile corpus (`tests/tests/corpus/shells.rs`).

use touchstone_schemas::jcs::to_canonical;
use touchstone_verifier::verify;

use crate::{
    app::{TestApp, send},
    world::World,
};

const JSON: (&str, &str) = ("content-type", "application/json");
const PATH: &str = "/verifications";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_answered_with_its_report_and_what_is_none_with_a_problem() {
    let mut app = TestApp::made().await;
    app.config.limits.check_rows_per_minute = 5;
    app.resume().await.unwrap();
    let request = World::new().request();
    let asked = to_canonical(&request);
    let answer = send(app.address(), "POST", PATH, &[JSON], &asked).await;
    assert_eq!(
        (answer.status, answer.text()),
        (200, String::from_utf8(verify(&request).to_json()).unwrap())
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let lists = vec!["x".to_owned(); 65];
    let mut many = request.clone();
    many.facts.status_lists = lists;
    let long = vec![b' '; 8 * 1024 * 1024 + 1];
    for (headers, body, status, code) in [
        (&[JSON][..], b"{}".as_slice(), 400, "malformedRequest"),
        (&[JSON], &to_canonical(&many), 400, "malformedRequest"),
        (&[JSON], &long, 413, "verificationTooLarge"),
        (&[], &asked, 415, "unsupportedMediaType"),
        (&[JSON], &asked, 429, "tooManyRequests"),
    ] {
        let answer = send(app.address(), "POST", PATH, headers, body).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{}",
            answer.text()
        );
    }
}
