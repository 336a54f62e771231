//! `GET /changes.atom`, `/certificates/{number}/changes.atom`, `/holders/{uscc}/changes.atom` and their `.json`: what changed, as feeds.
//!
//! They name no holder and no person. That of the whole registry holds what the log recorded; those of a certificate and of a
//! holder also what dates brought about, which in the whole registry is `/surveillance`.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::fmt::rfc2822::{DateTimeParser, DateTimePrinter};
use serde::Deserialize;
use touchstone_schemas::{credential::CredentialNumber, date_time::Timestamp, did::Did, uscc::Uscc};

use super::{
    App, Client, Problem,
    cached::{Freshness, cached},
    certificates::{not_here, page_failed},
    extract::{Path, Query},
};
use crate::{
    changes::{Change, LogPageError, Names, PAGE_CHANGES, changes_of, log_page, page_of},
    pages::{Feed, FeedForm, label},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FeedQuery {
    before: Option<String>,
    body: Option<String>,
}

/// Of the whole registry, or of one body.
pub(super) async fn serve_changes(
    State(app): State<App>,
    Query(query): Query<FeedQuery>,
    headers: HeaderMap,
    form: FeedForm,
) -> Result<Response, Problem> {
    let before = before(&query)?;
    let body = query.body.as_deref().map(Did::parse).transpose();
    let body = body.map_err(|error| Problem::query("body", 0, error))?;
    let found = log_page(&app.store, &app.shared, before, body.as_ref(), PAGE_CHANGES).await;
    let found = found.map_err(|error| not_listed(&error))?;
    let about = body.as_ref().map_or("", Did::as_str);
    let feed = Feed {
        names: names(&app),
        path: "/changes",
        query: &body.as_ref().map_or(String::new(), in_query),
        title: match body {
            Some(_) => label::CHANGES_OF_BODY,
            None => label::CHANGES,
        },
        about,
        home: "/surveillance",
        before,
        next: found.next,
        changes: &found.changes,
    };
    answer(&feed, form, &headers, app.clock.now())
}

/// Of all versions of a certificate.
pub(super) async fn serve_certificate_changes(
    State(app): State<App>,
    client: Client,
    Path(number): Path<String>,
    Query(query): Query<FeedQuery>,
    headers: HeaderMap,
    form: FeedForm,
) -> Result<Response, Problem> {
    client.take(&app.rates.records)?;
    let before = before(&query)?;
    let number = CredentialNumber::parse(&number).map_err(|_| not_here())?;
    let now = app.clock.now();
    let changes = of_number(&app, &number, now);
    if changes.is_empty() {
        return Err(not_here());
    }
    let page = page_of(changes, before);
    let home = format!("/certificates/{number}");
    let feed = Feed {
        names: names(&app),
        path: &format!("{home}/changes"),
        query: "",
        title: label::CHANGES_OF_CERTIFICATE,
        about: number.as_str(),
        home: &home,
        before,
        next: page.next,
        changes: &page.changes,
    };
    answer(&feed, form, &headers, now)
}

/// Of all certificates of a holder and its units.
pub(super) async fn serve_holder_changes(
    State(app): State<App>,
    client: Client,
    Path(code): Path<String>,
    Query(query): Query<FeedQuery>,
    headers: HeaderMap,
    form: FeedForm,
) -> Result<Response, Problem> {
    client.take(&app.rates.records)?;
    let before = before(&query)?;
    let code = Uscc::parse_as_printed(&code).map_err(|_| not_here())?;
    let now = app.clock.now();
    let changes = of_holder(&app, code, now);
    if changes.is_empty() {
        return Err(not_here());
    }
    let page = page_of(changes, before);
    let feed = Feed {
        names: names(&app),
        path: &format!("/holders/{code}/changes"),
        query: "",
        title: label::CHANGES_OF_HOLDER,
        about: code.as_str(),
        home: &format!("/certificates?uscc={code}"),
        before,
        next: page.next,
        changes: &page.changes,
    };
    answer(&feed, form, &headers, now)
}

fn of_holder(app: &App, code: Uscc, now: Timestamp) -> Vec<Change> {
    let published = app.shared.read();
    let ledger = &published.ledger;
    let keys = ledger.of_holder(code);
    let mut changes: Vec<Change> = keys.flat_map(|key| changes_of(ledger, key, now)).collect();
    changes.sort_by(|one, other| {
        let place = |change: &Change| (change.known, change.index, change.version);
        place(one)
            .cmp(&place(other))
            .then_with(|| one.number.cmp(&other.number))
    });
    changes
}

fn of_number(app: &App, number: &CredentialNumber, now: Timestamp) -> Vec<Change> {
    let published = app.shared.read();
    let versions = published.ledger.versions(number);
    let of_version = |version| changes_of(&published.ledger, &(number.clone(), version), now);
    let mut changes: Vec<Change> = versions.into_iter().flat_map(of_version).collect();
    changes.sort_by_key(|change| (change.known, change.index));
    changes
}

/// A port in a `did:web` is percent-encoded already, and once more in a query.
fn in_query(body: &Did) -> String {
    format!("body={}", body.as_str().replace('%', "%25"))
}

pub(super) fn names(app: &App) -> Names<'_> {
    Names {
        base: &app.base,
        origin: &app.origin,
    }
}

fn before(query: &FeedQuery) -> Result<Option<u64>, Problem> {
    let read = |text: &String| {
        text.parse()
            .map_err(|_| Problem::query("before", 0, "wanted the number in the `next` of a page before"))
    };
    query.before.as_ref().map(read).transpose()
}

pub(super) fn not_listed(error: &LogPageError) -> Problem {
    tracing::error!(%error, "changes not read");
    match error {
        LogPageError::Store(error) => Problem::store(error),
        LogPageError::Damaged { .. } => Problem::damaged(),
    }
}

/// The page, or 304 when the client has it, by tag or, where it sends none, by date (RFC 9110 §13.2.2).
fn answer(feed: &Feed<'_>, form: FeedForm, headers: &HeaderMap, now: Timestamp) -> Result<Response, Problem> {
    let bytes = feed.write(form).map_err(page_failed)?;
    let updated = feed.updated();
    let mut response = cached(headers, form.media(), bytes.into(), Freshness::Seconds30);
    // Within its own second more may come, and a date could not tell (RFC 9110 §8.8.2.2).
    if now.seconds_since(updated) > 1 {
        let known = headers.get(header::IF_MODIFIED_SINCE).and_then(read_date);
        let by_date = !headers.contains_key(header::IF_NONE_MATCH) && known.is_some_and(|at| at >= updated);
        if by_date {
            let kept = std::mem::take(response.headers_mut());
            response = StatusCode::NOT_MODIFIED.into_response();
            *response.headers_mut() = kept;
            response.headers_mut().remove(header::CONTENT_TYPE);
        }
        let modified = write_date(updated);
        response
            .headers_mut()
            .extend(modified.map(|value| (header::LAST_MODIFIED, value)));
    }
    Ok(response)
}

fn read_date(value: &HeaderValue) -> Option<Timestamp> {
    let instant = DateTimeParser::new().parse_timestamp(value.to_str().ok()?).ok()?;
    Timestamp::from_unix(instant.as_second())
}

fn write_date(at: Timestamp) -> Option<HeaderValue> {
    let instant = jiff::Timestamp::from_second(at.unix()).ok()?;
    let text = DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&instant)
        .ok()?;
    HeaderValue::from_str(&text).ok()
}
