//! Sessions: a random identifier in the browser, its digest here, and a token against forged requests that follows from it.

use axum::http::{HeaderMap, header};
use subtle::ConstantTimeEq;
use touchstone_schemas::digest::Sha256Digest;

/// Seconds without a request after which a session ends.
pub(super) const IDLE: i64 = 30 * 60;
/// Seconds after which a session ends in any case: a working day.
pub(super) const LONGEST: i64 = 10 * 3_600;
/// Seconds between two notes that a session is in use.
pub(super) const NOTE_EVERY: i64 = 60;

/// An identifier of 256 random bits, in hexadecimal.
#[derive(Clone)]
pub(super) struct SessionId(String);

/// Whether cookies travel over TLS alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    /// Behind TLS.
    Secure,
    /// Plain HTTP on this machine.
    Loopback,
}

impl Transport {
    /// Browsers take a `__Host-` cookie over TLS alone, without a domain, for the whole site (RFC 6265bis §4.1.3.2).
    const fn cookie(self) -> &'static str {
        match self {
            Self::Secure => "__Host-touchstone",
            Self::Loopback => "touchstone-loopback",
        }
    }

    const fn attributes(self) -> &'static str {
        match self {
            Self::Secure => "Path=/; HttpOnly; SameSite=Strict; Secure",
            Self::Loopback => "Path=/; HttpOnly; SameSite=Strict",
        }
    }
}

impl SessionId {
    /// A new one.
    pub(super) fn new() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// The one that a request carries.
    pub(super) fn of(headers: &HeaderMap, transport: Transport) -> Option<Self> {
        let found = cookie(headers, transport.cookie())?;
        let sound = found.len() == 64 && found.bytes().all(|byte| byte.is_ascii_hexdigit());
        sound.then(|| Self(found.to_owned()))
    }

    /// What is stored of it.
    pub(super) fn digest(&self) -> Sha256Digest {
        Sha256Digest::of(format!("touchstone console session 1\0{}", self.0).as_bytes())
    }

    /// What forms of the session carry.
    pub(super) fn token(&self) -> String {
        Sha256Digest::of(format!("touchstone console form 1\0{}", self.0).as_bytes()).to_string()
    }

    /// Whether a form is one of the session.
    pub(super) fn takes(&self, token: &str) -> bool {
        self.token().as_bytes().ct_eq(token.as_bytes()).into()
    }

    /// The header that gives it to the browser.
    pub(super) fn set(&self, transport: Transport) -> String {
        format!("{}={}; {}", transport.cookie(), self.0, transport.attributes())
    }

    /// The header that takes it from the browser.
    pub(super) fn unset(transport: Transport) -> String {
        format!("{}=; Max-Age=0; {}", transport.cookie(), transport.attributes())
    }
}

/// The value of a cookie; none when it is there twice.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let mut found = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name);
    match (found.next(), found.next()) {
        (Some((_, value)), None) => Some(value),
        _ => None,
    }
}
