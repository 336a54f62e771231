//! `GET /certificates/{number}/status?at=`: where a certificate stood, as a statement that is checked offline.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;
use touchstone_schemas::credential::CredentialNumber;
use touchstone_verifier::{statement::Statement, verify_statement};

use super::{
    App, Client, Problem,
    certificates::{named, not_read, page_failed},
    extract::{Path, Query},
    media::PageForm,
};
use crate::{
    pages::{self, StatementAbout},
    record::CertificateRecord,
    statement::{Absence, Period, Stated, StatementError, make_statement},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatementQuery {
    at: Option<String>,
    version: Option<String>,
    format: Option<String>,
}

pub(super) async fn serve_statement(
    State(app): State<App>,
    client: Client,
    Path(number): Path<String>,
    Query(query): Query<StatementQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    client.take(&app.rates.records)?;
    let form = PageForm::wanted(query.format.as_deref(), &headers)?;
    let now = app.clock.now();
    let at = query.at.as_deref();
    let period = at.map_or(Ok(Period::instant(now)), |at| Period::parse(at, now));
    let period = period.map_err(|error| Problem::query("at", error.offset(), error))?;
    let stated = match named(&app, &number, query.version.as_deref())? {
        Some((number, version)) => {
            let trusted = app.trust.refresh(&app.store).await;
            let trust = (&*trusted, app.trust.policy());
            let named = (&number, version);
            let made = make_statement(&app.store, &app.shared, trust, named, period, now);
            made.await.map_err(|error| not_stated(&error))?
        }
        None => Stated::Absent(Absence::of(&app.shared.read(), now)),
    };
    let asked = at.map_or_else(|| now.to_string(), str::to_owned);
    let mut response = match stated {
        Stated::Held { statement, record } => held(&app, *statement, &record, form, &asked).await?,
        Stated::Absent(absence) => absent(&app, &absence, &number, form, &asked).await?,
    };
    let vary = HeaderValue::from_static("accept");
    response.headers_mut().append(header::VARY, vary);
    Ok(response)
}

pub(super) fn not_stated(error: &StatementError) -> Problem {
    match error {
        StatementError::Record(error) => not_read(error),
        StatementError::NotText => Problem::damaged(),
        StatementError::TooMany { .. } => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let problem = Problem::new(
                status,
                "tooManyChanges",
                "too much changed on that day for one statement",
            );
            problem.detail(format!("{error}; ask about an instant of it"))
        }
    }
}

async fn held(
    app: &App,
    statement: Statement,
    record: &CertificateRecord,
    form: PageForm,
    asked: &str,
) -> Result<Response, Problem> {
    if form == PageForm::Json {
        let number = &record.credential.number;
        return Ok(json(
            statement.to_json(),
            &file_name(number, asked),
            StatusCode::OK,
        ));
    }
    let policy = app.trust.policy().clone();
    let checked = tokio::task::spawn_blocking(move || {
        let now = statement.request.now;
        verify_statement(&statement, &policy, now)
    });
    let report = checked.await.map_err(|_| Problem::internal())?;
    let file = file_name(&record.credential.number, asked);
    let about = StatementAbout {
        record,
        asked,
        file: &file,
        owner_key: app.trust.policy().owner_key.to_string(),
    };
    let page = pages::statement(&about, &report).map_err(page_failed)?;
    Ok(Html(page).into_response())
}

async fn absent(
    app: &App,
    absence: &Absence,
    number: &str,
    form: PageForm,
    asked: &str,
) -> Result<Response, Problem> {
    let status = StatusCode::NOT_FOUND;
    if form == PageForm::Json {
        let body = pages::absence_json(app, absence, number, asked).await;
        return Ok(json(body, "absence.json", status));
    }
    let page = pages::absence(app, absence, number, asked).await;
    Ok((status, Html(page.map_err(page_failed)?)).into_response())
}

/// Number and instant, in characters that every file system takes.
fn file_name(number: &CredentialNumber, asked: &str) -> String {
    let asked: String = asked
        .chars()
        .filter(|one| one.is_ascii_alphanumeric() || *one == '-')
        .collect();
    format!("{number}-{asked}.json")
}

fn json(body: Vec<u8>, file: &str, status: StatusCode) -> Response {
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let shown = format!("inline; filename=\"{file}\"");
    if let Ok(shown) = HeaderValue::from_str(&shown) {
        headers.insert(header::CONTENT_DISPOSITION, shown);
    }
    response
}
