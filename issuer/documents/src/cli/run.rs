//! What each command does.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};
use touchstone_documents::certificate::{CertificateError, CertificateInput};
use touchstone_documents::check::{CheckError, Checked, check_certificate_pdf};
use touchstone_documents::mark::{MarkError, MarkInput, MarkState};
use touchstone_documents::report::{ReportError, ReportInput};
use touchstone_documents::seal::{SealError, SealProgram, seal};
use touchstone_documents::{Fonts, FontsError, Signed, SignedError, Templates, TemplatesError, Typesetter};
use touchstone_schemas::decode::ReadError;
use touchstone_schemas::digest::Sha256Digest;
use touchstone_schemas::status::StatusMessage;

use super::arguments::{Arguments, Command, Of, Seal};
use super::file::{self, FileError};
use super::job;

/// Exit code of a wrong command line, as clap's own.
const USAGE: u8 = 64;

/// Why a command fails.
#[derive(Debug, thiserror::Error)]
pub(super) enum RunError {
    #[error(transparent)]
    Fonts(#[from] FontsError),
    #[error("templates: {0}")]
    Templates(#[from] TemplatesError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(transparent)]
    Check(#[from] CheckError),
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error("report: {0}")]
    Input(ReadError),
    #[error("job: {0}")]
    Job(ReadError),
    #[error("credential: {0}")]
    Signed(#[from] SignedError),
    #[error(transparent)]
    Mark(#[from] MarkError),
    #[error("there is no state {found:?}")]
    State { found: String },
    #[error("standard input or output: {0}")]
    Pipe(io::Error),
}

/// A certificate that was written.
pub(super) struct Made {
    checked: Checked,
    digest: Sha256Digest,
}

impl Made {
    /// What is answered: the link is what the symbol on the page says, read from the finished file.
    pub(super) fn answer(&self, out: &Path) -> Value {
        let Checked { pages, link, .. } = &self.checked;
        json!({ "link": link, "out": out, "pages": pages, "sha256": self.digest })
    }
}

/// Runs a command and says how it ended.
pub(crate) fn run(arguments: Arguments) -> ExitCode {
    match done(arguments) {
        Ok(code) => code,
        Err(error) => {
            // Standard error may be closed; the exit code says it too.
            let _ = writeln!(io::stderr(), "touchstone-documents: {error}");
            match error {
                RunError::State { .. } => ExitCode::from(USAGE),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

fn done(arguments: Arguments) -> Result<ExitCode, RunError> {
    let setter = || {
        let templates = match &arguments.templates {
            Some(folder) => Templates::compiled_in().with_folder(folder)?,
            None => Templates::compiled_in(),
        };
        Ok::<_, RunError>(Typesetter::new(Fonts::in_folder(&arguments.fonts)?, templates))
    };
    match arguments.command {
        Command::Certificate { of, out, seal } => {
            let made = certificate(&setter()?, &of, &out, &seal)?;
            say(&made.answer(&out))
        }
        Command::Certificates { seal } => job::work(&setter()?, &seal),
        Command::Check { of, pdf } => {
            let (credential, receipt) = (file::read(&of.credential)?, file::read(&of.receipt)?);
            let checked = check_certificate_pdf(&file::read(&pdf)?, &input(&of, &credential, &receipt))?;
            say(&json!({ "link": checked.link, "pages": checked.pages, "qrPage": checked.qr_page }))
        }
        Command::Report { input, out } => {
            let input = ReportInput::read(&file::read(&input)?).map_err(RunError::Input)?;
            let paper = setter()?.report(&input)?;
            file::write(&out, &paper.pdf)?;
            say(&json!({ "out": out, "pages": paper.pages, "sha256": paper.digest() }))
        }
        Command::Mark {
            credential,
            state,
            as_of,
            demonstration,
            out,
        } => {
            let state = state_of(&state).ok_or(RunError::State { found: state })?;
            let credential = Signed::read(&file::read(&credential)?)?.credential;
            let mark = setter()?.mark(&MarkInput {
                credential: &credential,
                state,
                as_of,
                demonstration,
            })?;
            let (svg, png) = (out.with_extension("svg"), out.with_extension("png"));
            file::write(&svg, mark.svg.as_bytes())?;
            file::write(&png, &mark.png)?;
            say(&json!({ "svg": svg, "png": png }))
        }
    }
}

/// Prints a certificate, has it sealed where a program is named, and writes it.
pub(super) fn certificate(setter: &Typesetter, of: &Of, out: &Path, with: &Seal) -> Result<Made, RunError> {
    let (credential, receipt) = (file::read(&of.credential)?, file::read(&of.receipt)?);
    let input = input(of, &credential, &receipt);
    let printed = setter.certificate(&input)?;
    let (pdf, checked) = match &with.program {
        None => (printed.paper.pdf, printed.checked),
        Some(program) => {
            let program = SealProgram {
                program: program.clone(),
                arguments: with.arguments.clone(),
                timeout: Duration::from_secs(with.seconds),
            };
            let sealed = seal(&printed.paper.pdf, &program, &input)?;
            (sealed.pdf, sealed.checked)
        }
    };
    file::write(out, &pdf)?;
    Ok(Made {
        checked,
        digest: Sha256Digest::of(&pdf),
    })
}

const fn input<'a>(of: &Of, credential: &'a [u8], receipt: &'a [u8]) -> CertificateInput<'a> {
    CertificateInput {
        credential,
        receipt,
        profile: of.profile,
        demonstration: of.demonstration,
    }
}

fn state_of(name: &str) -> Option<MarkState> {
    Some(match name {
        "inForce" => MarkState::Listed(StatusMessage::InForce),
        "overdueInGrace" => MarkState::Listed(StatusMessage::OverdueInGrace),
        "overdue" => MarkState::Listed(StatusMessage::Overdue),
        "suspended" => MarkState::Listed(StatusMessage::Suspended),
        "cancelled" => MarkState::Listed(StatusMessage::Cancelled),
        "superseded" => MarkState::Listed(StatusMessage::Superseded),
        "withdrawn" => MarkState::Listed(StatusMessage::Withdrawn),
        "expired" => MarkState::Expired,
        "unknown" => MarkState::Unknown,
        _ => return None,
    })
}

fn say(answer: &Value) -> Result<ExitCode, RunError> {
    writeln!(io::stdout(), "{answer}").map_err(RunError::Pipe)?;
    Ok(ExitCode::SUCCESS)
}
