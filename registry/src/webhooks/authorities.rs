//! Whom a subscriber's server may be certified by, where that is not the web's usual authorities: those of a house.

use std::path::{Path, PathBuf};

use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

/// Certificates of authorities, at least one.
#[derive(Clone, Debug)]
pub struct Authorities(Vec<Certificate<'static>>);

/// Why a file names no authorities.
#[derive(Debug, thiserror::Error)]
#[error("authorities {path}: {cause}")]
pub struct AuthoritiesError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub cause: AuthoritiesFault,
}

/// What is wrong with a file of authorities.
#[derive(Debug, thiserror::Error)]
pub enum AuthoritiesFault {
    /// Not read.
    #[error(transparent)]
    File(#[from] std::io::Error),
    /// Not PEM.
    #[error("not PEM: {0}")]
    Pem(Box<ureq::Error>),
    /// A key, say.
    #[error("holds something else than certificates")]
    Other,
    /// Nothing in it.
    #[error("holds no certificate")]
    Empty,
}

impl Authorities {
    /// Reads a PEM file of certificates.
    ///
    /// # Errors
    /// [`AuthoritiesError`].
    pub fn read(path: &Path) -> Result<Self, AuthoritiesError> {
        parse(path).map_err(|cause| AuthoritiesError {
            path: path.to_owned(),
            cause,
        })
    }

    pub(super) fn roots(&self) -> RootCerts {
        RootCerts::new_with_certs(&self.0)
    }
}

fn parse(path: &Path) -> Result<Authorities, AuthoritiesFault> {
    let pem = std::fs::read(path)?;
    let mut certificates = Vec::new();
    for item in parse_pem(&pem) {
        match item.map_err(|error| AuthoritiesFault::Pem(Box::new(error)))? {
            PemItem::Certificate(certificate) => certificates.push(certificate),
            _ => return Err(AuthoritiesFault::Other),
        }
    }
    if certificates.is_empty() {
        return Err(AuthoritiesFault::Empty);
    }
    Ok(Authorities(certificates))
}
