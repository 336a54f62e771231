//! Status lists, opened.

use touchstone_schemas::{
    budget::MAX_STATUS_LIST_BYTES,
    date_time::Timestamp,
    did::Did,
    digest::Sha256Digest,
    json::{self, JsonError},
    status_list::{StatusList, StatusListError},
};

use super::authority::{AuthorityRefused, authenticate};
use crate::trust::TrustContext;

/// Why a status list is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusListRefused {
    /// Not strict JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Not signed by a status authority.
    #[error(transparent)]
    Authority(#[from] AuthorityRefused),
    /// Signed, and not a status list of ours.
    #[error(transparent)]
    Content(#[from] StatusListError),
}

/// A status list that its authority signed. Only [`open_status_list`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedStatusList {
    list: StatusList,
    digest: Sha256Digest,
    body: Did,
}

impl OpenedStatusList {
    /// The list.
    #[must_use]
    pub fn list(&self) -> &StatusList {
        &self.list
    }

    /// SHA-256 of the signed list's JCS bytes.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        self.digest
    }

    /// DID of the body whose status authority signed it.
    #[must_use]
    pub fn body(&self) -> &Did {
        &self.body
    }

    /// Whether it tells the status at that instant.
    #[must_use]
    pub fn covers(&self, at: Timestamp) -> bool {
        self.list.valid_from <= at && at <= self.list.valid_until
    }
}

/// Opens a status list: signed by a status key of the trust list whose path holds at the list's `validFrom`, and of
/// our form. Whether it is the newest, or about the instant asked, is judged where it is used.
///
/// # Errors
/// [`StatusListRefused`] says why it is not believed.
pub fn open_status_list(bytes: &[u8], trust: &TrustContext) -> Result<OpenedStatusList, StatusListRefused> {
    let authentic = authenticate(json::parse(bytes, MAX_STATUS_LIST_BYTES)?, trust)?;
    Ok(OpenedStatusList {
        list: StatusList::from_document(&authentic.document)?,
        digest: authentic.digest,
        body: authentic.issuer.id.clone(),
    })
}
