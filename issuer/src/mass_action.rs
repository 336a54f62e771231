//! One decision over many certificates: an event each, and one set of status lists for very many of them.
//!
//! Cut short at whatever point, the same command goes on: what was prepared is signed and delivered first, and whoever
//! has an event on this decision gets no second one.

use std::collections::BTreeMap;

use touchstone_schemas::credential::CredentialNumber;

use crate::{
    lifecycle_actions::{ActionError, find, is_on_file, require_delivered},
    office::{Office, OfficeKeys},
    outbox::{Delivered, deliver},
    prepare::{EventRequest, PreparedEvent},
    signing::{JustPrepared, prepare_event, sign_prepared},
    store::{StoreError, StoredCredential, SubmissionDocument, insert_event, insert_submission},
};

/// Events of a submission: with its status lists below the 1,024 documents that a registry takes.
const OF_A_SUBMISSION: usize = 1_000;

/// What a decision over many came to.
#[derive(Debug, Default)]
pub struct MassOutcome {
    /// Certificates that had their event before.
    pub known: usize,
    /// Events made now.
    pub made: usize,
    /// Certificates left as they are, each with the reason.
    pub left: Vec<(CredentialNumber, String)>,
    /// What the registry has and has not.
    pub delivered: Delivered,
}

impl MassOutcome {
    /// Whether every certificate has its event, and the registry every event.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.left.is_empty() && self.delivered.is_whole()
    }

    fn add(&mut self, delivered: Delivered) {
        self.delivered.documents += delivered.documents;
        self.delivered.refused.extend(delivered.refused);
        // Those that wait are named each time; the last time is what counts.
        self.delivered.unsigned = delivered.unsigned;
    }
}

/// Makes the same change of many certificates, their newest versions, on one decision. Certificates that the rules leave
/// out stop no other.
///
/// # Errors
/// [`ActionError`] for what concerns them all; what was made before stays made.
pub async fn act_on_many(
    office: &mut Office,
    keys: &OfficeKeys,
    numbers: &[CredentialNumber],
    request: &EventRequest,
) -> Result<MassOutcome, ActionError> {
    let root = office.papers.test_root().ok_or(ActionError::RealRoot)?;
    let mut outcome = MassOutcome::default();
    finish(office, keys, JustPrepared::default(), &mut outcome).await?;
    // One list after another, so that a submission carries the lists of one number.
    let mut by_list: BTreeMap<u32, Vec<StoredCredential>> = BTreeMap::new();
    for number in numbers {
        match admissible(office, number, request).await {
            Ok(Some(credential)) => by_list
                .entry(credential.status.list)
                .or_default()
                .push(credential),
            Ok(None) => outcome.known += 1,
            Err(error) => leave(&mut outcome, number, error)?,
        }
    }
    for credentials in by_list
        .values()
        .flat_map(|of_list| of_list.chunks(OF_A_SUBMISSION))
    {
        let mut prepared = Vec::with_capacity(credentials.len());
        for credential in credentials {
            let now = office.clock.now();
            match prepare_event(office, credential, request, root, now).await? {
                Ok(event) => prepared.push((credential.id, event)),
                Err(findings) => {
                    let error = ActionError::Findings(findings);
                    leave(&mut outcome, &credential.number, error)?;
                }
            }
        }
        outcome.made += prepared.len();
        let just_prepared = store(office, prepared).await?;
        finish(office, keys, just_prepared, &mut outcome).await?;
    }
    Ok(outcome)
}

/// The certificate, when it has no event on this decision yet and can have one.
async fn admissible(
    office: &mut Office,
    number: &CredentialNumber,
    request: &EventRequest,
) -> Result<Option<StoredCredential>, ActionError> {
    let decided = office
        .store
        .credential_of_decision(number, &request.decision)
        .await?;
    let credential = match decided {
        Some(credential) => credential,
        None => find(office, number, None).await?,
    };
    if is_on_file(office, &credential, request).await? {
        return Ok(None);
    }
    require_delivered(office, &credential).await?;
    Ok(Some(credential))
}

/// Notes what concerns one certificate; passes on what concerns all.
fn leave(
    outcome: &mut MassOutcome,
    number: &CredentialNumber,
    error: ActionError,
) -> Result<(), ActionError> {
    let reason = match error {
        ActionError::Findings(findings) => {
            let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
            findings.join("; ")
        }
        ActionError::Unknown { .. }
        | ActionError::DecisionDiffers { .. }
        | ActionError::Undelivered { .. } => error.to_string(),
        error => return Err(error),
    };
    outcome.left.push((number.clone(), reason));
    Ok(())
}

/// Stores events as one submission, in one commit.
async fn store(
    office: &mut Office,
    prepared: Vec<(i64, PreparedEvent)>,
) -> Result<JustPrepared, ActionError> {
    let mut just_prepared = JustPrepared::default();
    if prepared.is_empty() {
        return Ok(just_prepared);
    }
    let mut unit = office.store.begin().await?;
    let mut documents = Vec::with_capacity(prepared.len());
    for (credential, event) in prepared {
        let id = insert_event(&mut unit, credential, &event).await?;
        documents.push(SubmissionDocument::Event(id));
        just_prepared.events.insert(id, event);
    }
    insert_submission(&mut unit, &documents, false).await?;
    unit.commit().await.map_err(StoreError::from)?;
    Ok(just_prepared)
}

async fn finish(
    office: &mut Office,
    keys: &OfficeKeys,
    just_prepared: JustPrepared,
    outcome: &mut MassOutcome,
) -> Result<(), ActionError> {
    sign_prepared(office, keys, just_prepared).await?;
    outcome.add(deliver(office, keys).await?);
    Ok(())
}
