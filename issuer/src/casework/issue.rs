//! From a decided case to a certificate: prepare → lint → store → sign → deliver, as for every other credential.
//!
//! The certificate's row, its duties, its submission, the event that ends the certificate it follows, and the case's
//! last act are stored in one transaction; from there on [`crate::signing::sign_waiting`] and the outbox go on after a crash, and check the case again before the key is
//! used.

use touchstone_schemas::{
    credential::Credential,
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    jcs::to_canonical,
    lifecycle::{EventReason, Successor},
};

use super::{Case, CaseContent, CaseworkError, DecidedCase, Issued, NotSignable, desk, following};
use crate::{
    issue::{ApplicationRefused, IssueError, prepare_one, result_of},
    lifecycle_actions::{ActionError, require_delivered},
    office::{Office, OfficeKeys, Papers},
    outbox::{Delivered, DeliveryError, deliver},
    prepare::{
        EventWarrant, Predecessor, PreparedCredential, PreparedEvent, Warrant, differences, reason_of,
    },
    signing::{EventPapers, Judgement, JustPrepared, SigningError, read_register, sign_prepared},
    store::{
        Session, StoreError, StoredApplication, StoredCredential, SubmissionDocument, insert_event,
        insert_submission, link_case, link_event_case, read_case,
    },
};

/// Why a case is not issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueCaseError {
    /// The case does not hold for signing.
    #[error(transparent)]
    Casework(#[from] CaseworkError),
    /// The case or what it asks for breaks rules, or the registry refused it.
    #[error(transparent)]
    Refused(#[from] ApplicationRefused),
    /// The certificate that ends with it cannot be ended now.
    #[error(transparent)]
    Followed(Box<ActionError>),
    /// The office cannot go on; asked again, it does.
    #[error(transparent)]
    Issue(#[from] IssueError),
}

impl From<ActionError> for IssueCaseError {
    fn from(error: ActionError) -> Self {
        match error {
            ActionError::Store(error) => error.into(),
            error => Self::Followed(Box::new(error)),
        }
    }
}

impl From<StoreError> for IssueCaseError {
    fn from(error: StoreError) -> Self {
        Self::Casework(error.into())
    }
}

impl From<SigningError> for IssueCaseError {
    fn from(error: SigningError) -> Self {
        Self::Issue(error.into())
    }
}

impl From<DeliveryError> for IssueCaseError {
    fn from(error: DeliveryError) -> Self {
        Self::Issue(error.into())
    }
}

/// Issues a decided case, once: asked again, it goes on from where it stopped.
///
/// # Errors
/// [`IssueCaseError`].
pub async fn issue_case(
    office: &mut Office,
    keys: &OfficeKeys,
    number: u32,
) -> Result<(StoredCredential, Delivered), IssueCaseError> {
    let (id, just_prepared) = prepare_case(office, number).await?;
    sign_prepared(office, keys, just_prepared).await?;
    let delivered = deliver(office, keys).await?;
    let stored = result_of(office, id).await??;
    Ok((stored, delivered))
}

/// Numbers and stores a decided case, and stops before signing: [`issue_case`] or [`crate::signing::sign_waiting`] goes
/// on from there. Gives the credential's row.
///
/// # Errors
/// [`IssueCaseError`].
pub async fn prepare_decided_case(office: &mut Office, number: u32) -> Result<i64, IssueCaseError> {
    Ok(prepare_case(office, number).await?.0)
}

/// Prepares a decided case for signing, unless that was done before.
async fn prepare_case(office: &mut Office, number: u32) -> Result<(i64, JustPrepared), IssueCaseError> {
    let decided = desk::decided(office, number).await?;
    let digest = Sha256Digest::of(decided.document());
    if let Some(stored) = office.store.credential_of_application(digest).await? {
        return Ok((stored.id, JustPrepared::default()));
    }
    store_case(office, &decided).await
}

async fn store_case(
    office: &mut Office,
    decided: &DecidedCase,
) -> Result<(i64, JustPrepared), IssueCaseError> {
    let now = office.clock.now();
    office.papers.check_trust_list(now).map_err(CaseworkError::from)?;
    let followed = followed(office, decided, now).await?;
    let register = read_register(office, decided.document(), now).await?;
    let judgement = Judgement {
        warrant: Warrant::Decided(decided),
        predecessor: followed
            .as_ref()
            .and_then(|followed| followed.predecessor.as_ref()),
        register: &register,
        now,
        signed_at: now,
    };
    let number = decided.case();
    let (papers, signed_at) = (&office.papers, office.clock.now());
    let mut unit = office.store.begin().await?;
    let case = read_case(&mut unit, number).await?;
    let mut case = case.ok_or(CaseworkError::UnknownCase { number })?;
    let (id, prepared) = store_decided(papers, &mut unit, decided, &mut case, judgement).await?;
    let mut just_prepared = JustPrepared::default();
    let mut documents = vec![SubmissionDocument::Credential(id)];
    if let Some(followed) = followed {
        let event = followed.end(papers, decided, prepared.credential(), now, signed_at)?;
        let event_id = insert_event(&mut unit, followed.stored.id, &event).await?;
        link_event_case(&mut unit, event_id, number, decided.head()).await?;
        documents.push(SubmissionDocument::Event(event_id));
        just_prepared.events.insert(event_id, event);
    }
    insert_submission(&mut unit, &documents, false).await?;
    unit.commit().await.map_err(StoreError::from)?;
    just_prepared.credentials.insert(id, prepared);
    Ok((id, just_prepared))
}

/// Gives a decided case its number, and stores what is to be signed together with the case's last act, within a
/// transaction.
pub(crate) async fn store_decided(
    papers: &Papers,
    connection: &mut Session<'_>,
    decided: &DecidedCase,
    case: &mut Case,
    judgement: Judgement<'_>,
) -> Result<(i64, PreparedCredential), IssueCaseError> {
    // Nobody has touched the case since it was checked.
    if case.head() != decided.head() {
        return Err(StoreError::JournalMovedOn.into());
    }
    let file = StoredApplication {
        document: decided.document().to_vec(),
        sheet: decided.sheet().to_vec(),
    };
    let digest = Sha256Digest::of(decided.document());
    let (id, prepared) = prepare_one(papers, connection, digest, &file, judgement).await??;
    link_case(connection, id, case.number(), decided.head()).await?;
    let credential = prepared.credential();
    let issued = CaseContent::Issued(Issued {
        number: credential.number.clone(),
        unsecured: Sha256Digest::of(&to_canonical(credential)),
        version: credential.version,
    });
    desk::append(connection, case, None, issued, judgement.now).await?;
    Ok((id, prepared))
}

/// The certificate that ends when the one being issued begins (DOMAIN §2).
struct Followed {
    stored: StoredCredential,
    read: EventPapers,
    /// The version before, of the same number; none for a recertification.
    predecessor: Option<Predecessor>,
}

/// What a case changes or recertifies, where that has not ended by itself before.
async fn followed(
    office: &mut Office,
    decided: &DecidedCase,
    now: Timestamp,
) -> Result<Option<Followed>, IssueCaseError> {
    let terms = &decided.application().certificate;
    let (stored, predecessor) = match (&terms.changes, &terms.recertifies) {
        (Some(changes), _) => match following::standing(&mut office.store, changes, now).await? {
            Some((stored, before)) => (stored, Some(before)),
            // The rules say so, with everything else that is wrong.
            None => return Ok(None),
        },
        (None, Some(number)) => {
            let Some(stored) = office.store.find_credential(number, None).await? else {
                return Ok(None);
            };
            let ends = terms.valid_from.map_or(now, Date::start).max(now);
            let credential = stored.credential()?;
            if stored.receipt.is_none()
                || following::has_ended(&mut office.store, &stored, &credential, ends).await?
            {
                return Ok(None);
            }
            (stored, None)
        }
        (None, None) => return Ok(None),
    };
    require_delivered(office, &stored).await?;
    let read = EventPapers::read(&mut office.store, &stored, u32::MAX, now).await?;
    Ok(Some(Followed {
        stored,
        read,
        predecessor,
    }))
}

impl Followed {
    /// The event by which it ends, at the moment its successor begins.
    fn end(
        &self,
        papers: &Papers,
        decided: &DecidedCase,
        successor: &Credential,
        now: Timestamp,
        signed_at: Timestamp,
    ) -> Result<PreparedEvent, IssueCaseError> {
        let reason = match &self.predecessor {
            Some(before) => {
                let level = successor.grade.level.get();
                reason_of(&differences(
                    &before.credential,
                    decided.application(),
                    Some(level),
                ))
            }
            None => EventReason::Recertified,
        };
        let following = Successor {
            number: successor.number.clone(),
            version: successor.version,
        };
        let request = decided
            .superseding(reason, following, successor.valid_from.start())
            .ok_or_else(|| CaseworkError::from(NotSignable::Incomplete))?;
        let warrant = EventWarrant::Successor(decided);
        let prepared = self.read.prepare(papers, &request, warrant, now, signed_at)?;
        Ok(prepared.map_err(ApplicationRefused::Findings)?)
    }
}
