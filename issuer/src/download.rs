//! Files for a client, each by a link that works once and expires: certificate, credential, report, mark.
//!
//! The office keeps the digest of a link's token alone. The console's public part shows the link without using it, because
//! mail scanners follow links; the file is given out on the button, once.

use touchstone_schemas::{
    budget::MAX_ATTACHMENT_BYTES,
    credential::{CredentialNumber, Version},
    date_time::Timestamp,
    digest::Sha256Digest,
    text::Text,
};

use crate::{
    casework::{Actor, Charge, NotEntitled, Role, entitlement},
    store::{NewDownloadLink, Store, StoreError, insert_attachment, insert_download_link},
};

/// Days for which a link works at most.
pub const MOST_DAYS: u32 = 30;

/// A file to be given out.
#[derive(Clone, Debug)]
pub struct OfferedFile {
    /// Its name.
    pub name: Text,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why no link is made.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The records do not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No such certificate with the registry: what it does not have is not handed over.
    #[error("certificate {number} is not with the registry")]
    UnknownCertificate {
        /// The number.
        number: CredentialNumber,
    },
    /// The person may not do it.
    #[error(transparent)]
    NotEntitled(#[from] NotEntitled),
    /// Clerks and surveillance officers deal with clients.
    #[error("a {} does not hand files to clients", role.name())]
    Role {
        /// The role.
        role: Role,
    },
    /// Too long a time.
    #[error("a link works for {MOST_DAYS} days at most, and for one at least")]
    Days,
    /// A name that may not be a file's.
    #[error("{name} is no plain name of a file")]
    Name {
        /// The name.
        name: Text,
    },
    /// A file larger than the budget.
    #[error("{name} has {found} bytes, at most {limit} are allowed")]
    TooLarge {
        /// The file.
        name: Text,
        /// Its size in bytes.
        found: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The system gives no randomness.
    #[error("no random bytes from the system: {0}")]
    Random(#[from] getrandom::Error),
}

impl DownloadError {
    /// Whether a rule refuses it, rather than something failing.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        !matches!(self, Self::Store(_) | Self::Random(_))
    }
}

/// Makes a link for each file; gives the tokens, in order, which nobody can give a second time.
///
/// # Errors
/// [`DownloadError`]; no link is made then.
pub async fn offer_downloads(
    store: &mut Store,
    by: &Actor,
    (number, version): (&CredentialNumber, Option<Version>),
    files: &[OfferedFile],
    days: u32,
    now: Timestamp,
) -> Result<Vec<String>, DownloadError> {
    if !matches!(by.role, Role::Clerk | Role::SurveillanceOfficer) {
        return Err(DownloadError::Role { role: by.role });
    }
    if days == 0 || days > MOST_DAYS {
        return Err(DownloadError::Days);
    }
    let stored = store.find_credential(number, version).await?;
    let stored = stored.filter(|stored| stored.receipt.is_some());
    let stored = stored.ok_or_else(|| DownloadError::UnknownCertificate {
        number: number.clone(),
    })?;
    let edition = stored.credential()?.scheme.edition;
    let charge = Charge {
        role: by.role,
        office: None,
        scheme: Some(&edition),
    };
    entitlement(&store.personnel().await?, by, charge, now)?;
    let expires = now.unix().saturating_add(i64::from(days) * 86_400);
    let mut tokens = Vec::with_capacity(files.len());
    let mut unit = store.begin().await?;
    for file in files {
        check_file(file)?;
        let mut random = [0; 32];
        getrandom::fill(&mut random)?;
        let token = Sha256Digest::of(&random).to_string();
        let digest = Sha256Digest::of(&file.bytes);
        insert_attachment(&mut unit, digest, &file.bytes).await?;
        let link = NewDownloadLink {
            token: Sha256Digest::of(token.as_bytes()),
            credential: stored.id,
            file: digest,
            name: &file.name,
            person: &by.person,
            made_at: now,
            expires,
        };
        insert_download_link(&mut unit, &link).await?;
        tokens.push(token);
    }
    unit.commit().await.map_err(StoreError::from)?;
    Ok(tokens)
}

fn check_file(file: &OfferedFile) -> Result<(), DownloadError> {
    let (found, limit) = (file.bytes.len(), MAX_ATTACHMENT_BYTES);
    if found > limit {
        let name = file.name.clone();
        return Err(DownloadError::TooLarge { name, found, limit });
    }
    // It stands in a header, between quotation marks.
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if file.name.as_str().chars().all(plain) {
        Ok(())
    } else {
        Err(DownloadError::Name {
            name: file.name.clone(),
        })
    }
}
