//! `GET /surveillance?due_before=&state=&cursor=`: what is due. It names nobody, and so has no rate.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use serde::Deserialize;
use touchstone_schemas::{date_time::Date, jcs::to_canonical};

use super::{
    App, Problem,
    cached::{Freshness, cached},
    certificates::page_failed,
    extract::Query,
    media::PageForm,
};
use crate::{
    pages,
    statement::offset_of,
    surveillance::{DUE_SOON_DAYS, DueState, Wanted, read_cursor, worklist},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SurveillanceQuery {
    due_before: Option<String>,
    state: Option<String>,
    cursor: Option<String>,
    format: Option<String>,
}

pub(super) async fn serve_surveillance(
    State(app): State<App>,
    Query(query): Query<SurveillanceQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let form = PageForm::wanted(query.format.as_deref(), &headers)?;
    let now = app.clock.now();
    let today = Date::of(now);
    let soon = today.add_days(DUE_SOON_DAYS).unwrap_or(today);
    // A form sends its empty fields too.
    let given = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
    let due_before = given(&query.due_before).map_or(Ok(soon), |text| {
        text.parse()
            .map_err(|error| Problem::query("due_before", offset_of(error), error))
    })?;
    let state = given(&query.state).map(|text| {
        text.parse::<DueState>()
            .map_err(|error| Problem::query("state", 0, error))
    });
    let behind = given(&query.cursor).map(|text| {
        let refused = || Problem::query("cursor", 0, "wanted the `next` of a page before");
        read_cursor(&text).ok_or_else(refused)
    });
    let wanted = Wanted {
        due_before,
        state: state.transpose()?,
        behind: behind.transpose()?,
    };
    let found = worklist(&app.shared.read().ledger, &wanted, now);
    let (media, bytes) = match form {
        PageForm::Json => ("application/json", to_canonical(&found)),
        PageForm::Page => {
            let page = pages::worklist(&found, wanted.state).map_err(page_failed)?;
            ("text/html; charset=utf-8", page.into_bytes())
        }
    };
    let mut response = cached(&headers, media, bytes.into(), Freshness::Revalidate);
    let vary = HeaderValue::from_static("accept");
    response.headers_mut().append(header::VARY, vary);
    Ok(response)
}
