//! `touchstone-documents` at work: a job and an answer a line each.

use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use touchstone_schemas::{
    decode::{ReadError, read},
    digest::Sha256Digest,
    jcs::to_canonical,
    record,
};

use super::{DocumentError, DocumentsConfig, Job};
use crate::office::Papers;

/// The program's name.
const NAME: &str = "touchstone-documents";
/// Longest answer, in bytes: a path of the longest kind, and a list of faults.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Why the program cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// It does not start, or its pipes break.
    #[error("{}: {cause}", program.display())]
    System {
        /// The program.
        program: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// It ended before it answered; it has said why on standard error.
    #[error("{} ended without an answer", program.display())]
    Ended {
        /// The program.
        program: PathBuf,
    },
    /// It took too long, and was ended.
    #[error("{} did not answer within {seconds} s", program.display())]
    Timeout {
        /// The program.
        program: PathBuf,
        /// The limit.
        seconds: u64,
    },
    /// It does not answer as agreed.
    #[error("{} answers {found:?}: {cause}", program.display())]
    Answer {
        /// The program.
        program: PathBuf,
        /// The beginning of its answer.
        found: String,
        /// What is wrong with it.
        cause: ReadError,
    },
}

/// A job as the program reads it.
struct JobLine {
    credential: String,
    demonstration: bool,
    out: String,
    profile: u32,
    receipt: String,
}

record! { JobLine {
    "credential": credential,
    "demonstration": demonstration,
    "out": out,
    "profile": profile,
    "receipt": receipt,
} }

/// Its answer: what it printed, or why not.
struct AnswerLine {
    error: Option<String>,
    link: Option<String>,
    out: Option<String>,
    pages: Option<u32>,
    sha256: Option<Sha256Digest>,
}

record! { AnswerLine {
    "error"? error,
    "link"? link,
    "out"? out,
    "pages"? pages,
    "sha256"? sha256,
} }

/// A certificate that the program printed.
pub(super) struct Printed {
    pub(super) pages: u32,
    pub(super) digest: Sha256Digest,
    /// What the symbol on its page says.
    pub(super) link: String,
}

/// The program, running. It is ended with this value.
pub(super) struct Program {
    path: PathBuf,
    child: Child,
    jobs: Option<ChildStdin>,
    answers: Receiver<io::Result<String>>,
    patience: Duration,
    profile: u32,
    demonstration: bool,
}

impl Program {
    pub(super) fn start(papers: &Papers) -> Result<Self, ProgramError> {
        let config = &papers.config.documents;
        let path = match &config.program {
            Some(program) => papers.folder.path().join(program),
            None => beside().unwrap_or_else(|| PathBuf::from(NAME)),
        };
        let system = |cause| ProgramError::System {
            program: path.clone(),
            cause,
        };
        let mut child = command(&path, papers.folder.path(), config)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(system)?;
        let (send, answers) = mpsc::channel();
        if let Some(output) = child.stdout.take() {
            thread::spawn(move || {
                for line in BufReader::new(output).lines() {
                    if send.send(line).is_err() {
                        return;
                    }
                }
            });
        }
        let sealing = config.seal.as_ref().map_or(0, |_| config.seal_seconds);
        Ok(Self {
            jobs: child.stdin.take(),
            path,
            child,
            answers,
            patience: Duration::from_secs(u64::from(config.seconds) + u64::from(sealing)),
            profile: papers.config.issuer.profile,
            demonstration: papers.config.issuer.test,
        })
    }

    pub(super) fn print(&mut self, job: &Job) -> Result<Printed, DocumentError> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let mut line = to_canonical(&JobLine {
            credential: text(&job.credential),
            demonstration: self.demonstration,
            out: text(&job.out),
            profile: self.profile,
            receipt: text(&job.receipt),
        });
        line.push(b'\n');
        let answer = self.ask(&line)?;
        match answer {
            AnswerLine {
                link: Some(link),
                pages: Some(pages),
                sha256: Some(digest),
                error: None,
                ..
            } => Ok(Printed { pages, digest, link }),
            AnswerLine { error, .. } => Err(DocumentError::Refused {
                reason: error.unwrap_or_else(|| "no reason given".to_owned()),
            }),
        }
    }

    fn ask(&mut self, line: &[u8]) -> Result<AnswerLine, ProgramError> {
        let program = || self.path.clone();
        let sent = match &mut self.jobs {
            Some(jobs) => jobs.write_all(line).and_then(|()| jobs.flush()),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        };
        match sent {
            Err(cause) if cause.kind() == io::ErrorKind::BrokenPipe => {
                return Err(ProgramError::Ended { program: program() });
            }
            sent => sent.map_err(|cause| ProgramError::System {
                program: program(),
                cause,
            })?,
        }
        let answer = match self.answers.recv_timeout(self.patience) {
            Ok(line) => line.map_err(|cause| ProgramError::System {
                program: program(),
                cause,
            })?,
            Err(RecvTimeoutError::Disconnected) => return Err(ProgramError::Ended { program: program() }),
            Err(RecvTimeoutError::Timeout) => {
                // What comes now would be taken for the next job's answer.
                self.jobs = None;
                let _ = self.child.kill();
                return Err(ProgramError::Timeout {
                    program: self.path.clone(),
                    seconds: self.patience.as_secs(),
                });
            }
        };
        read(answer.as_bytes(), MAX_ANSWER_BYTES).map_err(|cause| ProgramError::Answer {
            program: program(),
            found: answer.chars().take(80).collect(),
            cause,
        })
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // The end of its jobs ends it; one that was killed is only buried.
        self.jobs = None;
        let _ = self.child.wait();
    }
}

/// The program beside this one, where there is one.
fn beside() -> Option<PathBuf> {
    let path = std::env::current_exe().ok()?.with_file_name(NAME);
    path.is_file().then_some(path)
}

fn command(program: &Path, folder: &Path, config: &DocumentsConfig) -> Command {
    let mut command = Command::new(program);
    command.arg("certificates");
    for (option, path) in [
        ("--fonts", &config.fonts),
        ("--templates", &config.templates),
        ("--seal", &config.seal),
    ] {
        if let Some(path) = path {
            command.arg(option).arg(folder.join(path));
        }
    }
    if config.seal.is_some() {
        command.args(["--seal-seconds", &config.seal_seconds.to_string()]);
        let arguments = config.seal_arguments.iter();
        command.args(arguments.map(|argument| format!("--seal-argument={argument}")));
    }
    command
}
