//! Bodies with an entity tag (RFC 9110 §8.8.3): a client that has the bytes is told so.

use std::sync::Arc;

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use touchstone_schemas::digest::Sha256Digest;

use super::cross_origin;

/// How long an answer may be used without asking again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// The bytes at this address never change.
    Immutable,
    /// Changes with every batch of the log: what follows it asks often, and a cache in front takes the load.
    Seconds5,
    /// May change within the minute; a withdrawal is public within it (DOMAIN §2).
    Seconds30,
    /// Asked again every time.
    Revalidate,
}

impl Freshness {
    const fn header(self) -> &'static str {
        match self {
            Self::Immutable => "public, max-age=31536000, immutable",
            Self::Seconds5 => "public, max-age=5",
            Self::Seconds30 => "public, max-age=30",
            Self::Revalidate => "no-cache",
        }
    }
}

/// Bytes with their entity tag.
#[derive(Clone, Debug)]
pub(super) struct Tagged {
    bytes: Bytes,
    tag: Arc<str>,
}

impl Tagged {
    /// Bytes whose content a digest is known to stand for already.
    pub(super) fn by(bytes: Bytes, digest: &dyn std::fmt::Display) -> Self {
        let tag = Arc::from(format!("\"{digest}\""));
        Self { bytes, tag }
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }
}

impl From<Bytes> for Tagged {
    fn from(bytes: Bytes) -> Self {
        let digest = Sha256Digest::of(&bytes);
        Self::by(bytes, &digest)
    }
}

/// An answer of known bytes, or 304 when the client has them.
pub(super) fn cached(
    request: &HeaderMap,
    media: &'static str,
    bytes: Bytes,
    freshness: Freshness,
) -> Response {
    cached_tagged(request, media, bytes.into(), freshness)
}

/// The same for bytes whose tag is known.
pub(super) fn cached_tagged(
    request: &HeaderMap,
    media: &'static str,
    Tagged { bytes, tag }: Tagged,
    freshness: Freshness,
) -> Response {
    let known = request
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let mut offered = known.unwrap_or_default().split(',').map(str::trim);
    // A 304 names the tag that the client has: a cache freshens what is stored under exactly that one (RFC 9111 §4.3.4).
    let matched = offered.find(|one| *one == "*" || one.trim_start_matches("W/") == &*tag);
    let known = matched.is_some();
    let tag = match matched {
        Some(weak) if weak.starts_with("W/") => Arc::from(weak),
        _ => tag,
    };
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        bytes.into_response()
    };
    if known && cross_origin::is_page(media) {
        response.extensions_mut().insert(cross_origin::Page);
    }
    let headers = response.headers_mut();
    if !known {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(freshness.header()),
    );
    response
}
