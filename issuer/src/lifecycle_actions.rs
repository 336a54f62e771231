//! Changes of a certificate's life, decided by the office: prepared, linted, stored, signed, delivered with the status
//! lists they change (DOMAIN §2).

use std::path::Path;

use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    digest::Sha256Digest,
    lifecycle::{Change, EventReason, Successor},
    text::Text,
};

use crate::{
    file::FileError,
    issue::{ApplicationFile, ApplicationRefused, IssueError, prepare_one, read_files},
    lint::Finding,
    office::{Office, OfficeError, OfficeKeys},
    outbox::{Delivered, DeliveryError, deliver},
    prepare::{EventRequest, Warrant},
    signing::{
        Judgement, JustPrepared, SigningError, judge, predecessor, prepare_event, read_register,
        sign_prepared,
    },
    store::{
        Stage, StoreError, StoredCredential, StoredEvent, SubmissionDocument, insert_event, insert_submission,
    },
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
    /// The one-command road under a real root.
    #[error(
        "status commands decide by themselves under a test root alone: a real certificate's status changes by a decided measure or case"
    )]
    RealRoot,
    /// The decision's reference stands for something else already.
    #[error(
        "decision {decision} of {number} is on file as event {sequence} with other content: {} differ",
        differing.join(", ")
    )]
    DecisionDiffers {
        /// The reference.
        decision: Text,
        /// The certificate.
        number: CredentialNumber,
        /// The event on file.
        sequence: u32,
        /// The members that differ.
        differing: Vec<&'static str>,
    },
    /// The certificate or an event before is not with the registry yet.
    #[error("{what} is not with the registry: deliver it, or void it when it was refused")]
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
    /// The successor's application was issued from before, as something else or on another decision.
    #[error("this application was issued from before, on another decision: {number} version {version}")]
    AlreadyIssued {
        /// The number.
        number: CredentialNumber,
        /// The version.
        version: Version,
    },
    /// A file does not read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The office's papers do not fit.
    #[error(transparent)]
    Office(#[from] OfficeError),
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
    /// What the registry said, when it refused the event: now or before.
    pub refusal: Option<String>,
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
    let credential = match version {
        // A decision acted on before a newer version was issued is still that decision.
        None => match office
            .store
            .credential_of_decision(number, &request.decision)
            .await?
        {
            Some(credential) => credential,
            None => find(office, number, None).await?,
        },
        Some(_) => find(office, number, version).await?,
    };
    let root = office.papers.test_root().ok_or(ActionError::RealRoot)?;
    let mut just_prepared = JustPrepared::default();
    if !is_on_file(office, &credential, request).await? {
        require_delivered(office, &credential).await?;
        let now = office.clock.now();
        let prepared = prepare_event(office, &credential, request, root, now)
            .await?
            .map_err(ActionError::Findings)?;
        let mut unit = office.store.begin().await?;
        let id = insert_event(&mut unit, credential.id, &prepared).await?;
        insert_submission(&mut unit, &[SubmissionDocument::Event(id)], false).await?;
        unit.commit().await.map_err(StoreError::from)?;
        just_prepared.events.insert(id, prepared);
    }
    finish(office, keys, &credential, &request.decision, just_prepared, None).await
}

/// Whether an event was made on this decision already, and with the same content.
///
/// # Errors
/// [`ActionError::DecisionDiffers`] when with another.
pub(crate) async fn is_on_file(
    office: &mut Office,
    credential: &StoredCredential,
    request: &EventRequest,
) -> Result<bool, ActionError> {
    let decision = &request.decision;
    let Some(stored) = office.store.event_of_decision(credential.id, decision).await? else {
        return Ok(false);
    };
    let duties = office.store.duties(stored.case_file).await?;
    let differing = match EventRequest::of(&stored.event, &duties) {
        Some(before) => before.differences(request),
        None => vec!["decider"],
    };
    if differing.is_empty() {
        return Ok(true);
    }
    Err(ActionError::DecisionDiffers {
        decision: decision.clone(),
        number: credential.number.clone(),
        sequence: stored.event.sequence,
        differing,
    })
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
    office.papers.test_root().ok_or(ActionError::RealRoot)?;
    let file = read_files(application)?;
    let digest = file.digest();
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
    let next = credential.version.next().map_err(|_| StoreError::Exhausted {
        what: "the certificate's versions",
    })?;
    let successor = Successor {
        number: number.clone(),
        version: next,
    };
    let mut request = EventRequest {
        change: Change::Superseded { reason, successor },
        ..decided.clone()
    };
    let mut just_prepared = JustPrepared::default();
    if let Some(successor) = &known {
        request.effective = successor.credential()?.valid_from.start();
        if !is_on_file(office, &old, &request).await? {
            let (number, version) = (successor.number.clone(), successor.version);
            return Err(ActionError::AlreadyIssued { number, version });
        }
    } else {
        just_prepared = prepare_successor(office, &old, file, &mut request).await?;
    }
    finish(office, keys, &old, &request.decision, just_prepared, Some(digest)).await
}

/// Prepares the next version and the event that ends the present one; both are stored or neither. The event takes
/// effect on the successor's first day, whatever was asked.
async fn prepare_successor(
    office: &mut Office,
    old: &StoredCredential,
    file: ApplicationFile,
    request: &mut EventRequest,
) -> Result<JustPrepared, ActionError> {
    require_delivered(office, old).await?;
    let now = office.clock.now();
    office.papers.check_trust_list(now)?;
    let before = predecessor(office, old).await?;
    let register = read_register(office, &file.document, now).await?;
    let root = office.papers.test_root().ok_or(ActionError::RealRoot)?;
    let judgement = Judgement {
        warrant: Warrant::TestRoot(root),
        predecessor: Some(&before),
        register: &register,
        now,
        signed_at: now,
    };
    let papers = &office.papers;
    let begins = judge(papers, &file.document, file.sheet(), judgement, |case| {
        Ok(case.application.certificate.valid_from)
    })
    .map_err(ActionError::Findings)?;
    if let Some(begins) = begins {
        request.effective = begins.start();
    }
    is_on_file(office, old, request).await?;
    let digest = file.digest();
    let file = file.into_stored()?;
    let event = prepare_event(office, old, request, root, now)
        .await?
        .map_err(ActionError::Findings)?;
    let mut unit = office.store.begin().await?;
    let (id, prepared) = prepare_one(&office.papers, &mut unit, digest, &file, judgement)
        .await
        .map_err(Box::new)??;
    let event_id = insert_event(&mut unit, old.id, &event).await?;
    let documents = [
        SubmissionDocument::Credential(id),
        SubmissionDocument::Event(event_id),
    ];
    insert_submission(&mut unit, &documents, false).await?;
    unit.commit().await.map_err(StoreError::from)?;
    let mut just_prepared = JustPrepared::default();
    just_prepared.credentials.insert(id, prepared);
    just_prepared.events.insert(event_id, event);
    Ok(just_prepared)
}

impl From<Box<IssueError>> for ActionError {
    fn from(error: Box<IssueError>) -> Self {
        Self::Issue(error)
    }
}

pub(crate) async fn finish(
    office: &mut Office,
    keys: &OfficeKeys,
    credential: &StoredCredential,
    decision: &Text,
    just_prepared: JustPrepared,
    application: Option<Sha256Digest>,
) -> Result<ActionOutcome, ActionError> {
    sign_prepared(office, keys, just_prepared).await?;
    let delivered = deliver(office, keys).await?;
    let event = office.store.event_of_decision(credential.id, decision).await?;
    let event = event.ok_or(ActionError::Undelivered {
        what: "the event".to_owned(),
    })?;
    let successor = match application {
        Some(digest) => office.store.credential_of_application(digest).await?,
        None => None,
    };
    let submission = office.store.submission_of(SubmissionDocument::Event(event.id));
    let refused = submission.await?.filter(|it| it.stage == Stage::Refused);
    Ok(ActionOutcome {
        event,
        refusal: refused.map(|submission| submission.problem.unwrap_or_default()),
        successor,
        delivered,
    })
}

pub(crate) async fn find(
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
pub(crate) async fn require_delivered(
    office: &mut Office,
    credential: &StoredCredential,
) -> Result<(), ActionError> {
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
