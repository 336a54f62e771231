//! What people keep of clients: how they are reached, and notices that are tried again.

use touchstone_schemas::{
    date_time::Timestamp,
    text::Text,
    uscc::{Uscc, UsccError},
};

use super::{MailError, check_address};
use crate::{
    casework::{Actor, Charge, NotEntitled, Role, entitlement},
    store::{Contact, Store, StoreError},
};

/// Why nothing is kept.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The records do not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The person may not do it.
    #[error(transparent)]
    NotEntitled(#[from] NotEntitled),
    /// Clerks and surveillance officers deal with clients.
    #[error("a {} does not deal with clients", role.name())]
    Role {
        /// The role.
        role: Role,
    },
    /// No such client.
    #[error("uscc: {0}")]
    Uscc(#[from] UsccError),
    /// No address.
    #[error(transparent)]
    Mail(Box<MailError>),
    /// No notice of that number was given up.
    #[error("no notice {notice} was given up")]
    NotGivenUp {
        /// Its number.
        notice: i64,
    },
}

impl ClientError {
    /// Whether a rule refuses it, rather than something failing.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        !matches!(self, Self::Store(_))
    }
}

/// Puts on record how a client, named by its unified social credit code, is reached from now on.
///
/// # Errors
/// [`ClientError`].
pub async fn keep_contact(
    store: &mut Store,
    by: &Actor,
    (uscc, name, mail): (&str, &Text, &str),
    now: Timestamp,
) -> Result<Contact, ClientError> {
    may_deal(store, by, now).await?;
    let holder = Uscc::parse(uscc)?.to_string();
    check_address(mail).map_err(|error| ClientError::Mail(Box::new(error)))?;
    let contact = Contact {
        holder,
        name: name.to_string(),
        mail: mail.to_owned(),
    };
    store.keep_contact(&contact, &by.person, now).await?;
    Ok(contact)
}

/// Puts a notice that was given up back into the queue.
///
/// # Errors
/// [`ClientError`].
pub async fn try_again(store: &mut Store, notice: i64, now: Timestamp) -> Result<(), ClientError> {
    if store.revive_notice(notice, now).await? {
        Ok(())
    } else {
        Err(ClientError::NotGivenUp { notice })
    }
}

async fn may_deal(store: &mut Store, by: &Actor, now: Timestamp) -> Result<(), ClientError> {
    if !matches!(by.role, Role::Clerk | Role::SurveillanceOfficer) {
        return Err(ClientError::Role { role: by.role });
    }
    let charge = Charge {
        role: by.role,
        office: None,
        scheme: None,
    };
    entitlement(&store.personnel().await?, by, charge, now)?;
    Ok(())
}
