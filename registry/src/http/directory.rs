//! `GET /certificates?name=&uscc=&number=&province=&city=&industry=&level=&standard=&state=&cursor=`: the directory. It
//! names organisations, so its rows are counted for each client.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use serde::Deserialize;
use touchstone_schemas::{date_time::Timestamp, jcs::to_canonical, record};

use super::{
    App, Client, Problem,
    cached::{Freshness, cached},
    certificates::{not_read, page_failed},
    extract::Query as Address,
    media::PageForm,
};
use crate::{
    directory::{Cursor, DirectoryEntry, Found, Parameters, Query, SearchError, search},
    pages::{self, Coverage},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DirectoryQuery {
    name: Option<String>,
    uscc: Option<String>,
    number: Option<String>,
    province: Option<String>,
    city: Option<String>,
    industry: Option<String>,
    level: Option<String>,
    standard: Option<String>,
    state: Option<String>,
    cursor: Option<String>,
    format: Option<String>,
}

/// A page of the directory as JSON. Where nothing is found, it says what is covered.
struct DirectoryJson {
    as_of: Timestamp,
    coverage: Option<Coverage>,
    next: Option<String>,
    rows: Vec<DirectoryEntry>,
}

record! { write DirectoryJson {
    "asOf": as_of,
    "coverage"? coverage,
    "next"? next,
    "rows": rows,
} }

pub(super) async fn serve_directory(
    State(app): State<App>,
    client: Client,
    Address(asked): Address<DirectoryQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    client.take(&app.rates.directory_rows)?;
    let form = PageForm::wanted(asked.format.as_deref(), &headers)?;
    let cursor = asked.cursor.clone().filter(|cursor| !cursor.is_empty());
    let query =
        Query::read(&parameters(asked)).map_err(|error| Problem::query(error.parameter, 0, error.reason))?;
    let behind = cursor.map(|text| Cursor::read(&text, &query)).transpose();
    let behind = behind.map_err(|error| Problem::query("cursor", 0, error))?;
    let now = app.clock.now();
    let found = search(&app.store, &app.shared, &app.hot.listings, &query, behind, now).await;
    let found = found.map_err(|error| not_searched(&error))?;
    // The first was counted when it was asked for.
    let more = u32::try_from(found.rows.len().saturating_sub(1)).unwrap_or(u32::MAX);
    client.take_many(&app.rates.directory_rows, more)?;
    let nothing = found.rows.is_empty() && found.next.is_none();
    let coverage = if nothing {
        Some(Coverage::of(&app).await)
    } else {
        None
    };
    let (media, bytes) = match form {
        PageForm::Json => ("application/json", to_canonical(&json(found, coverage))),
        PageForm::Page => {
            let trusted = app.trust.refresh(&app.store).await;
            let mut bodies = trusted.context().list().issuers.iter();
            let any_test = bodies.any(|body| body.test && body.registries.contains(&app.base));
            let page = pages::directory(&query, &found, coverage, any_test).map_err(page_failed)?;
            ("text/html; charset=utf-8", page.into_bytes())
        }
    };
    let mut response = cached(&headers, media, bytes.into(), Freshness::Revalidate);
    let vary = HeaderValue::from_static("accept");
    response.headers_mut().append(header::VARY, vary);
    Ok(response)
}

fn parameters(asked: DirectoryQuery) -> Parameters {
    Parameters {
        name: asked.name,
        uscc: asked.uscc,
        number: asked.number,
        province: asked.province,
        city: asked.city,
        industry: asked.industry,
        level: asked.level,
        standard: asked.standard,
        state: asked.state,
    }
}

fn json(found: Found, coverage: Option<Coverage>) -> DirectoryJson {
    DirectoryJson {
        as_of: found.as_of,
        coverage,
        next: found.next,
        rows: found.rows,
    }
}

fn not_searched(error: &SearchError) -> Problem {
    match error {
        SearchError::Record(error) => not_read(error),
        SearchError::Store(error) => {
            tracing::error!(%error, "directory not searched");
            Problem::store(error)
        }
    }
}
