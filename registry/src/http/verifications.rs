//! `POST /verifications`: a whole verification request answered with its Report, by the same verifier as everywhere. The
//! registry adds nothing: facts, time and pin are the asker's, and nothing of the question is kept. Whoever has to be sure
//! runs the verifier themselves.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use touchstone_verifier::{RequestError, read_request, verify};

use super::{
    App, Client, Problem,
    body::{BodyLimits, read_body},
    media::is_json,
};

/// Longest verification request answered: a trust list and three status lists of the longest kind have room in it with
/// the document, a whole snapshot has not; those are looked into where they were fetched (policy).
const MAX_VERIFICATION_BYTES: usize = 8 * 1024 * 1024;

pub(super) async fn serve_verification(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    client.take(&app.rates.checks)?;
    if !is_json(&headers) {
        let title = "a verification request is application/json";
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupportedMediaType",
            title,
        ));
    }
    let limits = BodyLimits {
        bytes: MAX_VERIFICATION_BYTES,
        time: app.body_timeout,
        too_large: ("verificationTooLarge", "the request is too large"),
    };
    let body = read_body(body, limits).await?;
    let verified = tokio::task::spawn_blocking(move || Ok(verify(&read_request(&body)?).to_json()));
    let report = verified.await.map_err(|_| Problem::internal())?;
    let report = report.map_err(|error: RequestError| {
        let status = StatusCode::BAD_REQUEST;
        Problem::new(status, "malformedRequest", "the body is no verification request").detail(error)
    })?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, report).into_response())
}
