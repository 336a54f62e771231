//! The mail server: by TLS, or on this machine.

use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use lettre::{
    Message, SmtpTransport, Transport,
    message::{Attachment, Mailbox, MultiPart, SinglePart, header::ContentType},
    transport::smtp::authentication::Credentials,
};
use serde::{Deserialize, Serialize};
use touchstone_schemas::date_time::Timestamp;

use crate::file::{self, FileError};

/// Seconds a server may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How the server is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailSecurity {
    /// TLS from the first octet (RFC 8314 §3.3).
    Tls,
    /// STARTTLS, without which nothing is sent (RFC 3207).
    StartTls,
    /// None: a server on this machine alone.
    None,
}

/// The mail server that takes notices; none are sent without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MailServer {
    /// Its name.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How it is reached.
    pub security: MailSecurity,
    /// From whom notices come: `名称 <address>`.
    pub from: String,
    /// User, where the server wants one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// File with the password, relative to the office's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
}

/// Why nothing can be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// No server is configured.
    #[error("the configuration names no mail server: see [mail] in docs/OFFICE.md")]
    NotConfigured,
    /// An address is none.
    #[error("{address:?} is not a mail address: {cause}")]
    Address {
        /// What stands there.
        address: String,
        /// Why.
        cause: String,
    },
    /// Without TLS to another machine.
    #[error("{server} is not this machine: security = \"none\" is for servers on loopback alone")]
    NotLoopback {
        /// The server.
        server: String,
    },
    /// The password cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The client cannot be made.
    #[error("mail: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
}

/// A letter to be sent.
pub(super) struct Envelope<'a> {
    pub(super) to: Mailbox,
    pub(super) id: String,
    pub(super) at: Timestamp,
    pub(super) subject: &'a str,
    pub(super) body: &'a str,
    pub(super) calendar: Option<&'a str>,
}

/// Why one letter is not taken.
pub(super) enum NotTaken {
    /// It never will be.
    Never(String),
    /// Tried again, it may be.
    Later(String),
}

/// A client of the mail server.
pub struct Mailer {
    transport: SmtpTransport,
    from: Mailbox,
}

impl Mailer {
    /// The client; nothing is connected yet.
    ///
    /// # Errors
    /// [`MailError`].
    pub fn of(config: Option<&MailServer>, folder: &std::path::Path) -> Result<Self, MailError> {
        let config = config.ok_or(MailError::NotConfigured)?;
        let server = config.server.as_str();
        let mut builder = match config.security {
            MailSecurity::Tls => SmtpTransport::relay(server)?,
            MailSecurity::StartTls => SmtpTransport::starttls_relay(server)?,
            MailSecurity::None if matches!(server, "localhost" | "127.0.0.1" | "::1") => {
                SmtpTransport::builder_dangerous(server)
            }
            MailSecurity::None => {
                return Err(MailError::NotLoopback {
                    server: server.to_owned(),
                });
            }
        };
        builder = builder.port(config.port).timeout(Some(TIMEOUT));
        if let (Some(user), Some(password_file)) = (&config.user, &config.password_file) {
            let password = file::read(&folder.join(password_file))?;
            let password = String::from_utf8_lossy(&password).trim_end().to_owned();
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        Ok(Self {
            transport: builder.build(),
            from: mailbox(&config.from)?,
        })
    }

    /// Hands a letter to the server.
    pub(super) fn send(&self, envelope: &Envelope<'_>) -> Result<(), NotTaken> {
        let message = self.message(envelope).map_err(NotTaken::Never)?;
        match self.transport.send(&message) {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(NotTaken::Never(error.to_string())),
            Err(error) => Err(NotTaken::Later(error.to_string())),
        }
    }

    fn message(&self, envelope: &Envelope<'_>) -> Result<Message, String> {
        let seconds = u64::try_from(envelope.at.unix()).unwrap_or_default();
        let builder = Message::builder()
            .from(self.from.clone())
            .to(envelope.to.clone())
            .subject(envelope.subject)
            .date(UNIX_EPOCH + Duration::from_secs(seconds))
            .message_id(Some(format!("<{}>", envelope.id)));
        let text = SinglePart::plain(envelope.body.to_owned());
        let built = match envelope.calendar {
            None => builder.singlepart(text),
            Some(calendar) => {
                let kind = ContentType::parse("text/calendar; charset=utf-8; method=PUBLISH")
                    .map_err(|error| error.to_string())?;
                let file = Attachment::new("surveillance.ics".to_owned()).body(calendar.to_owned(), kind);
                builder.multipart(MultiPart::mixed().singlepart(text).singlepart(file))
            }
        };
        built.map_err(|error| error.to_string())
    }
}

/// A mail address, with or without a name before it.
pub(super) fn mailbox(text: &str) -> Result<Mailbox, MailError> {
    text.parse()
        .map_err(|cause: lettre::address::AddressError| MailError::Address {
            address: text.to_owned(),
            cause: cause.to_string(),
        })
}

/// Whether that is an address letters can go to.
///
/// # Errors
/// [`MailError::Address`].
pub fn check_address(text: &str) -> Result<(), MailError> {
    let parsed: Result<lettre::Address, _> = text.parse();
    parsed.map(drop).map_err(|cause| MailError::Address {
        address: text.to_owned(),
        cause: cause.to_string(),
    })
}
