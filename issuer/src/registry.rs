//! The registry, from the office's side: `POST /submissions`.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use touchstone_schemas::{
    decode::read,
    submission::{Receipt, Receipts},
};

use crate::config::{ConfigError, Folder, RegistryConfig};

/// Longest answer read, in bytes: receipts of the longest submission, 4 KiB each, many times over.
const LONGEST_ANSWER: usize = 16 * 1024 * 1024;

/// A registry to deliver to.
#[derive(Clone)]
pub struct Registry {
    agent: ureq::Agent,
    url: String,
    token: Option<SecretString>,
}

/// What the registry says to a submission.
#[derive(Debug)]
pub enum Answer {
    /// Durable and sequenced, a receipt for each document in order.
    Accepted(Vec<Receipt>),
    /// No, for good.
    Refused(Problem),
}

/// A problem document of the registry (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// The body, as the registry wrote it.
    pub body: String,
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
    /// Busy or broken: 408, 429 or a 5xx.
    #[error("{url} answers {status}")]
    Busy {
        /// Where.
        url: String,
        /// HTTP status.
        status: u16,
    },
    /// 200 with something else than receipts.
    #[error("{url} answers with no receipts: {cause}")]
    Unreadable {
        /// Where.
        url: String,
        /// What is wrong with it.
        cause: touchstone_schemas::decode::ReadError,
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
            url: format!("{}/submissions", config.url.as_str()),
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

    fn post(&self, body: &[u8]) -> Result<Answer, Unanswered> {
        let url = || self.url.clone();
        let transport = |cause| Unanswered::Transport {
            url: url(),
            cause: Box::new(cause),
        };
        let token = self.token.as_ref().ok_or(Unanswered::NoToken)?;
        let mut response = self
            .agent
            .post(&self.url)
            .header("authorization", format!("Bearer {}", token.expose_secret()))
            .content_type("application/json")
            .send(body)
            .map_err(transport)?;
        let status = response.status().as_u16();
        let limit = u64::try_from(LONGEST_ANSWER).unwrap_or(u64::MAX);
        let answer = response
            .body_mut()
            .with_config()
            .limit(limit)
            .read_to_vec()
            .map_err(transport)?;
        match status {
            200 => {
                let receipts: Receipts = read(&answer, LONGEST_ANSWER)
                    .map_err(|cause| Unanswered::Unreadable { url: url(), cause })?;
                Ok(Answer::Accepted(receipts.receipts))
            }
            408 | 425 | 429 | 500..=599 => Err(Unanswered::Busy { url: url(), status }),
            _ => {
                let body = String::from_utf8_lossy(&answer).into_owned();
                Ok(Answer::Refused(Problem { status, body }))
            }
        }
    }
}
