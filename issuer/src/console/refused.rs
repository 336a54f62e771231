//! What the console says when it does not do something: a page for people, a problem (RFC 9457) for programs.

use askama::Template;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use super::{language::Language, page::Frame, password::PasswordRefused};
use crate::{
    after_issue::{CarryOutError, MeasureError},
    casework::{CaseworkError, IssueCaseError},
    complaint::ComplaintError,
    documents::DocumentError,
    issue::{ApplicationRefused, IssueError},
    office::OfficeError,
    store::StoreError,
};

/// Why a request is not done.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Nothing there, or nothing that the person may see.
    #[error("there is nothing here")]
    NotFound,
    /// The address takes no such request.
    #[error("the address takes no such request")]
    Method,
    /// Nobody is signed in.
    #[error("sign in first")]
    SignedOut,
    /// Wrong name or password, one answer for both.
    #[error("the person or the password is not right")]
    SignIn,
    /// Too many failures.
    #[error("too many failures: the next try is taken in {seconds} seconds")]
    Wait {
        /// Seconds to wait.
        seconds: i64,
    },
    /// The person's roles do not reach it.
    #[error("none of your roles may do this")]
    Forbidden,
    /// The request does not come from a form of this session.
    #[error("the request does not come from a form of this session: open the page again")]
    Forged,
    /// The request is for another host.
    #[error("the request is for another host than this office's")]
    Host,
    /// The form does not read.
    #[error("the form does not read, or is too large")]
    Form,
    /// A field is not of its form.
    #[error("{name}: {why}")]
    Field {
        /// The field.
        name: &'static str,
        /// Why.
        why: String,
    },
    /// The password is not taken.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// The office's keys are not unlocked here.
    #[error("this console does not hold the office's keys: sign with `touchstone-issuer case issue`")]
    NoKeys,
    /// The act is not carried out.
    #[error(transparent)]
    Casework(#[from] CaseworkError),
    /// The act on a measure is not carried out.
    #[error(transparent)]
    Measure(Box<MeasureError>),
    /// The act on a complaint is not carried out.
    #[error(transparent)]
    Complaint(Box<ComplaintError>),
    /// What was decided is not carried out.
    #[error(transparent)]
    CarryOut(Box<CarryOutError>),
    /// The case is not issued.
    #[error(transparent)]
    Issue(Box<IssueCaseError>),
    /// The records do not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The office does not open.
    #[error(transparent)]
    Office(Box<OfficeError>),
    /// A page cannot be written.
    #[error("the page cannot be written: {0}")]
    Page(#[from] askama::Error),
    /// The system gives no randomness.
    #[error("no random bytes from the system: {0}")]
    Random(#[from] getrandom::Error),
    /// The certificate cannot be printed here now.
    #[error(transparent)]
    Paper(#[from] DocumentError),
    /// A step ended before it was done.
    #[error("the step ended before it was done: {0}")]
    Ended(#[from] tokio::task::JoinError),
}

impl From<OfficeError> for Refused {
    fn from(error: OfficeError) -> Self {
        Self::Office(Box::new(error))
    }
}

impl From<MeasureError> for Refused {
    fn from(error: MeasureError) -> Self {
        match error {
            MeasureError::Store(error) => Self::Store(error),
            error => Self::Measure(Box::new(error)),
        }
    }
}

impl From<ComplaintError> for Refused {
    fn from(error: ComplaintError) -> Self {
        match error {
            ComplaintError::Store(error) => Self::Store(error),
            error => Self::Complaint(Box::new(error)),
        }
    }
}

impl From<CarryOutError> for Refused {
    fn from(error: CarryOutError) -> Self {
        match error {
            CarryOutError::Store(error) => Self::Store(error),
            error => Self::CarryOut(Box::new(error)),
        }
    }
}

impl From<IssueCaseError> for Refused {
    fn from(error: IssueCaseError) -> Self {
        match error {
            IssueCaseError::Casework(error) => Self::Casework(error),
            error => Self::Issue(Box::new(error)),
        }
    }
}

#[derive(Template)]
#[template(path = "console/refused.html")]
struct RefusedPage<'a> {
    frame: &'a Frame,
    status: u16,
    title: super::language::Said,
    detail: String,
    findings: Vec<String>,
}

impl Refused {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::Casework(CaseworkError::UnknownCase { .. }) => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::SignedOut | Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Wait { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Forbidden | Self::Forged | Self::Casework(CaseworkError::NotEntitled(_)) => {
                StatusCode::FORBIDDEN
            }
            Self::Host => StatusCode::MISDIRECTED_REQUEST,
            Self::Form
            | Self::Field { .. }
            | Self::Password(PasswordRefused::Length | PasswordRefused::Guessable) => StatusCode::BAD_REQUEST,
            Self::Casework(CaseworkError::TooLarge { .. }) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Casework(CaseworkError::Findings(_) | CaseworkError::UnknownScheme { .. }) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::Casework(
                CaseworkError::Unlawful(_)
                | CaseworkError::NotSignable(_)
                | CaseworkError::NotAsItComes { .. }
                | CaseworkError::NothingToCarryOver
                | CaseworkError::EvaluatedAnew { .. }
                | CaseworkError::Personnel(_)
                | CaseworkError::Store(StoreError::JournalMovedOn | StoreError::DutiesNotSeparated),
            )
            | Self::Store(StoreError::JournalMovedOn)
            | Self::NoKeys => StatusCode::CONFLICT,
            Self::Measure(error) => match &**error {
                MeasureError::Unknown { .. } => StatusCode::NOT_FOUND,
                MeasureError::NotEntitled(_) => StatusCode::FORBIDDEN,
                MeasureError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
                MeasureError::Findings(_)
                | MeasureError::InFuture { .. }
                | MeasureError::Wanting { .. }
                | MeasureError::UnknownCertificate { .. } => StatusCode::UNPROCESSABLE_ENTITY,
                MeasureError::Store(_) | MeasureError::Office(_) | MeasureError::Signing(_) => {
                    StatusCode::INTERNAL_SERVER_ERROR
                }
                MeasureError::Ended { .. }
                | MeasureError::Unlawful(_)
                | MeasureError::NotSignable(_)
                | MeasureError::Left { .. }
                | MeasureError::NotAsItComes { .. } => StatusCode::CONFLICT,
            },
            Self::Complaint(error) => match &**error {
                ComplaintError::Unknown { .. } => StatusCode::NOT_FOUND,
                ComplaintError::NotEntitled(_) => StatusCode::FORBIDDEN,
                ComplaintError::UnknownConcern { .. }
                | ComplaintError::UnfitReport { .. }
                | ComplaintError::InFuture { .. } => StatusCode::UNPROCESSABLE_ENTITY,
                ComplaintError::Unlawful(_) | ComplaintError::NotAsItComes { .. } => StatusCode::CONFLICT,
                ComplaintError::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
            },
            Self::CarryOut(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Issue(error) => match &**error {
                IssueCaseError::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
                IssueCaseError::Followed(_) => StatusCode::CONFLICT,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            },
            Self::Paper(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Casework(CaseworkError::Store(StoreError::NoRoom(_)))
            | Self::Store(StoreError::NoRoom(_)) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Casework(CaseworkError::Store(_) | CaseworkError::Office(_))
            | Self::Password(PasswordRefused::Hash(_))
            | Self::Store(_)
            | Self::Office(_)
            | Self::Page(_)
            | Self::Random(_)
            | Self::Ended(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Every finding of a rule.
    fn findings(&self) -> Vec<String> {
        let findings = match self {
            Self::Casework(CaseworkError::Findings(findings)) => findings,
            Self::Measure(error) => match &**error {
                MeasureError::Findings(findings) => findings,
                _ => return Vec::new(),
            },
            Self::Issue(error) => match &**error {
                IssueCaseError::Refused(ApplicationRefused::Findings(findings)) => findings,
                _ => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        findings.iter().map(ToString::to_string).collect()
    }

    /// What the person is told; nothing of the machine's inside.
    pub(super) fn detail(&self, status: StatusCode) -> String {
        match self {
            // The office waits for its registry: that is for the person to know.
            Self::Issue(error) if matches!(**error, IssueCaseError::Issue(IssueError::Delivery(_))) => {
                error.to_string()
            }
            Self::CarryOut(error) if matches!(**error, CarryOutError::Delivery(_)) => error.to_string(),
            _ if status == StatusCode::INTERNAL_SERVER_ERROR || status == StatusCode::SERVICE_UNAVAILABLE => {
                tracing::error!("{self}");
                "the office's operator finds the cause in the log".to_owned()
            }
            _ if status == StatusCode::INSUFFICIENT_STORAGE => {
                tracing::error!("{self}");
                "no room is left for the office's records, and nothing of this was stored: its operator makes room, \
                 then do it again"
                    .to_owned()
            }
            _ => self.to_string(),
        }
    }

    /// The answer.
    pub(super) fn answer(&self, frame: &Frame, headers: &HeaderMap) -> Response {
        let status = self.status();
        let title = title(frame.language, status);
        let (detail, findings) = (self.detail(status), self.findings());
        let accept = headers
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok());
        let mut answer = if accept.is_some_and(|accept| accept.contains("json")) {
            let body = serde_json::json!({
                "detail": detail, "findings": findings, "status": status.as_u16(),
                "title": status.canonical_reason(), "type": "about:blank",
            });
            let kind = [(header::CONTENT_TYPE, "application/problem+json")];
            (status, kind, body.to_string()).into_response()
        } else {
            let page = RefusedPage {
                frame,
                status: status.as_u16(),
                title,
                detail,
                findings,
            };
            match page.render() {
                Ok(page) => (status, Html(page)).into_response(),
                Err(_) => status.into_response(),
            }
        };
        if let Self::Wait { seconds } = self
            && let Ok(seconds) = HeaderValue::from_str(&seconds.to_string())
        {
            answer.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        answer
    }
}

fn title(language: Language, status: StatusCode) -> super::language::Said {
    match status {
        StatusCode::NOT_FOUND => language.t("这里没有内容", "Nothing here"),
        StatusCode::UNAUTHORIZED => language.t("请先登录", "Sign in"),
        StatusCode::FORBIDDEN => language.t("不允许", "Not allowed"),
        StatusCode::CONFLICT => language.t("现在不能这样办理", "Not possible now"),
        StatusCode::TOO_MANY_REQUESTS => language.t("请稍候再试", "Wait a while"),
        StatusCode::UNPROCESSABLE_ENTITY => language.t("不符合规则", "Against the rules"),
        status if status.is_client_error() => language.t("请求无法办理", "The request cannot be done"),
        _ => language.t("系统暂时无法办理", "The office cannot go on"),
    }
}
