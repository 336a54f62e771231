//! Voiding: a document that was prepared, or signed and then refused, is given up, on record (ISO/IEC 17065 §7.12).
//!
//! What the registry has is never given up; that takes an event. What was signed is given up only when the registry
//! refused its bundle for good and, asked again, does not hold it. An event's place and decision become free; a
//! credential's number and its place in the status lists stay burnt, for a signed document may have been seen.

use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    text::Text,
};

use crate::{
    office::Office,
    registry::{HeldRecord, Unanswered},
    store::{Stage, StoreError, StoredSubmission, SubmissionDocument, Void, give_up, insert_void, set_apart},
};

/// What shall be given up, by whom and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoidRequest {
    /// The certificate.
    pub number: CredentialNumber,
    /// Its version; the newest when none is named.
    pub version: Option<Version>,
    /// Sequence of the event; the credential itself when none is named.
    pub event: Option<u32>,
    /// The person who gives it up.
    pub person: Text,
    /// The office held.
    pub office: Text,
    /// Why.
    pub reason: Text,
}

/// Why a document is not given up.
#[derive(Debug, thiserror::Error)]
pub enum VoidError {
    /// No such document that still stands.
    #[error("{what} is not on file")]
    Unknown {
        /// The document asked for.
        what: String,
    },
    /// The person does not hold the office today.
    #[error("{person} does not hold the office {office} on {day}")]
    NotEntitled {
        /// The person.
        person: Text,
        /// The office.
        office: Text,
        /// Today.
        day: Date,
    },
    /// The registry has it.
    #[error("{what} has a receipt: only an event changes it now")]
    Delivered {
        /// The document.
        what: String,
    },
    /// It is signed, and the registry did not refuse it.
    #[error("{what} is signed and not refused by the registry: deliver it")]
    NotRefused {
        /// The document.
        what: String,
    },
    /// It is signed and refused, and yet the registry's record holds it.
    #[error("the registry holds {what}: run deliver --retry-refused for its receipt")]
    Held {
        /// The document.
        what: String,
    },
    /// The registry's record of the certificate is missing, though it has a receipt: not a registry to go by.
    #[error("the registry has no record of {what}, for which it gave a receipt")]
    RecordMissing {
        /// The credential.
        what: String,
    },
    /// The registry did not say what it holds.
    #[error("the registry does not say whether it holds it: {0}")]
    Unanswered(#[from] Unanswered),
    /// The records do not read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl VoidError {
    /// Whether a rule says no, rather than that something did not answer or is not there.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::NotEntitled { .. } | Self::Delivered { .. } | Self::NotRefused { .. } | Self::Held { .. }
        )
    }
}

/// A document given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voided {
    /// The document, in words.
    pub document: String,
    /// Its digest, when it was signed.
    pub digest: Option<Sha256Digest>,
}

/// A document that stands or falls, as it is on file.
struct Candidate {
    document: SubmissionDocument,
    what: String,
    number: CredentialNumber,
    version: Version,
    digest: Option<Sha256Digest>,
    has_receipt: bool,
}

/// Gives a document up, with those bound with it: a version and the event that ends the one before.
///
/// # Errors
/// [`VoidError`]; nothing is given up then.
pub async fn void(office: &mut Office, request: &VoidRequest) -> Result<(Void, Vec<Voided>), VoidError> {
    let now = office.clock.now();
    check_entitled(office, request, now)?;
    let asked = find(office, request).await?;
    let submission = office.store.submission_of(asked).await?;
    let submission = submission.ok_or_else(|| VoidError::Unknown {
        what: format!("the submission of {}", request.number),
    })?;
    let mut candidates = Vec::new();
    for document in submission.bound_with(asked) {
        candidates.extend(read(office, document).await?);
    }
    check_not_with_registry(office, &submission, &candidates).await?;
    let void = Void {
        person: request.person.clone(),
        office: request.office.clone(),
        at: now,
        reason: request.reason.clone(),
        problem: submission.problem.clone(),
    };
    let documents: Vec<SubmissionDocument> = candidates.iter().map(|it| it.document).collect();
    let mut unit = office.store.begin().await?;
    let alone = submission.documents.iter().all(|document| {
        documents.contains(document) || matches!(document, SubmissionDocument::StatusList(_))
    });
    let emptied = if alone {
        submission.id
    } else {
        set_apart(&mut unit, submission.id, asked).await?
    };
    give_up(&mut unit, emptied).await?;
    insert_void(&mut unit, &void, &documents).await?;
    unit.commit().await.map_err(StoreError::from)?;
    let voided = |candidate: Candidate| Voided {
        document: candidate.what,
        digest: candidate.digest,
    };
    Ok((void, candidates.into_iter().map(voided).collect()))
}

fn check_entitled(office: &Office, request: &VoidRequest, now: Timestamp) -> Result<(), VoidError> {
    let day = Date::of(now);
    if office.papers.body.holds(&request.person, &request.office, day) {
        return Ok(());
    }
    Err(VoidError::NotEntitled {
        person: request.person.clone(),
        office: request.office.clone(),
        day,
    })
}

async fn find(office: &mut Office, request: &VoidRequest) -> Result<SubmissionDocument, VoidError> {
    let version = request.version;
    let certificate = format!(
        "{}{}",
        request.number,
        version.map(|it| format!(" version {it}")).unwrap_or_default()
    );
    let stored = office.store.find_credential(&request.number, version).await?;
    let Some(stored) = stored else {
        return Err(VoidError::Unknown { what: certificate });
    };
    let Some(sequence) = request.event else {
        return Ok(SubmissionDocument::Credential(stored.id));
    };
    let events = office.store.events(stored.id).await?;
    match events.iter().find(|it| it.event.sequence == sequence) {
        Some(event) => Ok(SubmissionDocument::Event(event.id)),
        None => Err(VoidError::Unknown {
            what: format!("event {sequence} of {certificate}"),
        }),
    }
}

/// A document as it is on file; a status list is nobody's to give up.
async fn read(office: &mut Office, document: SubmissionDocument) -> Result<Option<Candidate>, StoreError> {
    let digest = |signed: Option<Vec<u8>>| signed.map(|signed| Sha256Digest::of(&signed));
    Ok(Some(match document {
        SubmissionDocument::Event(id) => {
            let stored = office.store.event(id).await?;
            let event = stored.event;
            Candidate {
                document,
                what: format!(
                    "event {} of {} version {}",
                    event.sequence, event.number, event.version
                ),
                number: event.number,
                version: event.version,
                digest: digest(stored.signed),
                has_receipt: stored.receipt.is_some(),
            }
        }
        SubmissionDocument::Credential(id) => {
            let stored = office.store.credential(id).await?;
            Candidate {
                document,
                what: format!("{} version {}", stored.number, stored.version),
                number: stored.number,
                version: stored.version,
                digest: digest(stored.signed),
                has_receipt: stored.receipt.is_some(),
            }
        }
        SubmissionDocument::StatusList(_) => return Ok(None),
    }))
}

/// A submission with a document unsigned was never sent; any other must have been refused. What is signed must not
/// stand in the registry's record either.
async fn check_not_with_registry(
    office: &Office,
    submission: &StoredSubmission,
    candidates: &[Candidate],
) -> Result<(), VoidError> {
    let what = |candidate: &Candidate| candidate.what.clone();
    if let Some(candidate) = candidates.iter().find(|it| it.has_receipt) {
        return Err(VoidError::Delivered {
            what: what(candidate),
        });
    }
    let never_sent = candidates.iter().any(|it| it.digest.is_none());
    for candidate in candidates {
        let Some(digest) = candidate.digest else { continue };
        if !never_sent && submission.stage != Stage::Refused {
            return Err(VoidError::NotRefused {
                what: what(candidate),
            });
        }
        let record = office
            .registry
            .record(&candidate.number, candidate.version)
            .await?;
        let held = match (candidate.document, record) {
            (SubmissionDocument::Event(_), None) => {
                let what = format!("{} version {}", candidate.number, candidate.version);
                return Err(VoidError::RecordMissing { what });
            }
            (_, None) => false,
            (_, Some(HeldRecord { credential, events })) => credential == digest || events.contains(&digest),
        };
        if held {
            return Err(VoidError::Held {
                what: what(candidate),
            });
        }
    }
    Ok(())
}
