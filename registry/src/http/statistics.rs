//! `GET /statistics?format=&lang=`: counts. They name no organisation, and so have no rate.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use serde::Deserialize;
use touchstone_schemas::jcs::to_canonical;

use super::{
    App, Problem,
    cached::{Freshness, cached},
    certificates::page_failed,
    extract::Query,
    media::PageForm,
};
use crate::{
    pages::{self, Language},
    statistics::to_csv,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatisticsQuery {
    format: Option<String>,
    lang: Option<String>,
}

enum Form {
    Page(Language),
    Json,
    Csv,
}

pub(super) async fn serve_statistics(
    State(app): State<App>,
    Query(query): Query<StatisticsQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let form = form(&query, &headers)?;
    let now = app.clock.now();
    // Counting a million certificates takes a second: not on a thread that serves others.
    let counted = tokio::task::spawn_blocking(move || app.statistics.statistics(&app.shared, now));
    let counted = counted.await.map_err(|_| Problem::internal())?;
    let (media, bytes) = match form {
        Form::Json => ("application/json", to_canonical(&*counted)),
        Form::Csv => (
            "text/csv; charset=utf-8; header=present",
            to_csv(&counted).into_bytes(),
        ),
        Form::Page(language) => {
            let page = pages::statistics(&counted, language).map_err(page_failed)?;
            ("text/html; charset=utf-8", page.into_bytes())
        }
    };
    let mut response = cached(&headers, media, bytes.into(), Freshness::Revalidate);
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("accept"));
    if matches!(form, Form::Csv) {
        let file = HeaderValue::from_static("attachment; filename=\"touchstone-statistics.csv\"");
        headers.insert(header::CONTENT_DISPOSITION, file);
    }
    Ok(response)
}

fn form(query: &StatisticsQuery, headers: &HeaderMap) -> Result<Form, Problem> {
    let language = match query.lang.as_deref() {
        None | Some("") => Language::default(),
        Some(text) => text.parse().map_err(|error| Problem::query("lang", 0, error))?,
    };
    if query.format.as_deref() == Some("csv") {
        return Ok(Form::Csv);
    }
    Ok(match PageForm::wanted(query.format.as_deref(), headers)? {
        PageForm::Json => Form::Json,
        PageForm::Page => Form::Page(language),
    })
}
