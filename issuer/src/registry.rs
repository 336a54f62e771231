//! The registry, from the office's side: `POST /submissions`, and the record of a certificate.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::Timestamp,
    decode::{ReadError, read},
    digest::Sha256Digest,
    json::{self, Value},
    mismatch::{ReceivedMismatch, ReceivedMismatches},
    submission::{Receipt, Receipts},
};

use crate::config::{ConfigError, Folder, RegistryConfig};

/// Longest answer read, in bytes: receipts of the longest submission, 4 KiB each, many times over.
const LONGEST_ANSWER: usize = 16 * 1024 * 1024;

/// What the `type` of every problem of a registry begins with (docs/API.md).
const PROBLEM_TYPES: &str = "https://w3id.org/touchstone/problems/";

/// A registry to deliver to.
#[derive(Clone)]
pub struct Registry {
    agent: ureq::Agent,
    base: String,
    token: Option<SecretString>,
}

/// What the registry says to a submission.
#[derive(Debug)]
pub enum Answer {
    /// Durable and sequenced, a receipt for each document in order.
    Accepted(Vec<Receipt>),
    /// No.
    Refused(Problem),
}

/// A problem document of the registry (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// Its code: what its `type` ends with.
    pub code: String,
    /// The body, as the registry wrote it.
    pub body: String,
}

impl Problem {
    /// Reads a problem of the registry's own; what a proxy between says is none.
    fn read(status: u16, body: &[u8]) -> Option<Self> {
        let document = json::parse(body, LONGEST_ANSWER).ok()?;
        let code = document.pointer("/type")?.as_str()?.strip_prefix(PROBLEM_TYPES)?;
        Some(Self {
            status,
            code: code.to_owned(),
            body: String::from_utf8_lossy(body).into_owned(),
        })
    }

    /// Whether the intake judged the submission and said no (docs/API.md, "Problems"). A body that came in half was
    /// not judged; neither was one without the token, at another address or in a busy moment.
    fn is_refusal(&self) -> bool {
        matches!(self.status, 400 | 409 | 413 | 415 | 422) && self.code != "bodyCutShort"
    }
}

/// What the registry's record of a certificate holds, by digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRecord {
    /// The credential.
    pub credential: Sha256Digest,
    /// Its events.
    pub events: Vec<Sha256Digest>,
}

/// Why no answer is known: the submission is kept and sent again, unchanged.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// No connection, or cut off.
    #[error("{url} does not answer: {cause}")]
    Transport {
        /// Where.
        url: String,
        /// Why.
        cause: Box<ureq::Error>,
    },
    /// Neither a yes nor a no of the intake: busy, broken, elsewhere, or without the right token.
    #[error("{url} answers {status}, which is neither a receipt nor a refusal")]
    Status {
        /// Where.
        url: String,
        /// HTTP status.
        status: u16,
    },
    /// 200 with something else than what was asked for.
    #[error("{url} answers with something else: {cause}")]
    Unreadable {
        /// Where.
        url: String,
        /// What is wrong with it.
        cause: ReadError,
    },
    /// A document is of a time the registry's clock has not reached, by little.
    #[error("the registry's clock is behind: {}", problem.body)]
    ClockBehind {
        /// What it said.
        problem: Problem,
    },
    /// A record without the members of one.
    #[error("{url} answers with no record of a certificate")]
    NoRecord {
        /// Where.
        url: String,
    },
    /// An answer without a date.
    #[error("{url} answers without saying what time it is")]
    NoDate {
        /// Where.
        url: String,
    },
    /// No token to send.
    #[error("no intake token: put the registry's token where registry.token-file says")]
    NoToken,
    /// The task was cut off.
    #[error("the request was cut off")]
    CutOff,
}

impl Registry {
    /// The registry of a configuration. Its token may come later: only sending needs it.
    ///
    /// # Errors
    /// [`ConfigError`] when the token file is there and does not read.
    pub fn new(folder: &Folder, config: &RegistryConfig) -> Result<Self, ConfigError> {
        let present = folder.path().join(&config.token_file).exists();
        let token = if present {
            Some(folder.read_token(config)?)
        } else {
            None
        };
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(config.timeout_seconds)))
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .new_agent();
        Ok(Self {
            agent,
            base: config.url.as_str().to_owned(),
            token,
        })
    }

    /// Sends signed documents, in order.
    ///
    /// # Errors
    /// [`Unanswered`]: whether the registry has them is not known, and the same bytes must be sent again.
    pub async fn submit(&self, documents: &[Vec<u8>]) -> Result<Answer, Unanswered> {
        let mut body = b"{\"documents\":[".to_vec();
        body.extend(documents.join(&b','));
        body.extend(b"]}");
        let registry = self.clone();
        tokio::task::spawn_blocking(move || registry.post(&body))
            .await
            .map_err(|_| Unanswered::CutOff)?
    }

    /// What the registry's record of this version holds; `None` when it says that it has no such certificate.
    ///
    /// # Errors
    /// [`Unanswered`]: what it holds is not known.
    pub async fn record(
        &self,
        number: &CredentialNumber,
        version: Version,
    ) -> Result<Option<HeldRecord>, Unanswered> {
        let url = format!("{}/certificates/{number}?version={version}", self.base);
        let registry = self.clone();
        tokio::task::spawn_blocking(move || registry.get_record(url))
            .await
            .map_err(|_| Unanswered::CutOff)?
    }

    /// Reports that a paper does not match, those after a reference, in order; the registry gives so many at a time.
    ///
    /// # Errors
    /// [`Unanswered`].
    pub async fn mismatches(&self, after: u64) -> Result<Vec<ReceivedMismatch>, Unanswered> {
        let registry = self.clone();
        tokio::task::spawn_blocking(move || registry.get_mismatches(after))
            .await
            .map_err(|_| Unanswered::CutOff)?
    }

    /// A file of the log, by its path below the log's prefix; caches between are asked to look again.
    ///
    /// # Errors
    /// [`Unanswered`].
    pub async fn log_file(&self, path: &str) -> Result<Vec<u8>, Unanswered> {
        let url = format!("{}/log/{path}", self.base);
        let registry = self.clone();
        let get = move || {
            let request = registry.agent.get(&url).header("cache-control", "no-cache");
            match read_answer(&url, request.call())? {
                (200, bytes) => Ok(bytes),
                (status, _) => Err(Unanswered::Status { url, status }),
            }
        };
        tokio::task::spawn_blocking(get)
            .await
            .map_err(|_| Unanswered::CutOff)?
    }

    /// What time it is at the registry: the `Date` of an answer (RFC 9110 §6.6.1), whatever else it says.
    ///
    /// # Errors
    /// [`Unanswered`].
    pub async fn time(&self) -> Result<Timestamp, Unanswered> {
        let url = format!("{}/log/checkpoint", self.base);
        let registry = self.clone();
        let get = move || {
            let request = registry.agent.get(&url).header("cache-control", "no-cache");
            let answer = request.call().map_err(|cause| Unanswered::Transport {
                url: url.clone(),
                cause: Box::new(cause),
            })?;
            let date = answer.headers().get("date").and_then(|date| date.to_str().ok());
            date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok())
                .and_then(|date| Timestamp::from_unix(date.timestamp().as_second()))
                .ok_or(Unanswered::NoDate { url })
        };
        tokio::task::spawn_blocking(get)
            .await
            .map_err(|_| Unanswered::CutOff)?
    }

    fn get_record(&self, url: String) -> Result<Option<HeldRecord>, Unanswered> {
        let request = self.agent.get(&url).header("accept", "application/json");
        let (status, answer) = read_answer(&url, request.call())?;
        if status == 404 && Problem::read(status, &answer).is_some_and(|it| it.code == "certificateNotHere") {
            return Ok(None);
        }
        if status != 200 {
            return Err(Unanswered::Status { url, status });
        }
        let record = match json::parse(&answer, LONGEST_ANSWER) {
            Ok(record) => record,
            Err(cause) => {
                let cause = cause.into();
                return Err(Unanswered::Unreadable { url, cause });
            }
        };
        let held = || {
            let digest = |document: &Value<'_>| Sha256Digest::of(&document.to_canonical_bytes());
            let events = record.pointer("/events")?.as_array()?.iter();
            Some(HeldRecord {
                credential: digest(record.pointer("/credential")?),
                events: events
                    .map(|event| event.pointer("/document").map(digest))
                    .collect::<Option<_>>()?,
            })
        };
        held().map(Some).ok_or(Unanswered::NoRecord { url })
    }

    fn get_mismatches(&self, after: u64) -> Result<Vec<ReceivedMismatch>, Unanswered> {
        let url = format!("{}/mismatch-reports?after={after}", self.base);
        let token = self.token.as_ref().ok_or(Unanswered::NoToken)?;
        let request = self
            .agent
            .get(&url)
            .header("authorization", format!("Bearer {}", token.expose_secret()));
        match read_answer(&url, request.call())? {
            (200, answer) => match read::<ReceivedMismatches>(&answer, LONGEST_ANSWER) {
                Ok(found) => Ok(found.reports),
                Err(cause) => Err(Unanswered::Unreadable { url, cause }),
            },
            (status, _) => Err(Unanswered::Status { url, status }),
        }
    }

    fn post(&self, body: &[u8]) -> Result<Answer, Unanswered> {
        let url = format!("{}/submissions", self.base);
        let token = self.token.as_ref().ok_or(Unanswered::NoToken)?;
        let request = self
            .agent
            .post(&url)
            .header("authorization", format!("Bearer {}", token.expose_secret()))
            .content_type("application/json");
        let (status, answer) = read_answer(&url, request.send(body))?;
        if status == 200 {
            return match read::<Receipts>(&answer, LONGEST_ANSWER) {
                Ok(receipts) => Ok(Answer::Accepted(receipts.receipts)),
                Err(cause) => Err(Unanswered::Unreadable { url, cause }),
            };
        }
        Problem::read(status, &answer)
            .filter(Problem::is_refusal)
            .map(Answer::Refused)
            .ok_or(Unanswered::Status { url, status })
    }
}

/// Status and body of an answer, whatever the status.
fn read_answer(
    url: &str,
    response: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<(u16, Vec<u8>), Unanswered> {
    let transport = |cause| Unanswered::Transport {
        url: url.to_owned(),
        cause: Box::new(cause),
    };
    let mut response = response.map_err(transport)?;
    let status = response.status().as_u16();
    let limit = u64::try_from(LONGEST_ANSWER).unwrap_or(u64::MAX);
    let body = response.body_mut().with_config().limit(limit).read_to_vec();
    Ok((status, body.map_err(transport)?))
}
