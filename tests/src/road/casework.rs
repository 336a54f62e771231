//! The road of a case through the office's API: every step by somebody else, with a token and a key of their own.

use std::path::Path;

use serde_json::{Value, json};

use super::issuing::{Issued, day_of, days_from_today};
use super::office::{OfficeAtWork, nothing, sample_of, text_at};
use super::{Failure, Road};

/// What is not the client's part of a sample.
const NOT_THE_CLIENTS: [&str; 6] = [
    "approvals",
    "certificate",
    "decision",
    "drafting",
    "evaluation",
    "review",
];

impl Road {
    /// Brings an application file to a certificate: taken in, evaluated, reviewed, approved, decided, signed and delivered,
    /// each by who does it in the sample. With `changes` it is the next version of that certificate.
    ///
    /// # Errors
    /// The first step that the office refuses.
    pub fn bring_to_certificate(
        &self,
        office: &OfficeAtWork,
        application: &Path,
        changes: Option<&Issued>,
    ) -> Result<Issued, Failure> {
        let sample = sample_of(application)?;
        let folder = application.parent().ok_or("no folder")?;
        let sheet = folder.join(text_at(&sample, "/evaluation/scores/file")?);
        let sheet: Value = serde_json::from_slice(&std::fs::read(sheet)?)?;
        let stem = application
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let steps = Steps { office, stem, sample };
        let case = steps.evaluated(sheet, changes)?;
        steps.judged(case)?;
        let (number, version) = steps.issued(case)?;
        self.fetch(office, &number, version)
    }
}

/// A sample on its way.
struct Steps<'a> {
    office: &'a OfficeAtWork,
    /// What its idempotency keys begin with.
    stem: String,
    sample: Value,
}

impl Steps<'_> {
    fn step(&self, person: &str, path: &str, body: &Value) -> Result<Value, Failure> {
        let last = path.rsplit('/').next().unwrap_or_default();
        let key = format!("{}-{person}-{last}", self.stem);
        self.office.post(person, path, &key, body)
    }

    /// What the sample says at a place.
    fn said(&self, place: &str) -> Result<&str, Failure> {
        text_at(&self.sample, place)
    }

    /// Application, assignment, declarations, report, evaluation; gives the number of the case.
    fn evaluated(&self, sheet: Value, changes: Option<&Issued>) -> Result<u64, Failure> {
        let clerk = self.said("/drafting/by")?;
        let opened = self.step(clerk, "/api/cases", &self.form(changes)?)?;
        let number = opened["case"].as_u64().ok_or("no case")?;
        let case = format!("/api/cases/{number}");
        let evaluators = self.sample["evaluation"]["evaluators"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let evaluators: Vec<&str> = evaluators.iter().filter_map(Value::as_str).collect();
        for evaluator in &evaluators {
            let key = format!("{}-{evaluator}-assignment", self.stem);
            let assigned = json!({ "evaluator": evaluator });
            self.office
                .post(clerk, &format!("{case}/assignments"), &key, &assigned)?;
        }
        let covers_from = days_from_today("-800d")?.to_string();
        for evaluator in &evaluators {
            let declared = json!({ "coversFrom": covers_from });
            self.step(evaluator, &format!("{case}/declarations"), &declared)?;
        }
        let first = *evaluators.first().ok_or("no evaluator")?;
        let reference = self.said("/evaluation/report/number")?;
        let attached = self.office.attach(
            first,
            &format!("{case}/files?purpose=report&name={reference}.txt"),
            &format!("{}-report", self.stem),
            &format!("示范评价报告 {reference}\n"),
        )?;
        let mut evaluation = json!({
            "assessedOn": day_of(self.said("/evaluation/assessedOn")?)?,
            "report": { "digest": attached["attachments"][0]["digest"], "number": reference },
            "sheet": sheet,
        });
        if let Some(support) = self.sample.pointer("/evaluation/technicalSupport") {
            evaluation["technicalSupport"] = support.clone();
        }
        self.step(first, &format!("{case}/evaluations"), &evaluation)?;
        Ok(number)
    }

    /// The client's part.
    fn form(&self, changes: Option<&Issued>) -> Result<Value, Failure> {
        let mut form = self.sample.clone();
        if let Some(form) = form.as_object_mut() {
            form.retain(|name, _| !NOT_THE_CLIENTS.contains(&name.as_str()));
        }
        form["agreement"]["signedOn"] = day_of(self.said("/agreement/signedOn")?)?.into();
        if let Some(before) = changes {
            form["changes"] = json!({ "number": before.number, "version": before.version });
        }
        Ok(form)
    }

    /// Review, approvals, decision, fee and signing opinion, each signed by who gives it.
    fn judged(&self, number: u64) -> Result<(), Failure> {
        let decision = json!({ "outcome": "grant", "reference": self.said("/decision/reference")? });
        let opinion = json!({ "opinion": "同意签发", "validFrom": days_from_today("")?.to_string() });
        let review = json!({ "recommendation": "positive" });
        for (person, stage, kind, verdict) in [
            ("/review/by", "review", "review", review),
            ("/approvals/0/by", "division", "approval", nothing()),
            ("/approvals/1/by", "director", "approval", nothing()),
            ("/decision/by", "decision", "decision", decision),
        ] {
            let drafted = json!({ "stage": stage, "kind": kind, "verdict": verdict });
            self.judge(number, self.said(person)?, &drafted)?;
        }
        let tasks = format!("/api/cases/{number}/tasks");
        self.step(self.said("/drafting/by")?, &tasks, &json!({ "stage": "fee" }))?;
        let drafted = json!({ "stage": "signing", "kind": "signing", "verdict": opinion });
        self.judge(number, "YS-081", &drafted)
    }

    fn judge(&self, number: u64, person: &str, drafted: &Value) -> Result<(), Failure> {
        let case = format!("/api/cases/{number}");
        let bundle = self.office.bundle(person, &case, drafted)?;
        let mut judged = drafted.clone();
        judged["approval"] = self.office.colleague(person)?.sign(&bundle);
        self.step(person, &format!("{case}/judgements"), &judged)
            .map(drop)
    }

    /// Number and version of the certificate.
    fn issued(&self, case: u64) -> Result<(String, u64), Failure> {
        let told = self.step("YS-081", &format!("/api/cases/{case}/certificates"), &nothing())?;
        match (
            told["number"].as_str(),
            told["version"].as_u64(),
            told["state"].as_str(),
        ) {
            (Some(number), Some(version), Some("issued")) => Ok((number.to_owned(), version)),
            _ => Err(format!("the office says {told}").into()),
        }
    }
}
