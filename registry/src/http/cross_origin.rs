//! CORS (Fetch Standard §3.3): other sites' pages may read what everybody may read and is not a page itself.
//!
//! There are no cookies and no sessions here, so a page learns through its visitor's browser only what its author could
//! fetch at home. What needs a token is not open to pages.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, options},
};

use super::{App, Protection};

/// Headers that a page may read beyond the safelisted ones.
const EXPOSED: &str = "etag, retry-after, content-disposition, content-language";
/// Headers that a page may send beyond the safelisted ones.
const ALLOWED: &str = "content-type, if-none-match";
/// A day.
const MAX_AGE: &str = "86400";

/// Marks an answer without a body, and so without a type, that stands for a page: 304.
#[derive(Clone, Copy)]
pub(super) struct Page;

/// Whether that is the media type of a page.
pub(super) fn is_page(media: &str) -> bool {
    media.starts_with("text/html")
}

/// Answers `OPTIONS`.
pub(super) fn preflight(open: &[&Method]) -> MethodRouter<App> {
    let mut methods: Vec<&str> = Vec::new();
    for method in open {
        methods.push(method.as_str());
        if **method == Method::GET {
            methods.push("HEAD");
        }
    }
    methods.push("OPTIONS");
    let methods = HeaderValue::from_str(&methods.join(", ")).ok();
    options(move || async move {
        let mut response = StatusCode::NO_CONTENT.into_response();
        let headers = response.headers_mut();
        if let Some(methods) = methods {
            headers.insert(header::ALLOW, methods.clone());
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        }
        set(headers, header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED);
        set(headers, header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        set(headers, header::CACHE_CONTROL, "public, max-age=86400");
        response
    })
}

/// Opens an answer to other sites' pages, where its address is open and it is no page.
pub(super) fn open(response: &mut Response, protection: Option<Protection>) {
    let media = response.headers().get(header::CONTENT_TYPE);
    let media = media.and_then(|media| media.to_str().ok());
    let page = media.is_some_and(is_page) || response.extensions().get::<Page>().is_some();
    if page || !protection.is_some_and(Protection::is_open) {
        return;
    }
    let headers = response.headers_mut();
    set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    let resource_policy = HeaderName::from_static("cross-origin-resource-policy");
    set(headers, resource_policy, "cross-origin");
}

/// Whether a request asks what would be allowed.
pub(super) fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}
