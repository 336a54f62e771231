//! The register of regulators: a file each, read when a token is shown, so that what is revoked is refused at once.

use std::path::PathBuf;

use subtle::ConstantTimeEq;
use touchstone_schemas::{
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    record,
};

use super::{Regions, RegulatorId, Token, TokenError};
use crate::record_file::{RecordFileError, names, read_record_file, write_record_file};

/// A regulator as its file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regulator {
    /// When it was made.
    pub created: Timestamp,
    /// Last day on which the token counts.
    pub expires: Date,
    /// What the operator calls it.
    pub label: String,
    /// Whose certificates it sees.
    pub regions: Regions,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
    /// SHA-256 of the token.
    pub token: Sha256Digest,
}

record! { Regulator {
    "created": created,
    "expires": expires,
    "label": label,
    "regions": regions,
    "revoked"? revoked,
    "token": token,
} }

/// A regulator who has shown a token that counts.
#[derive(Clone, Debug)]
pub struct Access {
    /// Its id, for the log.
    pub id: RegulatorId,
    /// Whose certificates it sees.
    pub regions: Regions,
}

/// Why a token opens nothing. The first says nothing of what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// None shown, or another.
    #[error("a regulator's token is needed")]
    Unknown,
    /// Its last day is over.
    #[error("the token expired with {expires}")]
    Expired {
        /// Its last day.
        expires: Date,
    },
    /// The operator took it back.
    #[error("the token was revoked")]
    Revoked,
}

/// Why the register does not do.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// No such regulator.
    #[error("there is no regulator {id}")]
    Unknown {
        /// The id.
        id: RegulatorId,
    },
    /// A file.
    #[error(transparent)]
    File(#[from] RecordFileError),
    /// No randomness.
    #[error(transparent)]
    Token(#[from] TokenError),
}

/// The folder of all regulators.
#[derive(Clone, Debug)]
pub struct Register(PathBuf);

impl Register {
    /// At a path; it need not be there.
    #[must_use]
    pub const fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Enters a regulator, and gives its token: kept is only its hash.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub fn add(
        &self,
        label: String,
        regions: Regions,
        expires: Date,
        now: Timestamp,
    ) -> Result<(RegulatorId, Token), RegisterError> {
        std::fs::create_dir_all(&self.0).map_err(|cause| RecordFileError::file(&self.0, cause))?;
        let (id, token) = Token::generate()?;
        let regulator = Regulator {
            created: now,
            expires,
            label,
            regions,
            revoked: None,
            token: token.digest(),
        };
        write_record_file(&self.file(&id), &regulator)?;
        Ok((id, token))
    }

    /// Every regulator.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub fn list(&self) -> Result<Vec<(RegulatorId, Regulator)>, RegisterError> {
        let mut all = Vec::new();
        for name in names(&self.0)? {
            let id = name.strip_suffix(".json").and_then(|id| id.parse().ok());
            if let Some(id) = id {
                let regulator = self.read(&id)?;
                all.extend(regulator.map(|regulator| (id, regulator)));
            }
        }
        Ok(all)
    }

    /// Takes a token back. Once more changes nothing.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub fn revoke(&self, id: &RegulatorId, now: Timestamp) -> Result<(), RegisterError> {
        let mut regulator = self
            .read(id)?
            .ok_or_else(|| RegisterError::Unknown { id: id.clone() })?;
        regulator.revoked.get_or_insert(now);
        Ok(write_record_file(&self.file(id), &regulator)?)
    }

    /// Whom a token belongs to. Hashes are compared in constant time.
    ///
    /// # Errors
    /// The register, or inside why the token opens nothing.
    pub fn open(&self, token: &str, now: Timestamp) -> Result<Result<Access, Refused>, RegisterError> {
        let Some(id) = RegulatorId::of_token(token) else {
            return Ok(Err(Refused::Unknown));
        };
        let Some(regulator) = self.read(&id)? else {
            return Ok(Err(Refused::Unknown));
        };
        let found = Sha256Digest::of(token.as_bytes());
        let same = bool::from(found.as_bytes().ct_eq(regulator.token.as_bytes()));
        Ok(if !same {
            Err(Refused::Unknown)
        } else if regulator.revoked.is_some() {
            Err(Refused::Revoked)
        } else if now > regulator.expires.end() {
            Err(Refused::Expired {
                expires: regulator.expires,
            })
        } else {
            Ok(Access {
                id,
                regions: regulator.regions,
            })
        })
    }

    fn read(&self, id: &RegulatorId) -> Result<Option<Regulator>, RegisterError> {
        Ok(read_record_file(&self.file(id))?)
    }

    fn file(&self, id: &RegulatorId) -> PathBuf {
        self.0.join(format!("{id}.json"))
    }
}
