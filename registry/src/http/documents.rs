//! Status lists, DID documents, the trust list, contexts and schemas: static, cacheable, for everybody.

use axum::{body::Bytes, extract::State, http::HeaderMap, response::Response};
use serde::Deserialize;
use touchstone_schemas::{
    date_time::Timestamp,
    published::{CONTEXT_V1, SCHEMA_V1},
    status::StatusPurpose,
    tlog::Entry,
};

use super::{
    App, Problem,
    cached::{Freshness, cached, cached_tagged},
    extract::{Path, Query},
};
use crate::{did_document, ledger::Document};

/// Which version is wanted; the newest when nothing is said.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    sequence: Option<String>,
    at: Option<String>,
}

pub(super) async fn serve_status_list(
    State(app): State<App>,
    Path((purpose, list)): Path<(String, String)>,
    Query(query): Query<ListQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let purpose = StatusPurpose::of_name(&purpose).ok_or_else(Problem::not_found)?;
    let number: u32 = list.parse().ok().ok_or_else(Problem::not_found)?;
    if number.to_string() != list {
        return Err(Problem::not_found());
    }
    let key = (purpose, number);
    let (index, fresh) = match (query.sequence.as_deref(), query.at.as_deref()) {
        (None, None) => {
            let held = app.shared.read().ledger.list(key).map(|held| held.index);
            (held, Freshness::Seconds30)
        }
        (Some(text), None) => {
            let sequence = text.parse::<u64>().ok().filter(|found| found.to_string() == text);
            let version = sequence.and_then(|found| app.shared.read().ledger.list_version(key, found));
            (version.map(|version| version.index), Freshness::Immutable)
        }
        (None, Some(text)) => {
            let at = text.parse::<Timestamp>().map_err(|error| bad_version(&error))?;
            let version = app.shared.read().ledger.list_version_at(key, at);
            (version.map(|version| version.index), Freshness::Seconds30)
        }
        (Some(_), Some(_)) => return Err(bad_version(&"either sequence or at is given")),
    };
    let index = index.ok_or_else(Problem::not_found)?;
    let document = match app.hot.status_lists.find(&index, &()) {
        Some(kept) => kept,
        None => {
            let document = Bytes::from(list_document(&app, index).await?).into();
            app.hot.status_lists.keep(index, (), &document);
            document
        }
    };
    Ok(cached_tagged(&headers, "application/vc", document, fresh))
}

/// The newest version of a status list, hashed again.
pub(super) async fn newest_list(
    app: &App,
    purpose: StatusPurpose,
    list: u32,
) -> Result<Option<Vec<u8>>, Problem> {
    let index = app
        .shared
        .read()
        .ledger
        .list((purpose, list))
        .map(|held| held.index);
    match index {
        Some(index) => list_document(app, index).await.map(Some),
        None => Ok(None),
    }
}

fn bad_version(error: &dyn std::fmt::Display) -> Problem {
    Problem::malformed_query().detail(error)
}

async fn list_document(app: &App, index: u64) -> Result<Vec<u8>, Problem> {
    let stored = app.store.entry(index).await;
    let stored = stored.map_err(|error| Problem::store(&error))?;
    let entry = Entry::parse(&stored.entry).map_err(|_| Problem::damaged())?;
    let same = app
        .shared
        .read()
        .ledger
        .logged(&entry.digest)
        .map(|logged| logged.index)
        == Some(index);
    match Document::of_entry(&entry, &stored.document) {
        Ok(_) if same => Ok(stored.document),
        _ => {
            tracing::error!(index, "stored status list is not the one logged");
            Err(Problem::damaged())
        }
    }
}

pub(super) async fn serve_did(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    serve_did_document(&app, &headers, Whose::Issuer).await
}

pub(super) async fn serve_status_did(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    serve_did_document(&app, &headers, Whose::StatusAuthority).await
}

#[derive(Clone, Copy)]
enum Whose {
    Issuer,
    StatusAuthority,
}

async fn serve_did_document(app: &App, headers: &HeaderMap, whose: Whose) -> Result<Response, Problem> {
    let trusted = app.trust.refresh(&app.store).await;
    let body = trusted.body_of(&app.base).ok_or_else(Problem::not_found)?;
    let (did, keys) = match whose {
        Whose::Issuer => (&body.id, &body.issuing_keys),
        Whose::StatusAuthority => (&body.status_authority, &body.status_keys),
    };
    let bytes = did_document::did_document(did, keys).ok_or_else(Problem::internal)?;
    let fresh = Freshness::Seconds30;
    Ok(cached(headers, "application/did+json", bytes.into(), fresh))
}

pub(super) async fn serve_trust_list(State(app): State<App>, headers: HeaderMap) -> Response {
    let trusted = app.trust.refresh(&app.store).await;
    let bytes = Bytes::from(trusted.document().to_owned());
    let fresh = Freshness::Seconds30;
    cached(&headers, "application/json", bytes, fresh)
}

pub(super) async fn serve_context(headers: HeaderMap) -> Response {
    let bytes = Bytes::from_static(CONTEXT_V1.as_bytes());
    let fresh = Freshness::Immutable;
    cached(&headers, "application/ld+json", bytes, fresh)
}

pub(super) async fn serve_schema(headers: HeaderMap) -> Response {
    let bytes = Bytes::from_static(SCHEMA_V1.as_bytes());
    let fresh = Freshness::Immutable;
    cached(&headers, "application/schema+json", bytes, fresh)
}
