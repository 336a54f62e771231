//! Changes of a certificate's life, decided by the office: prepared, linted, stored, signed, delivered with the status
//! lists they change (DOMAIN §2).

use std::path::Path;

use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    digest::Sha256Digest,
    lifecycle::{Change, EventReason, Successor},
};

use crate::{
    file::FileError,
    issue::{ApplicationRefused, IssueError, prepare_one, read_files},
    lint::Finding,
    office::{Office, OfficeKeys},
    outbox::{Delivered, DeliveryError, deliver},
    prepare::EventRequest,
    signing::{JustPrepared, SigningError, predecessor, prepare_event, sign_prepared},
    store::{StoreError, StoredCredential, StoredEvent, SubmissionDocument, insert_event, insert_submission},
};

/// Why a change is not made.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// No such certificate.
    #[error("certificate {number}{} is not on file", version.map(|v| format!(" version {v}")).unwrap_or_default())]
    Unknown {
        /// The number.
        number: CredentialNumber,
        /// The version, when one was named.
        version: Option<Version>,
    },
    /// The certificate or an event before is not with the registry yet.
    #[error("{what} is not delivered yet: run deliver first")]
    Undelivered {
        /// What waits.
        what: String,
    },
    /// The change breaks rules: all of them.
    #[error("refused with {} faults", .0.len())]
    Findings(Vec<Finding>),
    /// The successor's application is refused.
    #[error(transparent)]
    Application(#[from] ApplicationRefused),
    /// The successor's application was issued from before, as something else.
    #[error("this application was issued from before: {number} version {version}")]
    AlreadyIssued {
        /// The number.
        number: CredentialNumber,
        /// The version.
        version: Version,
    },
    /// A file does not read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The records do not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was prepared cannot be signed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// A successor cannot be issued.
    #[error(transparent)]
    Issue(Box<IssueError>),
    /// Delivery stopped; what waits stays in the outbox.
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
}

/// What a change came to.
#[derive(Debug)]
pub struct ActionOutcome {
    /// The event.
    pub event: StoredEvent,
    /// The successor, when one was issued.
    pub successor: Option<StoredCredential>,
    /// What was delivered.
    pub delivered: Delivered,
}

/// Makes a change. The same request again goes on where it stopped and never makes a second event.
///
/// # Errors
/// [`ActionError`].
pub async fn act(
    office: &mut Office,
    keys: &OfficeKeys,
    number: &CredentialNumber,
    version: Option<Version>,
    request: &EventRequest,
) -> Result<ActionOutcome, ActionError> {
    let credential = find(office, number, version).await?;
    let asked = request.digest(&credential.credential()?);
    let mut just_prepared = JustPrepared::default();
    if office.store.event_of_request(asked).await?.is_none() {
        require_delivered(office, &credential).await?;
        let now = office.clock.now();
        let prepared = prepare_event(office, &credential, request, u32::MAX, now)
            .await?
            .map_err(ActionError::Findings)?;
        let mut unit = office.store.begin().await?;
        let id = insert_event(&mut unit, credential.id, asked, &prepared).await?;
        insert_submission(&mut unit, &[SubmissionDocument::Event(id)], false).await?;
        unit.commit().await.map_err(StoreError::from)?;
        just_prepared.events.insert(id, prepared);
    }
    finish(office, keys, asked, just_prepared, None).await
}

/// Issues the next version from an application and ends the present one at the moment the next begins.
///
/// # Errors
/// [`ActionError`].
pub async fn supersede(
    office: &mut Office,
    keys: &OfficeKeys,
    number: &CredentialNumber,
    application: &Path,
    reason: EventReason,
    decided: &EventRequest,
) -> Result<ActionOutcome, ActionError> {
    let file = read_files(application)?;
    let digest = Sha256Digest::of(&file.document);
    let known = office.store.credential_of_application(digest).await?;
    let old = match &known {
        Some(successor) => {
            let before = Version::try_from(successor.version.get().saturating_sub(1)).ok();
            if successor.number != *number || before.is_none() {
                let (number, version) = (successor.number.clone(), successor.version);
                return Err(ActionError::AlreadyIssued { number, version });
            }
            find(office, number, before).await?
        }
        None => find(office, number, None).await?,
    };
    let credential = old.credential()?;
    let successor = |version| Successor {
        number: number.clone(),
        version,
    };
    let next = credential.version.next().map_err(|_| StoreError::Exhausted {
        what: "the certificate's versions",
    })?;
    let mut request = EventRequest {
        change: Change::Superseded {
            reason,
            successor: successor(next),
        },
        ..decided.clone()
    };
    let asked = request.digest(&credential);
    let mut just_prepared = JustPrepared::default();
    if known.is_none() {
        require_delivered(office, &old).await?;
        let now = office.clock.now();
        let before = predecessor(office, &old).await?;
        // The event needs the successor's first day, so the successor is prepared first; both are stored or neither.
        let begins = crate::signing::judge(&office.papers, &file, Some(&before), now, |case| {
            Ok(case.application.certificate.valid_from)
        })
        .map_err(ActionError::Findings)?;
        if let Some(begins) = begins {
            request.effective = begins.start();
        }
        let event = prepare_event(office, &old, &request, u32::MAX, now)
            .await?
            .map_err(ActionError::Findings)?;
        let mut unit = office.store.begin().await?;
        let (id, prepared) = prepare_one(&office.papers, &mut unit, digest, &file, Some(&before), now)
            .await
            .map_err(Box::new)??;
        let event_id = insert_event(&mut unit, old.id, asked, &event).await?;
        let documents = [
            SubmissionDocument::Credential(id),
            SubmissionDocument::Event(event_id),
        ];
        insert_submission(&mut unit, &documents, false).await?;
        unit.commit().await.map_err(StoreError::from)?;
        just_prepared.credentials.insert(id, prepared);
        just_prepared.events.insert(event_id, event);
    }
    finish(office, keys, asked, just_prepared, Some(digest)).await
}

impl From<Box<IssueError>> for ActionError {
    fn from(error: Box<IssueError>) -> Self {
        Self::Issue(error)
    }
}

async fn finish(
    office: &mut Office,
    keys: &OfficeKeys,
    asked: Sha256Digest,
    just_prepared: JustPrepared,
    application: Option<Sha256Digest>,
) -> Result<ActionOutcome, ActionError> {
    sign_prepared(office, keys, just_prepared).await?;
    let delivered = deliver(office, keys).await?;
    let event = office.store.event_of_request(asked).await?;
    let event = event.ok_or(ActionError::Undelivered {
        what: "the event".to_owned(),
    })?;
    let successor = match application {
        Some(digest) => office.store.credential_of_application(digest).await?,
        None => None,
    };
    Ok(ActionOutcome {
        event,
        successor,
        delivered,
    })
}

async fn find(
    office: &mut Office,
    number: &CredentialNumber,
    version: Option<Version>,
) -> Result<StoredCredential, ActionError> {
    let found = office.store.find_credential(number, version).await?;
    found.ok_or_else(|| ActionError::Unknown {
        number: number.clone(),
        version,
    })
}

/// Events follow each other in the registry's order, so what came before must be there.
async fn require_delivered(office: &mut Office, credential: &StoredCredential) -> Result<(), ActionError> {
    if credential.receipt.is_none() {
        let what = format!("{} version {}", credential.number, credential.version);
        return Err(ActionError::Undelivered { what });
    }
    let events = office.store.events(credential.id).await?;
    match events.iter().find(|event| event.receipt.is_none()) {
        Some(event) => Err(ActionError::Undelivered {
            what: format!("event {} of {}", event.event.sequence, credential.number),
        }),
        None => Ok(()),
    }
}

/// Signs every status list anew and delivers them alone.
///
/// # Errors
/// [`ActionError`].
pub async fn refresh(office: &mut Office, keys: &OfficeKeys) -> Result<Delivered, ActionError> {
    if !office.store.refresh_waits().await? {
        let mut unit = office.store.begin().await?;
        insert_submission(&mut unit, &[], true).await?;
        unit.commit().await.map_err(StoreError::from)?;
    }
    sign_prepared(office, keys, JustPrepared::default()).await?;
    Ok(deliver(office, keys).await?)
}
