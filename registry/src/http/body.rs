//! A request's body, read whole within a bound on its bytes and on its time.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::StatusCode,
};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::Problem;

/// Bounds on a body, and what one that is too large is called.
#[derive(Clone, Copy, Debug)]
pub(super) struct BodyLimits {
    /// Most bytes.
    pub(super) bytes: usize,
    /// Most time.
    pub(super) time: Duration,
    /// Code and title of the problem.
    pub(super) too_large: (&'static str, &'static str),
}

/// Reads a body.
///
/// # Errors
/// 413, 408, or 400 when it is cut short.
pub(super) async fn read_body(body: Body, limits: BodyLimits) -> Result<Bytes, Problem> {
    let limit = limits.bytes;
    match tokio::time::timeout(limits.time, Limited::new(body, limit).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            let (code, title) = limits.too_large;
            let problem = Problem::new(status, code, title);
            Err(problem.detail(format!("it may have {limit} bytes")))
        }
        Ok(Err(_)) => {
            let status = StatusCode::BAD_REQUEST;
            Err(Problem::new(status, "bodyCutShort", "the body could not be read"))
        }
        Err(_) => {
            let status = StatusCode::REQUEST_TIMEOUT;
            Err(Problem::new(status, "bodyTooSlow", "the body took too long"))
        }
    }
}
