//! Requests as JSON: the one door for browser and HTTP.

use touchstone_schemas::{
    budget::{MAX_REQUEST_BYTES, MAX_REQUEST_EVENTS, MAX_REQUEST_LOG_TILES, MAX_REQUEST_STATUS_LISTS},
    decode::{ReadError, read},
    jcs::to_canonical,
    record,
};

use crate::{input::Request, needs::needs, verify::verify};

/// Why a request is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Not strict JSON, or not of the form.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// More of something than is looked at.
    #[error("the request has {found} {what}, at most {limit} are looked at")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// Found.
        found: usize,
        /// The limit.
        limit: usize,
    },
}

/// What is answered to a request that is not one.
struct Refusal {
    error: &'static str,
    detail: String,
}

record! { write Refusal {
    "detail": detail,
    "error": error,
} }

impl RequestError {
    /// The answer, as JCS bytes: `{"detail":…,"error":"malformedRequest"}`.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        to_canonical(&Refusal {
            error: "malformedRequest",
            detail: self.to_string(),
        })
    }
}

/// Reads a request strictly.
///
/// # Errors
/// [`RequestError`] with its place.
pub fn read_request(bytes: &[u8]) -> Result<Request, RequestError> {
    let request: Request = read(bytes, MAX_REQUEST_BYTES)?;
    let counts = [
        (
            "status lists",
            request.facts.status_lists.len(),
            MAX_REQUEST_STATUS_LISTS,
        ),
        ("events", request.facts.events.len(), MAX_REQUEST_EVENTS),
        ("log tiles", request.facts.log_tiles.len(), MAX_REQUEST_LOG_TILES),
    ];
    match counts.into_iter().find(|(_, found, limit)| found > limit) {
        Some((what, found, limit)) => Err(RequestError::TooMany { what, found, limit }),
        None => Ok(request),
    }
}

/// Verifies a request given as JSON. The answer is a Report as JCS bytes, or [`RequestError::to_json`].
#[must_use]
pub fn verify_json(request: &[u8]) -> Vec<u8> {
    read_request(request).map_or_else(|error| error.to_json(), |request| verify(&request).to_json())
}

/// Tells what a request given as JSON still wants. The answer is [`crate::Needs`] as JCS bytes, or
/// [`RequestError::to_json`].
#[must_use]
pub fn needs_json(request: &[u8]) -> Vec<u8> {
    read_request(request).map_or_else(|error| error.to_json(), |request| needs(&request).to_json())
}
