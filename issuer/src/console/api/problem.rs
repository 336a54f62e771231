//! Problems (RFC 9457): what a program is told when its request is not done. The codes are one closed list, which
//! `docs/API.md` has too.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use touchstone_schemas::{decode::ReadError, jcs::to_canonical, record};

use crate::{
    after_issue::{CarryOutError, MeasureError},
    batch::{ImportError, IssueBatchError},
    casework::{CaseworkError, IssueCaseError, batch::BatchError},
    complaint::ComplaintError,
    console::refused::Refused,
    download::DownloadError,
    issue::{ApplicationRefused, IssueError},
    lint::Finding,
    notices::ClientError,
    office::OfficeError,
    store::StoreError,
};

/// What every `type` begins with.
const TYPES: &str = "https://w3id.org/touchstone/problems/";
/// Cases of a batch that refuse something, of which each is told why.
const CASES_TOLD: usize = 100;
/// Seconds after which a client may come again where only time is wanting.
const AGAIN_SECONDS: u64 = 5;

/// Declares the codes: variant, status, code, title.
macro_rules! codes {
    ($($(#[$meta:meta])* $variant:ident = $status:literal $code:literal $title:literal;)*) => {
        /// A code that a problem may have.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $($(#[$meta])* $variant),* }

        impl Code {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The last part of `type`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// The status it comes with.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),* }
            }

            /// What it means.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),* }
            }
        }
    };
}

codes! {
    /// Not JSON of the profile.
    MalformedJson = 400 "malformedJson" "the body is not strict JSON";
    /// Not the record expected.
    MalformedBody = 400 "malformedBody" "the body is not of its form";
    /// A part of the query.
    MalformedQuery = 400 "malformedQuery" "the query is not of its form";
    /// The body did not come whole.
    BodyCutShort = 400 "bodyCutShort" "the body did not come whole";
    /// No key on a route that records something.
    KeyMissing = 400 "idempotencyKeyMissing" "what records something wants an Idempotency-Key";
    /// A key that is none.
    KeyMalformed = 400 "idempotencyKeyMalformed" "the Idempotency-Key is not of its form";
    /// Several roles may.
    RoleWanted = 400 "roleWanted" "several of the person's roles may do this: `as` names one";
    /// No token that counts.
    Unauthorised = 401 "unauthorised" "no token that counts";
    /// The token is for other kinds of act.
    ScopeMissing = 403 "scopeMissing" "the token's scopes do not reach this";
    /// The person's roles do not reach it.
    RoleMissing = 403 "roleMissing" "none of the person's roles may do this";
    /// The act wants an office, a scheme or a mandate that the person has not.
    NotEntitled = 403 "notEntitled" "the person is not entitled to this act";
    /// Nothing there, or nothing that the person may see.
    NotFound = 404 "notFound" "nothing is here";
    /// Another method.
    MethodNotAllowed = 405 "methodNotAllowed" "the address takes no such request";
    /// The act does not follow from those before it.
    Unlawful = 409 "unlawful" "the act does not follow from those before it";
    /// The case does not hold for signing.
    NotSignable = 409 "notSignable" "the case does not hold for signing";
    /// Somebody else wrote first.
    MovedOn = 409 "movedOn" "somebody else wrote first: read again";
    /// The same key is at work.
    InProgress = 409 "requestInProgress" "the request of this key is being done";
    /// No receipt yet.
    NotDelivered = 409 "notDelivered" "the registry does not have the certificate yet";
    /// Keys elsewhere.
    NoKeys = 409 "keysElsewhere" "the office's keys are not unlocked here";
    /// Too large.
    TooLarge = 413 "bodyTooLarge" "the body is too large";
    /// Another media type.
    MediaType = 415 "unsupportedMediaType" "the body is of another media type";
    /// Another host.
    Host = 421 "otherHost" "the request is for another host than this office's";
    /// Rules refuse it: all findings are listed.
    Rules = 422 "refusedByRules" "rules refuse it";
    /// No such edition.
    UnknownScheme = 422 "unknownScheme" "the office works under no such scheme edition";
    /// Something that the request names.
    NotOnFile = 422 "notOnFile" "what the request names is not on file";
    /// A sheet that does not read.
    SheetRefused = 422 "sheetRefused" "nothing of the sheet is taken in";
    /// The registry, or a rule at the moment of signing.
    NotIssued = 422 "notIssued" "the certificate is not issued";
    /// A key used for another request.
    KeyReused = 422 "idempotencyKeyReused" "the Idempotency-Key stands for another request";
    /// Something failed.
    Internal = 500 "internal" "the office failed to answer";
    /// The registry does not answer: the office goes on when asked again.
    OfficeWaits = 503 "officeWaits" "the office waits, and goes on when asked again";
    /// The typesetter.
    NoPapers = 503 "papersAway" "the certificate cannot be printed here now";
}

/// A problem.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    code: Code,
    detail: Option<String>,
    pointer: Option<String>,
    findings: Vec<FoundHere>,
}

/// A finding of a rule, in the body.
#[derive(Clone, Debug)]
struct FoundHere {
    code: &'static str,
    clause: &'static str,
    message: String,
    pointer: String,
}

record! { write FoundHere {
    "clause": clause,
    "code": code,
    "message": message,
    "pointer": pointer,
} }

struct Body<'a> {
    detail: Option<&'a str>,
    findings: Vec<&'a FoundHere>,
    pointer: Option<&'a str>,
    status: u16,
    title: &'static str,
    problem_type: String,
}

record! { write Body<'_> {
    "detail"? detail,
    "findings"? findings,
    "pointer"? pointer,
    "status": status,
    "title": title,
    "type": problem_type,
} }

impl Problem {
    pub(super) const fn new(code: Code) -> Self {
        Self {
            code,
            detail: None,
            pointer: None,
            findings: Vec::new(),
        }
    }

    /// About this request.
    pub(super) fn detail(mut self, detail: impl ToString) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// About a place in the body, which a JSON pointer names.
    pub(super) fn at(mut self, pointer: impl ToString) -> Self {
        self.pointer = Some(pointer.to_string());
        self
    }

    /// Every finding, at its place below `under` in the body.
    pub(super) fn findings(under: &str, findings: &[Finding]) -> Self {
        let here = |finding: &Finding| FoundHere {
            code: finding.code,
            clause: finding.clause,
            message: finding.message.clone(),
            pointer: format!("{under}{}", finding.pointer),
        };
        Self {
            findings: findings.iter().map(here).collect(),
            ..Self::new(Code::Rules)
        }
    }

    /// Of what failed here nothing is told but that it did.
    fn failed(code: Code, error: &dyn std::fmt::Display) -> Self {
        tracing::error!("{error}");
        Self::new(code)
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Json(error) => Self::new(Code::MalformedJson).detail(error),
            ReadError::Decode(error) => Self {
                pointer: Some(error.pointer().to_owned()),
                ..Self::new(Code::MalformedBody).detail(error.reason())
            },
        }
    }
}

impl From<CaseworkError> for Problem {
    fn from(error: CaseworkError) -> Self {
        let code = match &error {
            CaseworkError::Findings(findings) => return Self::findings("", findings),
            CaseworkError::Store(StoreError::JournalMovedOn) => Code::MovedOn,
            CaseworkError::Store(StoreError::DutiesNotSeparated)
            | CaseworkError::Unlawful(_)
            | CaseworkError::Personnel(_)
            | CaseworkError::NothingToCarryOver
            | CaseworkError::EvaluatedAnew { .. }
            | CaseworkError::NotAsItComes { .. } => Code::Unlawful,
            CaseworkError::Store(_) | CaseworkError::Office(_) => {
                return Self::failed(Code::Internal, &error);
            }
            CaseworkError::UnknownCase { .. } => Code::NotFound,
            CaseworkError::UnknownScheme { .. } => Code::UnknownScheme,
            CaseworkError::NotEntitled(_) => Code::NotEntitled,
            CaseworkError::NotSignable(_) => Code::NotSignable,
            CaseworkError::TooLarge { .. } => Code::TooLarge,
        };
        Self::new(code).detail(error)
    }
}

impl From<IssueCaseError> for Problem {
    fn from(error: IssueCaseError) -> Self {
        match error {
            IssueCaseError::Casework(error) => error.into(),
            IssueCaseError::Refused(ApplicationRefused::Findings(findings)) => Self::findings("", &findings),
            IssueCaseError::Refused(ApplicationRefused::File(error)) => Self::failed(Code::Internal, &error),
            IssueCaseError::Refused(ApplicationRefused::Store(error)) => error.into(),
            IssueCaseError::Refused(error) => Self::new(Code::NotIssued).detail(error),
            IssueCaseError::Followed(error) => Self::new(Code::NotIssued).detail(error),
            // That the office waits for its registry is for its people to know.
            IssueCaseError::Issue(error @ IssueError::Delivery(_)) => {
                Self::new(Code::OfficeWaits).detail(error)
            }
            IssueCaseError::Issue(error) => Self::failed(Code::OfficeWaits, &error),
        }
    }
}

impl From<MeasureError> for Problem {
    fn from(error: MeasureError) -> Self {
        let code = match &error {
            MeasureError::Findings(findings) => return Self::findings("", findings),
            MeasureError::Office(_) | MeasureError::Signing(_) => {
                return Self::failed(Code::Internal, &error);
            }
            MeasureError::Store(_) => Code::Internal,
            MeasureError::UnknownCertificate { .. } => Code::NotOnFile,
            MeasureError::Unknown { .. } => Code::NotFound,
            MeasureError::NotEntitled(_) => Code::NotEntitled,
            MeasureError::NotSignable(_) => Code::NotSignable,
            MeasureError::TooLarge { .. } => Code::TooLarge,
            MeasureError::Wanting { member } => {
                let member = format!("/{member}");
                return Self::new(Code::MalformedBody).detail(error).at(member);
            }
            MeasureError::Ended { .. }
            | MeasureError::Unlawful(_)
            | MeasureError::Left { .. }
            | MeasureError::NotAsItComes { .. }
            | MeasureError::InFuture { .. } => Code::Unlawful,
        };
        match error {
            MeasureError::Store(error) => error.into(),
            error => Self::new(code).detail(error),
        }
    }
}

impl From<CarryOutError> for Problem {
    fn from(error: CarryOutError) -> Self {
        match error {
            CarryOutError::Store(error) => error.into(),
            CarryOutError::Delivery(error) => Self::new(Code::OfficeWaits).detail(error),
            CarryOutError::Signing(error) => Self::failed(Code::OfficeWaits, &error),
        }
    }
}

impl From<BatchError> for Problem {
    fn from(error: BatchError) -> Self {
        let code = match error {
            BatchError::Store(error) => return error.into(),
            BatchError::Casework(error) => return (*error).into(),
            BatchError::Unknown { .. } => Code::NotFound,
            BatchError::NotEntitled(_) => Code::NotEntitled,
            BatchError::Unlawful(_) | BatchError::Bundle(_) | BatchError::NothingWaits { .. } => {
                Code::Unlawful
            }
            BatchError::Cases(refused) => {
                let lines = refused.iter().take(CASES_TOLD);
                let lines: Vec<String> = lines.map(|(case, why)| format!("case {case}: {why}")).collect();
                let more = refused.len().saturating_sub(CASES_TOLD);
                let more = if more == 0 {
                    String::new()
                } else {
                    format!("; and {more} more")
                };
                return Self::new(Code::Unlawful).detail(format!("{}{more}", lines.join("; ")));
            }
        };
        Self::new(code).detail(error)
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Batch(error) => error.into(),
            ImportError::Known { .. } => Self::new(Code::Unlawful).detail(error),
            ImportError::Sheet(_) | ImportError::Table(_) => Self::new(Code::SheetRefused).detail(error),
        }
    }
}

impl From<IssueBatchError> for Problem {
    fn from(error: IssueBatchError) -> Self {
        match error {
            IssueBatchError::Batch(error) => error.into(),
            IssueBatchError::Issue(error) => IssueCaseError::from(error).into(),
        }
    }
}

impl From<ComplaintError> for Problem {
    fn from(error: ComplaintError) -> Self {
        let code = match &error {
            ComplaintError::Store(_) => Code::Internal,
            ComplaintError::Unknown { .. } => Code::NotFound,
            ComplaintError::UnknownConcern { .. } => Code::NotOnFile,
            ComplaintError::NotEntitled(_) => Code::NotEntitled,
            ComplaintError::Unlawful(_)
            | ComplaintError::NotAsItComes { .. }
            | ComplaintError::UnfitReport { .. }
            | ComplaintError::InFuture { .. } => Code::Unlawful,
        };
        match error {
            ComplaintError::Store(error) => error.into(),
            error => Self::new(code).detail(error),
        }
    }
}

impl From<ClientError> for Problem {
    fn from(error: ClientError) -> Self {
        let code = match error {
            ClientError::Store(error) => return error.into(),
            ClientError::NotEntitled(_) | ClientError::Role { .. } => Code::NotEntitled,
            ClientError::Uscc(_) => {
                return Self::new(Code::MalformedBody).detail(error).at("/uscc");
            }
            ClientError::Mail(_) => {
                return Self::new(Code::MalformedBody).detail(error).at("/mail");
            }
            ClientError::NotGivenUp { .. } => Code::Unlawful,
        };
        Self::new(code).detail(error)
    }
}

impl From<DownloadError> for Problem {
    fn from(error: DownloadError) -> Self {
        let code = match error {
            DownloadError::Store(error) => return error.into(),
            DownloadError::Random(error) => return Self::failed(Code::Internal, &error),
            DownloadError::UnknownCertificate { .. } => Code::NotFound,
            DownloadError::NotEntitled(_) | DownloadError::Role { .. } => Code::NotEntitled,
            DownloadError::Days | DownloadError::Name { .. } => Code::MalformedQuery,
            DownloadError::TooLarge { .. } => Code::TooLarge,
        };
        Self::new(code).detail(error)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        CaseworkError::Store(error).into()
    }
}

impl From<OfficeError> for Problem {
    fn from(error: OfficeError) -> Self {
        CaseworkError::Office(error).into()
    }
}

impl From<Refused> for Problem {
    /// What the door and the office's opening say; acts say theirs as themselves.
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Host => Self::new(Code::Host),
            Refused::NotFound => Self::new(Code::NotFound),
            Refused::Casework(error) => error.into(),
            Refused::Measure(error) => (*error).into(),
            Refused::CarryOut(error) => (*error).into(),
            Refused::Complaint(error) => (*error).into(),
            Refused::Issue(error) => (*error).into(),
            Refused::Store(error) => error.into(),
            Refused::Office(error) => (*error).into(),
            Refused::NoKeys => Self::new(Code::NoKeys),
            refused => Self::failed(Code::Internal, &refused),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Body {
            detail: self.detail.as_deref(),
            findings: self.findings.iter().collect(),
            pointer: self.pointer.as_deref(),
            status: self.code.status(),
            title: self.code.title(),
            problem_type: format!("{TYPES}{}", self.code.name()),
        };
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = (status, to_canonical(&body)).into_response();
        let headers = answer.headers_mut();
        let media = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, media);
        match self.code {
            Code::Unauthorised => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Code::OfficeWaits | Code::NoPapers | Code::InProgress => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(AGAIN_SECONDS));
            }
            _ => {}
        }
        answer
    }
}
