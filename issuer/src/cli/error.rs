//! What a command says when it cannot go on.

use std::io::Write;
use std::process::ExitCode;

use touchstone_issuer::{
    after_issue::{CarryOutError, MeasureError},
    alarms::LiftError,
    batch::{ImportError, IssueBatchError, TemplateError},
    ca::{CaError, RequestRefused},
    casework::{CaseworkError, IssueCaseError, batch::BatchError},
    ceremony::CeremonyError,
    complaint::ComplaintError,
    config::ConfigError,
    console::ConsoleError,
    documents::DocumentError,
    download::DownloadError,
    file::FileError,
    init::InitError,
    issue::{ApplicationRefused, IssueError},
    key_change::KeyChangeError,
    keys::{KeyError, PassphraseError},
    lifecycle_actions::ActionError,
    lint::Finding,
    notices::{ClientError, MailError, NoticeError},
    office::OfficeError,
    outbox::DeliveryError,
    owner_keys::OwnerKeysError,
    owner_record::OwnerRecordError,
    qr::QrError,
    recheck::RecheckError,
    registry::Unanswered,
    signing::SigningError,
    snapshot::SnapshotError,
    store::StoreError,
    token::TokenError,
    trust_list::SignTrustListError,
    void::VoidError,
    watch::WatchError,
};

/// Why a command does not do what it should.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Init(Box<InitError>),
    #[error(transparent)]
    Office(#[from] OfficeError),
    #[error(transparent)]
    Issue(Box<IssueError>),
    #[error(transparent)]
    Action(Box<ActionError>),
    #[error(transparent)]
    Signing(#[from] SigningError),
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    TrustList(#[from] SignTrustListError),
    #[error(transparent)]
    OwnerRecord(#[from] OwnerRecordError),
    #[error(transparent)]
    Snapshot(Box<SnapshotError>),
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
    #[error(transparent)]
    Qr(#[from] QrError),
    #[error(transparent)]
    Recheck(#[from] RecheckError),
    #[error(transparent)]
    Void(#[from] VoidError),
    #[error(transparent)]
    Document(Box<DocumentError>),
    /// A certificate that cannot be printed yet, or is not there.
    #[error("{number}: {reason}")]
    NotPrintable { number: String, reason: &'static str },
    #[error(transparent)]
    Casework(Box<CaseworkError>),
    #[error(transparent)]
    IssueCase(Box<IssueCaseError>),
    #[error(transparent)]
    Measure(Box<MeasureError>),
    #[error(transparent)]
    Complaint(Box<ComplaintError>),
    #[error(transparent)]
    Download(#[from] DownloadError),
    #[error(transparent)]
    Notice(#[from] NoticeError),
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error(transparent)]
    CarryOut(Box<CarryOutError>),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Ceremony(#[from] CeremonyError),
    #[error(transparent)]
    Request(#[from] RequestRefused),
    #[error(transparent)]
    Ca(#[from] CaError),
    #[error(transparent)]
    KeyChange(Box<KeyChangeError>),
    #[error(transparent)]
    OwnerKeys(Box<OwnerKeysError>),
    #[error(transparent)]
    Console(#[from] ConsoleError),
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error(transparent)]
    Watch(Box<WatchError>),
    #[error(transparent)]
    Batch(#[from] BatchError),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    IssueBatch(Box<IssueBatchError>),
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error(transparent)]
    Lift(#[from] LiftError),
    /// An argument that is not of its form.
    #[error("--{argument}: {cause}")]
    Argument { argument: &'static str, cause: String },
    /// A line cannot be printed.
    #[error("cannot print: {0}")]
    Print(#[from] std::io::Error),
}

impl From<InitError> for CliError {
    fn from(error: InitError) -> Self {
        Self::Init(Box::new(error))
    }
}

impl From<CaseworkError> for CliError {
    fn from(error: CaseworkError) -> Self {
        Self::Casework(Box::new(error))
    }
}

impl From<IssueCaseError> for CliError {
    fn from(error: IssueCaseError) -> Self {
        match error {
            IssueCaseError::Casework(error) => error.into(),
            error => Self::IssueCase(Box::new(error)),
        }
    }
}

impl From<IssueBatchError> for CliError {
    fn from(error: IssueBatchError) -> Self {
        match error {
            IssueBatchError::Batch(error) => error.into(),
            error @ IssueBatchError::Issue(_) => Self::IssueBatch(Box::new(error)),
        }
    }
}

impl From<MeasureError> for CliError {
    fn from(error: MeasureError) -> Self {
        Self::Measure(Box::new(error))
    }
}

impl From<ComplaintError> for CliError {
    fn from(error: ComplaintError) -> Self {
        Self::Complaint(Box::new(error))
    }
}

impl From<CarryOutError> for CliError {
    fn from(error: CarryOutError) -> Self {
        Self::CarryOut(Box::new(error))
    }
}

impl From<IssueError> for CliError {
    fn from(error: IssueError) -> Self {
        Self::Issue(Box::new(error))
    }
}

impl From<ActionError> for CliError {
    fn from(error: ActionError) -> Self {
        Self::Action(Box::new(error))
    }
}

impl From<DocumentError> for CliError {
    fn from(error: DocumentError) -> Self {
        Self::Document(Box::new(error))
    }
}

impl From<KeyChangeError> for CliError {
    fn from(error: KeyChangeError) -> Self {
        Self::KeyChange(Box::new(error))
    }
}

impl From<OwnerKeysError> for CliError {
    fn from(error: OwnerKeysError) -> Self {
        Self::OwnerKeys(Box::new(error))
    }
}

impl From<SnapshotError> for CliError {
    fn from(error: SnapshotError) -> Self {
        Self::Snapshot(Box::new(error))
    }
}

impl CliError {
    fn findings(&self) -> &[Finding] {
        match self {
            Self::Action(error) => match &**error {
                ActionError::Findings(findings)
                | ActionError::Application(ApplicationRefused::Findings(findings)) => findings,
                _ => &[],
            },
            Self::Casework(error) => match &**error {
                CaseworkError::Findings(findings) => findings,
                _ => &[],
            },
            Self::Measure(error) => match &**error {
                MeasureError::Findings(findings) => findings,
                _ => &[],
            },
            Self::IssueCase(error) => match &**error {
                IssueCaseError::Refused(ApplicationRefused::Findings(findings)) => findings,
                _ => &[],
            },
            _ => &[],
        }
    }

    /// The cases of a batch that refuse, each with why.
    fn cases(&self) -> &[(u32, CaseworkError)] {
        match self {
            Self::Batch(BatchError::Cases(cases))
            | Self::Import(ImportError::Batch(BatchError::Cases(cases))) => cases,
            _ => &[],
        }
    }

    fn code(&self) -> u8 {
        match self {
            Self::Argument { .. } => 64,
            Self::Issue(error) if matches!(**error, IssueError::RealRoot) => 2,
            Self::Action(error)
                if matches!(
                    **error,
                    ActionError::RealRoot | ActionError::DecisionDiffers { .. }
                ) =>
            {
                2
            }
            Self::Void(error) if error.is_refusal() => 2,
            Self::Batch(error) if error.is_refusal() => 2,
            Self::Import(error) if error.is_refusal() => 2,
            Self::Casework(error) if error.is_refusal() => 2,
            Self::Measure(error) if error.is_refusal() => 2,
            Self::Complaint(error) if error.is_refusal() => 2,
            Self::Download(error) if error.is_refusal() => 2,
            Self::Client(error) if error.is_refusal() => 2,
            Self::Token(error) if error.is_refusal() => 2,
            Self::IssueCase(error) if matches!(**error, IssueCaseError::Refused(_)) => 2,
            Self::Lift(LiftError::NotEntitled { .. }) => 2,
            Self::Ceremony(CeremonyError::FingerprintDiffers { .. } | CeremonyError::Purpose { .. }) => 2,
            _ if !self.findings().is_empty() => 2,
            _ => 1,
        }
    }
}

/// Prints the error and gives the exit code.
pub(crate) fn report_error(error: &CliError, json: bool) -> ExitCode {
    let findings = error.findings();
    // A closed stderr leaves the exit code to tell.
    if json {
        let mut line = serde_json::json!({ "error": error.to_string(), "findings": findings });
        let of_case = |(case, error): &(u32, CaseworkError)| serde_json::json!({ "case": case, "error": error.to_string() });
        if let Some(line) = line.as_object_mut().filter(|_| !error.cases().is_empty()) {
            line.insert("cases".to_owned(), error.cases().iter().map(of_case).collect());
        }
        let _ = writeln!(std::io::stdout(), "{line}");
    } else {
        let _ = writeln!(std::io::stderr(), "touchstone-issuer: {error}");
        for finding in findings {
            let _ = writeln!(std::io::stderr(), "  {finding}");
        }
        for (case, error) in error.cases() {
            let _ = writeln!(std::io::stderr(), "  case {case}: {error}");
        }
    }
    ExitCode::from(error.code())
}
