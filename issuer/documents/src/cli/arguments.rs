//! What may be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use touchstone_documents::DEBIAN_FOLDER;
use touchstone_schemas::date_time::Timestamp;

/// The papers of an awarded credential.
#[derive(Debug, Parser)]
#[command(name = "touchstone-documents", version)]
pub(crate) struct Arguments {
    /// Folder of fonts; Debian's fonts-noto-cjk when nothing is said.
    #[arg(long, global = true, env = "TOUCHSTONE_FONTS", default_value = DEBIAN_FOLDER)]
    pub(crate) fonts: PathBuf,
    /// Folder of the body's own templates; they come before those compiled in, file by file.
    #[arg(long, global = true, env = "TOUCHSTONE_TEMPLATES")]
    pub(crate) templates: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print a certificate as PDF, read it back, and only then write it.
    Certificate {
        #[command(flatten)]
        of: Of,
        /// Where the PDF is written.
        #[arg(long)]
        out: PathBuf,
        #[command(flatten)]
        seal: Seal,
    },
    /// Print many: a job a line on standard input, an answer a line on standard output. A job is
    /// {"credential":FILE,"demonstration":BOOL,"out":FILE,"profile":NUMBER,"receipt":FILE}.
    Certificates {
        #[command(flatten)]
        seal: Seal,
    },
    /// Check a finished certificate: its symbol and its attachments are the credential as issued.
    Check {
        #[command(flatten)]
        of: Of,
        /// The PDF.
        #[arg(long)]
        pdf: PathBuf,
    },
    /// Print a report as PDF; says its digest.
    Report {
        /// The report as data.
        #[arg(long)]
        input: PathBuf,
        /// Where the PDF is written.
        #[arg(long)]
        out: PathBuf,
    },
    /// Draw the digital mark as SVG and PNG.
    Mark {
        /// The signed credential.
        #[arg(long)]
        credential: PathBuf,
        /// Its state: inForce, overdueInGrace, overdue, suspended, cancelled, superseded, withdrawn, expired, unknown.
        #[arg(long)]
        state: String,
        /// When the state was found (YYYY-MM-DDThh:mm:ssZ).
        #[arg(long)]
        as_of: Timestamp,
        /// It stands under a test root.
        #[arg(long)]
        demonstration: bool,
        /// Where the mark is written, without ending: .svg and .png are added.
        #[arg(long)]
        out: PathBuf,
    },
}

/// What a certificate is printed from, or checked against.
#[derive(Debug, Args)]
pub(crate) struct Of {
    /// The signed credential.
    #[arg(long)]
    pub(crate) credential: PathBuf,
    /// The registry's receipt.
    #[arg(long)]
    pub(crate) receipt: PathBuf,
    /// Number of the issuer's profile in the trust list.
    #[arg(long, default_value_t = 1)]
    pub(crate) profile: u32,
    /// It stands under a test root.
    #[arg(long)]
    pub(crate) demonstration: bool,
}

/// The program that puts the body's seal 电子签章 on a finished certificate.
#[derive(Clone, Debug, Args)]
pub(crate) struct Seal {
    /// The program.
    #[arg(long = "seal", env = "TOUCHSTONE_SEAL")]
    pub(crate) program: Option<PathBuf>,
    /// An argument of it, in order; {in} and {out} stand for files, without them the PDF goes through the pipes.
    #[arg(long = "seal-argument", requires = "program", allow_hyphen_values = true)]
    pub(crate) arguments: Vec<String>,
    /// Seconds it may take.
    #[arg(long = "seal-seconds", default_value_t = 30)]
    pub(crate) seconds: u64,
}
