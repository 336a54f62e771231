//! From a decided case to a certificate: prepare → lint → store → sign → deliver, as for every other credential.
//!
//! The certificate's row, its duties, its submission and the case's last act are stored in one transaction; from there
//! on [`crate::signing::sign_waiting`] and the outbox go on after a crash, and check the case again before the key is
//! used.

use touchstone_schemas::{digest::Sha256Digest, jcs::to_canonical};

use super::{Case, CaseContent, CaseworkError, DecidedCase, Issued, desk};
use crate::{
    issue::{ApplicationRefused, IssueError, prepare_one, result_of},
    office::{Office, OfficeKeys, Papers},
    outbox::{Delivered, DeliveryError, deliver},
    prepare::{PreparedCredential, Warrant},
    signing::{Judgement, JustPrepared, SigningError, read_register, sign_prepared},
    store::{
        StoreError, StoredApplication, StoredCredential, SubmissionDocument, insert_submission, link_case,
        read_case,
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
    /// The office cannot go on; asked again, it does.
    #[error(transparent)]
    Issue(#[from] IssueError),
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
    let (id, prepared) = store_case(office, &decided).await?;
    let mut just_prepared = JustPrepared::default();
    just_prepared.credentials.insert(id, prepared);
    Ok((id, just_prepared))
}

async fn store_case(
    office: &mut Office,
    decided: &DecidedCase,
) -> Result<(i64, PreparedCredential), IssueCaseError> {
    let now = office.clock.now();
    office.papers.check_trust_list(now).map_err(CaseworkError::from)?;
    let register = read_register(office, decided.document(), now).await?;
    let judgement = Judgement {
        warrant: Warrant::Decided(decided),
        predecessor: None,
        register: &register,
        now,
        signed_at: now,
    };
    let number = decided.case();
    let mut unit = office.store.begin().await?;
    let case = read_case(&mut unit, number).await?;
    let mut case = case.ok_or(CaseworkError::UnknownCase { number })?;
    let (id, prepared) = store_decided(&office.papers, &mut unit, decided, &mut case, judgement).await?;
    insert_submission(&mut unit, &[SubmissionDocument::Credential(id)], false).await?;
    unit.commit().await.map_err(StoreError::from)?;
    Ok((id, prepared))
}

/// Gives a decided case its number, and stores what is to be signed together with the case's last act, within a
/// transaction.
pub(crate) async fn store_decided(
    papers: &Papers,
    connection: &mut sqlx::SqliteConnection,
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
