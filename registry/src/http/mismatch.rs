//! `/mismatch-reports`: what people report whose paper does not match, taken from anybody, given to the office alone.
//!
//! A report holds what somebody wrote, perhaps how they are reached: it stands in no log, and nothing of it in messages.

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use touchstone_schemas::{
    budget::{MAX_MISMATCH_BYTES, MAX_MISMATCH_PAGE, MAX_MISMATCH_REPORTS},
    jcs::{ObjectWriter, to_canonical},
    mismatch::{MismatchError, MismatchReport, ReceivedMismatch, ReceivedMismatches},
};

use super::{
    App, Client, Part, Problem,
    body::{BodyLimits, read_body},
    certificates::record_of,
    extract::Query,
    media,
    submissions::authorise,
};
use crate::store::StoredMismatch;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MismatchQuery {
    after: Option<String>,
}

pub(super) async fn serve_mismatch(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    client.take(&app.rates.mismatches)?;
    if matches!(app.part, Part::Reader(_)) {
        let status = StatusCode::MISDIRECTED_REQUEST;
        let title = "this process takes no reports, the registry's sequencer does";
        return Err(Problem::new(status, "notSequencer", title));
    }
    if !media::is_json(&headers) {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        let title = "a report is application/json";
        return Err(Problem::new(status, "unsupportedMediaType", title));
    }
    let limits = BodyLimits {
        bytes: MAX_MISMATCH_BYTES,
        time: app.body_timeout,
        too_large: ("reportTooLarge", "the report is too large"),
    };
    let body = read_body(body, limits).await?;
    let reference = take_mismatch(&app, &body).await?;
    let mut answer = Vec::new();
    ObjectWriter::open(&mut answer)
        .member("reference", &reference)
        .close();
    Ok((StatusCode::CREATED, no_store(answer)).into_response())
}

/// Keeps a report; gives its reference once it is durable.
async fn take_mismatch(app: &App, body: &Bytes) -> Result<u64, Problem> {
    let report = MismatchReport::parse(body, MAX_MISMATCH_BYTES).map_err(|error| malformed(&error))?;
    let held = record_of(app, &report.number, Some(report.version)).await?;
    if held.is_none() {
        let title = "no such certificate is here";
        return Err(Problem::new(StatusCode::NOT_FOUND, "certificateNotHere", title));
    }
    app.disk.check().map_err(|error| {
        tracing::error!(%error, "a report was not taken");
        let title = "too little room is left on disk";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "diskLow", title)
    })?;
    let kept = app
        .store
        .keep_mismatch(app.clock.now(), &to_canonical(&report), MAX_MISMATCH_REPORTS)
        .await;
    kept.map_err(|error| Problem::store(&error))?.ok_or_else(|| {
        tracing::error!(most = MAX_MISMATCH_REPORTS, "no more reports are kept");
        let title = "no more reports are kept";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "reportsFull", title)
    })
}

fn malformed(error: &MismatchError) -> Problem {
    let title = "the body is no report of this form";
    Problem::new(StatusCode::BAD_REQUEST, "malformedReport", title).detail(error)
}

pub(super) async fn serve_mismatches(
    State(app): State<App>,
    client: Client,
    query: Result<Query<MismatchQuery>, Problem>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Err(problem) = authorise(&app, &headers) {
        client.take(&app.rates.strangers)?;
        return Err(problem);
    }
    let Query(query) = query?;
    let after = match query.after.as_deref() {
        None => 0,
        Some(after) => after
            .parse()
            .ok()
            .filter(|number: &u64| number.to_string() == after && i64::try_from(*number).is_ok())
            .ok_or_else(|| Problem::query("after", 0, "wanted the reference of a report"))?,
    };
    let stored = app.store.mismatches(after, MAX_MISMATCH_PAGE).await;
    let stored = stored.map_err(|error| Problem::store(&error))?;
    let reports = stored.iter().map(received).collect::<Result<_, _>>()?;
    Ok(no_store(to_canonical(&ReceivedMismatches { reports })))
}

fn received(stored: &StoredMismatch) -> Result<ReceivedMismatch, Problem> {
    let report = MismatchReport::parse(&stored.report, MAX_MISMATCH_BYTES).ok();
    match (report, stored.received.parse().ok()) {
        (Some(report), Some(received)) => Ok(ReceivedMismatch {
            reference: stored.reference,
            received,
            report,
        }),
        _ => {
            tracing::error!(reference = stored.reference, "a stored report is damaged");
            Err(Problem::damaged())
        }
    }
}

fn no_store(json: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, json).into_response()
}
