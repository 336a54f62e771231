//! A place in the stream of all changes.

use std::{fmt, str::FromStr};

use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::Timestamp,
    record,
};

use crate::ledger::CredentialKey;

/// Everything before it has been told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Instant up to which what dates brought about has been told.
    pub dates: Timestamp,
    /// Index of the next entry of the log.
    pub log: u64,
    /// A pass over what dates brought about that is under way.
    pub pass: Option<Pass>,
}

record! { Position {
    "dates": dates,
    "log": log,
    "pass"? pass,
} }

/// A pass over what dates brought about, certificate after certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// What came about up to then has been told of the certificate told last.
    pub at: Timestamp,
    /// The certificate told last.
    pub number: CredentialNumber,
    /// Up to this instant.
    pub until: Timestamp,
    /// The certificate's version.
    pub version: Version,
}

record! { Pass {
    "at": at,
    "number": number,
    "until": until,
    "version": version,
} }

impl Pass {
    /// As far as an instant of a certificate.
    #[must_use]
    pub fn behind(key: &CredentialKey, at: Timestamp, until: Timestamp) -> Self {
        Self {
            at,
            number: key.0.clone(),
            until,
            version: key.1,
        }
    }

    /// The certificate told last.
    #[must_use]
    pub fn key(&self) -> CredentialKey {
        (self.number.clone(), self.version)
    }
}

impl Position {
    /// From an entry and an instant on.
    #[must_use]
    pub const fn starting(log: u64, dates: Timestamp) -> Self {
        Self {
            dates,
            log,
            pass: None,
        }
    }
}

/// As a query carries it: `120~2026-06-15T16:00:00Z`, within a pass with its end and the certificate behind.
impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}", self.log, self.dates)?;
        match &self.pass {
            Some(pass) => write!(f, "~{}~{}~{}~{}", pass.until, pass.number, pass.version, pass.at),
            None => Ok(()),
        }
    }
}

/// A text that is no position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("wanted the `next` of a page before")]
pub struct PositionError;

impl FromStr for Position {
    type Err = PositionError;

    fn from_str(text: &str) -> Result<Self, PositionError> {
        read(text).ok_or(PositionError)
    }
}

fn read(text: &str) -> Option<Position> {
    let parts: Vec<&str> = text.split('~').collect();
    let (log, dates, pass) = match parts.as_slice() {
        [log, dates] => (log, dates, None),
        [log, dates, until, number, version, at] => {
            let version: u32 = version.parse().ok()?;
            let pass = Pass {
                at: at.parse().ok()?,
                number: CredentialNumber::parse(number).ok()?,
                until: until.parse().ok()?,
                version: Version::try_from(version).ok()?,
            };
            (log, dates, Some(pass))
        }
        _ => return None,
    };
    Some(Position {
        dates: dates.parse().ok()?,
        log: log.parse().ok()?,
        pass,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_written_and_read_alike() {
        for text in [
            "0~2026-06-15T16:00:00Z",
            "12~2026-06-15T16:00:00Z~2026-06-16T16:00:00Z~CQC26ZNZ000123R0~2~2026-06-16T16:00:00Z",
        ] {
            assert_eq!(text.parse::<Position>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "1",
            "x~2026-06-15T16:00:00Z",
            "1~2026-06-15",
            "1~2026-06-15T16:00:00Z~x~y~z~z",
        ] {
            assert_eq!(text.parse::<Position>(), Err(PositionError), "{text}");
        }
    }
}
