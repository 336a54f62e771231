//! Problems (RFC 9457): what a client is told when a request is not answered.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use touchstone_schemas::{jcs::to_canonical, record};
use touchstone_verifier::report::Report;

use crate::store::StoreError;

/// What every `type` begins with.
const TYPES: &str = "https://w3id.org/touchstone/problems/";
/// Seconds after which a shed client may come again.
const RETRY_AFTER_SECONDS: u64 = 5;

/// A problem. The title belongs to the code; the detail is about this request.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: Option<String>,
    pointer: Option<String>,
    parameter: Option<Box<Parameter>>,
    report: Option<Box<Report>>,
    retry_after: Option<u64>,
}

/// The query parameter at fault, and the byte of its value from which on it is.
#[derive(Clone, Copy, Debug)]
struct Parameter {
    name: &'static str,
    offset: u64,
}

record! { write Parameter {
    "name": name,
    "offset": offset,
} }

/// What a problem says to people.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) title: &'static str,
    pub(super) detail: Option<String>,
}

struct Body<'a> {
    problem_type: String,
    title: &'a str,
    status: u16,
    detail: Option<&'a str>,
    pointer: Option<&'a str>,
    parameter: Option<Parameter>,
    report: Option<&'a Report>,
}

record! { write Body<'_> {
    "detail"? detail,
    "parameter"? parameter,
    "pointer"? pointer,
    "report"? report,
    "status": status,
    "title": title,
    "type": problem_type,
} }

impl Problem {
    /// A problem of that code.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        Self {
            status,
            code,
            title,
            detail: None,
            pointer: None,
            parameter: None,
            report: None,
            retry_after: None,
        }
    }

    /// Its code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// What it is about.
    #[must_use]
    pub fn detail(mut self, detail: impl ToString) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// Where in the body.
    #[must_use]
    pub fn at(mut self, pointer: String) -> Self {
        self.pointer = Some(pointer);
        self
    }

    /// A query parameter that is not of its form, from a byte of its value on.
    #[must_use]
    pub fn query(name: &'static str, offset: usize, detail: impl ToString) -> Self {
        let mut problem = Self::malformed_query();
        let offset = u64::try_from(offset).unwrap_or(u64::MAX);
        problem.parameter = Some(Box::new(Parameter { name, offset }));
        problem.detail(detail)
    }

    /// A query that is not of its form.
    #[must_use]
    pub fn malformed_query() -> Self {
        let title = "the query is not of its form";
        Self::new(StatusCode::BAD_REQUEST, "malformedQuery", title)
    }

    /// The verifier's Report on a refused credential.
    #[must_use]
    pub fn report(mut self, report: Box<Report>) -> Self {
        self.report = Some(report);
        self
    }

    /// In how many seconds the client may come again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Nothing at this address.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "notFound", "nothing is here")
    }

    /// The database failed: one that does not answer may do so in a moment, a row that is not there was lost.
    #[must_use]
    pub fn store(error: &StoreError) -> Self {
        tracing::error!(%error, "the database failed");
        match error {
            StoreError::Database(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "databaseAway",
                "the database does not answer",
            ),
            StoreError::NoRow { .. } => Self::damaged(),
            _ => Self::internal(),
        }
    }

    /// Something failed here; what, stands in the log.
    #[must_use]
    pub fn internal() -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::new(status, "internal", "the registry failed to answer")
    }

    /// A record whose stored bytes are not those that the log recorded: never served.
    #[must_use]
    pub fn damaged() -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::new(
            status,
            "recordDamaged",
            "the stored record is not the one that was logged",
        )
    }
}

impl IntoResponse for Problem {
    /// As JSON; what it says to people goes with it, for whoever asked for a page.
    fn into_response(self) -> Response {
        let told = Told {
            status: self.status,
            code: self.code,
            title: self.title,
            detail: self.detail.clone(),
        };
        let body = Body {
            problem_type: format!("{TYPES}{}", self.code),
            title: self.title,
            status: self.status.as_u16(),
            detail: self.detail.as_deref(),
            pointer: self.pointer.as_deref(),
            parameter: self.parameter.as_deref().copied(),
            report: self.report.as_deref(),
        };
        let bytes = to_canonical(&body);
        let mut response = (self.status, bytes).into_response();
        response.extensions_mut().insert(told);
        let headers = response.headers_mut();
        let media = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, media);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let shed = self.status == StatusCode::SERVICE_UNAVAILABLE;
        if let Some(seconds) = self.retry_after.or(shed.then_some(RETRY_AFTER_SECONDS)) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
