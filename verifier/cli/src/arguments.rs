//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use clap_complete::Shell;
use touchstone_schemas::credential::Level;
use touchstone_schemas::date_time::{Date, Timestamp};
use touchstone_schemas::multikey::Multikey;
use touchstone_verifier::input::{LogProofPolicy, Need, Policy};

const AFTER_HELP: &str = "\
Examples:
  touchstone-verify certificate.json
  touchstone-verify certificate.pdf
  touchstone-verify photo.png
  touchstone-verify CQC26ZNZ000123R0
  touchstone-verify certificates/
  touchstone-verify --json certificate.json certificate.pdf photo.png
  touchstone-verify --snapshot snapshot.json --list suppliers.csv
with the pin in TOUCHSTONE_OWNER_KEY and the trust list in TOUCHSTONE_TRUST.

Exit codes:
   0  in force (and covers the need, where one is given)
   1  not genuine, not authorised, not in force, or the need is not covered
   2  could not tell; also a demonstration certificate without --accept-test
With --as statement: 0 it was in force at the statement's instant, as known when the statement was made; 1 and 2 as above
With --as checkpoint: 0 the log only grew since, 1 it was rewritten, 2 could not tell
A statement or a checkpoint where a certificate is expected is answered for, and never ends with 0
With --list: 0 all are in force, 1 one is not, 2 one is not in the snapshot, or the snapshot does not count
Of several: 0 all are in force, 1 one is not, 2 none is not and one could not be told
  64  the command line or a file named on it cannot be read

With --json one line of JSON each: document, exit, and the report, or error with found and host where no certificate
is found in a file.

A PDF file is judged by the credential attached to it, without one by the QR codes on its pages. A code that is not of
a certificate is told by its host, and never followed.

Nothing is believed because of where it came from: the trust list must be signed by the owner key, everything else by
keys that the trust list names. Only registries named in the verified trust list are asked, and only for status lists
and log tiles, whose addresses name no certificate, unless --record is given.";

/// What is not asked of a list of numbers.
const NOT_OF_LISTS: [&str; 11] = [
    "documents",
    "record",
    "expected",
    "at",
    "status",
    "receipt",
    "require_log",
    "need_level",
    "need_standard",
    "need_site",
    "need_date",
];

/// Check a certificate: is it genuine, who stands behind it, is it in force, does it cover what is needed?
#[derive(Debug, Parser)]
#[command(name = "touchstone-verify", version, after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The certificate: a file (JSON, PDF, a PNG or JPEG picture of its QR code), `-` for standard input, the link or the
    /// digits of its QR code, its number, or the URL of a registry's record. Of several, or of a folder, each is a line
    #[arg(value_name = "FILE|FOLDER|URL|NUMBER|-", required_unless_present = "list")]
    pub(crate) documents: Vec<String>,
    /// What FILE is expected to be. The sender of a file does not choose what its exit code means
    #[arg(long = "as", value_enum, value_name = "KIND", default_value = "certificate")]
    pub(crate) expected: Kind,
    /// The scheme owner's public key (Multikey): the one pin from which all trust follows
    #[arg(long, value_name = "KEY", env = "TOUCHSTONE_OWNER_KEY")]
    owner_key: Multikey,
    /// The owner's announced next key
    #[arg(long, value_name = "KEY", env = "TOUCHSTONE_OWNER_SUCCESSOR")]
    owner_successor: Option<Multikey>,
    /// The trust list: a file, or the URL to fetch it from
    #[arg(long, value_name = "FILE|URL", env = "TOUCHSTONE_TRUST")]
    pub(crate) trust: Option<String>,
    /// Status lists already at hand
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) status: Vec<PathBuf>,
    /// A snapshot of all states already at hand (`GET /snapshot` of a registry)
    #[arg(long, value_name = "FILE")]
    pub(crate) snapshot: Option<PathBuf>,
    /// What changed since that snapshot (`GET /snapshot?since=<its sequence>`): the newer one is made of both
    #[arg(long, value_name = "FILE", requires = "snapshot")]
    pub(crate) delta: Option<PathBuf>,
    /// Keep the snapshot that the delta gives in this file
    #[arg(long, value_name = "FILE", requires = "delta")]
    pub(crate) keep_snapshot: Option<PathBuf>,
    /// Look numbers up in the snapshot instead of checking a certificate: a file with one number a line, or a sheet (CSV,
    /// XLSX) with a column of them. Nobody is asked, so nobody learns whom the list names
    #[arg(long, value_name = "FILE", requires_all = ["snapshot", "trust"], conflicts_with_all = NOT_OF_LISTS)]
    pub(crate) list: Option<PathBuf>,
    /// The certificate's log receipt
    #[arg(long, value_name = "FILE")]
    pub(crate) receipt: Option<PathBuf>,
    /// Ask nobody: what is not given stays unknown
    #[arg(long)]
    pub(crate) offline: bool,
    /// Also fetch the certificate's own record (log receipt, events); this tells the registry which one is checked
    #[arg(long, conflicts_with = "offline")]
    pub(crate) record: bool,
    /// Demand proof that the certificate stands in the log
    #[arg(long)]
    require_log: bool,
    /// Let a demonstration issuer count: without it, a demonstration in force ends with 2
    #[arg(long)]
    accept_test: bool,
    /// Answer for this instant (`2026-03-01T04:00:00Z`) instead of now
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub(crate) at: Option<Timestamp>,
    /// Take this for the time now instead of the machine's clock: to repeat an earlier check exactly
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub(crate) now: Option<Timestamp>,
    /// Needed: at least this level, 1 to 5
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    need_level: Option<Level>,
    /// Needed: this standard with its edition (`GB/T 39116-2020`)
    #[arg(long, value_name = "STANDARD")]
    need_standard: Option<String>,
    /// Needed: a site whose name or address holds this text, or whose region code begins with it
    #[arg(long, value_name = "SITE")]
    need_site: Option<String>,
    /// Needed: valid throughout this day (`2026-03-01`, China time)
    #[arg(long, value_name = "DATE", value_parser = date)]
    need_date: Option<Date>,
    /// Print the Report as JSON, the same bytes every shell of this verifier gives
    #[arg(long)]
    pub(crate) json: bool,
    /// Language of the answer; by LC_ALL, LC_MESSAGES or LANG when absent
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    lang: Option<Language>,
    /// Print completions for that shell, to be sourced by it
    #[arg(long, value_enum, value_name = "SHELL", exclusive = true)]
    completions: Option<Shell>,
    /// Print the manual page, for man(1)
    #[arg(long, exclusive = true)]
    manual: bool,
}

/// Languages of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// 简体中文
    #[value(name = "zh-CN", alias = "zh")]
    Chinese,
    /// English
    #[value(name = "en")]
    English,
}

/// What can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A certificate: is it in force now?
    Certificate,
    /// A registry's statement of status: was it in force then?
    Statement,
    /// A checkpoint of a registry's log: has the log only grown since?
    Checkpoint,
    /// A whole verification request as JSON, as browsers and programs ask it: answered as of its own time and with its own
    /// facts, under the pin given here
    Request,
}

/// Whether demonstration issuers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TestIssuers {
    Accepted,
    NotAccepted,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Statement => "statement",
            Self::Checkpoint => "checkpoint",
            Self::Request => "request",
        }
    }
}

impl Arguments {
    pub(crate) fn test_issuers(&self) -> TestIssuers {
        if self.accept_test {
            TestIssuers::Accepted
        } else {
            TestIssuers::NotAccepted
        }
    }

    pub(crate) fn policy(&self) -> Policy {
        Policy {
            owner_key: self.owner_key,
            owner_successor: self.owner_successor,
            log_proof: if self.require_log {
                LogProofPolicy::Required
            } else {
                LogProofPolicy::WhenPresent
            },
        }
    }

    /// The fourth question, when any part of a need is given.
    pub(crate) fn need(&self) -> Option<Need> {
        let need = Need {
            level: self.need_level,
            standard: self.need_standard.clone(),
            site: self.need_site.clone(),
            date: self.need_date,
        };
        (need != Need::default()).then_some(need)
    }

    /// The language asked for, else the environment's (POSIX: LC_ALL, LC_MESSAGES, LANG), else English.
    pub(crate) fn language(&self) -> Language {
        let environment = || {
            let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
            let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set)?;
            locale.starts_with("zh").then_some(Language::Chinese)
        };
        self.lang.or_else(environment).unwrap_or(Language::English)
    }
}

fn instant(text: &str) -> Result<Timestamp, String> {
    text.parse::<Timestamp>().map_err(|error| error.to_string())
}

fn date(text: &str) -> Result<Date, String> {
    text.parse::<Date>().map_err(|error| error.to_string())
}

fn level(text: &str) -> Result<Level, String> {
    let number: u8 = text
        .parse()
        .map_err(|_| format!("{text:?} is not a number from 1 to 5"))?;
    Level::try_from(number).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }
}
