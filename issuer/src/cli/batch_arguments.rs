//! What a person may type about batches.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use touchstone_issuer::casework::{DecisionOutcome, Passage, Recommendation};
use touchstone_schemas::{date_time::Date, text::Text};

use super::case_arguments::{By, KeyPassphrase, Signature};

#[derive(Debug, Subcommand)]
pub(crate) enum BatchCommand {
    /// Write a sheet to be filled in, CSV or XLSX by its name.
    Template {
        /// The file.
        #[arg(long)]
        out: PathBuf,
        /// What it is for.
        #[arg(long, value_enum, default_value_t = SheetKind::Applications)]
        kind: SheetKind,
        /// With a row for each case of this batch.
        #[arg(long)]
        batch: Option<u32>,
    },
    /// Take a sheet of applications in (clerk): each row without faults becomes a case. Exit code: 0 all rows, 2 some are
    /// refused.
    Import {
        #[command(flatten)]
        sheet: SheetArguments,
        /// What the batch is called; the name of the file when absent.
        #[arg(long)]
        name: Option<Text>,
        #[command(flatten)]
        by: By,
    },
    /// Take a sheet of evaluations in (evaluator): reports and scores are files beside it. Exit code as for import.
    Evaluate {
        /// The batch.
        #[arg(long)]
        batch: u32,
        #[command(flatten)]
        sheet: SheetArguments,
        #[command(flatten)]
        by: By,
    },
    /// Assign an evaluator to every case (clerk).
    Assign {
        /// The batch.
        #[arg(long)]
        batch: u32,
        /// The evaluator.
        #[arg(long)]
        evaluator: Text,
        #[command(flatten)]
        by: By,
    },
    /// Declare interests in the clients of all cases assigned to you (evaluator).
    Declare {
        /// The batch.
        #[arg(long)]
        batch: u32,
        /// First day the declaration covers (YYYY-MM-DD): two years back at least.
        #[arg(long)]
        covers_from: Date,
        /// The conflict, when there is one.
        #[arg(long)]
        conflict: Option<Passage>,
        #[command(flatten)]
        by: By,
    },
    /// Do a task of every case 已做.
    Done {
        /// The batch.
        #[arg(long)]
        batch: u32,
        /// Code of the stage.
        #[arg(long)]
        stage: Text,
        /// What there is to say.
        #[arg(long)]
        note: Option<Passage>,
        #[command(flatten)]
        by: By,
    },
    /// Waive a stage of every case 不做.
    Waive {
        /// The batch.
        #[arg(long)]
        batch: u32,
        /// Code of the stage.
        #[arg(long)]
        stage: Text,
        /// Why.
        #[arg(long)]
        reason: Passage,
        #[command(flatten)]
        by: By,
    },
    /// Review 复核 every case that waits for it, by one signature.
    Review {
        #[command(flatten)]
        judging: BatchJudging,
        /// What is recommended.
        #[arg(long)]
        recommendation: Recommendation,
        /// What there is to say.
        #[arg(long)]
        note: Option<Passage>,
    },
    /// Approve 审批 every case that waits in a stage, by one signature.
    Approve {
        #[command(flatten)]
        judging: BatchJudging,
        /// Code of the stage.
        #[arg(long)]
        stage: Text,
        /// What there is to say.
        #[arg(long)]
        note: Option<Passage>,
    },
    /// Decide 认证决定 every case that waits for it, by one signature.
    Decide {
        #[command(flatten)]
        judging: BatchJudging,
        /// What is decided.
        #[arg(long)]
        outcome: DecisionOutcome,
        /// Reference of the decision.
        #[arg(long)]
        reference: Text,
        /// Why; needed to refuse, and against a recommendation.
        #[arg(long)]
        reason: Option<Text>,
    },
    /// Give the signing opinion 签发意见 on every case that waits for it, by one signature.
    Opinion {
        #[command(flatten)]
        judging: BatchJudging,
        /// The opinion.
        #[arg(long)]
        opinion: Passage,
        /// First day of validity (YYYY-MM-DD); today when absent.
        #[arg(long)]
        valid_from: Option<Date>,
    },
    /// Sign a batch's bundle with a personal key; needs no office.
    Sign {
        /// The bundle.
        #[arg(long)]
        bundle: PathBuf,
        /// Your key.
        #[arg(long)]
        key_file: PathBuf,
        #[command(flatten)]
        passphrase: KeyPassphrase,
        /// Write the approval here.
        #[arg(long)]
        out: PathBuf,
    },
    /// Issue every decided case of a batch; goes on where it was cut off.
    Issue {
        /// The batch.
        #[arg(long)]
        batch: u32,
    },
    /// Show a batch: its cases by stage, and its judgements.
    Show {
        /// The batch.
        #[arg(long)]
        batch: u32,
    },
    /// List batches, newest first.
    List {
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
}

/// What a sheet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SheetKind {
    /// Applications, a row a case.
    Applications,
    /// Evaluations of the cases of a batch.
    Evaluations,
    /// Certificates first issued on paper, for `import --legacy`.
    Papers,
}

#[derive(Debug, Args)]
pub(crate) struct ImportPapers {
    /// The sheet, CSV or XLSX; the files it names lie beside it.
    #[arg(long)]
    pub(crate) legacy: PathBuf,
    /// Only say what would be refused; nothing is stored.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Write what is wrong here, as CSV; replaced when it is there.
    #[arg(long)]
    pub(crate) faults: Option<PathBuf>,
    /// What the batch is called; the name of the file when absent.
    #[arg(long)]
    pub(crate) name: Option<Text>,
    #[command(flatten)]
    pub(crate) by: By,
}

#[derive(Debug, Args)]
pub(crate) struct SheetArguments {
    /// The sheet, CSV or XLSX.
    #[arg(long)]
    pub(crate) file: PathBuf,
    /// Only say what would be refused; nothing is stored.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Write what is wrong here, as CSV; replaced when it is there.
    #[arg(long)]
    pub(crate) faults: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct BatchJudging {
    /// The batch.
    #[arg(long)]
    pub(crate) batch: u32,
    #[command(flatten)]
    pub(crate) by: By,
    #[command(flatten)]
    pub(crate) signature: Signature,
}
