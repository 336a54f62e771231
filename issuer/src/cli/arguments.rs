//! What a person may type.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use touchstone_issuer::{init::DEMONSTRATION_ARC, keys::KeyPlace, store::Place};
use touchstone_schemas::{
    date_time::Timestamp,
    did::{Did, VerificationMethod},
};

use super::batch_arguments::{BatchCommand, ImportPapers};
use super::case_arguments::{CaseCommand, MandateCommand, Person, RoleCommand};
use super::complaint::ComplaintCommand;
use super::link::LinkCommand;
use super::measure_arguments::{MeasureCommand, Worklist};
use super::notices::NoticesCommand;
use super::serve::Serve;
use super::token::TokenCommand;
use super::watch_arguments::{LiftAlarms, WatchArguments};

/// The certification body's office.
#[derive(Debug, Parser)]
#[command(name = "touchstone-issuer", version)]
pub(crate) struct Arguments {
    /// Folder of the office.
    #[arg(long, global = true, env = "TOUCHSTONE_ISSUER_DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Print machine-readable JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// File with the passphrase of the office's keys; asked for when absent.
    #[arg(long, global = true, env = "TOUCHSTONE_ISSUER_PASSPHRASE_FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Ask for PINs of tokens at the terminal, also where a file is named.
    #[arg(long, global = true)]
    pub(crate) ask_pin: bool,
    /// Pretend it is this instant (YYYY-MM-DDThh:mm:ssZ); under a test root alone.
    #[arg(long, global = true)]
    pub(crate) clock: Option<Timestamp>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a new office: keys, certificates, first trust list, configuration, database.
    Init(Box<Init>),
    /// Check configuration, trust list, database and, with a passphrase file, the keys.
    CheckConfig,
    /// Issue from application files (under a test root alone).
    Issue(Issue),
    /// Change a certificate's life, or refresh the status lists.
    #[command(subcommand)]
    Status(Status),
    /// Deliver what waits in the outbox.
    Deliver {
        /// Also what the registry refused before.
        #[arg(long)]
        retry_refused: bool,
    },
    /// Sign a snapshot of the states of all certificates that the registry has, and deliver it.
    Snapshot,
    /// Print certificates as PDF: each is read back, and sealed where the configuration names a program for it.
    Document(Document),
    /// List the certificates on file, and the events the registry does not have.
    List,
    /// Give up what was prepared, or signed and refused by the registry: on record, and never what it has.
    Void(Void),
    /// The people of the office.
    #[command(subcommand)]
    Person(Person),
    /// Their roles.
    #[command(subcommand)]
    Role(RoleCommand),
    /// Mandates 授权: who may act for whom.
    #[command(subcommand)]
    Mandate(MandateCommand),
    /// Tokens of the JSON API.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Cases: from an application to a certificate, everybody at their own step.
    #[command(subcommand)]
    Case(CaseCommand),
    /// Batches: many cases from one sheet, judged by one signature at each step, and issued together.
    #[command(subcommand)]
    Batch(BatchCommand),
    /// Bring certificates in that are in force on paper 补发电子凭证, as a batch to be reviewed, decided on and signed for by
    /// three people. Exit code: 0 all rows, 2 some are refused.
    Import(ImportPapers),
    /// Measures on certificates in force: surveillance, suspension, reinstatement, withdrawal, cancellation.
    #[command(subcommand)]
    Measure(Box<MeasureCommand>),
    /// Complaints and appeals, from receipt to answer.
    #[command(subcommand)]
    Complaint(Box<ComplaintCommand>),
    /// Files for clients by links that work once.
    #[command(subcommand)]
    Link(LinkCommand),
    /// Letters to clients: before surveillance, and when something happens to a certificate.
    #[command(subcommand)]
    Notices(NoticesCommand),
    /// What is to be done for certificates in force, and by when: surveillance due, in grace or overdue, loss of
    /// conformity, suspensions that end, renewals.
    Worklist(Worklist),
    /// Judge everything ever signed again: by the rules that ran before the signature, and by the verifier. Exit code: 0
    /// nothing was found, 1 something was.
    Recheck,
    /// Check the journals of people and cases: every act, signature, entitlement and file.
    CheckJournal,
    /// The scheme owner's trust list.
    #[command(subcommand)]
    TrustList(TrustList),
    /// The scheme owner's records for the log.
    #[command(subcommand)]
    Owner(Owner),
    /// The root ceremony, offline.
    #[command(subcommand)]
    Ceremony(Ceremony),
    /// Ask the root for a certificate: makes the key where there is none, and a PKCS#10 request.
    Csr(Csr),
    /// Take a certificate from the root: checked as verifiers check it, for the scheme owner to list.
    ImportCertificate(ImportCertificate),
    /// Put another listed key in use. What the former one signed verifies on.
    Rotate(Rotate),
    /// Serve the console, the office in a browser, until SIGTERM or SIGINT.
    Serve(Serve),
    /// Follow the registry's log and compare every entry of ours with the records. Exit code with --once: 0 all is
    /// well, 1 the log could not be watched, 2 an alarm stands.
    Watch(WatchArguments),
    /// List the alarms, those lifted too.
    Alarms,
    /// Lift every alarm that stands, on record: signing goes on.
    LiftAlarms(LiftAlarms),
    /// Send signed documents to the registry as they are, in one bundle; prints their receipts.
    Submit {
        /// The documents.
        #[arg(required = true, num_args = 1..)]
        files: Vec<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The body's file.
    #[arg(long)]
    pub(crate) profile: PathBuf,
    /// Base URL of the registry.
    #[arg(long)]
    pub(crate) registry_url: String,
    /// Origin of the registry's log.
    #[arg(long)]
    pub(crate) log_origin: String,
    /// Key of the registry's log (Multikey).
    #[arg(long)]
    pub(crate) log_key: String,
    /// File with the registry's intake token.
    #[arg(long)]
    pub(crate) token_file: Option<PathBuf>,
    /// Certificates are demonstrations.
    #[arg(long)]
    pub(crate) test: bool,
    /// Enterprise arc of the key purposes.
    #[arg(long, default_value = DEMONSTRATION_ARC)]
    pub(crate) arc: String,
    /// Folder of the scheme owner's key.
    #[arg(long)]
    pub(crate) owner_dir: PathBuf,
    /// File with the passphrase of the scheme owner's key.
    #[arg(long)]
    pub(crate) owner_passphrase_file: Option<PathBuf>,
    /// Where the records will be: a database on a PostgreSQL server (postgres://user@host/name), which holds no office yet.
    /// A file in the folder when absent.
    #[arg(long)]
    pub(crate) database: Option<Place>,
    /// Certificate of a root that lies elsewhere: nothing is made here then but the office.
    #[arg(long, requires_all = ["issuing_certificate", "issuing_place", "status_certificate", "status_place"])]
    pub(crate) root_certificate: Option<PathBuf>,
    /// Certificate of the first issuing key.
    #[arg(long, requires = "root_certificate")]
    pub(crate) issuing_certificate: Option<PathBuf>,
    /// Where the first issuing key is kept.
    #[arg(long, requires = "root_certificate")]
    pub(crate) issuing_place: Option<KeyPlace>,
    /// Certificate of the first status key.
    #[arg(long, requires = "root_certificate")]
    pub(crate) status_certificate: Option<PathBuf>,
    /// Where the first status key is kept.
    #[arg(long, requires = "root_certificate")]
    pub(crate) status_place: Option<KeyPlace>,
}

impl Init {
    /// What a root elsewhere certified: root, and for each key its certificate and place.
    pub(crate) fn certified(&self) -> Option<(&Path, [(&Path, &KeyPlace); 2])> {
        let issuing = (self.issuing_certificate.as_deref()?, self.issuing_place.as_ref()?);
        let status = (self.status_certificate.as_deref()?, self.status_place.as_ref()?);
        Some((self.root_certificate.as_deref()?, [issuing, status]))
    }
}

#[derive(Debug, Args)]
pub(crate) struct Issue {
    /// Application files; every *.json of a folder.
    #[arg(long = "file", required = true, num_args = 1..)]
    pub(crate) files: Vec<PathBuf>,
    /// Write <number>.json, .receipt.json, .svg and .png here.
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Document {
    /// 证书编号; the registry must have them.
    #[arg(required = true, num_args = 1..)]
    pub(crate) numbers: Vec<String>,
    /// Version; the newest when absent.
    #[arg(long)]
    pub(crate) version: Option<u32>,
    /// Write <number>.pdf here, and what `issue --out` writes.
    #[arg(long)]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Void {
    /// 证书编号.
    #[arg(long)]
    pub(crate) number: String,
    /// Version; the newest when absent.
    #[arg(long)]
    pub(crate) version: Option<u32>,
    /// Sequence of the event; the certificate itself when absent.
    #[arg(long)]
    pub(crate) event: Option<u32>,
    /// The person who gives it up.
    #[arg(long)]
    pub(crate) by: String,
    /// The office they hold.
    #[arg(long)]
    pub(crate) office: String,
    /// Why.
    #[arg(long)]
    pub(crate) reason: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Status {
    /// 监督通过: surveillance done, requirements met.
    SurveillancePassed {
        #[command(flatten)]
        decided: Decided,
        /// Last day of the surveillance (YYYY-MM-DD; under a test root also @today-30d).
        #[arg(long)]
        performed_on: String,
        /// The next one is due by the end of this day; by the scheme's rule when absent.
        #[arg(long)]
        next_due: Option<String>,
    },
    /// 暂停.
    Suspend {
        #[command(flatten)]
        decided: Decided,
        /// Planned last day; by the scheme's rule when absent.
        #[arg(long)]
        planned_end: Option<String>,
    },
    /// 恢复.
    Reinstate {
        #[command(flatten)]
        decided: Decided,
    },
    /// 撤销.
    Withdraw {
        #[command(flatten)]
        decided: Decided,
    },
    /// 批量撤销: many by one decision.
    WithdrawMany {
        /// File with a number a line.
        #[arg(long)]
        batch: PathBuf,
        #[command(flatten)]
        decision: Decision,
    },
    /// 注销.
    Cancel {
        #[command(flatten)]
        decided: Decided,
    },
    /// 换证: by the next version, issued from an application, or by a certificate with another number.
    Supersede {
        #[command(flatten)]
        decided: Decided,
        /// Application of the next version.
        #[arg(long, conflicts_with_all = ["successor", "successor_version"])]
        application: Option<PathBuf>,
        /// Number of the certificate that follows, issued already.
        #[arg(long, required_unless_present = "application")]
        successor: Option<String>,
        /// Its version.
        #[arg(long, default_value_t = 1)]
        successor_version: u32,
        /// Write the new version's files here.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Link a certificate ended in error to the one that answers it.
    Correct {
        #[command(flatten)]
        decided: Decided,
        /// Number of the certificate that answers it.
        #[arg(long)]
        successor: String,
        /// Its version.
        #[arg(long, default_value_t = 1)]
        successor_version: u32,
    },
    /// Sign every status list anew and deliver them.
    Refresh,
}

/// What every change carries.
#[derive(Debug, Args)]
pub(crate) struct Decided {
    /// 证书编号.
    #[arg(long)]
    pub(crate) number: String,
    /// Version; the newest when absent.
    #[arg(long)]
    pub(crate) version: Option<u32>,
    #[command(flatten)]
    pub(crate) decision: Decision,
}

/// Who decided what, and why.
#[derive(Debug, Args)]
pub(crate) struct Decision {
    /// Reference of the decision.
    #[arg(long = "decision")]
    pub(crate) reference: String,
    /// The office that decided.
    #[arg(long)]
    pub(crate) decided_by: String,
    /// Reason code, as nonconformity or cancellationRequested.
    #[arg(long)]
    pub(crate) reason: String,
    /// Clause of law or rule.
    #[arg(long)]
    pub(crate) legal_basis: String,
    /// When it takes effect (YYYY-MM-DDThh:mm:ssZ); now when absent.
    #[arg(long)]
    pub(crate) effective: Option<Timestamp>,
    /// Why it takes effect more than 48 hours before now.
    #[arg(long)]
    pub(crate) backdating: Option<String>,
    /// The person who decided; checked against the office, never published.
    #[arg(long)]
    pub(crate) decider: String,
    /// The person who evaluated the correction or the surveillance, not the decider; needed to reinstate, never
    /// published.
    #[arg(long)]
    pub(crate) verified_by: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TrustList {
    /// Sign the present list anew: next sequence, issued now.
    Renew {
        /// Folder of the scheme owner's key.
        #[arg(long)]
        owner_dir: PathBuf,
        /// File with its passphrase.
        #[arg(long)]
        owner_passphrase_file: Option<PathBuf>,
        /// The list; the office's own when absent.
        #[arg(long)]
        file: Option<PathBuf>,
    },
}

/// Where the scheme owner's key is.
#[derive(Debug, Args)]
pub(crate) struct OwnerFolder {
    /// Folder of the scheme owner's key.
    #[arg(long)]
    pub(crate) owner_dir: PathBuf,
    /// File with its passphrase.
    #[arg(long)]
    pub(crate) owner_passphrase_file: Option<PathBuf>,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Purpose {
    /// Signs credentials and events.
    Issuing,
    /// Signs status lists and snapshots.
    Status,
}

/// Where a root is, and who is there.
#[derive(Debug, Args)]
pub(crate) struct CeremonyFolderArguments {
    /// Folder of the root: its key or the key's URI, its certificate, the protocol.
    #[arg(long)]
    pub(crate) folder: PathBuf,
    /// File with the passphrase of the root's key.
    #[arg(long)]
    pub(crate) root_passphrase_file: Option<PathBuf>,
    /// A person present; at least two.
    #[arg(long, required = true)]
    pub(crate) present: Vec<String>,
    /// The fingerprint, typed as it was read aloud; asked for at the terminal when absent.
    #[arg(long)]
    pub(crate) confirm_fingerprint: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Ceremony {
    /// Make the root: its key and its certificate.
    Root {
        #[command(flatten)]
        folder: CeremonyFolderArguments,
        /// The body's file, for its names.
        #[arg(long)]
        profile: PathBuf,
        /// Where the key is kept: file:root.pem, or a pkcs11: URI.
        #[arg(long)]
        key: Option<KeyPlace>,
        /// Years the root lives.
        #[arg(long, default_value_t = 25)]
        years: i64,
        /// The root of demonstrations.
        #[arg(long)]
        test: bool,
    },
    /// Certify a request.
    Sign {
        #[command(flatten)]
        folder: CeremonyFolderArguments,
        /// The request (PKCS#10).
        #[arg(long)]
        request: PathBuf,
        /// What the key is for.
        #[arg(long)]
        purpose: Purpose,
        /// Enterprise arc of the key purposes.
        #[arg(long, default_value = DEMONSTRATION_ARC)]
        arc: String,
        /// The root of demonstrations.
        #[arg(long)]
        test: bool,
        /// Last second of the certificate; six years from now when absent.
        #[arg(long)]
        until: Option<Timestamp>,
        /// Where the certificate is written.
        #[arg(long)]
        out: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Csr {
    /// What the key is for.
    #[arg(long)]
    pub(crate) purpose: Purpose,
    /// Number of the key; that of one in use renews its certificate.
    #[arg(long)]
    pub(crate) number: u32,
    /// Where the key is kept: file:keys/issuing-2.pem, or a pkcs11: URI.
    #[arg(long)]
    pub(crate) place: Option<KeyPlace>,
    /// Where the request is written.
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// Base URL of the registry, for a body that has no office yet.
    #[arg(long, requires = "profile")]
    pub(crate) registry_url: Option<String>,
    /// The body's file, for a body that has no office yet.
    #[arg(long, requires = "registry_url")]
    pub(crate) profile: Option<PathBuf>,
    /// Enterprise arc of the key purposes, for a body that has no office yet.
    #[arg(long, default_value = DEMONSTRATION_ARC)]
    pub(crate) arc: String,
}

#[derive(Debug, Args)]
pub(crate) struct ImportCertificate {
    /// The certificate, PEM or DER.
    #[arg(long)]
    pub(crate) certificate: PathBuf,
    /// What the key is for.
    #[arg(long)]
    pub(crate) purpose: Purpose,
    /// Where the key is kept, where that is not configured or usual.
    #[arg(long)]
    pub(crate) place: Option<KeyPlace>,
}

#[derive(Debug, Args)]
pub(crate) struct Rotate {
    /// What the key is for.
    #[arg(long)]
    pub(crate) purpose: Purpose,
    /// Number of the key.
    #[arg(long)]
    pub(crate) number: u32,
    /// Where the key is kept, where that is not usual.
    #[arg(long)]
    pub(crate) place: Option<KeyPlace>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Owner {
    /// Make the scheme owner's key, in a file or in a token.
    CreateKey {
        #[command(flatten)]
        owner: OwnerFolder,
        /// Where the key is kept: file:owner.pem, or a pkcs11: URI.
        #[arg(long)]
        key: Option<KeyPlace>,
    },
    /// List a certified key with its window, or a new certificate of a listed key.
    AddKey {
        #[command(flatten)]
        owner: OwnerFolder,
        /// Its certificate.
        #[arg(long)]
        certificate: PathBuf,
        /// What it is for.
        #[arg(long)]
        purpose: Purpose,
        /// It may sign from here; from now on when absent.
        #[arg(long)]
        signs_from: Option<Timestamp>,
        /// It may sign until here.
        #[arg(long)]
        signs_until: Timestamp,
        /// The trust list; the office's own when absent.
        #[arg(long)]
        file: Option<PathBuf>,
    },
    /// End a key's window sooner, as after a rotation.
    CloseKey {
        #[command(flatten)]
        owner: OwnerFolder,
        /// The key: did:web:cert.example#key-1
        #[arg(long)]
        key: VerificationMethod,
        /// It may sign until here.
        #[arg(long)]
        signs_until: Timestamp,
        /// The trust list; the office's own when absent.
        #[arg(long)]
        file: Option<PathBuf>,
    },
    /// Retire a key from a point of the log on: signs the record for the log and the trust list that follows.
    RetireKey {
        #[command(flatten)]
        owner: OwnerFolder,
        /// The key: did:web:cert.example#key-1
        #[arg(long)]
        key: VerificationMethod,
        /// The point: a checkpoint of the log, nothing after which counts.
        #[arg(long)]
        checkpoint: PathBuf,
        /// Why, for people.
        #[arg(long)]
        reason: String,
        /// Where the record is written; `submit` sends it.
        #[arg(long)]
        out: PathBuf,
        /// The trust list; the office's own when absent.
        #[arg(long)]
        file: Option<PathBuf>,
    },
    /// Name a release of the verify page: its version and the digest of every file.
    ReleaseVerifier {
        #[command(flatten)]
        owner: OwnerFolder,
        /// DID of the body whose registry serves the page.
        #[arg(long)]
        issuer: Did,
        /// The version.
        #[arg(long)]
        release: String,
        /// Folder of the built page.
        #[arg(long)]
        page: PathBuf,
        /// The verifier's module, where the page has several: its path in the folder.
        #[arg(long)]
        module: Option<String>,
        /// Where the record is written; `submit` sends it.
        #[arg(long)]
        out: PathBuf,
    },
}
