//! What each command does.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use secrecy::SecretString;
use serde_json::json;
use touchstone_issuer::{
    ca::read_certificate,
    config::Folder,
    file::{self, FileError},
    init::{CertifiedKey, CertifiedKeys, InitRequest, init},
    issue::{Outcome, issue},
    keys::{KeyPlace, OwnerKey, PassphraseError, PassphraseSource, PinFrom, Unlocking, read_passphrase},
    lifecycle_actions::{act, refresh, supersede},
    mass_action::act_on_many,
    office::{Clock, Office, OfficeError, OfficeKeys},
    outbox::{Delivered, deliver},
    signing::sign_waiting,
    snapshot::snapshot,
    trust_list::{read_unverified, renew_trust_list},
    void::void,
};
use touchstone_schemas::{
    credential::{CredentialNumber, RegistryBase},
    lifecycle::Change,
};

use super::arguments::{Arguments, Command, Decision, Init, Issue, Status, TrustList, Void};
use super::change::{
    Defaults, Kind, argument, date, numbers, reason, request, successor, version, void as void_request,
};
use super::error::CliError;
use super::print;

/// The office's keys, as prompts call them.
const OFFICE_KEYS: &str = "the office's keys";
/// The owner's key, as prompts call it.
pub(super) const OWNER_KEY: &str = "the scheme owner's key";

/// Runs a command.
pub(crate) async fn run(arguments: Arguments) -> Result<ExitCode, CliError> {
    let session = Session {
        folder: Folder::new(&arguments.dir),
        json: arguments.json,
        passphrase_file: arguments.passphrase_file,
        pin: if arguments.ask_pin {
            PinFrom::Terminal
        } else {
            PinFrom::Uri
        },
        clock: arguments.clock.map_or(Clock::System, Clock::Fixed),
    };
    let done = match arguments.command {
        Command::Init(arguments) => session.init(*arguments).await?,
        Command::CheckConfig => session.check_config().await?,
        Command::Issue(arguments) => session.issue(&arguments).await?,
        Command::Status(change) => session.status(change).await?,
        Command::Deliver { retry_refused } => session.deliver(retry_refused).await?,
        Command::Snapshot => session.snapshot().await?,
        Command::Document(arguments) => session.document(&arguments).await?,
        Command::List => session.list().await?,
        Command::Void(arguments) => session.void(&arguments).await?,
        Command::Person(command) => session.person(command).await?,
        Command::Role(command) => session.role(command).await?,
        Command::Mandate(command) => session.mandate(command).await?,
        Command::Token(command) => session.token(command).await?,
        Command::Case(command) => Box::pin(session.case(command)).await?,
        Command::Import(arguments) => session.import_papers(arguments).await?,
        Command::Batch(command) => Box::pin(session.batch(command)).await?,
        Command::Measure(command) => Box::pin(session.measure(*command)).await?,
        Command::Complaint(command) => Box::pin(session.complaint(*command)).await?,
        Command::Link(command) => session.link(command).await?,
        Command::Notices(command) => session.notices(command).await?,
        Command::Worklist(arguments) => session.worklist(&arguments).await?,
        Command::Recheck => session.recheck().await?,
        Command::CheckJournal => session.check_journal().await?,
        Command::TrustList(TrustList::Renew {
            owner_dir,
            owner_passphrase_file,
            file,
        }) => session.renew(&owner_dir, owner_passphrase_file, file)?,
        Command::Owner(record) => session.owner(record)?,
        Command::Ceremony(ceremony) => session.ceremony(ceremony)?,
        Command::Csr(csr) => session.csr(csr).await?,
        Command::ImportCertificate(arguments) => session.import_certificate(arguments).await?,
        Command::Rotate(arguments) => session.rotate(arguments).await?,
        Command::Serve(arguments) => session.serve(arguments).await?,
        Command::Watch(arguments) => session.watch(&arguments).await?,
        Command::Alarms => session.alarms().await?,
        Command::LiftAlarms(arguments) => session.lift_alarms(&arguments).await?,
        Command::Submit { files } => session.submit(&files).await?,
    };
    Ok(done)
}

pub(super) struct Session {
    pub(super) folder: Folder,
    pub(super) json: bool,
    passphrase_file: Option<PathBuf>,
    pub(super) pin: PinFrom,
    pub(super) clock: Clock,
}

/// 0 when done, 1 when something waits or failed, 2 when something was refused.
fn code(done: bool) -> ExitCode {
    if done {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    }
}

impl Session {
    async fn init(self, arguments: Init) -> Result<ExitCode, CliError> {
        let certified = arguments.certified().map(certified_keys).transpose()?;
        let passphrase = match &certified {
            None => read_passphrase(&PassphraseSource::of_new(
                self.passphrase_file.clone(),
                OFFICE_KEYS,
            ))?,
            Some(keys) => self.passphrase(keys.issuing.place.is_file() || keys.status.place.is_file())?,
        };
        // A key that is there already may be in a token.
        let in_token = OwnerKey::is_in(&arguments.owner_dir)
            && !OwnerKey::place(&arguments.owner_dir)
                .map_err(OfficeError::Key)?
                .is_file();
        let owner = if in_token {
            SecretString::default()
        } else {
            read_passphrase(&PassphraseSource::of_new(
                arguments.owner_passphrase_file.clone(),
                OWNER_KEY,
            ))?
        };
        let request = InitRequest {
            folder: self.folder.path().to_owned(),
            profile: arguments.profile,
            registry: argument("registry-url", RegistryBase::parse(&arguments.registry_url))?,
            log_origin: argument(
                "log-origin",
                touchstone_schemas::tlog::Origin::parse(&arguments.log_origin),
            )?,
            log_key: argument("log-key", arguments.log_key.parse())?,
            token_file: arguments.token_file,
            test: arguments.test,
            arc: arguments.arc,
            owner_folder: arguments.owner_dir,
            database: arguments.database,
            certified,
        };
        let report = init(&request, &passphrase, &owner, self.clock.now()).await?;
        let trust_list = report.trust_list.display().to_string();
        let value = json!({ "did": report.did, "owner": report.owner, "trustList": trust_list });
        let text = format!(
            "issuer      {}\nowner (pin) {}\ntrust list  {trust_list}",
            report.did, report.owner
        );
        print::line(self.json, &value, &text)?;
        Ok(ExitCode::SUCCESS)
    }

    /// The office, without its keys.
    pub(super) async fn open_office(&self) -> Result<Office, CliError> {
        Ok(Office::open(self.folder.clone(), self.clock).await?)
    }

    pub(super) async fn open(&self) -> Result<(Office, OfficeKeys), CliError> {
        let office = Office::open(self.folder.clone(), self.clock).await?;
        let passphrase = self.passphrase(office.papers.has_key_files())?;
        let keys = office.papers.unlock_with(&passphrase, self.pin)?;
        Ok((office, keys))
    }

    /// The passphrase of key files, asked for only where there are any.
    pub(super) fn passphrase(&self, needed: bool) -> Result<SecretString, PassphraseError> {
        if needed {
            read_passphrase(&PassphraseSource::of(self.passphrase_file.clone(), OFFICE_KEYS))
        } else {
            Ok(SecretString::default())
        }
    }

    async fn check_config(self) -> Result<ExitCode, CliError> {
        let office = Office::open(self.folder.clone(), self.clock).await?;
        let files = office.papers.has_key_files();
        if self.passphrase_file.is_some() || !files {
            let passphrase = self.passphrase(files)?;
            office.papers.unlock_with(&passphrase, self.pin)?;
        }
        let did = &office.papers.config.issuer.did;
        print::line(
            self.json,
            &json!({ "issuer": did, "ok": true }),
            &format!("{did}: ok"),
        )?;
        Ok(ExitCode::SUCCESS)
    }

    async fn issue(self, arguments: &Issue) -> Result<ExitCode, CliError> {
        let files = application_files(&arguments.files)?;
        let (mut office, keys) = self.open().await?;
        let (outcomes, delivered) = issue(&mut office, &keys, &files).await?;
        let mut refused = false;
        for outcome in &outcomes {
            refused |= !print::outcome(outcome, self.json)?;
            if let (
                Some(folder),
                Outcome {
                    result: Ok(stored), ..
                },
            ) = (&arguments.out, outcome)
            {
                print::files(folder, stored, office.papers.config.issuer.profile)?;
            }
        }
        self.report_waiting(&delivered)?;
        Ok(if refused {
            ExitCode::from(2)
        } else {
            code(delivered.is_whole())
        })
    }

    /// What the registry refused, and what is held because it is not signed.
    pub(super) fn report_waiting(&self, delivered: &Delivered) -> Result<(), CliError> {
        for (submission, problem) in &delivered.refused {
            let value =
                json!({ "submission": submission, "status": problem.status, "problem": problem.body });
            let text = format!(
                "submission {submission}: the registry says {}: {}",
                problem.status, problem.body
            );
            print::line(self.json, &value, &text)?;
        }
        for unsigned in &delivered.unsigned {
            let (submission, document, reason) = (unsigned.submission, &unsigned.document, &unsigned.reason);
            let value = json!({ "submission": submission, "unsigned": document, "reason": reason });
            let text = format!("submission {submission}: {document} is not signed: {reason}");
            print::line(self.json, &value, &text)?;
        }
        Ok(())
    }

    async fn deliver(self, retry_refused: bool) -> Result<ExitCode, CliError> {
        let (mut office, keys) = self.open().await?;
        if retry_refused {
            office.store.reopen_refused().await?;
        }
        sign_waiting(&mut office, &keys).await?;
        let delivered = deliver(&mut office, &keys).await?;
        self.report_waiting(&delivered)?;
        let value = json!({
            "delivered": delivered.documents,
            "refused": delivered.refused.len(),
            "unsigned": delivered.unsigned.len(),
        });
        print::line(
            self.json,
            &value,
            &format!("{} documents delivered", delivered.documents),
        )?;
        Ok(code(delivered.is_whole()))
    }

    async fn snapshot(self) -> Result<ExitCode, CliError> {
        let (mut office, keys) = self.open().await?;
        let delivered = snapshot(&mut office, &keys).await?;
        let value = json!({
            "bytes": delivered.bytes,
            "certificates": delivered.certificates,
            "logIndex": delivered.index,
            "sequence": delivered.sequence,
        });
        let text = format!(
            "snapshot {} of {} certificates delivered, {} bytes",
            delivered.sequence, delivered.certificates, delivered.bytes
        );
        print::line(self.json, &value, &text)?;
        Ok(ExitCode::SUCCESS)
    }

    async fn list(self) -> Result<ExitCode, CliError> {
        let mut office = Office::open(self.folder.clone(), self.clock).await?;
        for listed in office.store.credentials().await? {
            print::listed_credential(&listed, self.json)?;
        }
        for listed in office.store.undelivered_events().await? {
            print::listed_event(&listed, self.json)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn void(self, arguments: &Void) -> Result<ExitCode, CliError> {
        let request = void_request(arguments)?;
        let mut office = Office::open(self.folder.clone(), self.clock).await?;
        let (record, documents) = void(&mut office, &request).await?;
        for document in &documents {
            print::voided(document, &record, self.json)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn status(self, change: Status) -> Result<ExitCode, CliError> {
        let (mut office, keys) = self.open().await?;
        let (decided, kind) = match change {
            Status::Refresh => {
                let delivered = refresh(&mut office, &keys).await?;
                self.report_waiting(&delivered)?;
                let value = json!({ "delivered": delivered.documents });
                print::line(
                    self.json,
                    &value,
                    &format!("{} lists delivered", delivered.documents),
                )?;
                return Ok(code(delivered.is_whole()));
            }
            Status::Supersede {
                decided,
                application: Some(application),
                out,
                ..
            } => {
                let number = argument("number", CredentialNumber::parse(&decided.number))?;
                let decided = decided.decision;
                let reason = reason(&decided.reason)?;
                // Which change it is follows from the successor; the office fills it in.
                let defaults = Defaults::of(&mut office, &decided, &number, None).await?;
                let request = request(&decided, Change::Reinstated { reason }, &defaults)?;
                let outcome = supersede(&mut office, &keys, &number, &application, reason, &request).await?;
                if let (Some(folder), Some(stored)) = (&out, &outcome.successor) {
                    print::files(folder, stored, office.papers.config.issuer.profile)?;
                }
                return Ok(code(print::action(&outcome, self.json)?));
            }
            Status::Supersede {
                decided,
                successor: following,
                successor_version,
                ..
            } => (
                decided,
                Kind::Superseded(successor(&following.unwrap_or_default(), successor_version)?),
            ),
            Status::Correct {
                decided,
                successor: following,
                successor_version,
            } => (
                decided,
                Kind::Corrected(successor(&following, successor_version)?),
            ),
            Status::SurveillancePassed {
                decided,
                performed_on,
                next_due,
            } => {
                let performed_on = date("performed-on", &performed_on, &office)?;
                let next_due = next_due
                    .map(|text| date("next-due", &text, &office))
                    .transpose()?;
                (decided, Kind::SurveillancePassed(performed_on, next_due))
            }
            Status::Suspend { decided, planned_end } => {
                let planned_end = planned_end
                    .map(|text| date("planned-end", &text, &office))
                    .transpose()?;
                (decided, Kind::Suspended(planned_end))
            }
            Status::Reinstate { decided } => (decided, Kind::Reinstated),
            Status::Withdraw { decided } => (decided, Kind::Withdrawn),
            Status::WithdrawMany { batch, decision } => {
                return self.withdraw_many(&mut office, &keys, &batch, &decision).await;
            }
            Status::Cancel { decided } => (decided, Kind::Cancelled),
        };
        let number = argument("number", CredentialNumber::parse(&decided.number))?;
        let version = version(decided.version)?;
        let decided = decided.decision;
        let defaults = Defaults::of(&mut office, &decided, &number, version).await?;
        let change = kind.change(&decided, &office, &defaults)?;
        let request = request(&decided, change, &defaults)?;
        let outcome = act(&mut office, &keys, &number, version, &request).await?;
        Ok(code(print::action(&outcome, self.json)?))
    }

    /// One decision over every number of a file. An event of it on file gives all the same effective instant.
    async fn withdraw_many(
        &self,
        office: &mut Office,
        keys: &OfficeKeys,
        batch: &Path,
        decision: &Decision,
    ) -> Result<ExitCode, CliError> {
        let numbers = numbers(&file::read(batch)?)?;
        let first = numbers.first().ok_or_else(|| CliError::Argument {
            argument: "batch",
            cause: "the file names no certificate".to_owned(),
        })?;
        let defaults = Defaults::of_many(office, decision, first).await?;
        let change = Kind::Withdrawn.change(decision, office, &defaults)?;
        let request = request(decision, change, &defaults)?;
        let outcome = act_on_many(office, keys, &numbers, &request).await?;
        Ok(code(print::mass_action(&outcome, self.json)?))
    }

    fn renew(
        self,
        owner_folder: &Path,
        owner_passphrase_file: Option<PathBuf>,
        file: Option<PathBuf>,
    ) -> Result<ExitCode, CliError> {
        let owner = open_owner(owner_folder, owner_passphrase_file, self.pin)?;
        let path = file.unwrap_or_else(|| self.folder.trust_list());
        let renewed = renew_trust_list(&file::read(&path)?, &owner, self.clock.now())?;
        file::replace(&path, &renewed)?;
        let list = read_unverified(&renewed)?;
        let value = json!({ "sequence": list.sequence, "validUntil": list.valid_until });
        print::line(
            self.json,
            &value,
            &format!("sequence {}, valid until {}", list.sequence, list.valid_until),
        )?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Keys that a root elsewhere certified; their places are counted from where the command stands.
fn certified_keys((root, keys): (&Path, [(&Path, &KeyPlace); 2])) -> Result<CertifiedKeys, CliError> {
    let read = |path: &Path| -> Result<_, CliError> { Ok(read_certificate(&file::read(path)?)?) };
    let key = |(certificate, place): (&Path, &KeyPlace)| -> Result<_, CliError> {
        Ok(CertifiedKey {
            certificate: read(certificate)?,
            place: place.absolute()?,
        })
    };
    let [issuing, status] = keys;
    Ok(CertifiedKeys {
        root: read(root)?,
        issuing: key(issuing)?,
        status: key(status)?,
    })
}

/// Opens the scheme owner's key; a passphrase is asked for only where it is in a file.
pub(super) fn open_owner(
    folder: &Path,
    passphrase_file: Option<PathBuf>,
    pin: PinFrom,
) -> Result<OwnerKey, CliError> {
    let in_file = OwnerKey::place(folder).map_err(OfficeError::Key)?.is_file();
    let passphrase = if in_file {
        read_passphrase(&PassphraseSource::of(passphrase_file, OWNER_KEY))?
    } else {
        SecretString::default()
    };
    let unlocking = Unlocking {
        folder,
        passphrase: &passphrase,
        pin,
    };
    Ok(OwnerKey::open_by(&unlocking).map_err(OfficeError::Key)?)
}

/// The files named, and every `*.json` of the folders named, in order of name.
fn application_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, CliError> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let system = |cause| FileError::System {
            path: path.clone(),
            cause,
        };
        let mut found = Vec::new();
        for entry in std::fs::read_dir(path).map_err(system)? {
            let entry = entry.map_err(system)?.path();
            if entry.extension().is_some_and(|extension| extension == "json") {
                found.push(entry);
            }
        }
        if found.is_empty() {
            let cause = format!("{}: no application (*.json) in this folder", path.display());
            return argument("file", Err(cause));
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}
