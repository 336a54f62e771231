//! The seal hook: an external program (电子签章) puts its seal on a finished certificate, and what it gives back is checked
//! as the certificate was.

use std::fs::DirBuilder;
use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::certificate::CertificateInput;
use crate::check::{CheckError, Checked, check_certificate_pdf};
use crate::limits::{MAX_PDF_BYTES, SEAL_PIPES, SEAL_POLL};

/// Where an argument names the file to seal.
const IN: &str = "{in}";
/// Where an argument names the file to write.
const OUT: &str = "{out}";
/// Most of a program's complaint that is kept.
const MAX_COMPLAINT_BYTES: u64 = 4 * 1024;

/// A seal program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealProgram {
    /// The program.
    pub program: PathBuf,
    /// Its arguments. `{in}` and `{out}` stand for files in a private folder; without `{in}` the PDF comes on standard
    /// input, without `{out}` the sealed one is read from standard output.
    pub arguments: Vec<String>,
    /// How long it may run; it and what it started are ended then.
    pub timeout: Duration,
}

/// A sealed certificate, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The file.
    pub pdf: Vec<u8>,
    /// Whether the certificate still stands unchanged at its beginning (ISO 32000-2 §7.5.6, incremental update), as a
    /// PAdES signature leaves it.
    pub incremental: bool,
    /// What was found on it.
    pub checked: Checked,
}

/// Why there is no sealed certificate.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The program cannot be started, or its files not be exchanged.
    #[error("{}: {cause}", program.display())]
    System {
        /// The program.
        program: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// It took too long.
    #[error("{} did not end within {} s", program.display(), limit.as_secs_f32())]
    Timeout {
        /// The program.
        program: PathBuf,
        /// The limit.
        limit: Duration,
    },
    /// It said that it failed.
    #[error("{} ended with {status}: {complaint}", program.display())]
    Failed {
        /// The program.
        program: PathBuf,
        /// How it ended.
        status: ExitStatus,
        /// The beginning of what it wrote to standard error.
        complaint: String,
    },
    /// It gave back the file as it was.
    #[error("{} put no seal on the file", program.display())]
    Unchanged {
        /// The program.
        program: PathBuf,
    },
    /// What it gave back is no longer the certificate.
    #[error("the sealed file was refused: {0}")]
    Check(#[from] CheckError),
}

/// Has a certificate sealed, and checks what comes back: attachments and QR symbol are those of `input`.
///
/// # Errors
/// [`SealError`].
pub fn seal(pdf: &[u8], program: &SealProgram, input: &CertificateInput<'_>) -> Result<Sealed, SealError> {
    let sealed = run(pdf, program)?;
    if sealed == pdf {
        let program = program.program.clone();
        return Err(SealError::Unchanged { program });
    }
    Ok(Sealed {
        checked: check_certificate_pdf(&sealed, input)?,
        incremental: sealed.starts_with(pdf),
        pdf: sealed,
    })
}

fn run(pdf: &[u8], seal: &SealProgram) -> Result<Vec<u8>, SealError> {
    let system = |cause| SealError::System {
        program: seal.program.clone(),
        cause,
    };
    let exchange = Exchange::new().map_err(system)?;
    let named = |part: &str| seal.arguments.iter().any(|argument| argument.contains(part));
    let (file_in, file_out) = (named(IN), named(OUT));
    if file_in {
        std::fs::write(exchange.path(IN), pdf).map_err(system)?;
    }
    let mut child = Command::new(&seal.program)
        .args(seal.arguments.iter().map(|argument| exchange.fill(argument)))
        .stdin(if file_in { Stdio::null() } else { Stdio::piped() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(system)?;
    let talk = Talk::begin(&mut child, pdf);
    let status = wait(&mut child, Instant::now() + seal.timeout).map_err(system)?;
    // What it started may still hold the pipes.
    end_group(&child);
    let timeout = || SealError::Timeout {
        program: seal.program.clone(),
        limit: seal.timeout,
    };
    let Some(status) = status else {
        child.wait().map_err(system)?;
        return Err(timeout());
    };
    let Some((output, complaint)) = talk.end() else {
        return Err(timeout());
    };
    if !status.success() {
        return Err(SealError::Failed {
            program: seal.program.clone(),
            status,
            complaint: String::from_utf8_lossy(&complaint).trim().to_owned(),
        });
    }
    if file_out {
        let file = std::fs::File::open(exchange.path(OUT)).map_err(system)?;
        return read_at_most(file, MAX_PDF_BYTES as u64 + 1).map_err(system);
    }
    Ok(output)
}

/// How it ended; `None` when the time is over, and then it is ended.
fn wait(child: &mut Child, until: Instant) -> io::Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= until {
            return Ok(None);
        }
        thread::sleep(SEAL_POLL);
    }
}

fn end_group(child: &Child) {
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if let Some(group) = group {
        // None of it may be left, which is as well.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// The three pipes of a program, each served by a thread of its own, so that none blocks another.
struct Talk {
    output: mpsc::Receiver<Vec<u8>>,
    complaint: mpsc::Receiver<Vec<u8>>,
}

impl Talk {
    fn begin(child: &mut Child, pdf: &[u8]) -> Self {
        if let Some(mut stdin) = child.stdin.take() {
            let pdf = pdf.to_owned();
            // A program that does not read all of it says so by what it writes.
            thread::spawn(move || stdin.write_all(&pdf));
        }
        Self {
            output: collect(child.stdout.take(), MAX_PDF_BYTES as u64 + 1),
            complaint: collect(child.stderr.take(), MAX_COMPLAINT_BYTES),
        }
    }

    /// What came; `None` when somebody outside the group still holds a pipe.
    fn end(self) -> Option<(Vec<u8>, Vec<u8>)> {
        let of = |pipe: mpsc::Receiver<Vec<u8>>| pipe.recv_timeout(SEAL_PIPES).ok();
        Some((of(self.output)?, of(self.complaint)?))
    }
}

fn collect(pipe: Option<impl Read + Send + 'static>, most: u64) -> mpsc::Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let Some(mut pipe) = pipe else { return };
        let mut bytes = Vec::new();
        let kept = pipe.by_ref().take(most).read_to_end(&mut bytes);
        // The rest is read and dropped: a full pipe would hold the program up.
        let _ = kept.and_then(|_| io::copy(&mut pipe, &mut io::sink()));
        let _ = send.send(bytes);
    });
    receive
}

fn read_at_most(file: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A folder of mode 0700 for the two files, gone afterwards.
struct Exchange(PathBuf);

impl Exchange {
    fn new() -> io::Result<Self> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let name = random
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>();
        let path = std::env::temp_dir().join(format!("touchstone-seal-{name}"));
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }

    fn path(&self, part: &str) -> PathBuf {
        self.0.join(if part == IN { "in.pdf" } else { "out.pdf" })
    }

    fn fill(&self, argument: &str) -> String {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        argument
            .replace(IN, &text(&self.path(IN)))
            .replace(OUT, &text(&self.path(OUT)))
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        // A file left in the system's folder for temporary files is not worth an error.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
