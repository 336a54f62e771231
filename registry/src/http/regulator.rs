//! `/regulator/…`: for whoever shows a regulator's token, of the certificates of their regions and of no other.
//!
//! What is not of their regions is answered as what is not here. Every access is logged with the id of the regulator
//! and how much was read; never with names, numbers or codes (THREATS T15).

use axum::{
    body::{Body, Bytes},
    extract::{FromRequestParts, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;
use touchstone_schemas::{
    budget::MAX_CREDENTIAL_BYTES,
    credential::{CredentialNumber, Version},
    date_time::{Date, Timestamp},
};
use touchstone_verifier::verify_statement;

use super::{
    App, Client, Problem,
    body::{BodyLimits, read_body},
    certificates::page_failed,
    changes::{names, not_listed},
    extract::Query,
    media::{PageForm, is_json},
    statement::not_stated,
    stream::{Pieces, stream},
};
use crate::{
    changes::{LogPageError, Position},
    pages::{self, FirmRow, FirmsPage},
    regulators::{
        Access, Asked, Extract, FirmsError, RegionChanges, changes_to_csv, changes_to_json, find_asked,
        first_since,
    },
    statement::{Period, Stated, make_statement, offset_of},
};

/// Longest list of firms: a hundred numbers fill a tenth of it.
const MAX_ASKED_BYTES: usize = MAX_CREDENTIAL_BYTES;

/// A regulator who has shown a token that counts. Without one, nothing of what is behind is told.
impl FromRequestParts<App> for Access {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .unwrap_or_default();
        let opened = app.regulators.open(token, app.clock.now()).map_err(|error| {
            tracing::error!(%error, "register of regulators not read");
            Problem::internal()
        })?;
        match opened {
            Ok(access) => Ok(access),
            Err(refused) => {
                let Ok(client) = Client::from_request_parts(parts, app).await;
                client.take(&app.rates.strangers)?;
                let status = StatusCode::UNAUTHORIZED;
                let problem = Problem::new(status, "unauthorised", "this needs a regulator's token");
                Err(problem.detail(refused))
            }
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExtractQuery {
    after: Option<String>,
}

/// Everything of the regions, as CSV; what was cut off goes on after the `log_index` of its last row.
pub(super) async fn serve_extract(
    State(app): State<App>,
    access: Access,
    Query(query): Query<ExtractQuery>,
) -> Result<Response, Problem> {
    let Access { id, regions } = access;
    let now = app.clock.now();
    let after = query.after.as_deref().map(str::parse::<u64>).transpose();
    let after = after.map_err(|_| Problem::query("after", 0, "wanted the log_index of a row"))?;
    let from = after.map_or(0, |after| after.saturating_add(1));
    let mut extract = Extract::new(app.store.clone(), app.shared.clone(), regions, from, now);
    let body = stream(move |pieces: Pieces| async move {
        loop {
            let piece = match extract.next_piece().await {
                Ok(Some(piece)) => piece,
                Ok(None) => break,
                Err(error) => {
                    tracing::error!(regulator = %id, %error, "extract broken off");
                    pieces.break_off().await;
                    return;
                }
            };
            if !pieces.send(Bytes::from(piece)).await {
                break;
            }
        }
        tracing::info!(regulator = %id, rows = extract.rows(), "regulator read the extract");
    });
    Ok(csv(body, &format!("certificates-{}.csv", Date::of(now))))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangesQuery {
    since: Option<String>,
    cursor: Option<String>,
    format: Option<String>,
}

/// What changed since a day or instant, by log and by date, the oldest first.
pub(super) async fn serve_region_changes(
    State(app): State<App>,
    access: Access,
    Query(query): Query<ChangesQuery>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let position = match (&query.cursor, &query.since) {
        (Some(cursor), _) => {
            let read = cursor.parse::<Position>();
            read.map_err(|error| Problem::query("cursor", 0, error))?
        }
        (None, Some(since)) => {
            let since =
                read_since(since).map_err(|(offset, error)| Problem::query("since", offset, error))?;
            let first = first_since(&app.store, &app.shared, since).await;
            Position::starting(first.map_err(|error| not_listed(&error))?, since)
        }
        (None, None) => return Err(Problem::query("since", 0, "wanted a day or an instant")),
    };
    let as_csv = match query.format.as_deref() {
        None | Some("json") => false,
        Some("csv") => true,
        Some(_) => return Err(Problem::query("format", 0, "wanted json or csv")),
    };
    let found = RegionChanges::read(&app.store, &app.shared, &access.regions, position, now).await;
    let found = found.map_err(|error: LogPageError| not_listed(&error))?;
    let rows = found.changes.len();
    tracing::info!(regulator = %access.id, rows, "regulator read changes");
    let mut response = if as_csv {
        let body = Body::from(changes_to_csv(&found, names(&app)));
        csv(body, &format!("changes-{}.csv", Date::of(now)))
    } else {
        json(changes_to_json(&found, names(&app)))
    };
    if let Some(next) = &found.next {
        let format = if as_csv { "csv" } else { "json" };
        let link = format!("</regulator/changes?cursor={next}&format={format}>; rel=\"next\"");
        let link = HeaderValue::from_str(&link).ok();
        response
            .headers_mut()
            .extend(link.map(|link| (header::LINK, link)));
    }
    Ok(response)
}

/// A day begins in China.
fn read_since(text: &str) -> Result<Timestamp, (usize, String)> {
    let day = text.parse::<Date>().map(Date::start);
    let instant = |_| text.parse::<Timestamp>();
    day.or_else(instant).map_err(|error| {
        let wanted = "wanted an instant YYYY-MM-DDThh:mm:ssZ or a day YYYY-MM-DD in China";
        (offset_of(error), format!("{error}; {wanted}"))
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FirmsQuery {
    format: Option<String>,
}

/// Where the certificates of a list of firms stood: a page to print and file, or the statements that prove it.
pub(super) async fn serve_firms(
    State(app): State<App>,
    access: Access,
    Query(query): Query<FirmsQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let form = PageForm::wanted(query.format.as_deref(), &headers)?;
    if !is_json(&headers) {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Problem::new(
            status,
            "unsupportedMediaType",
            "a list of firms is application/json",
        ));
    }
    let limits = BodyLimits {
        bytes: MAX_ASKED_BYTES,
        time: app.body_timeout,
        too_large: ("listTooLarge", "the list is too large"),
    };
    let body = read_body(body, limits).await?;
    let asked = Asked::read(&body, MAX_ASKED_BYTES).map_err(|error| no_firms(&error))?;
    let now = app.clock.now();
    let at = asked.at.as_deref();
    let period = at.map_or(Ok(Period::instant(now)), |at| Period::parse(at, now));
    let period = period.map_err(|error| malformed(&error).at("/at".to_owned()))?;
    let found = find_asked(&app.shared, &access.regions, &asked.of).map_err(|error| no_firms(&error))?;
    let mut firms = Vec::with_capacity(found.len());
    for (text, keys) in asked.of.iter().zip(found) {
        let mut rows = Vec::with_capacity(keys.len());
        for (number, version) in keys {
            rows.extend(row(&app, (&number, version), period, now).await?);
        }
        firms.push((text.clone(), rows));
    }
    let rows: usize = firms.iter().map(|(_, rows)| rows.len()).sum();
    tracing::info!(regulator = %access.id, firms = firms.len(), rows, "regulator read a statement");
    let page = FirmsPage {
        period,
        made_at: now,
        checkpoint: app.shared.read().checkpoint.to_string(),
        owner_key: app.trust.policy().owner_key.to_string(),
        firms,
    };
    Ok(match form {
        PageForm::Json => json(pages::firms_json(&page)),
        PageForm::Page => Html(pages::firms(&page).map_err(page_failed)?).into_response(),
    })
}

/// A certificate with what proves where it stood, checked as any reader would.
async fn row(
    app: &App,
    (number, version): (&CredentialNumber, Version),
    period: Period,
    now: Timestamp,
) -> Result<Option<FirmRow>, Problem> {
    let trusted = app.trust.refresh(&app.store).await;
    let policy = app.trust.policy().clone();
    let trust = (&*trusted, &policy);
    let named = (number, Some(version));
    let made = make_statement(&app.store, &app.shared, trust, named, period, now);
    let Stated::Held { statement, record } = made.await.map_err(|error| not_stated(&error))? else {
        return Ok(None);
    };
    let checked = tokio::task::spawn_blocking(move || {
        let report = verify_statement(&statement, &policy, statement.request.now);
        (statement, report)
    });
    let (statement, report) = checked.await.map_err(|_| Problem::internal())?;
    Ok(Some(FirmRow {
        statement,
        record,
        report,
    }))
}

fn malformed(detail: &impl ToString) -> Problem {
    let status = StatusCode::BAD_REQUEST;
    let title = "the body is not a list of firms";
    Problem::new(status, "malformedList", title).detail(detail.to_string())
}

fn no_firms(error: &FirmsError) -> Problem {
    let problem = match error {
        FirmsError::TooMany { .. } => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let title = "too many certificates for one statement";
            Problem::new(status, "tooManyCertificates", title).detail(error)
        }
        FirmsError::Form(_) | FirmsError::Count { .. } | FirmsError::Neither { .. } => malformed(error),
    };
    match error.pointer() {
        Some(pointer) => problem.at(pointer),
        None => problem,
    }
}

fn json(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], bytes).into_response()
}

fn csv(body: Body, file: &str) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    let media = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
    headers.insert(header::CONTENT_TYPE, media);
    let shown = HeaderValue::from_str(&format!("attachment; filename=\"{file}\"")).ok();
    headers.extend(shown.map(|shown| (header::CONTENT_DISPOSITION, shown)));
    response
}
