//! What a person may type about measures on certificates in force.

use std::path::PathBuf;

use clap::{ArgAction, Args, Subcommand};
use touchstone_issuer::{
    after_issue::{MeasureKind, MeasureOutcome, MeasureStatus, ObligationKind},
    casework::{Passage, Role},
};
use touchstone_schemas::{
    credential::CredentialNumber,
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    lifecycle::EventReason,
    text::Text,
};

use super::case_arguments::{By, Signature};

/// What is proposed.
#[derive(Clone, Debug, Args)]
pub(crate) struct Proposing {
    /// surveillancePassed, suspended, reinstated, withdrawn, cancelled, corrected, or nonconformity.
    #[arg(long)]
    pub(crate) kind: MeasureKind,
    /// Reason code, as nonconformity or cancellationRequested; not for loss of conformity.
    #[arg(long)]
    pub(crate) reason: Option<EventReason>,
    /// Last day of the surveillance (YYYY-MM-DD).
    #[arg(long)]
    pub(crate) performed_on: Option<Date>,
    /// The next one is due by the end of this day; by the scheme's rule when absent.
    #[arg(long)]
    pub(crate) next_due: Option<Date>,
    /// Planned last day of the suspension; by the scheme's rule when absent.
    #[arg(long)]
    pub(crate) planned_end: Option<Date>,
    /// Day on which loss of conformity was confirmed; today when absent.
    #[arg(long)]
    pub(crate) confirmed_on: Option<Date>,
    /// Number of the certificate that answers one ended in error.
    #[arg(long)]
    pub(crate) successor: Option<CredentialNumber>,
    /// Its version.
    #[arg(long, default_value_t = 1)]
    pub(crate) successor_version: u32,
    /// What led to it.
    #[arg(long)]
    pub(crate) grounds: Passage,
}

/// Statements on one measure or more, signed.
#[derive(Clone, Debug, Args)]
pub(crate) struct Stating {
    /// Number of the measure; several are signed one after the other.
    #[arg(long = "measure", required = true)]
    pub(crate) measures: Vec<u32>,
    #[command(flatten)]
    pub(crate) by: By,
    #[command(flatten)]
    pub(crate) signature: Signature,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MeasureCommand {
    /// Open a measure on a certificate: surveillance, suspension, reinstatement, withdrawal, cancellation, or that loss
    /// of conformity is confirmed.
    Open {
        /// 证书编号; several, or --batch, open one each.
        #[arg(long = "number", required_unless_present = "batch")]
        numbers: Vec<CredentialNumber>,
        /// File with a number a line.
        #[arg(long, conflicts_with = "numbers")]
        batch: Option<PathBuf>,
        /// Version; the newest when absent.
        #[arg(long)]
        version: Option<u32>,
        #[command(flatten)]
        proposing: Proposing,
        #[command(flatten)]
        by: By,
    },
    /// Attach evidence.
    Attach {
        /// Number of the measure.
        #[arg(long)]
        measure: u32,
        /// The file.
        #[arg(long)]
        file: PathBuf,
        /// Its media type.
        #[arg(long, default_value = "application/octet-stream")]
        media_type: Text,
        /// surveillanceOfficer or evaluator.
        #[arg(long, default_value = "surveillanceOfficer")]
        role: Role,
        #[command(flatten)]
        by: By,
    },
    /// Give evidence out; the reading is on record.
    ReadFile {
        /// Number of the measure.
        #[arg(long)]
        measure: u32,
        /// SHA-256 of the file.
        #[arg(long)]
        digest: Sha256Digest,
        /// Where it is written.
        #[arg(long)]
        out: PathBuf,
        /// Who reads it.
        #[arg(long)]
        by: Text,
    },
    /// Propose it as it stands; loss of conformity is on record from here on.
    Propose {
        #[command(flatten)]
        stating: Stating,
        /// What there is to say.
        #[arg(long)]
        note: Option<Passage>,
    },
    /// Say what the evaluation of the correction found, as an evaluator.
    Verify {
        #[command(flatten)]
        stating: Stating,
        /// Whether it removes the cause: true or false.
        #[arg(long, action = ArgAction::Set)]
        effective: bool,
        /// What was looked at, and what was found.
        #[arg(long)]
        note: Passage,
    },
    /// Decide on it; settle loss of conformity.
    Decide {
        #[command(flatten)]
        stating: Stating,
        /// agree or refuse.
        #[arg(long)]
        outcome: MeasureOutcome,
        /// Reference of the decision.
        #[arg(long)]
        reference: Text,
        /// Clause of law or rule.
        #[arg(long)]
        legal_basis: Text,
        /// Why: needed to refuse, and to settle.
        #[arg(long)]
        reason: Option<Passage>,
        /// When it takes effect (YYYY-MM-DDThh:mm:ssZ); when it is carried out, where absent.
        #[arg(long)]
        effective: Option<Timestamp>,
        /// Why it takes effect more than 48 hours before.
        #[arg(long)]
        backdating: Option<Text>,
    },
    /// Carry decided measures out: sign the event, deliver it with the status lists. Said again, it goes on.
    CarryOut {
        /// Number of the measure.
        #[arg(long = "measure", required = true)]
        measures: Vec<u32>,
    },
    /// Give a measure up.
    Drop {
        /// Number of the measure.
        #[arg(long)]
        measure: u32,
        /// Why.
        #[arg(long)]
        reason: Passage,
        #[command(flatten)]
        by: By,
    },
    /// Show a measure.
    Show {
        /// Number of the measure.
        #[arg(long)]
        measure: u32,
    },
    /// Print the audit trail of a measure, an act a line.
    Trail {
        /// Number of the measure.
        #[arg(long)]
        measure: u32,
    },
    /// List measures, newest first.
    List {
        /// draft, proposed, recorded, agreed, refused, settled, carriedOut or dropped.
        #[arg(long)]
        status: Option<MeasureStatus>,
        /// Below this number.
        #[arg(long)]
        before: Option<u32>,
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
}

/// What is to be done, and by when.
#[derive(Debug, Args)]
pub(crate) struct Worklist {
    /// For this day (YYYY-MM-DD), at most 30 days back; today when absent.
    #[arg(long)]
    pub(crate) on: Option<Date>,
    /// surveillance, nonconformity, suspensionEnd or renewal.
    #[arg(long)]
    pub(crate) kind: Option<ObligationKind>,
    /// At most so many.
    #[arg(long, default_value_t = 1_000)]
    pub(crate) limit: u32,
}
