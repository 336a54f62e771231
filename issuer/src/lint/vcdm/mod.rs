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
