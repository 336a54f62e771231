//! What every answer carries.

use axum::http::{HeaderName, HeaderValue, header};

/// Our pages: no third party, no inline script or style, WebAssembly from ourselves.
pub(super) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self'; img-src 'self' data:; manifest-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types touchstone; worker-src 'self'";

/// Headers set on every answer that has none of the name.
const SECURITY: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(self), geolocation=(), microphone=()",
    ),
];

/// A year of HTTPS, on a registry that is reached so.
const TRANSPORT_SECURITY: (HeaderName, &str) = (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");

/// What an answer carries that does not say otherwise itself; `secure` is a registry that is reached by HTTPS.
pub(super) fn defaults(secure: bool) -> Vec<(HeaderName, HeaderValue)> {
    SECURITY
        .into_iter()
        .chain(secure.then_some(TRANSPORT_SECURITY))
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
        .collect()
}
