//! `GET /certificates/{number}`: page, JSON, or the credential itself.

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;
use touchstone_schemas::credential::{CredentialNumber, Version};

use super::{
    App, Client, Problem,
    cached::{Freshness, Tagged, cached_tagged},
    extract::{Path, Query},
    media::RecordForm,
};
use crate::{
    pages,
    record::{CertificateRecord, RecordError, read_record, record_json},
};

#[derive(Debug, Deserialize)]
pub(super) struct VersionQuery {
    version: Option<String>,
}

pub(super) async fn serve_certificate(
    State(app): State<App>,
    client: Client,
    Path(number): Path<String>,
    Query(query): Query<VersionQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    client.take(&app.rates.records)?;
    let form = RecordForm::accepted(&headers).ok_or_else(|| {
        let status = StatusCode::NOT_ACCEPTABLE;
        let problem = Problem::new(status, "notAcceptable", "a record has no such form");
        problem.detail("text/html, application/json and application/vc are served")
    })?;
    let found = match named(&number, query.version.as_deref()) {
        Some((number, version)) => find(&app, &number, version, form).await?,
        None => None,
    };
    let mut response = match (found, form) {
        (Some((media, bytes)), _) => cached_tagged(&headers, media, bytes, Freshness::Revalidate),
        (None, RecordForm::Page) => {
            let page = pages::not_here(&app, &number).await.map_err(page_failed)?;
            (StatusCode::NOT_FOUND, Html(page)).into_response()
        }
        (None, _) => not_here().into_response(),
    };
    response
        .headers_mut()
        .append(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// Number and version as an address writes them: the one spelling of each.
pub(super) fn named(number: &str, version: Option<&str>) -> Option<(CredentialNumber, Option<Version>)> {
    let number = CredentialNumber::parse(number).ok()?;
    let Some(text) = version else {
        return Some((number, None));
    };
    let version = text
        .parse()
        .ok()
        .and_then(|version: u32| Version::try_from(version).ok())?;
    (version.to_string() == text).then_some((number, Some(version)))
}

pub(super) async fn record_of(
    app: &App,
    number: &CredentialNumber,
    version: Option<Version>,
) -> Result<Option<CertificateRecord>, Problem> {
    let read = read_record(&app.store, &app.shared, number, version, app.clock.now());
    read.await.map_err(|error| not_read(&error))
}

pub(super) fn not_read(error: &RecordError) -> Problem {
    tracing::error!(%error, "certificate not read");
    match error {
        RecordError::Store(error) => Problem::store(error),
        RecordError::Damaged { .. } => Problem::damaged(),
    }
}

/// A record in the form wanted, with its media type.
async fn find(
    app: &App,
    number: &CredentialNumber,
    version: Option<Version>,
    form: RecordForm,
) -> Result<Option<(&'static str, Tagged)>, Problem> {
    if form == RecordForm::Json {
        let json = json(app, number, version).await?;
        return Ok(json.map(|json| ("application/json", json)));
    }
    let Some(record) = record_of(app, number, version).await? else {
        return Ok(None);
    };
    let (media, bytes) = if form == RecordForm::Page {
        let page = pages::certificate(&record).map_err(page_failed)?;
        ("text/html; charset=utf-8", page.into_bytes())
    } else {
        ("application/vc", record.credential_document.document)
    };
    Ok(Some((media, Bytes::from(bytes).into())))
}

/// A record as JSON, from memory when the same was asked in this second of this checkpoint.
async fn json(
    app: &App,
    number: &CredentialNumber,
    version: Option<Version>,
) -> Result<Option<Tagged>, Problem> {
    let now = app.clock.now();
    let (key, moment) = ((number.clone(), version), (app.shared.read().tree.size(), now));
    if let Some(kept) = app.hot.records.find(&key, &moment) {
        return Ok(Some(kept));
    }
    let record = record_json(&app.store, &app.shared, number, version, now).await;
    let Some(record) = record.map_err(|error| not_read(&error))? else {
        return Ok(None);
    };
    let record = Tagged::from(Bytes::from(record));
    app.hot.records.keep(key, moment, &record);
    Ok(Some(record))
}

/// Not being here says nothing about the paper (UX §1.2).
pub(super) fn not_here() -> Problem {
    let problem = Problem::new(
        StatusCode::NOT_FOUND,
        "certificateNotHere",
        "this registry has no such certificate",
    );
    problem.detail("the number may be misread, or the certificate stand in another body's registry")
}

pub(super) fn page_failed(error: askama::Error) -> Problem {
    tracing::error!(%error, "page not written");
    Problem::internal()
}
