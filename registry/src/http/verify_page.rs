//! `/v`, `/verify` and `/assets/…`: the verify page, and the registry's own answer where a phone cannot check.

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use touchstone_schemas::{credential::CredentialNumber, jcs, status::StatusPurpose};
use touchstone_verifier::{
    Presentation, Verifier,
    input::{Facts, LoggedDocument},
    report::Report,
};

use super::{
    App, Client, Problem,
    cached::{Freshness, Tagged, cached, cached_tagged},
    certificates::{page_failed, record_of},
    compress,
    documents::newest_list,
    extract::{Path, Query},
};
use crate::{
    pages::{self, STYLE, Visitor},
    record::CertificateRecord,
    web::WebFile,
};

/// The script that answers for the page without network: it stands among the assets and serves the pages beside them.
const OFFLINE_WORKER: &str = "offline-worker.js";
/// Longest file of samples served, in bytes: a dozen credentials.
pub const MAX_SAMPLES_BYTES: u64 = 256 * 1024;
/// The browser inside WeChat names itself so.
const WECHAT: &str = "MicroMessenger";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VerifyQuery {
    number: Option<String>,
}

pub(super) async fn serve_root() -> Redirect {
    Redirect::temporary("/verify")
}

/// The page, or a form where the page was not built.
pub(super) async fn serve_page(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    match app.web.index() {
        Some(page) => Ok(file(page, &headers)),
        None => {
            let page = pages::form(visitor(&headers)).map_err(page_failed)?;
            Ok(Html(page).into_response())
        }
    }
}

/// The registry's answer on a number; without one, the page.
pub(super) async fn serve_verify(
    State(app): State<App>,
    client: Client,
    Query(query): Query<VerifyQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let typed = query.number.as_deref().map(CredentialNumber::normalize);
    let Some(typed) = typed.filter(|typed| !typed.is_empty()) else {
        return serve_page(State(app), headers).await;
    };
    client.take(&app.rates.records)?;
    let record = match CredentialNumber::parse(&typed) {
        Ok(number) => record_of(&app, &number, None).await?,
        Err(_) => None,
    };
    let (status, page) = match record {
        Some(record) => {
            let report = verify_record(&app, &record).await?;
            (StatusCode::OK, pages::answer(&record, &report, visitor(&headers)))
        }
        None => (StatusCode::NOT_FOUND, pages::not_here(&app, &typed).await),
    };
    Ok((status, Html(page.map_err(page_failed)?)).into_response())
}

fn visitor(headers: &HeaderMap) -> Visitor {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    if agent.is_some_and(|agent| agent.contains(WECHAT)) {
        Visitor::WeChat
    } else {
        Visitor::Browser
    }
}

/// The verifier's Report on a record, with everything this registry has: the same function as everywhere.
async fn verify_record(app: &App, record: &CertificateRecord) -> Result<Report, Problem> {
    let trusted = app.trust.refresh(&app.store).await;
    let mut facts = Facts {
        trust_list: Some(trusted.document().to_owned()),
        ..Facts::default()
    };
    for purpose in StatusPurpose::ALL {
        if let Some(list) = newest_list(app, purpose, record.credential.status.list).await? {
            facts.status_lists.push(text(list)?);
        }
    }
    let receipt = |receipt| text(jcs::to_canonical(receipt));
    let mut events = Vec::with_capacity(record.events.len());
    for (_, bytes) in &record.events {
        events.push(LoggedDocument {
            document: text(bytes.document.clone())?,
            receipt: receipt(&bytes.receipt)?,
        });
    }
    let credential = text(record.credential_document.document.clone())?;
    let credential_receipt = receipt(&record.credential_document.receipt)?;
    let (policy, now) = (app.trust.policy().clone(), app.clock.now());
    let verified = tokio::task::spawn_blocking(move || {
        Verifier::open(&facts, policy).verify(&Presentation {
            document: &credential,
            receipt: Some(&credential_receipt),
            retirement_consistency: &[],
            log_tiles: &[],
            events: &events,
            now,
            at: None,
            need: None,
        })
    });
    verified.await.map_err(|_| Problem::internal())
}

fn text(bytes: Vec<u8>) -> Result<String, Problem> {
    String::from_utf8(bytes).map_err(|_| Problem::damaged())
}

/// A file of the page; besides them the style of our own pages, and the pin this registry is configured with (a page
/// built by a body brings its own).
pub(super) async fn serve_asset(
    State(app): State<App>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(found) = app.web.file(&path) {
        let mut answer = file(found, &headers);
        if path == OFFLINE_WORKER {
            let scope = HeaderName::from_static("service-worker-allowed");
            answer.headers_mut().insert(scope, HeaderValue::from_static("/"));
        }
        return Ok(answer);
    }
    let (media, bytes) = match path.as_str() {
        "registry.css" => ("text/css; charset=utf-8", Bytes::from_static(STYLE.as_bytes())),
        "policy.json" => {
            let policy = jcs::to_canonical(app.trust.policy());
            ("application/json", policy.into())
        }
        "samples.json" => ("application/json", samples(&app).await?),
        _ => return Err(Problem::not_found()),
    };
    Ok(cached(&headers, media, bytes, Freshness::Revalidate))
}

/// The file of samples as it stands now; the operator's own, and absent is what most have.
async fn samples(app: &App) -> Result<Bytes, Problem> {
    let path = app.samples.as_deref().ok_or_else(Problem::not_found)?;
    let is_short = |file: &std::fs::Metadata| file.is_file() && file.len() <= MAX_SAMPLES_BYTES;
    let file = tokio::fs::metadata(path).await;
    if !file.as_ref().is_ok_and(is_short) {
        return Err(Problem::not_found());
    }
    let bytes = tokio::fs::read(path).await.map_err(|_| Problem::not_found())?;
    Ok(bytes.into())
}

/// A file of the page, packed where the client takes that.
fn file(file: &WebFile, headers: &HeaderMap) -> Response {
    let fresh = if file.immutable {
        Freshness::Immutable
    } else {
        Freshness::Revalidate
    };
    let bytes = Tagged::by(file.bytes.clone(), &file.digest);
    let mut answer = cached_tagged(headers, file.media, bytes, fresh);
    match &file.gzip {
        Some(gzip) => compress::packed(answer, gzip.clone(), headers),
        None => {
            let vary = HeaderValue::from_static("accept-encoding");
            answer.headers_mut().insert(header::VARY, vary);
            answer
        }
    }
}
