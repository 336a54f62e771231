//! Where subscriptions are kept: a folder of files beside the registry's configuration, one folder a subscription.
//!
//! `<id>/subscription.json` is written once, by the operator's command; `<id>/progress.json` by the registry alone;
//! `<id>/dead/<message>.json` are messages laid aside, which the command moves to `<id>/again/`. Each file is
//! there whole or not at all, so that command and registry need not know of each other. The database holds none of
//! it: it is not trusted, and a backup of it tells no secret.

use std::{fs, io::ErrorKind, path::PathBuf};

use touchstone_schemas::{date_time::Timestamp, record};

use super::{Message, Progress, SecretError, Subscription, SubscriptionId};
use crate::metrics::WebhookLevels;
use crate::record_file::{RecordFileError, names, read_record_file, write_record_file};

const SUBSCRIPTION: &str = "subscription.json";
const PROGRESS: &str = "progress.json";
const DEAD: &str = "dead";
const AGAIN: &str = "again";
/// Letters of a message's id.
const MESSAGE_ID_LETTERS: usize = 36;

/// The folder of all subscriptions.
#[derive(Clone, Debug)]
pub struct WebhookFolder(PathBuf);

/// A message laid aside, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Attempts made.
    pub attempts: u32,
    /// The body.
    pub body: String,
    /// Why the last one failed.
    pub error: String,
    /// When it failed.
    pub failed: Timestamp,
    /// `webhook-id`.
    pub id: String,
}

record! { DeadLetter {
    "attempts": attempts,
    "body": body,
    "error": error,
    "failed": failed,
    "id": id,
} }

impl DeadLetter {
    /// The message in it.
    #[must_use]
    pub fn message(&self) -> Message {
        Message {
            id: self.id.clone(),
            body: self.body.clone(),
        }
    }
}

/// Why a file of subscriptions does not do.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// No such subscription.
    #[error("there is no subscription {id}")]
    Unknown {
        /// Its id.
        id: SubscriptionId,
    },
    /// No such dead letter.
    #[error("there is no dead letter {id:?}")]
    NoLetter {
        /// Its id.
        id: String,
    },
    /// A file.
    #[error(transparent)]
    File(#[from] RecordFileError),
    /// No randomness.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

impl WebhookFolder {
    /// At a path; it need not be there.
    #[must_use]
    pub const fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Keeps a new subscription. The registry sees it whole or not at all.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn add(&self, subscription: &Subscription) -> Result<SubscriptionId, FolderError> {
        let id = SubscriptionId::generate()?;
        let making = self.0.join(format!(".new-{id}"));
        for folder in [making.join(DEAD), making.join(AGAIN)] {
            fs::create_dir_all(&folder).map_err(|cause| RecordFileError::file(&folder, cause))?;
        }
        write_record_file(&making.join(SUBSCRIPTION), subscription)?;
        let made = self.folder(&id);
        fs::rename(&making, &made).map_err(|cause| RecordFileError::file(&made, cause))?;
        Ok(id)
    }

    /// Every subscription. None where there is no folder.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn list(&self) -> Result<Vec<SubscriptionId>, FolderError> {
        let names = names(&self.0)?;
        Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
    }

    /// A subscription.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn read(&self, id: &SubscriptionId) -> Result<Subscription, FolderError> {
        let path = self.folder(id).join(SUBSCRIPTION);
        read_record_file(&path)?.ok_or_else(|| FolderError::Unknown { id: id.clone() })
    }

    /// Ends a subscription, its secret and what was laid aside included.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn remove(&self, id: &SubscriptionId) -> Result<(), FolderError> {
        self.read(id)?;
        let gone = self.0.join(format!(".removed-{id}"));
        fs::rename(self.folder(id), &gone).map_err(|cause| RecordFileError::file(&gone, cause))?;
        Ok(fs::remove_dir_all(&gone).map_err(|cause| RecordFileError::file(&gone, cause))?)
    }

    /// How far a subscription has been told; nothing before the registry has seen it.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn progress(&self, id: &SubscriptionId) -> Result<Option<Progress>, FolderError> {
        Ok(read_record_file(&self.folder(id).join(PROGRESS))?)
    }

    /// Keeps how far a subscription has been told.
    ///
    /// # Errors
    /// [`FolderError`], also when the subscription is gone.
    pub fn keep_progress(&self, id: &SubscriptionId, progress: &Progress) -> Result<(), FolderError> {
        Ok(write_record_file(&self.folder(id).join(PROGRESS), progress)?)
    }

    /// Lays a message aside.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn lay_aside(&self, id: &SubscriptionId, letter: &DeadLetter) -> Result<(), FolderError> {
        Ok(write_record_file(&self.letter(id, DEAD, &letter.id)?, letter)?)
    }

    /// The messages laid aside.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn dead_letters(&self, id: &SubscriptionId) -> Result<Vec<DeadLetter>, FolderError> {
        self.read(id)?;
        self.letters(id, DEAD)
    }

    /// Has a message that was laid aside sent again.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn send_again(&self, id: &SubscriptionId, letter: &str) -> Result<(), FolderError> {
        self.read(id)?;
        let (from, to) = (self.letter(id, DEAD, letter)?, self.letter(id, AGAIN, letter)?);
        fs::rename(&from, &to).map_err(|cause| match cause.kind() {
            ErrorKind::NotFound => FolderError::NoLetter {
                id: letter.to_owned(),
            },
            _ => RecordFileError::file(&from, cause).into(),
        })
    }

    /// The messages to be sent again.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn to_send_again(&self, id: &SubscriptionId) -> Result<Vec<DeadLetter>, FolderError> {
        self.letters(id, AGAIN)
    }

    /// A message sent again has arrived.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn arrived(&self, id: &SubscriptionId, letter: &DeadLetter) -> Result<(), FolderError> {
        let path = self.letter(id, AGAIN, &letter.id)?;
        Ok(fs::remove_file(&path).map_err(|cause| RecordFileError::file(&path, cause))?)
    }

    /// A message sent again has not arrived: it is laid aside once more.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn lay_aside_again(&self, id: &SubscriptionId, letter: &DeadLetter) -> Result<(), FolderError> {
        self.lay_aside(id, letter)?;
        self.arrived(id, letter)
    }

    /// How subscriptions stand.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn levels(&self) -> Result<WebhookLevels, FolderError> {
        let mut levels = WebhookLevels::default();
        for id in self.list()? {
            let progress = self.progress(&id)?;
            levels.subscriptions += 1;
            levels.waiting += u64::from(progress.is_some_and(|progress| progress.attempts > 0));
            let dead = names(&self.folder(&id).join(DEAD))?;
            levels.dead_letters += u64::try_from(dead.len()).unwrap_or(u64::MAX);
        }
        Ok(levels)
    }

    fn letters(&self, id: &SubscriptionId, kind: &str) -> Result<Vec<DeadLetter>, FolderError> {
        let folder = self.folder(id).join(kind);
        let mut letters = Vec::new();
        for name in names(&folder)?.iter().filter(|name| name.ends_with(".json")) {
            letters.extend(read_record_file(&folder.join(name))?);
        }
        Ok(letters)
    }

    fn folder(&self, id: &SubscriptionId) -> PathBuf {
        self.0.join(id.to_string())
    }

    /// The id comes from a command line too: only one of ours becomes part of a path.
    fn letter(&self, id: &SubscriptionId, kind: &str, letter: &str) -> Result<PathBuf, FolderError> {
        let ours = letter.len() == MESSAGE_ID_LETTERS
            && letter.starts_with("chg_")
            && letter
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if ours {
            Ok(self.folder(id).join(kind).join(format!("{letter}.json")))
        } else {
            Err(FolderError::NoLetter {
                id: letter.to_owned(),
            })
        }
    }
}
