//! `complaint`: complaints and appeals, from receipt to answer.

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;
use touchstone_issuer::{
    casework::{Actor, Passage, Role},
    complaint::{
        Acknowledged, Complaint, ComplaintContent, ComplaintDecision, ComplaintKind, ComplaintOutcome,
        ComplaintRequest, ComplaintStatus, Concern, Decided, Told, desk, mismatch,
    },
    file,
    office::Office,
};
use touchstone_schemas::{
    budget::MAX_ACT_BYTES,
    credential::CredentialNumber,
    date_time::{Date, Timestamp},
    decode::read,
    text::Text,
};

use super::{
    case_arguments::{By, Signature},
    casework::sign,
    change::argument,
    commands::Session,
    error::CliError,
    print,
};

#[derive(Debug, Subcommand)]
pub(crate) enum ComplaintCommand {
    /// Put a complaint or an appeal on file; whoever had part in what it is about is noted, and never decides on it.
    Receive {
        /// complaint or appeal.
        #[arg(long)]
        kind: ComplaintKind,
        /// What it is called in lists.
        #[arg(long)]
        subject: Text,
        /// In the complainant's words.
        #[arg(long)]
        account: Passage,
        /// Who sent it, and how they are reached; stays in the office.
        #[arg(long)]
        sender: Passage,
        /// The day on which it came in (YYYY-MM-DD); today when absent.
        #[arg(long)]
        received_on: Option<Date>,
        /// The certificate it is about.
        #[arg(long)]
        certificate: Option<CredentialNumber>,
        /// The case it is about.
        #[arg(long)]
        case: Option<u32>,
        /// The measure it is about.
        #[arg(long)]
        measure: Option<u32>,
        /// clerk or surveillanceOfficer.
        #[arg(long, default_value = "clerk")]
        role: Role,
        #[command(flatten)]
        by: By,
    },
    /// Take in what was reported from the verify page and waits at the registry: each report once.
    Fetch {
        /// clerk or surveillanceOfficer.
        #[arg(long, default_value = "clerk")]
        role: Role,
        #[command(flatten)]
        by: By,
    },
    /// Its receipt was acknowledged.
    Acknowledge {
        /// Number of the complaint.
        #[arg(long)]
        complaint: u32,
        /// What was said.
        #[arg(long)]
        note: Passage,
        /// clerk or surveillanceOfficer.
        #[arg(long, default_value = "clerk")]
        role: Role,
        #[command(flatten)]
        by: By,
    },
    /// Decide on it.
    Decide {
        /// Number of the complaint.
        #[arg(long)]
        complaint: u32,
        /// upheld or rejected.
        #[arg(long)]
        outcome: ComplaintOutcome,
        /// Reference of the decision.
        #[arg(long)]
        reference: Text,
        /// Why, and what is done about it.
        #[arg(long)]
        reason: Passage,
        #[command(flatten)]
        by: By,
        #[command(flatten)]
        signature: Signature,
    },
    /// Whoever sent it was told.
    Close {
        /// Number of the complaint.
        #[arg(long)]
        complaint: u32,
        /// How, and when.
        #[arg(long)]
        note: Passage,
        /// clerk or surveillanceOfficer.
        #[arg(long, default_value = "clerk")]
        role: Role,
        #[command(flatten)]
        by: By,
    },
    /// Show a complaint.
    Show {
        /// Number of the complaint.
        #[arg(long)]
        complaint: u32,
    },
    /// Print the audit trail of a complaint, an act a line.
    Trail {
        /// Number of the complaint.
        #[arg(long)]
        complaint: u32,
    },
    /// List complaints, newest first.
    List {
        /// received, acknowledged, decided or closed.
        #[arg(long)]
        status: Option<ComplaintStatus>,
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
}

impl Session {
    pub(super) async fn complaint(self, command: ComplaintCommand) -> Result<ExitCode, CliError> {
        let mut office = self.open_office().await?;
        let (now, store) = (office.clock.now(), &mut office.store);
        let complaint = match command {
            ComplaintCommand::Receive {
                kind,
                subject,
                account,
                sender,
                received_on,
                certificate,
                case,
                measure,
                role,
                by,
            } => {
                let request = ComplaintRequest {
                    kind,
                    concern: Concern {
                        case,
                        certificate,
                        measure,
                    },
                    subject,
                    account,
                    sender,
                    received_on: received_on.unwrap_or(Date::of(now)),
                };
                desk::receive(store, &by.into_actor(role), request, now).await?
            }
            ComplaintCommand::Fetch { role, by } => {
                return fetch(&mut office, &by.into_actor(role), now, self.json).await;
            }
            ComplaintCommand::Acknowledge {
                complaint,
                note,
                role,
                by,
            } => {
                let content = ComplaintContent::Acknowledged(Acknowledged { note });
                desk::perform(store, complaint, &by.into_actor(role), content, now).await?
            }
            ComplaintCommand::Close {
                complaint,
                note,
                role,
                by,
            } => {
                let content = ComplaintContent::Closed(Told { note });
                desk::perform(store, complaint, &by.into_actor(role), content, now).await?
            }
            ComplaintCommand::Decide {
                complaint,
                outcome,
                reference,
                reason,
                by,
                signature,
            } => {
                let decision = ComplaintDecision {
                    outcome,
                    reason,
                    reference,
                };
                let by = by.into_actor(Role::Decider);
                let bundle = desk::known(store, complaint).await?.bundle(&by, &decision);
                let approval = match (signature.bundle_out, signature.key_file, signature.approval) {
                    (Some(out), _, _) => {
                        file::create_public(&out, &bundle)?;
                        print::line(self.json, &json!({ "bundle": out }), &out.display().to_string())?;
                        return Ok(ExitCode::SUCCESS);
                    }
                    (None, Some(key), _) => sign(&bundle, &key, signature.passphrase)?,
                    (None, None, approval) => {
                        let missing = "wanted, or --key-file, or --bundle-out";
                        let path = argument("approval", approval.ok_or(missing))?;
                        argument("approval", read(&file::read(&path)?, MAX_ACT_BYTES))?
                    }
                };
                let content = ComplaintContent::Decided(Decided { approval, decision });
                desk::perform(store, complaint, &by, content, now).await?
            }
            ComplaintCommand::Show { complaint } => desk::known(store, complaint).await?,
            ComplaintCommand::Trail { complaint } => {
                desk::known(store, complaint).await?;
                for act in store.complaint_acts(complaint).await? {
                    super::case_print::act(&act, self.json)?;
                }
                return Ok(ExitCode::SUCCESS);
            }
            ComplaintCommand::List { status, limit } => {
                for listed in store.complaints(status, None, limit).await? {
                    let value = json!({
                        "complaint": listed.number, "kind": listed.kind.name(), "status": listed.status.name(),
                        "receivedOn": listed.received_on, "subject": listed.subject,
                    });
                    let text = format!(
                        "complaint {}  {}  {}  {}  {}",
                        listed.number,
                        listed.received_on,
                        listed.kind.name(),
                        listed.status.name(),
                        listed.subject
                    );
                    print::line(self.json, &value, &text)?;
                }
                return Ok(ExitCode::SUCCESS);
            }
        };
        show(&complaint, self.json)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Takes in every report that waits, and tells each with the complaint that it became.
async fn fetch(office: &mut Office, by: &Actor, now: Timestamp, as_json: bool) -> Result<ExitCode, CliError> {
    let mut after = mismatch::newest_taken(&mut office.store).await?;
    loop {
        let reports = office.registry.mismatches(after).await?;
        let Some(last) = reports.last().map(|report| report.reference) else {
            return Ok(ExitCode::SUCCESS);
        };
        for report in &reports {
            if let Some(complaint) = mismatch::take(&mut office.store, by, report, now).await? {
                let value = json!({ "complaint": complaint.number(), "reference": report.reference });
                let text = format!("report {}: complaint {}", report.reference, complaint.number());
                print::line(as_json, &value, &text)?;
            }
        }
        if last <= after {
            // Nothing newer, whatever the registry says.
            return Ok(ExitCode::SUCCESS);
        }
        after = last;
    }
}

fn show(complaint: &Complaint, as_json: bool) -> Result<(), CliError> {
    let received = complaint.received();
    let decided = complaint.decided().map(|(by, at, decided)| {
        json!({
            "by": by.person, "at": at, "outcome": decided.decision.outcome.name(),
            "reference": decided.decision.reference, "reason": decided.decision.reason.as_str(),
        })
    });
    let value = json!({
        "complaint": complaint.number(),
        "kind": received.kind.name(),
        "status": complaint.status().name(),
        "receivedOn": received.received_on,
        "subject": received.subject,
        "account": received.account.as_str(),
        "certificate": received.concern.certificate,
        "case": received.concern.case,
        "measure": received.concern.measure,
        "involved": received.involved,
        "decided": decided,
        "head": complaint.head(),
    });
    let mut text = format!(
        "complaint {}: {}, {}\n  {}",
        complaint.number(),
        received.subject,
        complaint.status().name(),
        received.account
    );
    if let Some((by, at, decided)) = complaint.decided() {
        let decision = &decided.decision;
        text.push_str(&format!(
            "\n  {} {} {at} {}: {}",
            decision.outcome.name(),
            by.person,
            decision.reference,
            decision.reason
        ));
    }
    print::line(as_json, &value, &text)
}
