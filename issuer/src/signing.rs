//! Signing what was prepared. After a crash the same bytes are prepared again from the records, compared with the
//! stored ones, and signed: the proof is the same too, for Ed25519 gives one signature for a key and a message.

use std::collections::BTreeMap;

use touchstone_schemas::{
    credential::Version,
    date_time::Timestamp,
    digest::Sha256Digest,
    lifecycle::{Change, RecordedEvent},
};

use crate::{
    application::read_application,
    evaluation::evaluate,
    keys::{KeyError, SignedDocument},
    lint::{self, Clause, Finding},
    office::{Office, OfficeError, OfficeKeys, Papers},
    prepare::{
        Allocation, CaseFile, EventCase, EventRequest, Predecessor, PreparedCredential, PreparedEvent,
    },
    store::{
        StoreError, StoredApplication, StoredCredential, StoredEvent, store_signed_credential,
        store_signed_event,
    },
};

/// Why what was prepared cannot be signed.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The records do not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The office's papers do not fit.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// The key does not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Prepared again, it is refused or gives other bytes: configuration or rules have changed since.
    #[error(
        "{what} was prepared at another state of the office and is not signed: {}",
        join(findings)
    )]
    Changed {
        /// The document.
        what: String,
        /// What the rules say now; empty when only the bytes differ.
        findings: Vec<Finding>,
    },
    /// The predecessor of a later version is not on file.
    #[error("{what} is not on file")]
    Missing {
        /// The credential.
        what: String,
    },
}

fn join(findings: &[Finding]) -> String {
    findings
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

/// What was just prepared, by row.
#[derive(Default)]
pub(crate) struct JustPrepared {
    pub(crate) credentials: BTreeMap<i64, PreparedCredential>,
    pub(crate) events: BTreeMap<i64, PreparedEvent>,
}

/// Signs everything that was prepared and is not yet signed, in one commit.
pub(crate) async fn sign_prepared(
    office: &mut Office,
    keys: &OfficeKeys,
    mut just_prepared: JustPrepared,
) -> Result<(), SigningError> {
    let mut credentials: Vec<(i64, SignedDocument)> = Vec::new();
    for stored in office.store.unsigned_credentials().await? {
        let prepared = match just_prepared.credentials.remove(&stored.id) {
            Some(prepared) => prepared,
            None => prepare_again(office, &stored).await?,
        };
        credentials.push((stored.id, keys.issuing.sign_credential(prepared)?));
    }
    let mut events: Vec<(i64, SignedDocument)> = Vec::new();
    for stored in office.store.unsigned_events().await? {
        let prepared = match just_prepared.events.remove(&stored.id) {
            Some(prepared) => prepared,
            None => prepare_event_again(office, &stored).await?,
        };
        events.push((stored.id, keys.issuing.sign_event(prepared)?));
    }
    if credentials.is_empty() && events.is_empty() {
        return Ok(());
    }
    let mut unit = office.store.begin().await?;
    for (id, signed) in &credentials {
        store_signed_credential(&mut unit, *id, signed).await?;
    }
    for (id, signed) in &events {
        store_signed_event(&mut unit, *id, signed).await?;
    }
    unit.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Signs what a crash left prepared.
///
/// # Errors
/// [`SigningError`].
pub async fn sign_waiting(office: &mut Office, keys: &OfficeKeys) -> Result<(), SigningError> {
    sign_prepared(office, keys, JustPrepared::default()).await
}

async fn prepare_again(
    office: &mut Office,
    stored: &StoredCredential,
) -> Result<PreparedCredential, SigningError> {
    let what = format!("{} version {}", stored.number, stored.version);
    let file = office.store.application(stored.id).await?;
    let predecessor = match stored.version.get() {
        1 => None,
        _ => Some(predecessor_of(office, stored).await?),
    };
    let allocation = Allocation {
        issuer: office.papers.profile()?.clone(),
        profile: office.papers.config.issuer.profile,
        number: stored.number.clone(),
        version: stored.version,
        status: stored.status,
        key: office.papers.issuing_method(),
    };
    let prepared = prepare(
        &office.papers,
        &file,
        predecessor.as_ref(),
        &allocation,
        stored.prepared_at,
    )
    .map_err(|findings| SigningError::Changed {
        what: what.clone(),
        findings,
    })?;
    if prepared.unsecured() == stored.unsecured {
        Ok(prepared)
    } else {
        Err(SigningError::Changed {
            what,
            findings: Vec::new(),
        })
    }
}

async fn predecessor_of(office: &mut Office, stored: &StoredCredential) -> Result<Predecessor, SigningError> {
    let missing = || SigningError::Missing {
        what: format!("version {} of {}", stored.version.get() - 1, stored.number),
    };
    let version = Version::try_from(stored.version.get() - 1).map_err(|_| missing())?;
    let old = office
        .store
        .find_credential(&stored.number, Some(version))
        .await?
        .ok_or_else(missing)?;
    Ok(predecessor(office, &old).await?)
}

/// A version about to be followed.
pub(crate) async fn predecessor(
    office: &mut Office,
    old: &StoredCredential,
) -> Result<Predecessor, StoreError> {
    let credential = old.credential()?;
    let passed = office
        .store
        .events(old.id)
        .await?
        .into_iter()
        .rev()
        .find_map(|event| match event.event.change {
            Change::SurveillancePassed { next_due, .. } => Some(next_due),
            _ => None,
        });
    let next_due = passed.unwrap_or(credential.surveillance.first_due);
    Ok(Predecessor { credential, next_due })
}

/// Judges an application at an instant: a pure function of the file, the office's papers and the instant.
pub(crate) fn prepare(
    papers: &Papers,
    file: &StoredApplication,
    predecessor: Option<&Predecessor>,
    allocation: &Allocation,
    now: Timestamp,
) -> Result<PreparedCredential, Vec<Finding>> {
    judge(papers, file, predecessor, now, |case| {
        PreparedCredential::prepare(case, allocation)
    })
}

/// Puts a case file together, gathers the faults of reading and scoring, and goes on to `with` only without any.
pub(crate) fn judge<T>(
    papers: &Papers,
    file: &StoredApplication,
    predecessor: Option<&Predecessor>,
    now: Timestamp,
    with: impl FnOnce(&CaseFile<'_>) -> Result<T, Vec<Finding>>,
) -> Result<T, Vec<Finding>> {
    let (application, mut findings) = read_application(&file.document, papers.date_form(now));
    let scheme = application
        .scheme
        .as_ref()
        .and_then(|edition| papers.scheme(edition.as_str()));
    let grade = scheme.and_then(|scheme| {
        evaluate(&application, &file.sheet, &scheme.assessment, papers.issuing())
            .map_err(|faults| findings.extend(faults))
            .ok()
    });
    let key = match papers.key_window() {
        Ok(key) => key,
        Err(error) => {
            let clause = Clause::new("keyWindow", "DESIGN §4 Keys");
            findings.push(Finding::new(&clause, "", error.to_string()));
            return Err(findings);
        }
    };
    let case = CaseFile {
        application: &application,
        body: &papers.body,
        scheme,
        grade: grade.as_ref(),
        issuing: papers.issuing(),
        key,
        predecessor,
        now,
    };
    if findings.is_empty() {
        return with(&case);
    }
    findings.extend(lint::check_case(&case));
    Err(findings)
}

async fn prepare_event_again(
    office: &mut Office,
    stored: &StoredEvent,
) -> Result<PreparedEvent, SigningError> {
    let event = &stored.event;
    let what = format!(
        "event {} of {} version {}",
        event.sequence, event.number, event.version
    );
    let request = EventRequest {
        change: event.change.clone(),
        effective: event.effective,
        decision: event.decision.clone(),
        decided_by: event.decided_by.clone(),
        legal_basis: event.legal_basis.clone(),
        backdating: event.backdating.clone(),
        decider: None,
        verified_by: None,
    };
    let credential = office.store.credential(stored.credential).await?;
    let prepared = prepare_event(office, &credential, &request, event.sequence, stored.prepared_at)
        .await?
        .map_err(|findings| SigningError::Changed {
            what: what.clone(),
            findings,
        })?;
    if prepared.unsecured() == stored.unsecured {
        Ok(prepared)
    } else {
        Err(SigningError::Changed {
            what,
            findings: Vec::new(),
        })
    }
}

/// Judges a request at an instant, as the event of that sequence.
pub(crate) async fn prepare_event(
    office: &mut Office,
    stored: &StoredCredential,
    request: &EventRequest,
    sequence: u32,
    now: Timestamp,
) -> Result<Result<PreparedEvent, Vec<Finding>>, SigningError> {
    let what = || format!("{} version {}", stored.number, stored.version);
    let signed = stored
        .signed
        .as_ref()
        .ok_or_else(|| SigningError::Missing { what: what() })?;
    let credential = stored.credential()?;
    let events: Vec<RecordedEvent> = office
        .store
        .events(stored.id)
        .await?
        .into_iter()
        .filter(|event| event.event.sequence < sequence)
        .map(|event| RecordedEvent {
            sequence: event.event.sequence,
            effective: event.event.effective,
            recorded: event.recorded.unwrap_or(now),
            change: event.event.change,
        })
        .collect();
    let edition = credential.scheme.edition.as_str();
    let papers = &office.papers;
    let scheme = papers.scheme(edition).ok_or_else(|| OfficeError::NotListed {
        what: format!("scheme edition {edition}"),
    })?;
    Ok(PreparedEvent::prepare(&EventCase {
        credential: &credential,
        digest: Sha256Digest::of(signed),
        events: &events,
        body: &papers.body,
        scheme,
        key: papers.key_window()?,
        request,
        now,
    }))
}
