//! `measure`: a person's steps on a certificate in force.

use std::process::ExitCode;

use serde_json::json;
use touchstone_issuer::{
    after_issue::{
        Dropped, Measure, MeasureContent, MeasureDecision, MeasureError, MeasureRequest, ProposalTerms,
        Proposed, Signed, Statement, Verification, carry_out, desk, refresh_obligations,
    },
    casework::{AttachmentPurpose, Intake, Role},
    file,
    office::Office,
};
use touchstone_schemas::{
    budget::MAX_ACT_BYTES, credential::CredentialNumber, date_time::Date, decode::read, lifecycle::Successor,
    text::Text,
};

use super::{
    case_arguments::By,
    casework::sign,
    change::{argument, numbers as numbers_of, version as version_of},
    commands::Session,
    error::CliError,
    measure_arguments::{MeasureCommand, Proposing, Stating, Worklist},
    measure_print, print,
};

impl Session {
    pub(super) async fn measure(self, command: MeasureCommand) -> Result<ExitCode, CliError> {
        match command {
            MeasureCommand::Propose { .. }
            | MeasureCommand::Verify { .. }
            | MeasureCommand::Decide { .. } => self.state(command).await,
            MeasureCommand::CarryOut { measures } => self.carry_out(&measures).await,
            MeasureCommand::Show { .. } | MeasureCommand::Trail { .. } | MeasureCommand::List { .. } => {
                self.look_at_measures(command).await
            }
            _ => self.work_on_measures(command).await,
        }
    }

    /// What is done without a signature.
    async fn work_on_measures(self, command: MeasureCommand) -> Result<ExitCode, CliError> {
        let mut office = self.open_office().await?;
        let now = office.clock.now();
        let measure = match command {
            MeasureCommand::Open {
                mut numbers,
                batch,
                version,
                proposing,
                by,
            } => {
                if let Some(batch) = batch {
                    numbers = numbers_of(&file::read(&batch)?)?;
                }
                for number in numbers {
                    let measure = open(&mut office, number, version, proposing.clone(), by.clone()).await?;
                    measure_print::measure(&measure, self.json)?;
                }
                return Ok(ExitCode::SUCCESS);
            }
            MeasureCommand::Attach {
                measure,
                file,
                media_type,
                role,
                by,
            } => {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                let file = Intake {
                    name: argument("file", Text::parse(&name))?,
                    media_type,
                    purpose: AttachmentPurpose::Evidence,
                    bytes: file::read(&file)?,
                };
                desk::attach(&mut office.store, measure, &by.into_actor(role), file, now).await?
            }
            MeasureCommand::ReadFile {
                measure,
                digest,
                out,
                by,
            } => {
                let read = office.store.read_measure_attachment(measure, digest, &by, now);
                let bytes = argument("digest", read.await?.ok_or("the measure has no such file"))?;
                file::create_private(&out, &bytes)?;
                print::line(self.json, &json!({ "file": out }), &out.display().to_string())?;
                return Ok(ExitCode::SUCCESS);
            }
            MeasureCommand::Drop { measure, reason, by } => {
                let role = desk::known(&mut office.store, measure).await?.dropping_role();
                let dropped = MeasureContent::Dropped(Dropped { reason });
                desk::perform(&mut office.store, measure, &by.into_actor(role), dropped, now).await?
            }
            _ => return Ok(ExitCode::SUCCESS),
        };
        measure_print::measure(&measure, self.json)?;
        Ok(ExitCode::SUCCESS)
    }

    /// Statements: signed here, written out for their signer, or brought along signed.
    async fn state(self, command: MeasureCommand) -> Result<ExitCode, CliError> {
        let Some((stating, statement)) = statement_of(command) else {
            return Ok(ExitCode::SUCCESS);
        };
        let mut office = self.open_office().await?;
        let now = office.clock.now();
        let Stating {
            measures,
            by,
            signature,
        } = stating;
        let by = by.into_actor(statement.role());
        if measures.len() > 1 && signature.key_file.is_none() {
            let cause = "several measures are signed with --key-file alone".to_owned();
            return Err(CliError::Argument {
                argument: "measure",
                cause,
            });
        }
        for number in measures {
            let bundle = desk::known(&mut office.store, number)
                .await?
                .bundle(&by, &statement);
            let approval = match (&signature.bundle_out, &signature.key_file, &signature.approval) {
                (Some(out), _, _) => {
                    file::create_public(out, &bundle)?;
                    print::line(self.json, &json!({ "bundle": out }), &out.display().to_string())?;
                    return Ok(ExitCode::SUCCESS);
                }
                (None, Some(key), _) => sign(&bundle, key, signature.passphrase.clone())?,
                (None, None, approval) => {
                    let missing = "wanted, or --key-file, or --bundle-out";
                    let path = argument("approval", approval.as_ref().ok_or(missing))?;
                    argument("approval", read(&file::read(path)?, MAX_ACT_BYTES))?
                }
            };
            let signed = MeasureContent::Signed(Signed {
                approval,
                statement: statement.clone(),
            });
            let measure = desk::perform(&mut office.store, number, &by, signed, now).await?;
            measure_print::measure(&measure, self.json)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn carry_out(self, measures: &[u32]) -> Result<ExitCode, CliError> {
        let (mut office, keys) = self.open().await?;
        let outcome = carry_out(&mut office, &keys, measures).await?;
        for (number, event) in &outcome.events {
            measure_print::carried_out(*number, event, self.json)?;
        }
        for (number, reason) in &outcome.left {
            let value = json!({ "measure": number, "left": reason });
            print::line(self.json, &value, &format!("measure {number}: {reason}"))?;
        }
        self.report_waiting(&outcome.delivered)?;
        Ok(if outcome.is_whole() {
            ExitCode::SUCCESS
        } else if outcome.left.is_empty() {
            ExitCode::from(1)
        } else {
            ExitCode::from(2)
        })
    }

    async fn look_at_measures(self, command: MeasureCommand) -> Result<ExitCode, CliError> {
        let mut office = self.open_office().await?;
        match command {
            MeasureCommand::Show { measure } => {
                let measure = desk::known(&mut office.store, measure).await?;
                measure_print::measure(&measure, self.json)?;
            }
            MeasureCommand::Trail { measure } => {
                desk::known(&mut office.store, measure).await?;
                for act in office.store.measure_acts(measure).await? {
                    super::case_print::act(&act, self.json)?;
                }
            }
            MeasureCommand::List {
                status,
                before,
                limit,
            } => {
                for listed in office.store.measures(status, before, limit).await? {
                    measure_print::listed(&listed, self.json)?;
                }
            }
            _ => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Session {
    /// What is to be done, a line each, by the day it is due.
    pub(super) async fn worklist(self, arguments: &Worklist) -> Result<ExitCode, CliError> {
        let mut office = self.open_office().await?;
        let now = office.clock.now();
        refresh_obligations(&office.papers, &mut office.store, now).await?;
        let on = arguments.on.unwrap_or(Date::of(now));
        let listed = office.store.worklist(on, arguments.kind, None, arguments.limit);
        for row in listed.await? {
            if let Some((task, urgency)) = row.obligation.on(on) {
                measure_print::task(&row, task, urgency, self.json)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn open(
    office: &mut Office,
    number: CredentialNumber,
    version: Option<u32>,
    proposing: Proposing,
    by: By,
) -> Result<Measure, CliError> {
    let (now, version) = (office.clock.now(), version_of(version)?);
    let successor = match proposing.successor {
        Some(number) => Some(Successor {
            number,
            version: argument("successor-version", proposing.successor_version.try_into())?,
        }),
        None => None,
    };
    let terms = ProposalTerms {
        kind: proposing.kind,
        reason: proposing.reason,
        performed_on: proposing.performed_on,
        next_due: proposing.next_due,
        planned_end: proposing.planned_end,
        confirmed_on: proposing.confirmed_on,
        successor,
    };
    let proposal = terms.complete(office, &number, version, now).await?;
    let request = MeasureRequest {
        number,
        version,
        grounds: proposing.grounds,
        proposal,
    };
    let by = by.into_actor(Role::SurveillanceOfficer);
    let opened: Result<Measure, MeasureError> = desk::open(office, &by, request, now).await;
    Ok(opened?)
}

fn statement_of(command: MeasureCommand) -> Option<(Stating, Statement)> {
    Some(match command {
        MeasureCommand::Propose { stating, note } => (stating, Statement::Proposal(Proposed { note })),
        MeasureCommand::Verify {
            stating,
            effective,
            note,
        } => (stating, Statement::Verification(Verification { effective, note })),
        MeasureCommand::Decide {
            stating,
            outcome,
            reference,
            legal_basis,
            reason,
            effective,
            backdating,
        } => {
            let decision = MeasureDecision {
                backdating,
                effective,
                legal_basis,
                outcome,
                reason,
                reference,
            };
            (stating, Statement::Decision(decision))
        }
        _ => return None,
    })
}
