//! What a person may type about people and cases.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use touchstone_issuer::casework::{AttachmentPurpose, DecisionOutcome, Passage, Recommendation, Role};
use touchstone_schemas::{
    credential::CredentialNumber,
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    multikey::Multikey,
    text::Text,
};

#[derive(Debug, Subcommand)]
pub(crate) enum Person {
    /// Make a personal key in a file of your own; prints its public half.
    Key {
        /// The file.
        #[arg(long)]
        out: PathBuf,
        #[command(flatten)]
        passphrase: KeyPassphrase,
    },
    /// Put a person on the list; the first ones, up to the first administrator, need no --by.
    Add {
        /// The person's number.
        #[arg(long)]
        person: Text,
        /// Name.
        #[arg(long)]
        name: Text,
        /// First day of the name (YYYY-MM-DD).
        #[arg(long)]
        since: Date,
        /// Public half of their own key (Multikey).
        #[arg(long)]
        key: Multikey,
        /// The administrator.
        #[arg(long)]
        by: Option<Text>,
    },
    /// Another name, from a day on.
    Rename {
        /// The person's number.
        #[arg(long)]
        person: Text,
        /// Name.
        #[arg(long)]
        name: Text,
        /// First day of the name (YYYY-MM-DD).
        #[arg(long)]
        since: Date,
        /// The administrator.
        #[arg(long)]
        by: Text,
    },
    /// Another key, from now on.
    GiveKey {
        /// The person's number.
        #[arg(long)]
        person: Text,
        /// Public half of the key (Multikey).
        #[arg(long)]
        key: Multikey,
        /// The administrator.
        #[arg(long)]
        by: Text,
    },
    /// A key counts no longer.
    RetireKey {
        /// The person's number.
        #[arg(long)]
        person: Text,
        /// Public half of the key (Multikey).
        #[arg(long)]
        key: Multikey,
        /// From when on (YYYY-MM-DDThh:mm:ssZ); now when absent.
        #[arg(long)]
        from: Option<Timestamp>,
        /// Why.
        #[arg(long)]
        reason: Text,
        /// The administrator.
        #[arg(long)]
        by: Text,
    },
    /// List people with their roles and mandates.
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RoleCommand {
    /// Give a role.
    Give {
        /// The person's number.
        #[arg(long)]
        person: Text,
        /// clerk, evaluator, reviewer, approver, decider, signatory, surveillanceOfficer, auditor, administrator.
        #[arg(long)]
        role: Role,
        /// The office, for approvers: 处长, 主任.
        #[arg(long)]
        office: Option<Text>,
        /// A scheme edition it is for; all when none is named.
        #[arg(long = "scheme")]
        schemes: Vec<Text>,
        /// First day (YYYY-MM-DD).
        #[arg(long)]
        from: Date,
        /// Last day; open when absent.
        #[arg(long)]
        until: Option<Date>,
        /// The administrator; not needed up to the first one.
        #[arg(long)]
        by: Option<Text>,
    },
    /// End a role.
    End {
        #[command(flatten)]
        ending: Ending,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum MandateCommand {
    /// Let somebody act for another 授权.
    Give {
        /// Who gives it.
        #[arg(long)]
        delegator: Text,
        /// Who may act.
        #[arg(long)]
        deputy: Text,
        /// In which role.
        #[arg(long)]
        role: Role,
        /// In which office, for approvers.
        #[arg(long)]
        office: Option<Text>,
        /// A scheme edition it is for; those of the role when none is named.
        #[arg(long = "scheme")]
        schemes: Vec<Text>,
        /// First day (YYYY-MM-DD).
        #[arg(long)]
        from: Date,
        /// Last day.
        #[arg(long)]
        until: Date,
        /// The delegator, or an administrator.
        #[arg(long)]
        by: Text,
    },
    /// End a mandate.
    End {
        #[command(flatten)]
        ending: Ending,
    },
}

/// The end of a role or mandate.
#[derive(Debug, Args)]
pub(crate) struct Ending {
    /// Its number, as listed.
    #[arg(long)]
    pub(crate) number: u32,
    /// Last day (YYYY-MM-DD).
    #[arg(long)]
    pub(crate) until: Date,
    /// Why.
    #[arg(long)]
    pub(crate) reason: Text,
    /// The administrator; the delegator, for a mandate.
    #[arg(long)]
    pub(crate) by: Text,
}

/// Who acts.
#[derive(Clone, Debug, Args)]
pub(crate) struct By {
    /// The person who acts.
    #[arg(long)]
    pub(crate) by: Text,
    /// For whom, as a deputy 代.
    #[arg(long, requires = "mandate")]
    pub(crate) on_behalf_of: Option<Text>,
    /// Number of the mandate, as listed.
    #[arg(long, requires = "on_behalf_of")]
    pub(crate) mandate: Option<u32>,
}

/// The passphrase of a personal key.
#[derive(Clone, Debug, Args)]
pub(crate) struct KeyPassphrase {
    /// File with the passphrase of the personal key; asked for when absent.
    #[arg(long)]
    pub(crate) key_passphrase_file: Option<PathBuf>,
}

/// Where the signature of a judgement comes from.
#[derive(Clone, Debug, Args)]
pub(crate) struct Signature {
    /// Sign here with the personal key in this file.
    #[arg(long)]
    pub(crate) key_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) passphrase: KeyPassphrase,
    /// Write what is to be signed to this file and stop; `case sign` signs it where the key is.
    #[arg(long, conflicts_with_all = ["key_file", "approval"])]
    pub(crate) bundle_out: Option<PathBuf>,
    /// The approval that `case sign` wrote.
    #[arg(long, conflicts_with = "key_file", required_unless_present_any = ["key_file", "bundle_out"])]
    pub(crate) approval: Option<PathBuf>,
}

/// A judgement on a case.
#[derive(Clone, Debug, Args)]
pub(crate) struct Judging {
    /// Number of the case.
    #[arg(long)]
    pub(crate) case: u32,
    #[command(flatten)]
    pub(crate) by: By,
    #[command(flatten)]
    pub(crate) signature: Signature,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CaseCommand {
    /// Take an application in: scheme, applicant, scope, industry, sites, agreement.
    Apply {
        /// The application.
        #[arg(long)]
        file: PathBuf,
        #[command(flatten)]
        by: By,
    },
    /// Change the application of a case.
    Amend {
        /// Number of the case.
        #[arg(long)]
        case: u32,
        /// The application as it is to be.
        #[arg(long)]
        file: PathBuf,
        /// Why.
        #[arg(long)]
        reason: Text,
        #[command(flatten)]
        by: By,
    },
    /// Attach a file.
    Attach {
        /// Number of the case.
        #[arg(long)]
        case: u32,
        /// The file.
        #[arg(long)]
        file: PathBuf,
        /// application, agreement, evidence, questionnaire or report.
        #[arg(long)]
        purpose: AttachmentPurpose,
        /// Its media type.
        #[arg(long, default_value = "application/octet-stream")]
        media_type: Text,
        /// clerk or evaluator.
        #[arg(long, default_value = "clerk")]
        role: Role,
        #[command(flatten)]
        by: By,
    },
    /// Give an attached file out; the reading is on record.
    ReadFile {
        /// Number of the case.
        #[arg(long)]
        case: u32,
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
    /// Assign an evaluator.
    Assign {
        /// Number of the case.
        #[arg(long)]
        case: u32,
        /// The evaluator.
        #[arg(long)]
        evaluator: Text,
        #[command(flatten)]
        by: By,
    },
    /// Declare interests in the client, as an evaluator assigned.
    Declare {
        /// Number of the case.
        #[arg(long)]
        case: u32,
        /// First day covered (YYYY-MM-DD): two years before today or earlier.
        #[arg(long)]
        covers_from: Date,
        /// The conflict of interest, if there is one.
        #[arg(long)]
        conflict: Option<Passage>,
        #[command(flatten)]
        by: By,
    },
    /// Put an evaluation on file: scores, findings, report. The grade follows.
    Evaluate {
        /// Number of the case.
        #[arg(long)]
        case: u32,
        /// The evaluation.
        #[arg(long)]
        file: PathBuf,
        #[command(flatten)]
        by: By,
    },
    /// Put the evaluation of the version that is changed on file again, where nothing changes but the holder's own
    /// particulars.
    CarryOver {
        /// Number of the case.
        #[arg(long)]
        case: u32,
        #[command(flatten)]
        by: By,
    },
    /// Write the application of a certificate on file as a form, to be edited: for a change of it, or its recertification.
    Form {
        /// 证书编号.
        #[arg(long)]
        number: CredentialNumber,
        /// For its recertification under a new number.
        #[arg(long)]
        recertify: bool,
        /// Where it is written.
        #[arg(long)]
        out: PathBuf,
    },
    /// A task is done 已做.
    Done {
        /// Number of the case.
        #[arg(long)]
        case: u32,
        /// Code of its stage.
        #[arg(long)]
        stage: Text,
        /// What there is to say.
        #[arg(long)]
        note: Option<Passage>,
        #[command(flatten)]
        by: By,
    },
    /// A stage is waived 不做.
    Waive {
        /// Number of the case.
        #[arg(long)]
        case: u32,
        /// Its code.
        #[arg(long)]
        stage: Text,
        /// Why.
        #[arg(long)]
        reason: Passage,
        #[command(flatten)]
        by: By,
    },
    /// 复核.
    Review {
        #[command(flatten)]
        judging: Judging,
        /// positive or negative.
        #[arg(long)]
        recommendation: Recommendation,
        /// What there is to say.
        #[arg(long)]
        note: Option<Passage>,
    },
    /// 处长审批, 主任批准.
    Approve {
        #[command(flatten)]
        judging: Judging,
        /// Code of the stage.
        #[arg(long)]
        stage: Text,
        /// What there is to say.
        #[arg(long)]
        note: Option<Passage>,
    },
    /// 认证决定.
    Decide {
        #[command(flatten)]
        judging: Judging,
        /// grant or refuse.
        #[arg(long)]
        outcome: DecisionOutcome,
        /// Reference of the decision.
        #[arg(long)]
        reference: Text,
        /// Why: needed to refuse, and against the recommendation.
        #[arg(long)]
        reason: Option<Text>,
        /// Why the client may apply within the rule's months after a withdrawal.
        #[arg(long)]
        after_withdrawal: Option<Text>,
    },
    /// 签发意见.
    Opinion {
        #[command(flatten)]
        judging: Judging,
        /// The opinion.
        #[arg(long)]
        opinion: Passage,
        /// First day of validity (YYYY-MM-DD); today when absent.
        #[arg(long)]
        valid_from: Option<Date>,
    },
    /// Sign what --bundle-out wrote, where the personal key is; needs no office.
    Sign {
        /// What is to be signed.
        #[arg(long)]
        bundle: PathBuf,
        /// The personal key.
        #[arg(long)]
        key_file: PathBuf,
        #[command(flatten)]
        passphrase: KeyPassphrase,
        /// Where the approval is written.
        #[arg(long)]
        out: PathBuf,
    },
    /// Send the case back to an earlier stage.
    Return {
        /// Number of the case.
        #[arg(long)]
        case: u32,
        /// Code of the stage.
        #[arg(long)]
        to: Text,
        /// Why.
        #[arg(long)]
        reason: Passage,
        #[command(flatten)]
        by: By,
    },
    /// Close the case without a decision.
    Close {
        /// Number of the case.
        #[arg(long)]
        case: u32,
        /// Why.
        #[arg(long)]
        reason: Passage,
        #[command(flatten)]
        by: By,
    },
    /// Show a case: its stages, team, files and approvals.
    Show {
        /// Number of the case.
        #[arg(long)]
        case: u32,
    },
    /// Print the audit trail of a case, an act a line.
    Trail {
        /// Number of the case.
        #[arg(long)]
        case: u32,
    },
    /// List cases, newest first.
    List {
        /// Those that wait in this stage.
        #[arg(long)]
        stage: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// List the signing queue.
    Queue {
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Issue a decided case: number, prepare, sign, deliver. Said again, it goes on.
    Issue {
        /// Number of the case.
        #[arg(long)]
        case: u32,
        /// Write <number>.json, .receipt.json, .svg and .png here.
        #[arg(long)]
        out: Option<PathBuf>,
    },
}
