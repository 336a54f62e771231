//! Signing what was prepared. After a crash the same bytes are prepared again from the records, compared with the
//! stored ones, and signed: the proof is the same too, for Ed25519 gives one signature for a key and a message.

use std::collections::BTreeMap;

use touchstone_schemas::{
    credential::{Credential, Version},
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    lifecycle::{Change, EventReason, RecordedEvent},
    scheme::scoring::Grade,
};

use crate::{
    after_issue::{EventGrounds, GroundsError},
    application::read_application,
    casework::{CaseworkError, desk},
    evaluation::{evaluate, missing_sheet},
    file::FileError,
    keys::{KeyError, Prepared, SignedDocument},
    lint::{self, Clause, Finding},
    may_sign::MayNotSign,
    office::{Office, OfficeError, OfficeKeys, Papers},
    prepare::{
        Allocation, CaseFile, EventCase, EventRequest, EventWarrant, Predecessor, PreparedCredential,
        PreparedEvent, Recertified, Register, TestRoot, Warrant,
    },
    store::{
        InstantSource, Store, StoreError, StoredApplication, StoredCredential, StoredEvent,
        SubmissionDocument, hinder, note_instant, set_apart, store_signed_credential, store_signed_event,
    },
};

/// Why nothing can be signed, or a change not prepared.
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
    /// The office may not sign now.
    #[error(transparent)]
    NotNow(#[from] MayNotSign),
    /// The predecessor of a later version, or the credential of an event, is not on file with its signature.
    #[error("{what} is not on file")]
    Missing {
        /// The credential.
        what: String,
    },
}

const ON_PAPER: Clause = Clause::new("onPaper", "ISO/IEC 17065 §7.6");

/// Why one document, prepared again after a crash, is not signed. It waits, and holds up nothing else; what is behind
/// it is put right, or the document is voided.
#[derive(Debug, thiserror::Error)]
enum Hindrance {
    /// The rules refuse it now.
    #[error("the rules refuse it now: {}", join(.0))]
    Findings(Vec<Finding>),
    /// The office's papers give other bytes.
    #[error(
        "prepared again it differs from what was stored: profile, scheme data or configuration changed since"
    )]
    Differs,
    /// What it needs is not at hand.
    #[error(transparent)]
    Papers(SigningError),
    /// Its case does not hold any more.
    #[error(transparent)]
    Case(Box<CaseworkError>),
    /// It was prepared from no decided case.
    #[error("under a real root nothing is signed but what a decided case gave")]
    NoCase,
    /// What was decided does not hold any more.
    #[error(transparent)]
    Grounds(Box<GroundsError>),
    /// It was prepared on no decided measure, and follows from no decided case.
    #[error("under a real root no status changes but by a decided measure or a decided case")]
    NoDecision,
}

impl Hindrance {
    /// A failure that is the document's own; one of the database stops everything.
    fn of(error: SigningError) -> Result<Self, SigningError> {
        match error {
            SigningError::Store(_) | SigningError::Key(_) | SigningError::NotNow(_) => Err(error),
            SigningError::Office(_) | SigningError::Missing { .. } => Ok(Self::Papers(error)),
        }
    }
}

fn join(findings: &[Finding]) -> String {
    let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
    findings.join("; ")
}

/// What was just prepared, by row.
#[derive(Default)]
pub(crate) struct JustPrepared {
    pub(crate) credentials: BTreeMap<i64, PreparedCredential>,
    pub(crate) events: BTreeMap<i64, PreparedEvent>,
}

/// Signs everything that was prepared and is not yet signed, in one commit. What cannot be signed is noted with its
/// reason, and put into a submission of its own where it stands alone.
pub(crate) async fn sign_prepared(
    office: &mut Office,
    keys: &OfficeKeys,
    mut just_prepared: JustPrepared,
) -> Result<(), SigningError> {
    let (mut documents, mut to_sign) = (Vec::new(), Vec::new());
    let mut hindered: Vec<(SubmissionDocument, Hindrance)> = Vec::new();
    let credentials = office.store.unsigned_credentials().await?;
    let events = office.store.unsigned_events().await?;
    if credentials.is_empty() && events.is_empty() {
        return Ok(());
    }
    office.may_sign().await?;
    let signed_at = office.clock.signs_at();
    for stored in credentials {
        let document = SubmissionDocument::Credential(stored.id);
        let prepared = match just_prepared.credentials.remove(&stored.id) {
            Some(prepared) => Ok(prepared),
            None => prepare_again(office, &stored).await?,
        };
        match prepared {
            Ok(prepared) => {
                documents.push(document);
                to_sign.push(Prepared::Credential(Box::new(prepared)));
            }
            Err(hindrance) => hindered.push((document, hindrance)),
        }
    }
    for stored in events {
        let document = SubmissionDocument::Event(stored.id);
        let prepared = match just_prepared.events.remove(&stored.id) {
            Some(prepared) => Ok(prepared),
            None => prepare_event_again(office, &stored).await?,
        };
        match prepared {
            Ok(prepared) => {
                documents.push(document);
                to_sign.push(Prepared::Event(Box::new(prepared)));
            }
            Err(hindrance) => hindered.push((document, hindrance)),
        }
    }
    let signed: Vec<SignedDocument> = keys.issuing.sign_all(to_sign)?;
    let mut apart = Vec::new();
    for (document, _) in &hindered {
        if let Some(submission) = office.store.submission_of(*document).await?
            && submission.bound_with(*document) == [*document]
            && submission.documents.len() > 1
        {
            apart.push((submission.id, *document));
        }
    }
    let mut unit = office.store.begin().await?;
    if let Some(signed_at) = signed_at {
        note_instant(&mut unit, InstantSource::Own, signed_at).await?;
    }
    for (document, signed) in documents.iter().zip(&signed) {
        match document {
            SubmissionDocument::Credential(id) => store_signed_credential(&mut unit, *id, signed).await?,
            SubmissionDocument::Event(id) => store_signed_event(&mut unit, *id, signed).await?,
            SubmissionDocument::StatusList(_) => {}
        }
    }
    for (document, hindrance) in &hindered {
        tracing::warn!(?document, "not signed: {hindrance}");
        hinder(&mut unit, *document, &hindrance.to_string()).await?;
    }
    for (submission, document) in apart {
        set_apart(&mut unit, submission, document).await?;
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
) -> Result<Result<PreparedCredential, Hindrance>, SigningError> {
    let file = office.store.application(stored.id).await?;
    let register = read_register(office, &file.document, stored.prepared_at).await?;
    let predecessor = match stored.version.get() {
        1 => None,
        _ => match predecessor_of(office, stored).await {
            Ok(predecessor) => Some(predecessor),
            Err(error) => return Hindrance::of(error).map(Err),
        },
    };
    let allocation = Allocation {
        issuer: office.papers.profile()?.clone(),
        profile: office.papers.config.issuer.profile,
        number: stored.number.clone(),
        version: stored.version,
        status: stored.status,
        key: office.papers.issuing_method(),
    };
    let decided = match office.store.case_of_credential(stored.id).await? {
        Some(case) => match desk::decided(office, case).await {
            Ok(decided) => Some(decided),
            Err(CaseworkError::Store(error)) if !matches!(error, StoreError::Unreadable { .. }) => {
                return Err(error.into());
            }
            Err(error) => return Ok(Err(Hindrance::Case(Box::new(error)))),
        },
        None => None,
    };
    let warrant = match (&decided, office.papers.test_root()) {
        (Some(decided), _) if decided.document() != file.document || decided.sheet() != file.sheet => {
            return Ok(Err(Hindrance::Differs));
        }
        (Some(decided), _) => Warrant::Decided(decided),
        (None, Some(root)) => Warrant::TestRoot(root),
        (None, None) => return Ok(Err(Hindrance::NoCase)),
    };
    let judgement = Judgement {
        warrant,
        predecessor: predecessor.as_ref(),
        register: &register,
        now: stored.prepared_at,
        signed_at: office.clock.now(),
    };
    let prepared = prepare(&office.papers, &file, judgement, &allocation);
    Ok(prepared.map_err(Hindrance::Findings).and_then(|prepared| {
        if prepared.unsecured() == stored.unsecured {
            Ok(prepared)
        } else {
            Err(Hindrance::Differs)
        }
    }))
}

/// What the register holds about an application, as far as it reads.
pub(crate) async fn read_register(
    office: &mut Office,
    document: &[u8],
    now: Timestamp,
) -> Result<Register, StoreError> {
    let (application, _) = read_application(document, office.papers.date_form(now));
    let mut register = Register::default();
    if let Some(number) = &application.certificate.recertifies
        && let Some(old) = office.store.find_credential(number, None).await?
        && old.receipt.is_some()
    {
        let before = predecessor(office, &old).await?;
        register.recertified = Some(Recertified {
            holder: before.credential.holder.uscc,
            suspended_since: before.suspended_since,
        });
    }
    if let Some(uscc) = application.applicant.uscc {
        for stored in office.store.events_of_holder(uscc.as_str()).await? {
            // One withdrawn because it was issued in error was not withdrawn for the client's fault.
            let own_fault = matches!(stored.event.change, Change::Withdrawn { reason }
                if reason != EventReason::IssuedInError);
            if own_fault {
                let event = stored.event;
                register.withdrawn.push((event.number, event.effective));
            }
        }
    }
    Ok(register)
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
    predecessor_in(&mut office.store, old).await
}

/// The same, by the records alone.
pub(crate) async fn predecessor_in(
    store: &mut Store,
    old: &StoredCredential,
) -> Result<Predecessor, StoreError> {
    let credential = old.credential()?;
    let events = store.events(old.id).await?;
    let passed = events.iter().rev().find_map(|event| match event.event.change {
        Change::SurveillancePassed { next_due, .. } => Some(next_due),
        _ => None,
    });
    let last = events.iter().rev().find_map(|event| match event.event.change {
        Change::Suspended { .. } => Some(Some(Date::of(event.event.effective))),
        Change::Reinstated { .. } => Some(None),
        _ => None,
    });
    let next_due = passed.unwrap_or(credential.surveillance.first_due);
    Ok(Predecessor {
        credential,
        next_due,
        suspended_since: last.flatten(),
    })
}

/// What an application is judged by beside the office's papers.
#[derive(Clone, Copy)]
pub(crate) struct Judgement<'a> {
    /// By what right it is prepared.
    pub(crate) warrant: Warrant<'a>,
    /// The version it follows.
    pub(crate) predecessor: Option<&'a Predecessor>,
    /// What the register holds.
    pub(crate) register: &'a Register,
    /// When it is, or was, prepared.
    pub(crate) now: Timestamp,
    /// When the key is used.
    pub(crate) signed_at: Timestamp,
}

/// Judges an application at an instant: a pure function of the file, the office's papers and the instant.
pub(crate) fn prepare(
    papers: &Papers,
    file: &StoredApplication,
    judgement: Judgement<'_>,
    allocation: &Allocation,
) -> Result<PreparedCredential, Vec<Finding>> {
    judge(papers, &file.document, Ok(&file.sheet), judgement, |case| {
        PreparedCredential::prepare(case, allocation)
    })
}

/// Puts a case file together, gathers the faults of reading and scoring, and goes on to `with` only without any.
pub(crate) fn judge<T>(
    papers: &Papers,
    document: &[u8],
    sheet: Result<&[u8], &FileError>,
    judgement: Judgement<'_>,
    with: impl FnOnce(&CaseFile<'_>) -> Result<T, Vec<Finding>>,
) -> Result<T, Vec<Finding>> {
    let (application, mut findings) = read_application(document, papers.date_form(judgement.now));
    let scheme = application
        .scheme
        .as_ref()
        .and_then(|edition| papers.scheme(edition.as_str()));
    let on_paper = match judgement.warrant {
        Warrant::Decided(decided) => decided.paper_level(),
        Warrant::TestRoot(_) => None,
    };
    let grade = match (scheme, sheet) {
        // The level was decided on when the paper was issued, and decided again to be what the paper has.
        _ if on_paper.is_some() => on_paper.map(Grade::on_paper),
        (Some(_), _) if application.evaluation.on_paper => {
            let message = "what was issued on paper is brought in by a decision of the office";
            findings.push(Finding::new(&ON_PAPER, "/evaluation/onPaper", message));
            None
        }
        (Some(scheme), Ok(sheet)) => evaluate(&application, sheet, &scheme.assessment, papers.issuing())
            .map_err(|faults| findings.extend(faults))
            .ok(),
        (None, Ok(_)) => None,
        (_, Err(error)) => {
            findings.push(missing_sheet(error));
            None
        }
    };
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
        warrant: Some(judgement.warrant),
        body: match judgement.warrant {
            Warrant::Decided(decided) => decided.body(),
            Warrant::TestRoot(_) => &papers.body,
        },
        scheme,
        grade: grade.as_ref(),
        issuing: papers.issuing(),
        key,
        predecessor: judgement.predecessor,
        register: judgement.register,
        now: judgement.now,
        signed_at: judgement.signed_at,
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
) -> Result<Result<PreparedEvent, Hindrance>, SigningError> {
    let event = &stored.event;
    let duties = office.store.duties(stored.case_file).await?;
    let Some(request) = EventRequest::of(event, &duties) else {
        let what = format!("the decider of event {} of {}", event.sequence, event.number);
        return Ok(Err(Hindrance::Papers(SigningError::Missing { what })));
    };
    let grounds = match EventGrounds::read(office, stored).await {
        Ok(grounds) => grounds,
        Err(GroundsError::Store(error)) => return Err(error.into()),
        Err(error) => return Ok(Err(Hindrance::Grounds(Box::new(error)))),
    };
    let Some(warrant) = grounds.warrant(&office.papers) else {
        return Ok(Err(Hindrance::NoDecision));
    };
    let credential = office.store.credential(stored.credential).await?;
    let now = stored.prepared_at;
    let read = EventPapers::read(&mut office.store, &credential, event.sequence, now).await;
    let prepared =
        read.and_then(|read| read.prepare(&office.papers, &request, warrant, now, office.clock.now()));
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return Hindrance::of(error).map(Err),
    };
    Ok(prepared.map_err(Hindrance::Findings).and_then(|prepared| {
        if prepared.unsecured() == stored.unsecured {
            Ok(prepared)
        } else {
            Err(Hindrance::Differs)
        }
    }))
}

/// A credential and what happened to it, read for an event about to be prepared.
pub(crate) struct EventPapers {
    credential: Credential,
    digest: Sha256Digest,
    events: Vec<RecordedEvent>,
}

impl EventPapers {
    /// Those of the event of that sequence, at that instant.
    pub(crate) async fn read(
        store: &mut Store,
        stored: &StoredCredential,
        sequence: u32,
        now: Timestamp,
    ) -> Result<Self, SigningError> {
        let what = || format!("{} version {}", stored.number, stored.version);
        let signed = stored
            .signed
            .as_ref()
            .ok_or_else(|| SigningError::Missing { what: what() })?;
        let events = store.events(stored.id).await?.into_iter();
        let events = events
            .filter(|event| event.event.sequence < sequence)
            .map(|event| RecordedEvent {
                sequence: event.event.sequence,
                effective: event.event.effective,
                recorded: event.recorded.unwrap_or(now),
                change: event.event.change,
            });
        Ok(Self {
            credential: stored.credential()?,
            digest: Sha256Digest::of(signed),
            events: events.collect(),
        })
    }

    /// Judges a request: a pure function of these papers, the office's, the decision and the instants.
    pub(crate) fn prepare(
        &self,
        papers: &Papers,
        request: &EventRequest,
        warrant: EventWarrant<'_>,
        now: Timestamp,
        signed_at: Timestamp,
    ) -> Result<Result<PreparedEvent, Vec<Finding>>, SigningError> {
        let body = warrant.body(&papers.body);
        let case = self.case(papers, request, now, signed_at)?;
        Ok(PreparedEvent::prepare(&EventCase {
            warrant: Some(warrant),
            body: &body,
            ..case
        }))
    }

    /// The request with what it is judged by, to be looked at.
    pub(crate) fn case<'a>(
        &'a self,
        papers: &'a Papers,
        request: &'a EventRequest,
        now: Timestamp,
        signed_at: Timestamp,
    ) -> Result<EventCase<'a>, SigningError> {
        let edition = self.credential.scheme.edition.as_str();
        let scheme = papers.scheme(edition).ok_or_else(|| OfficeError::NotListed {
            what: format!("scheme edition {edition}"),
        })?;
        Ok(EventCase {
            credential: &self.credential,
            digest: self.digest,
            events: &self.events,
            warrant: None,
            body: &papers.body,
            scheme,
            key: papers.key_window()?,
            request,
            now,
            signed_at,
        })
    }

    /// The credential's facts.
    pub(crate) const fn credential(&self) -> &Credential {
        &self.credential
    }

    /// Digest of its signed bytes.
    pub(crate) const fn digest(&self) -> Sha256Digest {
        self.digest
    }

    /// Its events so far.
    pub(crate) fn events(&self) -> &[RecordedEvent] {
        &self.events
    }
}

/// Judges a request at an instant, as the event of that sequence, under a test root.
pub(crate) async fn prepare_event(
    office: &mut Office,
    stored: &StoredCredential,
    request: &EventRequest,
    root: TestRoot,
    now: Timestamp,
) -> Result<Result<PreparedEvent, Vec<Finding>>, SigningError> {
    let read = EventPapers::read(&mut office.store, stored, u32::MAX, now).await?;
    let warrant = EventWarrant::TestRoot(root);
    read.prepare(&office.papers, request, warrant, now, office.clock.now())
}
