//! Rules of the Verifiable Credentials Data Model 2.0.

pub(super) mod context;
pub(super) mod empty_members;
pub(super) mod identifier;
pub(super) mod issuer;
pub(super) mod schema;
pub(super) mod status;
pub(super) mod subject;
pub(super) mod types;
pub(super) mod validity_period;

use touchstone_schemas::date_time::Timestamp;

/// An absolute URL: a scheme, then something, no white space (VCDM 2.0 §4.4; URL Standard §4.3).
pub(super) fn is_url(text: &str) -> bool {
    let scheme = text
        .split_once(':')
        .map(|(scheme, rest)| (scheme, !rest.is_empty()));
    scheme.is_some_and(|(scheme, rest)| {
        rest && scheme.starts_with(|c: char| c.is_ascii_lowercase())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    }) && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// An XML Schema dateTimeStamp: date and time to the second with their zone (VCDM 2.0 §4.9; XML Schema 1.1 §3.4.28).
pub(super) fn date_time_stamp(text: &str) -> Option<Timestamp> {
    let zone = text.get(19..)?;
    let zoned = zone == "Z" || (zone.len() == 6 && zone.starts_with(['+', '-']));
    if !zoned || text.as_bytes().get(10) != Some(&b'T') {
        return None;
    }
    let instant: jiff::Timestamp = text.parse().ok()?;
    Timestamp::from_unix(instant.as_second())
}
