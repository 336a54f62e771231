//! `batch`: many cases at once.

use std::io::{Write, stderr};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use serde_json::json;
use touchstone_issuer::{
    batch::{
        APPLICATION, EVALUATION, EvaluationRequest, Fault, ImportRequest, Imported, PAPER, Rows, SheetFiles,
        evaluate, import, issue_batch, template, write_faults,
    },
    casework::{
        Assigned, BatchApproval, BatchBundle, CaseContent, Consent, Decision, Declared, Done, Opinion,
        Review, Role, Verdict, Waived, batch::desk,
    },
    file,
    keys::{PassphraseSource, open_key, read_passphrase},
    office::Office,
};
use touchstone_schemas::{
    budget::{MAX_ACT_BYTES, MAX_SHEET_BYTES},
    date_time::Date,
    decode::read,
    jcs::to_canonical,
    text::Text,
};

use super::batch_arguments::{BatchCommand, BatchJudging, ImportPapers, SheetArguments, SheetKind};
use super::case_arguments::{By, KeyPassphrase};
use super::change::argument;
use super::commands::Session;
use super::error::CliError;
use super::people::PERSONAL_KEY;
use super::print;

impl Session {
    pub(super) async fn batch(self, command: BatchCommand) -> Result<ExitCode, CliError> {
        match command {
            BatchCommand::Template { out, kind, batch } => self.template(&out, kind, batch).await,
            BatchCommand::Import { sheet, name, by } => {
                self.import(Rows::Applications, &sheet, name, by).await
            }
            BatchCommand::Evaluate { batch, sheet, by } => self.evaluate(batch, &sheet, by).await,
            BatchCommand::Sign {
                bundle,
                key_file,
                passphrase,
                out,
            } => {
                let bundle = argument("bundle", BatchBundle::read(&file::read(&bundle)?))?;
                let approval = sign(&bundle, &key_file, passphrase)?;
                file::create_public(&out, &to_canonical(&approval))?;
                let value = json!({ "batch": approval.batch, "cases": approval.size, "root": approval.root });
                let text = format!("signed batch {}: {} cases", approval.batch, approval.size);
                print::line(self.json, &value, &text)?;
                Ok(ExitCode::SUCCESS)
            }
            BatchCommand::Issue { batch } => self.issue_batch(batch).await,
            BatchCommand::Show { batch } => self.show_batch(batch).await,
            BatchCommand::List { limit } => self.list_batches(limit).await,
            BatchCommand::Review { .. }
            | BatchCommand::Approve { .. }
            | BatchCommand::Decide { .. }
            | BatchCommand::Opinion { .. } => self.judge_batch(command).await,
            BatchCommand::Assign { .. }
            | BatchCommand::Declare { .. }
            | BatchCommand::Done { .. }
            | BatchCommand::Waive { .. } => self.work_on_batch(command).await,
        }
    }

    async fn template(self, out: &Path, kind: SheetKind, batch: Option<u32>) -> Result<ExitCode, CliError> {
        let columns = match kind {
            SheetKind::Applications => APPLICATION,
            SheetKind::Evaluations => EVALUATION,
            SheetKind::Papers => PAPER,
        };
        let mut rows = Vec::new();
        if let Some(number) = batch {
            let mut office = self.open_office().await?;
            for case in desk::known(&mut office.store, number).await?.cases() {
                let Some(case) = office.store.case(*case).await? else {
                    continue;
                };
                let name = case.form().request().applicant.name.clone();
                let name = name.map(|name| name.to_string()).unwrap_or_default();
                rows.push(vec![("case", case.number().to_string()), ("name", name)]);
            }
        }
        let bytes = template(&out.to_string_lossy(), columns, &rows)?;
        file::create_public(out, &bytes)?;
        print::line(self.json, &json!({ "file": out }), &out.display().to_string())?;
        Ok(ExitCode::SUCCESS)
    }

    pub(super) async fn import_papers(self, arguments: ImportPapers) -> Result<ExitCode, CliError> {
        let ImportPapers {
            legacy,
            dry_run,
            faults,
            name,
            by,
        } = arguments;
        let folder = folder_of(&legacy).to_owned();
        let sheet = SheetArguments {
            file: legacy,
            dry_run,
            faults,
        };
        self.import(Rows::Papers(SheetFiles::Folder(&folder)), &sheet, name, by)
            .await
    }

    async fn import(
        self,
        rows: Rows<'_>,
        arguments: &SheetArguments,
        name: Option<Text>,
        by: By,
    ) -> Result<ExitCode, CliError> {
        let sheet = read_sheet(&arguments.file)?;
        let of_file = arguments.file.file_stem().unwrap_or_default().to_string_lossy();
        let name = match name {
            Some(name) => name,
            None => argument("name", Text::parse(&of_file))?,
        };
        let mut office = self.open_office().await?;
        let request = ImportRequest {
            rows,
            sheet: &sheet,
            name,
            by: by.into_actor(Role::Clerk),
            dry_run: arguments.dry_run,
        };
        let imported = import(&mut office, &request, &mut rows_done).await?;
        self.report_import(arguments, &imported)
    }

    async fn evaluate(self, batch: u32, arguments: &SheetArguments, by: By) -> Result<ExitCode, CliError> {
        let sheet = read_sheet(&arguments.file)?;
        let mut office = self.open_office().await?;
        let request = EvaluationRequest {
            batch,
            sheet: &sheet,
            files: SheetFiles::Folder(folder_of(&arguments.file)),
            by: by.into_actor(Role::Evaluator),
            dry_run: arguments.dry_run,
        };
        let imported = evaluate(&mut office, &request, &mut rows_done).await?;
        self.report_import(arguments, &imported)
    }

    /// What became of the rows: faults into the file, and to the person; 2 when there are any.
    fn report_import(&self, arguments: &SheetArguments, imported: &Imported) -> Result<ExitCode, CliError> {
        if let Some(path) = &arguments.faults {
            let mut bytes = Vec::new();
            write_faults(&imported.faults, &mut bytes)?;
            file::replace(path, &bytes)?;
        }
        let of_fault =
            |fault: &Fault| json!({ "row": fault.row, "column": fault.column, "reason": fault.reason });
        for fault in &imported.faults {
            writeln!(stderr(), "{fault}")?;
        }
        let value = json!({
            "batch": imported.batch, "dryRun": arguments.dry_run, "cases": imported.cases,
            "known": imported.known, "faults": imported.faults.iter().map(of_fault).collect::<Vec<_>>(),
        });
        let (cases, known, faults) = (imported.cases, imported.known, imported.faults.len());
        let text = match imported.batch {
            Some(batch) => format!("batch {batch}: {cases} rows taken in, {known} before, {faults} faults"),
            None => format!("{cases} rows would be taken in, {faults} faults; nothing is stored"),
        };
        print::line(self.json, &value, &text)?;
        Ok(if imported.faults.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(2)
        })
    }

    async fn work_on_batch(self, command: BatchCommand) -> Result<ExitCode, CliError> {
        let mut office = self.open_office().await?;
        let now = office.clock.now();
        let (number, by, content) = match command {
            BatchCommand::Assign { batch, evaluator, by } => {
                (batch, by, CaseContent::Assigned(Assigned { evaluator }))
            }
            BatchCommand::Declare {
                batch,
                covers_from,
                conflict,
                by,
            } => {
                let declared = Declared {
                    conflict,
                    covers_from,
                };
                (batch, by, CaseContent::Declared(declared))
            }
            BatchCommand::Done {
                batch,
                stage,
                note,
                by,
            } => (batch, by, CaseContent::Done(Done { note, stage })),
            BatchCommand::Waive {
                batch,
                stage,
                reason,
                by,
            } => (batch, by, CaseContent::Waived(Waived { reason, stage })),
            _ => return Ok(ExitCode::SUCCESS),
        };
        let role = role_of(&mut office, number, &content).await?;
        let performed = desk::perform(&mut office.store, number, &by.into_actor(role), &content, now).await?;
        let (done, passed) = (performed.done.len(), performed.passed_over.len());
        let value = json!({ "batch": number, "done": done, "passedOver": passed });
        print::line(
            self.json,
            &value,
            &format!("batch {number}: {done} cases done, {passed} passed over"),
        )?;
        Ok(ExitCode::SUCCESS)
    }

    /// One signature for all: given here, written out for its signer, or brought along.
    async fn judge_batch(self, command: BatchCommand) -> Result<ExitCode, CliError> {
        let mut office = self.open_office().await?;
        let now = office.clock.now();
        let Some((judging, stage, verdict)) = verdict_of(command, Date::of(now)) else {
            return Ok(ExitCode::SUCCESS);
        };
        let BatchJudging {
            batch: number,
            by,
            signature,
        } = judging;
        let kind = verdict.stage_kind();
        let stage = match stage {
            Some(stage) => stage,
            None => {
                let first = first_case(&mut office, number).await?;
                let rule = first.workflow().stages.iter().find(|rule| rule.kind == kind);
                argument(
                    "batch",
                    rule.map(|rule| rule.code.clone()).ok_or("has no such stage"),
                )?
            }
        };
        let by = by.into_actor(kind.judge());
        let (bundle, cases) = desk::to_judge(&mut office.store, number, &by, &stage, &verdict).await?;
        let approval = match (signature.bundle_out, signature.key_file, signature.approval) {
            (Some(out), _, _) => {
                file::create_public(&out, &bundle.to_bytes())?;
                let value = json!({ "bundle": out, "cases": cases.to_string() });
                print::line(self.json, &value, &format!("{}: cases {cases}", out.display()))?;
                return Ok(ExitCode::SUCCESS);
            }
            (None, Some(key), _) => sign(&bundle, &key, signature.passphrase)?,
            (None, None, approval) => {
                let missing = "wanted, or --key-file, or --bundle-out";
                let path = argument("approval", approval.ok_or(missing))?;
                argument(
                    "approval",
                    read::<BatchApproval>(&file::read(&path)?, MAX_ACT_BYTES),
                )?
            }
        };
        let judged = (&stage, &verdict);
        let cases = desk::judge(&mut office.store, number, &by, judged, &approval, now).await?;
        let count = cases.as_slice().len();
        let value = json!({ "batch": number, "stage": stage, "cases": cases.to_string(), "count": count });
        print::line(
            self.json,
            &value,
            &format!("batch {number}: {stage} done for {count} cases"),
        )?;
        Ok(ExitCode::SUCCESS)
    }

    async fn issue_batch(self, number: u32) -> Result<ExitCode, CliError> {
        let (mut office, keys) = self.open().await?;
        let began = Instant::now();
        let mut told = Instant::now();
        let mut progress = |prepared: usize, total: usize, delivered: usize| {
            if told.elapsed().as_secs() >= 1 {
                told = Instant::now();
                // A closed stderr hinders nothing.
                let _ = writeln!(stderr(), "{prepared} of {total} prepared, {delivered} delivered");
            }
        };
        let issued = issue_batch(&mut office, &keys, number, &mut progress).await?;
        for (case, error) in &issued.refused {
            let value = json!({ "case": case, "error": error.to_string() });
            print::line(self.json, &value, &format!("case {case}: {error}"))?;
        }
        let (new, known, refused) = (issued.prepared.len(), issued.known, issued.refused.len());
        let (delivered, seconds) = (issued.delivered.documents, began.elapsed().as_secs_f64());
        let value = json!({
            "batch": number, "issued": new, "known": known, "refused": refused, "delivered": delivered,
            "past": issued.past,
            "seconds": seconds,
        });
        let text = format!(
            "batch {number}: {new} issued, {known} before, {refused} refused, {delivered} documents delivered in {seconds:.1} s"
        );
        print::line(self.json, &value, &text)?;
        self.report_waiting(&issued.delivered)?;
        Ok(if refused == 0 && issued.delivered.is_whole() {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(1)
        })
    }

    async fn show_batch(self, number: u32) -> Result<ExitCode, CliError> {
        let mut office = self.open_office().await?;
        let batch = desk::known(&mut office.store, number).await?;
        let rows = office.store.batch_rows(number).await?;
        let mut cases = Vec::with_capacity(rows.len());
        for row in &rows {
            let case = touchstone_issuer::casework::desk::known(&mut office.store, row.case).await?;
            let stage = case.next_stage().map(|rule| rule.code.to_string());
            let status = case.status().name();
            if !self.json {
                let stage = stage.as_deref().unwrap_or("-");
                print::line(
                    false,
                    &json!({}),
                    &format!("row {}: case {} {status} {stage}", row.row, row.case),
                )?;
            }
            cases.push(json!({ "row": row.row, "case": row.case, "status": status, "stage": stage }));
        }
        let of_approval = |given: &touchstone_issuer::casework::batch::GivenBatchApproval| {
            json!({
                "stage": given.judged.stage, "by": given.by.person, "at": given.at.to_string(),
                "cases": given.judged.cases.to_string(), "root": given.judged.approval.root,
            })
        };
        let value = json!({
            "batch": number, "name": batch.opened().name, "file": batch.opened().file,
            "author": batch.author().0.person, "cases": cases,
            "judged": batch.approvals().iter().map(of_approval).collect::<Vec<_>>(),
        });
        let text = format!("batch {number} {}: {} cases", batch.opened().name, rows.len());
        print::line(self.json, &value, &text)?;
        Ok(ExitCode::SUCCESS)
    }

    async fn list_batches(self, limit: u32) -> Result<ExitCode, CliError> {
        let mut office = self.open_office().await?;
        for number in office.store.batches(None, limit).await? {
            let batch = desk::known(&mut office.store, number).await?;
            let count = batch.cases().len();
            let value = json!({ "batch": number, "name": batch.opened().name, "cases": count });
            print::line(
                self.json,
                &value,
                &format!("batch {number} {}: {count} cases", batch.opened().name),
            )?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The folder in which a file lies.
fn folder_of(file: &Path) -> &Path {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Reads a sheet, none longer than the budget.
fn read_sheet(path: &Path) -> Result<Vec<u8>, CliError> {
    let long = std::fs::metadata(path).is_ok_and(|it| it.len() > MAX_SHEET_BYTES as u64);
    if long {
        return argument("file", Err(format!("more than {MAX_SHEET_BYTES} bytes")));
    }
    Ok(file::read(path)?)
}

fn rows_done(done: usize, total: usize) {
    if done > 0 && done.is_multiple_of(1_000) {
        // A closed stderr hinders nothing.
        let _ = writeln!(stderr(), "{done} of {total} rows");
    }
}

async fn first_case(office: &mut Office, number: u32) -> Result<touchstone_issuer::casework::Case, CliError> {
    let batch = desk::known(&mut office.store, number).await?;
    let first = argument("batch", batch.cases().first().copied().ok_or("has no cases yet"))?;
    Ok(touchstone_issuer::casework::desk::known(&mut office.store, first).await?)
}

/// The role in which an act is done, by the stages of the batch's first case.
async fn role_of(office: &mut Office, number: u32, content: &CaseContent) -> Result<Role, CliError> {
    let first = first_case(office, number).await?;
    Ok(first.role_for(content).unwrap_or(Role::Clerk))
}

/// Signs a batch with the personal key in a file.
fn sign(bundle: &BatchBundle, key_file: &Path, passphrase: KeyPassphrase) -> Result<BatchApproval, CliError> {
    let source = PassphraseSource::of(passphrase.key_passphrase_file, PERSONAL_KEY);
    let key = open_key(key_file, &read_passphrase(&source)?)?;
    Ok(bundle.sign(&key))
}

/// What a judgement says, and the stage where it is named.
fn verdict_of(command: BatchCommand, today: Date) -> Option<(BatchJudging, Option<Text>, Verdict)> {
    Some(match command {
        BatchCommand::Review {
            judging,
            recommendation,
            note,
        } => (judging, None, Verdict::Review(Review { note, recommendation })),
        BatchCommand::Approve { judging, stage, note } => {
            (judging, Some(stage), Verdict::Consent(Consent { note }))
        }
        BatchCommand::Decide {
            judging,
            outcome,
            reference,
            reason,
        } => {
            let decision = Decision {
                after_withdrawal: None,
                outcome,
                reason,
                reference,
            };
            (judging, None, Verdict::Decision(decision))
        }
        BatchCommand::Opinion {
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
