//! Sending one message: HTTPS to a public address, no redirect followed, little time, the answer's status alone read.

use std::{io, net::SocketAddr, time::Duration};

use touchstone_schemas::date_time::Timestamp;
use ureq::{
    Agent,
    http::{Uri, uri::Scheme},
    tls::{RootCerts, TlsConfig},
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};

use super::{Authorities, Message, Networks, Subscription, networks::is_public};

/// Longest URL (policy).
const MAX_URL_BYTES: usize = 2_048;
/// To find and reach a subscriber (policy).
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// For the whole of it (Standard Webhooks: 15 to 30 s are usual; a slow one must not hold many).
const LIMIT: Duration = Duration::from_secs(10);
/// Longest head of an answer; the body is not read.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// Why a URL is none that messages go to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Not a URL.
    #[error("not a URL of at most {MAX_URL_BYTES} characters with a scheme and a host")]
    Form,
    /// Another scheme.
    #[error(
        "the scheme is {found:?}; messages go over https, over http only into webhooks.internal_networks"
    )]
    Scheme {
        /// The scheme.
        found: String,
    },
    /// A name or password in it.
    #[error("the URL holds a user name or password; a message is known by its signature")]
    UserInfo,
    /// An address inside.
    #[error("{address} is not a public address, nor in webhooks.internal_networks")]
    NotPublic {
        /// The address.
        address: SocketAddr,
    },
}

/// Checks a URL by its form; its addresses are checked each time a message is sent.
///
/// # Errors
/// [`TargetError`].
pub fn check_target(url: &str, internal: &Networks) -> Result<(), TargetError> {
    let uri: Uri = url.parse().map_err(|_| TargetError::Form)?;
    let authority = uri.authority().ok_or(TargetError::Form)?;
    let scheme = uri.scheme().ok_or(TargetError::Form)?;
    if url.len() > MAX_URL_BYTES || authority.host().is_empty() {
        return Err(TargetError::Form);
    }
    if authority.as_str().contains('@') {
        return Err(TargetError::UserInfo);
    }
    let secure = *scheme == Scheme::HTTPS;
    if secure || (*scheme == Scheme::HTTP && *internal != Networks::default()) {
        Ok(())
    } else {
        Err(TargetError::Scheme {
            found: scheme.to_string(),
        })
    }
}

/// Why a message has not arrived.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Not to be sent there.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// Not reached, or no answer.
    #[error("not reached: {0}")]
    Transport(Box<ureq::Error>),
    /// Another answer than 2xx.
    #[error("the answer was {status}")]
    Status {
        /// Its status.
        status: u16,
    },
}

/// Sends messages. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sender {
    agent: Agent,
    internal: Networks,
}

impl Sender {
    /// One that reaches public addresses and, over http too, those of networks that the operator named. Servers are
    /// certified by the authorities given, or, without any, by the web's.
    #[must_use]
    pub fn new(internal: Networks, authorities: Option<&Authorities>) -> Self {
        let roots = authorities.map_or(RootCerts::WebPki, Authorities::roots);
        let config = Agent::config_builder()
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .timeout_global(Some(LIMIT))
            .timeout_connect(Some(CONNECT_LIMIT))
            .timeout_resolve(Some(CONNECT_LIMIT))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .max_idle_connections(0)
            .max_response_header_size(MAX_HEAD_BYTES)
            .user_agent("touchstone-registry")
            .build();
        let resolver = Outside {
            internal: internal.clone(),
            names: DefaultResolver::default(),
        };
        Self {
            agent: Agent::with_parts(config, DefaultConnector::default(), resolver),
            internal,
        }
    }

    /// Sends a message, and waits for the answer. Blocks.
    ///
    /// # Errors
    /// [`SendError`]: whether it has arrived is not known then.
    pub fn send(
        &self,
        subscription: &Subscription,
        message: &Message,
        now: Timestamp,
    ) -> Result<(), SendError> {
        check_target(&subscription.url, &self.internal)?;
        let body = message.body.as_bytes();
        let signed = subscription.secret.sign(&message.id, now, body);
        let answer = self
            .agent
            .post(&subscription.url)
            .header("content-type", "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", &signed.timestamp)
            .header("webhook-signature", &signed.signature)
            .send(body)
            .map_err(|error| SendError::Transport(Box::new(error)))?;
        let status = answer.status();
        if status.is_success() {
            Ok(())
        } else {
            Err(SendError::Status {
                status: status.as_u16(),
            })
        }
    }
}

/// Finds addresses and lets none pass that is inside: what is checked is what is connected to.
#[derive(Debug)]
struct Outside {
    internal: Networks,
    names: DefaultResolver,
}

impl Resolver for Outside {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.names.resolve(uri, config, timeout)?;
        let secure = uri.scheme() == Some(&Scheme::HTTPS);
        for address in &*found {
            let ip = address.ip();
            if !(self.internal.contain(ip) || secure && is_public(ip)) {
                let refused = TargetError::NotPublic { address: *address };
                let refused = io::Error::new(io::ErrorKind::PermissionDenied, refused);
                return Err(ureq::Error::Io(refused));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_what_the_operator_allows() {
        let none = Networks::default();
        let loopback: Networks = "127.0.0.0/8".parse().unwrap();
        assert_eq!(check_target("https://hooks.example/x?y=z", &none), Ok(()));
        assert_eq!(check_target("http://127.0.0.1:9/", &loopback), Ok(()));
        for (url, wanted) in [
            ("http://hooks.example/", "scheme"),
            ("ftp://hooks.example/", "scheme"),
            ("/relative", "URL"),
            ("https://", "URL"),
            ("https://user:secret@hooks.example/", "user"),
            ("", "URL"),
        ] {
            let error = check_target(url, &none).unwrap_err().to_string();
            assert!(error.contains(wanted), "{url}: {error}");
        }
        let long = format!("https://hooks.example/{}", "x".repeat(MAX_URL_BYTES));
        assert_eq!(check_target(&long, &none), Err(TargetError::Form));
    }

    #[test]
    fn addresses_inside_are_not_connected_to() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let sender = Sender::new(Networks::default(), None);
        for host in ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254"] {
            let subscription = Subscription {
                created: Timestamp::MIN,
                label: String::new(),
                scope: super::super::Scope::Registry,
                secret: super::super::Secret::generate().unwrap(),
                url: format!("https://{host}:{port}/"),
            };
            let message = Message {
                id: "chg_0".to_owned(),
                body: "{}".to_owned(),
            };
            let error = sender.send(&subscription, &message, Timestamp::MIN).unwrap_err();
            assert!(
                error.to_string().contains("not a public address"),
                "{host}: {error}"
            );
        }
        let nobody = listener.accept().unwrap_err();
        assert_eq!(nobody.kind(), io::ErrorKind::WouldBlock);
    }
}
