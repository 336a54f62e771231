//! The office's service at work, and the road of a case through its API: every step by somebody else, with a token and a
//! key of their own.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;

use super::issuing::{Issued, days_from_today};
use super::program::Process;
use super::staff::{Colleague, hire};
use super::{Failure, Road};

/// How long the service may take to start.
const START_LIMIT: Duration = Duration::from_secs(60);
/// What is not the client's part of a sample.
const NOT_THE_CLIENTS: [&str; 6] = [
    "approvals",
    "certificate",
    "decision",
    "drafting",
    "evaluation",
    "review",
];

/// The office's service, with its staff.
pub struct OfficeAtWork {
    process: Process,
    origin: String,
    agent: Agent,
    staff: Vec<Colleague>,
}

/// What came back.
struct Reply {
    status: u16,
    body: Vec<u8>,
}

impl Road {
    /// Hires the office's staff and starts its service.
    ///
    /// # Errors
    /// What a program says.
    pub fn open_office(&self) -> Result<OfficeAtWork, Failure> {
        let staff = hire(self)?;
        let log = self.at("office.log");
        let mut office = self.office()?;
        office.args(["--json", "serve", "--sign", "--listen", "127.0.0.1:0"]);
        let mut process = Process::start(&mut office, log.clone())?;
        let told = || {
            let text = std::fs::read_to_string(&log).ok()?;
            let line = text.lines().find(|line| line.starts_with('{'))?.to_owned();
            serde_json::from_str::<Value>(&line).ok()
        };
        process.wait_until(START_LIMIT, || told().is_some())?;
        let told = told().ok_or("the office's service says nothing")?;
        let origin = told["console"]
            .as_str()
            .ok_or("the office's service names no address")?;
        Ok(OfficeAtWork {
            process,
            origin: origin.to_owned(),
            agent: Agent::config_builder()
                .timeout_global(Some(Duration::from_secs(60)))
                .http_status_as_error(false)
                .build()
                .into(),
            staff,
        })
    }

    /// Brings an application file to a certificate: taken in, evaluated, reviewed, approved, decided, signed and delivered,
    /// each by who does it in the sample. Its files are put where the command line puts them.
    ///
    /// # Errors
    /// The first step that the office refuses.
    pub fn bring_to_certificate(&self, office: &OfficeAtWork, application: &Path) -> Result<Issued, Failure> {
        let sample: Value = serde_json::from_slice(&std::fs::read(application)?)?;
        let sheet = sample["evaluation"]["scores"]["file"]
            .as_str()
            .ok_or("no score sheet")?;
        let folder = application.parent().ok_or("no folder")?;
        let sheet: Value = serde_json::from_slice(&std::fs::read(folder.join(sheet))?)?;
        let stem = application
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let steps = Steps { office, stem, sample };
        let case = steps.evaluated(sheet)?;
        steps.judged(case)?;
        let (number, version) = steps.issued(case)?;
        let issued = Issued {
            number: number.clone(),
            version,
            folder: self.out(),
        };
        std::fs::create_dir_all(self.out())?;
        let certificate = format!("/api/certificates/{number}");
        for (ending, path) in [
            ("json", "credential"),
            ("receipt.json", "receipt"),
            ("link.txt", "papers/link.txt"),
            ("svg", "papers/qr.svg"),
            ("png", "papers/qr.png"),
        ] {
            let reply = office.get("YS-081", &format!("{certificate}/{path}"))?;
            std::fs::write(issued.file(ending), reply)?;
        }
        Ok(issued)
    }
}

impl OfficeAtWork {
    /// Where it is reached.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Stops it and waits for its end.
    ///
    /// # Errors
    /// When it does not stop well.
    pub fn stop(self) -> Result<(), Failure> {
        self.process.stop()
    }

    fn colleague(&self, person: &str) -> Result<&Colleague, Failure> {
        let found = self.staff.iter().find(|colleague| colleague.person == person);
        found.ok_or_else(|| format!("nobody here is {person}").into())
    }

    fn get(&self, person: &str, path: &str) -> Result<Vec<u8>, Failure> {
        let token = &self.colleague(person)?.token;
        let mut reply = self
            .agent
            .get(format!("{}{path}", self.origin))
            .header("authorization", format!("Bearer {token}"))
            .call()?;
        let status = reply.status().as_u16();
        let body = reply.body_mut().read_to_vec()?;
        well(path, Reply { status, body })
    }

    fn post(
        &self,
        person: &str,
        path: &str,
        (media, key): (&str, &str),
        body: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let token = &self.colleague(person)?.token;
        let mut reply = self
            .agent
            .post(format!("{}{path}", self.origin))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", media)
            .header("idempotency-key", key)
            .send(body)?;
        let status = reply.status().as_u16();
        let body = reply.body_mut().read_to_vec()?;
        well(path, Reply { status, body })
    }
}

fn well(path: &str, reply: Reply) -> Result<Vec<u8>, Failure> {
    match reply.status {
        200 | 201 => Ok(reply.body),
        status => Err(format!("{path}: {status} {}", String::from_utf8_lossy(&reply.body)).into()),
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
        let key = format!(
            "{}-{person}-{}",
            self.stem,
            path.rsplit('/').next().unwrap_or_default()
        );
        let reply = self.office.post(
            person,
            path,
            ("application/json", &key),
            body.to_string().as_bytes(),
        )?;
        Ok(serde_json::from_slice(&reply)?)
    }

    /// Who did something in the sample.
    fn person(&self, place: &str) -> Result<&str, Failure> {
        let found = self.sample.pointer(place).and_then(Value::as_str);
        found.ok_or_else(|| format!("{}: no {place}", self.stem).into())
    }

    fn day(&self, place: &str) -> Result<String, Failure> {
        let text = self.person(place)?;
        match text.strip_prefix("@today") {
            Some(days) => Ok(days_from_today(days)?.to_string()),
            None => Ok(text.to_owned()),
        }
    }

    /// Application, assignment, declarations, report, evaluation; gives the number of the case.
    fn evaluated(&self, sheet: Value) -> Result<u64, Failure> {
        let clerk = self.person("/drafting/by")?;
        let mut form = self.sample.clone();
        if let Some(form) = form.as_object_mut() {
            form.retain(|name, _| !NOT_THE_CLIENTS.contains(&name.as_str()));
        }
        form["agreement"]["signedOn"] = self.day("/agreement/signedOn")?.into();
        let opened = self.step(clerk, "/api/cases", &form)?;
        let number = opened["case"].as_u64().ok_or("no case")?;
        let case = format!("/api/cases/{number}");
        let evaluators = self.sample["evaluation"]["evaluators"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let evaluators: Vec<&str> = evaluators.iter().filter_map(Value::as_str).collect();
        for evaluator in &evaluators {
            let body = json!({ "evaluator": evaluator });
            let key = format!("{}-{evaluator}-assignment", self.stem);
            let path = format!("{case}/assignments");
            let body = body.to_string();
            self.office
                .post(clerk, &path, ("application/json", &key), body.as_bytes())?;
        }
        let covers_from = days_from_today("-800d")?.to_string();
        for evaluator in &evaluators {
            self.step(
                evaluator,
                &format!("{case}/declarations"),
                &json!({ "coversFrom": covers_from }),
            )?;
        }
        let first = *evaluators.first().ok_or("no evaluator")?;
        let reference = self.person("/evaluation/report/number")?;
        let report = format!("示范评价报告 {reference}\n");
        let path = format!("{case}/files?purpose=report&name={reference}.txt");
        let key = format!("{}-report", self.stem);
        let attached = self
            .office
            .post(first, &path, ("text/plain", &key), report.as_bytes())?;
        let attached: Value = serde_json::from_slice(&attached)?;
        let mut evaluation = json!({
            "assessedOn": self.day("/evaluation/assessedOn")?,
            "report": { "digest": attached["attachments"][0]["digest"], "number": reference },
            "sheet": sheet,
        });
        if let Some(support) = self.sample.pointer("/evaluation/technicalSupport") {
            evaluation["technicalSupport"] = support.clone();
        }
        self.step(first, &format!("{case}/evaluations"), &evaluation)?;
        Ok(number)
    }

    /// Review, approvals, decision, fee and signing opinion, each signed by who gives it.
    fn judged(&self, number: u64) -> Result<(), Failure> {
        let decision = json!({ "outcome": "grant", "reference": self.person("/decision/reference")? });
        let opinion = json!({ "opinion": "同意签发", "validFrom": days_from_today("")?.to_string() });
        for (person, stage, kind, verdict) in [
            (
                "/review/by",
                "review",
                "review",
                json!({ "recommendation": "positive" }),
            ),
            ("/approvals/0/by", "division", "approval", json!({})),
            ("/approvals/1/by", "director", "approval", json!({})),
            ("/decision/by", "decision", "decision", decision),
        ] {
            self.judge(
                number,
                self.person(person)?,
                &json!({ "stage": stage, "kind": kind, "verdict": verdict }),
            )?;
        }
        let tasks = format!("/api/cases/{number}/tasks");
        self.step(self.person("/drafting/by")?, &tasks, &json!({ "stage": "fee" }))?;
        self.judge(
            number,
            "YS-081",
            &json!({ "stage": "signing", "kind": "signing", "verdict": opinion }),
        )
    }

    fn judge(&self, number: u64, person: &str, drafted: &Value) -> Result<(), Failure> {
        let path = format!("/api/cases/{number}/bundles");
        let json = ("application/json", "none");
        let bundle = self
            .office
            .post(person, &path, json, drafted.to_string().as_bytes())?;
        let mut judged = drafted.clone();
        judged["approval"] = self.office.colleague(person)?.sign(&bundle);
        self.step(person, &format!("/api/cases/{number}/judgements"), &judged)
            .map(drop)
    }

    /// Number and version of the certificate.
    fn issued(&self, case: u64) -> Result<(String, u64), Failure> {
        let told = self.step("YS-081", &format!("/api/cases/{case}/certificates"), &json!({}))?;
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
