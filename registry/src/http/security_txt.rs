//! `/.well-known/security.txt`: whom to tell of a weakness (RFC 9116).

use axum::{body::Bytes, extract::State, http::HeaderMap, response::Response};
use touchstone_schemas::date_time::{Date, Timestamp};

use super::{
    App, Problem,
    cached::{Freshness, cached},
};

/// Seconds for which what is said counts (RFC 9116 §2.5.5: less than a year): whoever serves it today stands by it.
const GOOD_FOR: i64 = 90 * 86_400;

pub(super) async fn serve_security_txt(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let contact = app.security_contact.as_deref().ok_or_else(Problem::not_found)?;
    let text = security_txt(contact, app.base.as_str(), app.clock.now());
    let bytes = Bytes::from(text.ok_or_else(Problem::internal)?);
    Ok(cached(
        &headers,
        "text/plain; charset=utf-8",
        bytes,
        Freshness::Revalidate,
    ))
}

/// The file, the same throughout a day.
fn security_txt(contact: &str, base: &str, now: Timestamp) -> Option<String> {
    let expires = Date::of(now).start().checked_add(GOOD_FOR)?;
    Some(format!(
        "Contact: {contact}\nExpires: {expires}\nPreferred-Languages: zh, en\n\
         Canonical: {base}/.well-known/security.txt\n"
    ))
}
