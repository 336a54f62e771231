//! Compression of answers (RFC 9110 §8.4.1): gzip, quickly, where the bytes are text and long enough to be worth it.
//!
//! The entity tag of a compressed answer is weak: its bytes are others, what they mean is not (RFC 9110 §8.8.3.3).
//! `If-None-Match` compares weakly, so a client is told 304 whichever of the two it has.

use std::io::Write;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, Version, header},
    response::Response,
};
use flate2::{Compression, write::GzEncoder};
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer,
        predicate::{And, Predicate, SizeAbove},
    },
};

/// Shorter answers fit into one packet anyway.
const LEAST_BYTES: u16 = 1_000;

/// What shrinks: text of every kind. Tiles are hashes; pictures and archives are packed already.
const TEXT: [&str; 4] = ["text/", "application/vc", "application/wasm", "image/svg+xml"];

type Compressible = fn(axum::http::StatusCode, Version, &HeaderMap, &axum::http::Extensions) -> bool;

/// The layer.
pub(super) fn layer() -> CompressionLayer<And<SizeAbove, Compressible>> {
    let compressible: Compressible = |_, _, headers, _| is_text(headers);
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(LEAST_BYTES.into()).and(compressible))
}

fn is_text(headers: &HeaderMap) -> bool {
    let media = headers
        .get(header::CONTENT_TYPE)
        .and_then(|media| media.to_str().ok())
        .and_then(|media| media.split(';').next())
        .unwrap_or_default();
    let structured = media.ends_with("json") || media.ends_with("xml");
    structured || TEXT.iter().any(|text| media.starts_with(text))
}

/// Weakens the entity tag of an answer that is compressed.
pub(super) fn weaken_tag(response: &mut Response) {
    if !response.headers().contains_key(header::CONTENT_ENCODING) {
        return;
    }
    let strong = response
        .headers()
        .get(header::ETAG)
        .and_then(|tag| tag.to_str().ok())
        .filter(|tag| !tag.starts_with("W/"));
    if let Some(weak) = strong.and_then(|tag| HeaderValue::from_str(&format!("W/{tag}")).ok()) {
        response.headers_mut().insert(header::ETAG, weak);
    }
}

/// Packs bytes that are kept packed.
///
/// # Errors
/// Those of memory alone.
pub(super) fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes)?;
    packed.finish()
}

/// An answer with the bytes packed before, where the client takes that.
pub(super) fn packed(mut answer: Response, gzip: Bytes, headers: &HeaderMap) -> Response {
    let vary = HeaderValue::from_static("accept-encoding");
    answer.headers_mut().insert(header::VARY, vary);
    if answer.status() == StatusCode::OK && takes_gzip(headers) {
        let coding = HeaderValue::from_static("gzip");
        answer.headers_mut().insert(header::CONTENT_ENCODING, coding);
        *answer.body_mut() = Body::from(gzip);
    }
    answer
}

/// Whether a client takes gzip (RFC 9110 §12.5.3).
pub(super) fn takes_gzip(headers: &HeaderMap) -> bool {
    let offered = headers.get_all(header::ACCEPT_ENCODING).iter();
    let mut codings = offered
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    codings.any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight
            .trim()
            .strip_prefix("q=")
            .is_some_and(|weight| weight.trim_matches(['0', '.']).is_empty());
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}
