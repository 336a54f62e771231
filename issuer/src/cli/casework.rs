//! `case` and `check-journal`: a person's steps on a case.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;
use touchstone_issuer::{
    after_issue::check_measures,
    casework::{
        Actor, Amended, Approval, Assigned, CaseContent, Closed, Consent, Decision, Declared, Deputising,
        Done, Form, Intake, Judged, Opinion, Returned, Review, Role, Verdict, Waived, check_journals, desk,
        following, issue_case,
    },
    complaint::check_complaints,
    file,
    keys::{PassphraseSource, open_key, read_passphrase},
    office::Office,
};
use touchstone_schemas::{
    budget::MAX_ACT_BYTES, date_time::Date, decode::read, jcs::to_canonical, text::Text,
};

use super::case_arguments::{By, CaseCommand, Judging, KeyPassphrase};
use super::change::argument;
use super::commands::Session;
use super::error::CliError;
use super::people::PERSONAL_KEY;
use super::{case_print, print};

impl By {
    pub(super) fn into_actor(self, role: Role) -> Actor {
        let deputising = self.on_behalf_of.zip(self.mandate);
        Actor {
            person: self.by,
            role,
            deputising: deputising.map(|(delegator, mandate)| Deputising { delegator, mandate }),
        }
    }
}

impl Session {
    pub(super) async fn case(self, command: CaseCommand) -> Result<ExitCode, CliError> {
        match command {
            CaseCommand::Sign {
                bundle,
                key_file,
                passphrase,
                out,
            } => {
                let approval = sign(&file::read(&bundle)?, &key_file, passphrase)?;
                file::create_public(&out, &to_canonical(&approval))?;
                let value = json!({ "bundle": approval.bundle, "file": out });
                print::line(self.json, &value, &format!("signed {}", approval.bundle))?;
                Ok(ExitCode::SUCCESS)
            }
            CaseCommand::Issue { case, out } => self.issue_case(case, out.as_deref()).await,
            CaseCommand::Show { .. }
            | CaseCommand::Form { .. }
            | CaseCommand::Trail { .. }
            | CaseCommand::List { .. }
            | CaseCommand::Queue { .. } => self.look(command).await,
            CaseCommand::Review { .. }
            | CaseCommand::Approve { .. }
            | CaseCommand::Decide { .. }
            | CaseCommand::Opinion { .. } => self.judge(command).await,
            _ => self.work(command).await,
        }
    }

    /// What is done without a signature.
    async fn work(self, command: CaseCommand) -> Result<ExitCode, CliError> {
        let mut office = self.open_office().await?;
        let now = office.clock.now();
        let case = match command {
            CaseCommand::Apply { file, by } => {
                let form = Form::read(&file::read(&file)?).map_err(desk::CaseworkError::Findings)?;
                let by = by.into_actor(Role::Clerk);
                desk::open_case(&office.papers, &mut office.store, &by, form, now).await?
            }
            CaseCommand::Amend {
                case,
                file,
                reason,
                by,
            } => {
                let form = Form::read(&file::read(&file)?).map_err(desk::CaseworkError::Findings)?;
                let (by, amended) = (by.into_actor(Role::Clerk), Amended { form, reason });
                desk::amend(&office.papers, &mut office.store, case, &by, amended, now).await?
            }
            CaseCommand::Attach {
                case,
                file,
                purpose,
                media_type,
                role,
                by,
            } => {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                let file = Intake {
                    name: argument("file", Text::parse(&name))?,
                    media_type,
                    purpose,
                    bytes: file::read(&file)?,
                };
                desk::attach(&mut office.store, case, &by.into_actor(role), file, now).await?
            }
            CaseCommand::ReadFile {
                case,
                digest,
                out,
                by,
            } => {
                let bytes = office.store.read_attachment(case, digest, &by, now).await?;
                let bytes = argument("digest", bytes.ok_or("the case has no such file"))?;
                file::create_private(&out, &bytes)?;
                print::line(self.json, &json!({ "file": out }), &out.display().to_string())?;
                return Ok(ExitCode::SUCCESS);
            }
            CaseCommand::Evaluate { case, file, by } => {
                let draft = argument("file", read(&file::read(&file)?, MAX_ACT_BYTES))?;
                let by = by.into_actor(Role::Evaluator);
                desk::evaluate(&office.papers, &mut office.store, case, &by, draft, now).await?
            }
            CaseCommand::CarryOver { case, by } => {
                let by = by.into_actor(Role::Evaluator);
                following::carry_over(&mut office.store, case, &by, now).await?
            }
            other => {
                let Some((case, by, content)) = content_of(other) else {
                    return Ok(ExitCode::SUCCESS);
                };
                let known = desk::known(&mut office.store, case).await?;
                let role = known.role_for(&content).unwrap_or(Role::Clerk);
                desk::perform(&mut office.store, case, &by.into_actor(role), content, now).await?
            }
        };
        case_print::case(&case, self.json)?;
        Ok(ExitCode::SUCCESS)
    }

    /// A judgement: signed here, written out for its signer, or brought along signed.
    async fn judge(self, command: CaseCommand) -> Result<ExitCode, CliError> {
        let mut office = self.open_office().await?;
        let now = office.clock.now();
        let Some((judging, stage, verdict)) = verdict_of(command, Date::of(now)) else {
            return Ok(ExitCode::SUCCESS);
        };
        let Judging {
            case: number,
            by,
            signature,
        } = judging;
        let case = desk::known(&mut office.store, number).await?;
        // A review, decision or opinion has one stage of its kind.
        let kind = verdict.stage_kind();
        let stage = stage.or_else(|| {
            let rule = case.workflow().stages.iter().find(|rule| rule.kind == kind)?;
            Some(rule.code.clone())
        });
        let stage = argument("stage", stage.ok_or("the case has no such stage"))?;
        let by = by.into_actor(kind.judge());
        let bundle = case.bundle(&by, &stage, &verdict);
        let approval = match (signature.bundle_out, signature.key_file, signature.approval) {
            (Some(out), _, _) => {
                file::create_public(&out, &bundle)?;
                print::line(self.json, &json!({ "bundle": out }), &out.display().to_string())?;
                return Ok(ExitCode::SUCCESS);
            }
            (None, Some(key), _) => sign(&bundle, &key, signature.passphrase)?,
            (None, None, approval) => {
                let path = argument(
                    "approval",
                    approval.ok_or("wanted, or --key-file, or --bundle-out"),
                )?;
                argument("approval", read(&file::read(&path)?, MAX_ACT_BYTES))?
            }
        };
        let judged = Judged {
            approval,
            stage,
            verdict,
        };
        let case = desk::perform(&mut office.store, number, &by, CaseContent::Judged(judged), now).await?;
        case_print::case(&case, self.json)?;
        Ok(ExitCode::SUCCESS)
    }

    async fn look(self, command: CaseCommand) -> Result<ExitCode, CliError> {
        let mut office = self.open_office().await?;
        match command {
            CaseCommand::Show { case } => {
                let case = desk::known(&mut office.store, case).await?;
                case_print::case(&case, self.json)?;
                for difference in following::differences_to_last(&mut office.store, &case).await? {
                    case_print::difference(&difference, self.json)?;
                }
            }
            CaseCommand::Form {
                number,
                recertify,
                out,
            } => {
                let form = following::following_form(&mut office.store, &number, recertify).await?;
                let form = argument("number", form.ok_or("no such certificate on file"))?;
                file::create_private(&out, &form)?;
                print::line(self.json, &json!({ "file": out }), &out.display().to_string())?;
            }
            CaseCommand::Trail { case } => {
                desk::known(&mut office.store, case).await?;
                for act in office.store.case_acts(case).await? {
                    case_print::act(&act, self.json)?;
                }
            }
            CaseCommand::List { stage, limit } => {
                for listed in office.store.cases(stage.as_deref(), None, limit).await? {
                    case_print::listed(&listed, self.json)?;
                }
            }
            CaseCommand::Queue { limit } => {
                for listed in office.store.signing_queue(None, limit).await? {
                    case_print::listed(&listed, self.json)?;
                }
            }
            _ => {}
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn issue_case(self, number: u32, out: Option<&Path>) -> Result<ExitCode, CliError> {
        let (mut office, keys) = self.open().await?;
        let (stored, delivered) = issue_case(&mut office, &keys, number).await?;
        if let Some(folder) = out {
            print::files(folder, &stored, office.papers.config.issuer.profile)?;
        }
        let issued = stored.receipt.is_some();
        let state = if issued { "issued" } else { "signed, not delivered" };
        let value = json!({
            "case": number, "number": stored.number, "version": stored.version, "delivered": issued,
        });
        let text = format!(
            "case {number}: {} version {} {state}",
            stored.number, stored.version
        );
        print::line(self.json, &value, &text)?;
        self.report_waiting(&delivered)?;
        Ok(if issued && delivered.is_whole() {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(1)
        })
    }

    pub(super) async fn check_journal(self) -> Result<ExitCode, CliError> {
        let mut office: Office = self.open_office().await?;
        let (faults, read) = check_journals(&mut office).await?;
        let (measure_faults, measures_read) = check_measures(&mut office).await?;
        let (complaint_faults, complaints_read) = check_complaints(&mut office).await?;
        let read = read.saturating_add(measures_read).saturating_add(complaints_read);
        let faults = faults.iter().map(ToString::to_string);
        let faults: Vec<String> = faults
            .chain(measure_faults.iter().map(ToString::to_string))
            .chain(complaint_faults.iter().map(ToString::to_string))
            .collect();
        for fault in &faults {
            print::line(self.json, &json!({ "fault": fault }), fault)?;
        }
        // The heads, to be kept elsewhere: a journal cut off and counted anew shows against them.
        let head = office
            .store
            .personnel()
            .await
            .map(|personnel| personnel.head().to_string());
        let value = json!({ "acts": read, "faults": faults.len(), "people": head.ok() });
        print::line(
            self.json,
            &value,
            &format!("{read} acts, {} faults", faults.len()),
        )?;
        Ok(if faults.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(2)
        })
    }
}

/// Signs a bundle with the personal key in a file.
pub(super) fn sign(bundle: &[u8], key_file: &Path, passphrase: KeyPassphrase) -> Result<Approval, CliError> {
    let source = PassphraseSource::of(passphrase.key_passphrase_file, PERSONAL_KEY);
    let key = open_key(key_file, &read_passphrase(&source)?)?;
    argument("bundle", Approval::sign(bundle, &key))
}

/// What the plain steps put on record.
fn content_of(command: CaseCommand) -> Option<(u32, By, CaseContent)> {
    Some(match command {
        CaseCommand::Assign { case, evaluator, by } => {
            (case, by, CaseContent::Assigned(Assigned { evaluator }))
        }
        CaseCommand::Declare {
            case,
            covers_from,
            conflict,
            by,
        } => {
            let declared = Declared {
                conflict,
                covers_from,
            };
            (case, by, CaseContent::Declared(declared))
        }
        CaseCommand::Done {
            case,
            stage,
            note,
            by,
        } => (case, by, CaseContent::Done(Done { note, stage })),
        CaseCommand::Waive {
            case,
            stage,
            reason,
            by,
        } => (case, by, CaseContent::Waived(Waived { reason, stage })),
        CaseCommand::Return { case, to, reason, by } => {
            (case, by, CaseContent::Returned(Returned { reason, to }))
        }
        CaseCommand::Close { case, reason, by } => (case, by, CaseContent::Closed(Closed { reason })),
        _ => return None,
    })
}

/// What a judgement says, and the stage where it is named.
fn verdict_of(command: CaseCommand, today: Date) -> Option<(Judging, Option<Text>, Verdict)> {
    Some(match command {
        CaseCommand::Review {
            judging,
            recommendation,
            note,
        } => {
            let review = Review { note, recommendation };
            (judging, None, Verdict::Review(review))
        }
        CaseCommand::Approve { judging, stage, note } => {
            (judging, Some(stage), Verdict::Consent(Consent { note }))
        }
        CaseCommand::Decide {
            judging,
            outcome,
            reference,
            reason,
            after_withdrawal,
        } => {
            let decision = Decision {
                after_withdrawal,
                outcome,
                reason,
                reference,
            };
            (judging, None, Verdict::Decision(decision))
        }
        CaseCommand::Opinion {
            judging,
            opinion,
            valid_from,
        } => {
            let valid_from = valid_from.unwrap_or(today);
            (judging, None, Verdict::Opinion(Opinion { opinion, valid_from }))
        }
        _ => return None,
    })
}
