//! Papers of issued certificates. They are printed, read back and sealed by `touchstone-documents`, a program of its own:
//! linked, the typesetter would be compiled before everything here, and share a process with the keys.

mod program;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest};
use touchstone_verifier::{
    input::{Facts, LogProofPolicy, Policy, Request},
    report::Answer,
    verify,
};

pub use self::program::ProgramError;
use self::program::{Printed, Program};
use crate::{
    file::{self, FileError},
    office::Papers,
    store::StoredCredential,
};

/// How papers are printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct DocumentsConfig {
    /// The program. Default: `touchstone-documents` beside this one, else on the path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<PathBuf>,
    /// Folder of fonts. Default: that of Debian's `fonts-noto-cjk`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fonts: Option<PathBuf>,
    /// Folder of the body's own templates. Default: none, those of the program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub templates: Option<PathBuf>,
    /// Program that puts the body's seal 电子签章 on a finished certificate. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seal: Option<PathBuf>,
    /// Its arguments; `{in}` and `{out}` stand for files, without them the PDF goes through its pipes. Default: none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seal_arguments: Vec<String>,
    /// Seconds it may take. Default 30.
    pub seal_seconds: u32,
    /// Seconds a certificate may take beside that. Default 30; the first one of a process reads the fonts.
    pub seconds: u32,
}

impl Default for DocumentsConfig {
    fn default() -> Self {
        Self {
            program: None,
            fonts: None,
            templates: None,
            seal: None,
            seal_arguments: Vec::new(),
            seal_seconds: 30,
            seconds: 30,
        }
    }
}

impl DocumentsConfig {
    pub(crate) fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// A certificate to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// File of the signed credential.
    pub credential: PathBuf,
    /// File of its receipt.
    pub receipt: PathBuf,
    /// Where the PDF is written.
    pub out: PathBuf,
}

/// A certificate that was printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// The file.
    pub file: PathBuf,
    /// Its digest.
    pub digest: Sha256Digest,
    /// Its pages.
    pub pages: u32,
}

/// Why a certificate is not printed.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The program cannot be used; no further certificate is tried.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// The program refuses this certificate.
    #[error("{reason}")]
    Refused {
        /// Its reason.
        reason: String,
    },
    /// What stands in the printed symbol does not verify; the file is removed.
    #[error("the printed symbol does not verify: genuine {genuine}, authorised {authorised} ({codes})")]
    NotVerified {
        /// Answer to question 1.
        genuine: &'static str,
        /// Answer to question 2.
        authorised: &'static str,
        /// The reason codes.
        codes: String,
    },
    /// A file cannot be read or removed.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Prints certificates one after another, in one process. What the symbol of each says, read from its page, is verified
/// like anybody's; a certificate whose symbol does not verify does not stay.
///
/// # Errors
/// [`ProgramError`] when the program does not start; what becomes of each certificate stands in the list.
pub fn print(
    papers: &Papers,
    jobs: &[Job],
    now: Timestamp,
) -> Result<Vec<Result<Paper, DocumentError>>, DocumentError> {
    let trust_list = file::read(&papers.folder.trust_list())?;
    let trust_list = String::from_utf8_lossy(&trust_list).into_owned();
    let mut program = Program::start(papers)?;
    let mut printed = Vec::with_capacity(jobs.len());
    for job in jobs {
        printed.push(one(&mut program, papers, &trust_list, job, now));
    }
    Ok(printed)
}

/// Prints a certificate that the registry has, in a folder that is gone afterwards; gives the PDF.
///
/// # Errors
/// [`DocumentError`].
pub fn print_stored(
    papers: &Papers,
    stored: &StoredCredential,
    now: Timestamp,
) -> Result<Vec<u8>, DocumentError> {
    let (Some(signed), Some(receipt)) = (&stored.signed, &stored.receipt) else {
        let reason = "the registry does not have it yet".to_owned();
        return Err(DocumentError::Refused { reason });
    };
    let folder = PrintingFolder::make(papers)?;
    let job = Job {
        credential: folder.0.join("credential.json"),
        receipt: folder.0.join("receipt.json"),
        out: folder.0.join("certificate.pdf"),
    };
    file::create_private(&job.credential, signed)?;
    file::create_private(&job.receipt, receipt.as_bytes())?;
    for printed in print(papers, std::slice::from_ref(&job), now)? {
        printed?;
    }
    Ok(file::read(&job.out)?)
}

/// A folder of the office for what is printed, removed with this value.
struct PrintingFolder(PathBuf);

impl PrintingFolder {
    fn make(papers: &Papers) -> Result<Self, DocumentError> {
        let mut name = [0_u8; 8];
        getrandom::fill(&mut name).map_err(|error| DocumentError::Refused {
            reason: error.to_string(),
        })?;
        let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
        let folder =
            std::path::absolute(papers.folder.path()).unwrap_or_else(|_| papers.folder.path().to_owned());
        let folder = folder.join(format!("printing-{name}"));
        file::create_folder(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for PrintingFolder {
    fn drop(&mut self) {
        // Left behind when it cannot be removed; it holds nothing that the office has not.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn one(
    program: &mut Program,
    papers: &Papers,
    trust_list: &str,
    job: &Job,
    now: Timestamp,
) -> Result<Paper, DocumentError> {
    let Printed { pages, digest, link } = program.print(job)?;
    let receipt = file::read(&job.receipt)?;
    let request = Request {
        document: link,
        facts: Facts {
            trust_list: Some(trust_list.to_owned()),
            receipt: Some(String::from_utf8_lossy(&receipt).into_owned()),
            ..Facts::default()
        },
        now,
        at: None,
        policy: Policy {
            owner_key: papers.config.issuer.owner_key,
            owner_successor: None,
            log_proof: LogProofPolicy::Required,
        },
        need: None,
    };
    let report = verify(&request);
    let (genuine, authorised) = (report.genuine, report.authorised);
    if (genuine.answer, authorised.answer) == (Answer::Yes, Answer::Yes) {
        return Ok(Paper {
            file: job.out.clone(),
            digest,
            pages,
        });
    }
    file::remove(&job.out)?;
    let reasons = genuine.reasons.iter().chain(&authorised.reasons);
    Err(DocumentError::NotVerified {
        genuine: genuine.answer.name(),
        authorised: authorised.answer.name(),
        codes: reasons
            .map(|reason| reason.code.code())
            .collect::<Vec<_>>()
            .join(", "),
    })
}
