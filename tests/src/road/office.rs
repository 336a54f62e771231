//! The office's service at work, with its staff: asked over HTTP, as programs of its people ask.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;

use super::issuing::Issued;
use super::program::Process;
use super::staff::{Colleague, hire};
use super::{Failure, Road};

/// How long the service may take to start, and to answer: a batch is signed and delivered within one request.
const PATIENCE: Duration = Duration::from_secs(60);
/// Who reads finished certificates.
const READER: &str = "YS-081";

/// The office's service, with its staff.
pub struct OfficeAtWork {
    process: Process,
    origin: String,
    agent: Agent,
    staff: Vec<Colleague>,
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
        process.wait_until(PATIENCE, || told().is_some())?;
        let told = told().ok_or("the office's service says nothing")?;
        let origin = told["console"]
            .as_str()
            .ok_or("the office's service names no address")?;
        Ok(OfficeAtWork {
            process,
            origin: origin.to_owned(),
            agent: Agent::config_builder()
                .timeout_global(Some(PATIENCE))
                .http_status_as_error(false)
                .build()
                .into(),
            staff,
        })
    }

    /// The newest version of a certificate, with its files where the command line puts them.
    ///
    /// # Errors
    /// What the office says.
    pub(super) fn fetch(&self, office: &OfficeAtWork, number: &str, version: u64) -> Result<Issued, Failure> {
        let issued = Issued {
            number: number.to_owned(),
            version,
            folder: self.out(),
        };
        std::fs::create_dir_all(self.out())?;
        for (ending, path) in [
            ("json", "credential"),
            ("receipt.json", "receipt"),
            ("link.txt", "papers/link.txt"),
            ("svg", "papers/qr.svg"),
            ("png", "papers/qr.png"),
        ] {
            let path = format!("/api/certificates/{number}/{path}?version={version}");
            std::fs::write(issued.file(ending), office.get(READER, &path)?)?;
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

    /// How many people work there.
    pub(super) fn people(&self) -> usize {
        self.staff.len()
    }

    pub(super) fn colleague(&self, person: &str) -> Result<&Colleague, Failure> {
        let found = self.staff.iter().find(|colleague| colleague.person == person);
        found.ok_or_else(|| format!("nobody here is {person}").into())
    }

    pub(super) fn get(&self, person: &str, path: &str) -> Result<Vec<u8>, Failure> {
        let token = &self.colleague(person)?.token;
        let reply = self
            .agent
            .get(format!("{}{path}", self.origin))
            .header("authorization", format!("Bearer {token}"))
            .call()?;
        well(path, reply)
    }

    /// Does something, once for its key.
    pub(super) fn post(&self, person: &str, path: &str, key: &str, body: &Value) -> Result<Value, Failure> {
        let reply = self.send(
            person,
            path,
            ("application/json", key),
            body.to_string().as_bytes(),
        )?;
        Ok(serde_json::from_slice(&reply)?)
    }

    /// Brings a file.
    pub(super) fn attach(&self, person: &str, path: &str, key: &str, text: &str) -> Result<Value, Failure> {
        let reply = self.send(person, path, ("text/plain", key), text.as_bytes())?;
        Ok(serde_json::from_slice(&reply)?)
    }

    /// What is to be signed, as `POST …/bundles` gives it.
    pub(super) fn bundle(&self, person: &str, path: &str, drafted: &Value) -> Result<Vec<u8>, Failure> {
        let path = format!("{path}/bundles");
        self.send(
            person,
            &path,
            ("application/json", "none"),
            drafted.to_string().as_bytes(),
        )
    }

    fn send(
        &self,
        person: &str,
        path: &str,
        (media, key): (&str, &str),
        body: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let token = &self.colleague(person)?.token;
        let reply = self
            .agent
            .post(format!("{}{path}", self.origin))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", media)
            .header("idempotency-key", key)
            .send(body)?;
        well(path, reply)
    }
}

fn well(path: &str, mut reply: ureq::http::Response<ureq::Body>) -> Result<Vec<u8>, Failure> {
    let status = reply.status().as_u16();
    let body = reply.body_mut().read_to_vec()?;
    match status {
        200 | 201 => Ok(body),
        status => Err(format!("{path}: {status} {}", String::from_utf8_lossy(&body)).into()),
    }
}

/// A sample's application, read.
pub(super) fn sample_of(application: &Path) -> Result<Value, Failure> {
    Ok(serde_json::from_slice(&std::fs::read(application)?)?)
}

/// What stands at a place of a sample.
pub(super) fn text_at<'a>(sample: &'a Value, place: &str) -> Result<&'a str, Failure> {
    let found = sample.pointer(place).and_then(Value::as_str);
    found.ok_or_else(|| format!("no {place} in the sample").into())
}

/// A body that says nothing.
pub(super) fn nothing() -> Value {
    json!({})
}
