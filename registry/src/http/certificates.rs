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
#[serde(deny_unknown_fields)]
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
    let found = match named(&app, &number, query.version.as_deref())? {
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

/// Number and version as an address writes them, the one spelling of each; `None` for what is no number.
///
/// # Errors
/// 400 for what is no version, 404 where the number is held and that version of it is not: nobody is told that a
/// certificate is not here because of a version.
pub(super) fn named(
    app: &App,
    number: &str,
    version: Option<&str>,
) -> Result<Option<(CredentialNumber, Option<Version>)>, Problem> {
    let version = version.map(read_version).transpose()?;
    let Ok(number) = CredentialNumber::parse(number) else {
        return Ok(None);
    };
    let held = app.shared.read().ledger.versions(&number);
    match version {
        Some(version) if !held.is_empty() && !held.contains(&version) => Err(version_not_here(&held)),
        _ => Ok(Some((number, version))),
    }
}

fn read_version(text: &str) -> Result<Version, Problem> {
    let version: Option<u32> = text.parse().ok();
    let version = version.and_then(|version| Version::try_from(version).ok());
    version
        .filter(|version| version.to_string() == text)
        .ok_or_else(|| Problem::query("version", 0, "wanted the number of a version: 1, 2, 3"))
}

fn version_not_here(held: &[Version]) -> Problem {
    let held: Vec<String> = held.iter().map(ToString::to_string).collect();
    let problem = Problem::new(
        StatusCode::NOT_FOUND,
        "versionNotHere",
        "the certificate is here, that version of it is not",
    );
    problem.detail(format!(
        "of this certificate there is version {}",
        held.join(", ")
    ))
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
        let trusted = app.trust.refresh(&app.store).await;
        let issuer = trusted.context().issuer(&record.credential.issuer.id);
        let test = issuer.is_some_and(|issuer| issuer.test);
        let page = pages::certificate(&record, test).map_err(page_failed)?;
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
