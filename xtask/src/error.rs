//! Why a developer command stopped.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;

/// Why a developer command stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("`{command}` could not be started: {source}")]
    Start { command: String, source: std::io::Error },
    #[error("`{command}` ended with {status}")]
    Ended { command: String, status: ExitStatus },
    #[error("`{command}` ended with {status}; its last lines:{}", lines(last))]
    EndedTelling {
        command: String,
        status: ExitStatus,
        last: Vec<String>,
    },
    #[error("`{command}` had not ended after {seconds} s and was stopped")]
    TooLong { command: String, seconds: u64 },
    #[error("`{command}` printed bytes that are not UTF-8")]
    NotText { command: String },
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("{}: {source}", path.display())]
    Toml {
        path: PathBuf,
        source: Box<toml::de::Error>,
    },
    #[error("cargo metadata: {0}")]
    Metadata(#[from] cargo_metadata::Error),
    #[error("{} holds no complete <testsuites> element", path.display())]
    NoTally { path: PathBuf },
    #[error(
        "missing on this machine:{}\nthis command installs them itself only as root on Debian; please install them and run it again",
        list(missing)
    )]
    Missing { missing: Vec<Missing> },
    #[error("{by}: {source}")]
    Json {
        by: &'static str,
        source: serde_json::Error,
    },
    #[error("{by} does not hold figures")]
    NotFigures { by: &'static str },
    #[error("{faults} faults against the house rules")]
    Untidy { faults: usize },
}

/// Something a command needs, and how a person gets it.
#[derive(Debug)]
pub(crate) struct Missing {
    pub(crate) what: &'static str,
    pub(crate) how: String,
}

impl Error {
    /// For `map_err` on file operations: names the file.
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::File {
            path: path.to_owned(),
            source,
        }
    }

    /// For `map_err` on JSON: names who wrote it.
    pub(crate) fn json(by: &'static str) -> impl FnOnce(serde_json::Error) -> Self {
        move |source| Self::Json { by, source }
    }
}

fn list(missing: &[Missing]) -> String {
    missing
        .iter()
        .map(|missing| format!("\n  - {}: {}", missing.what, missing.how))
        .collect()
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| format!("\n  {line}")).collect()
}
