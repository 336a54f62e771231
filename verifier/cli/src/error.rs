//! Why there is no answer.

use std::path::PathBuf;

use crate::carried::NotCarried;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("{}: larger than {limit} bytes", path.display())]
    TooLarge { path: PathBuf, limit: usize },
    #[error("{}: no number in it", path.display())]
    EmptyList { path: PathBuf },
    #[error("{}: {source}", path.display())]
    Sheet {
        path: PathBuf,
        source: touchstone_readers::sheet::SheetError,
    },
    #[error("{name}: {source}")]
    NotCarried { name: String, source: NotCarried },
    #[error("more than {limit} files: divide them")]
    TooMany { limit: usize },
    #[error("a {what} is about one document, and several are given")]
    OnlyOne { what: &'static str },
    #[error("which registry to ask for {number} is not known: give --trust, or --snapshot to ask nobody")]
    NoRegistry { number: String },
    #[error("{name} is not a verification request: {source}")]
    Request {
        name: String,
        source: touchstone_verifier::RequestError,
    },
    #[error("standard input: {0}")]
    Input(std::io::Error),
    #[error("standard output: {0}")]
    Output(std::io::Error),
    #[error("{url} has to be fetched, which --offline forbids")]
    Offline { url: String },
    #[error("{url} is neither https:// nor on this machine")]
    NotHttps { url: String },
    #[error("{url} answers with something that is no certificate")]
    NoDocument { url: String },
    #[error("whether a need is covered is asked of a certificate, not of a {of}")]
    NoNeed { of: &'static str },
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("this machine's clock is outside the years 1970 to 9999")]
    Clock,
    #[error("the statement: {0}")]
    Statement(touchstone_verifier::RequestError),
    #[error(transparent)]
    Delta(Box<touchstone_schemas::snapshot::DeltaError>),
    #[error("the snapshot: {0}")]
    Snapshot(Box<touchstone_verifier::status::SnapshotRefused>),
    #[error("the trust list is not believed")]
    TrustList,
    #[error("the catalogue of texts of this build: {0}")]
    Catalogue(serde_json::Error),
}

/// Why something could not be fetched.
#[derive(Debug, thiserror::Error)]
#[error("{url}: {source}")]
pub(crate) struct FetchError {
    pub(crate) url: String,
    pub(crate) source: Box<ureq::Error>,
}

impl Error {
    /// Why a file carries no certificate, where that is it.
    pub(crate) fn not_carried(&self) -> Option<&NotCarried> {
        match self {
            Self::NotCarried { source, .. } => Some(source),
            _ => None,
        }
    }

    /// Whether the command line is at fault, and not the world.
    pub(crate) fn is_usage(&self) -> bool {
        match self {
            Self::File { .. }
            | Self::TooLarge { .. }
            | Self::EmptyList { .. }
            | Self::Sheet { .. }
            | Self::TooMany { .. }
            | Self::OnlyOne { .. }
            | Self::NoRegistry { .. }
            | Self::Request { .. }
            | Self::NoNeed { .. }
            | Self::Offline { .. }
            | Self::NotHttps { .. }
            | Self::Delta(_) => true,
            Self::Statement(_)
            | Self::NotCarried { .. }
            | Self::Input(_)
            | Self::Output(_)
            | Self::NoDocument { .. }
            | Self::Fetch(_)
            | Self::Clock
            | Self::Snapshot(_)
            | Self::TrustList
            | Self::Catalogue(_) => false,
        }
    }
}
