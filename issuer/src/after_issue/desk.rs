//! Carrying acts on measures out: each in one transaction, as for cases ([`crate::casework::desk`]).

use touchstone_schemas::{
    budget::MAX_ATTACHMENT_BYTES,
    credential::{CredentialNumber, Version},
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    lifecycle::{State, Terms, state},
    text::Text,
};

use super::{
    CertificateReference, DecidedMeasure, Measure, MeasureContent, MeasureNotSignable, MeasureUnlawful,
    Opened, Proposal,
};
use crate::{
    casework::{
        Act, Actor, Attached, Attachment, Content, Intake, NotEntitled, Passage, Personnel, StageKind,
        check_signature, entitlement,
    },
    lint::{self, Finding},
    office::{Office, OfficeError},
    prepare::EventRequest,
    signing::{EventPapers, SigningError},
    store::{
        Session, Store, StoreError, insert_attachment, insert_measure_act, next_measure, read_measure,
        read_personnel,
    },
};

/// The office that decides, where the workflow of an edition names none.
const DECIDING_OFFICE: &str = "认证决定";

/// Why an act on a measure is not carried out. Nothing of it is recorded.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// The records do not read, or somebody else wrote first.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The office's papers do not fit.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// What it is judged by cannot be read.
    #[error(transparent)]
    Signing(Box<SigningError>),
    /// No such certificate with the registry.
    #[error("certificate {number}{} is not with the registry", version.map(|it| format!(" version {it}")).unwrap_or_default())]
    UnknownCertificate {
        /// The number.
        number: CredentialNumber,
        /// The version, when one was named.
        version: Option<Version>,
    },
    /// The certificate has ended.
    #[error("certificate {number} version {version} has ended: nothing more is recorded against it")]
    Ended {
        /// The number.
        number: CredentialNumber,
        /// The version.
        version: Version,
    },
    /// No measure of that number.
    #[error("there is no measure {number}")]
    Unknown {
        /// The number.
        number: u32,
    },
    /// What is proposed breaks rules: all of them.
    #[error("refused with {} faults", .0.len())]
    Findings(Vec<Finding>),
    /// The act does not follow from those before it.
    #[error(transparent)]
    Unlawful(Box<MeasureUnlawful>),
    /// The person may not do it.
    #[error(transparent)]
    NotEntitled(Box<NotEntitled>),
    /// The measure does not hold for signing.
    #[error(transparent)]
    NotSignable(Box<MeasureNotSignable>),
    /// What was decided cannot be carried out as things stand.
    #[error("{reason}")]
    Left {
        /// Why.
        reason: String,
    },
    /// What has a function of its own.
    #[error("{act} is not put on record as it comes")]
    NotAsItComes {
        /// What was tried.
        act: &'static str,
    },
    /// A file larger than the budget.
    #[error("{name} has {found} bytes, at most {limit} are allowed")]
    TooLarge {
        /// The file.
        name: Text,
        /// Its size in bytes.
        found: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// Something that the kind of measure needs.
    #[error("{member} is wanted for this kind of measure")]
    Wanting {
        /// The member.
        member: &'static str,
    },
    /// A day that has not come.
    #[error("{on} is in the future, and today is {today}")]
    InFuture {
        /// The day.
        on: Date,
        /// Today.
        today: Date,
    },
}

impl MeasureError {
    /// Whether a rule refuses it, rather than something failing.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        !matches!(self, Self::Store(_) | Self::Office(_) | Self::Signing(_))
    }
}

impl From<MeasureUnlawful> for MeasureError {
    fn from(error: MeasureUnlawful) -> Self {
        Self::Unlawful(Box::new(error))
    }
}

impl From<NotEntitled> for MeasureError {
    fn from(error: NotEntitled) -> Self {
        Self::NotEntitled(Box::new(error))
    }
}

impl From<MeasureNotSignable> for MeasureError {
    fn from(error: MeasureNotSignable) -> Self {
        Self::NotSignable(Box::new(error))
    }
}

impl From<SigningError> for MeasureError {
    fn from(error: SigningError) -> Self {
        match error {
            SigningError::Store(error) => Self::Store(error),
            SigningError::Office(error) => Self::Office(error),
            error => Self::Signing(Box::new(error)),
        }
    }
}

impl From<sqlx::Error> for MeasureError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// A measure to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureRequest {
    /// 证书编号.
    pub number: CredentialNumber,
    /// Version; the newest when absent.
    pub version: Option<Version>,
    /// What led to it.
    pub grounds: Passage,
    /// What is proposed.
    pub proposal: Proposal,
}

/// Opens a measure, when the rules would take it now.
///
/// # Errors
/// [`MeasureError`].
pub async fn open(
    office: &mut Office,
    by: &Actor,
    request: MeasureRequest,
    now: Timestamp,
) -> Result<Measure, MeasureError> {
    let MeasureRequest {
        number,
        version,
        grounds,
        proposal,
    } = request;
    let stored = office.store.find_credential(&number, version).await?;
    let stored = stored.filter(|stored| stored.receipt.is_some());
    let stored = stored.ok_or(MeasureError::UnknownCertificate { number, version })?;
    let read = EventPapers::read(&mut office.store, &stored, u32::MAX, now).await?;
    let scheme = read.credential().scheme.edition.clone();
    let decided_by = deciding_office(office, &scheme)?;
    let opened = Opened {
        certificate: CertificateReference {
            digest: read.digest(),
            number: stored.number.clone(),
            scheme,
            version: stored.version,
        },
        decided_by,
        grounds,
        proposal,
    };
    check_proposal(office, &read, &opened, by, now)?;
    let mut unit = office.store.begin().await?;
    let act = Act {
        journal: next_measure(&mut unit).await?,
        sequence: 1,
        at: now,
        by: Some(by.clone()),
        content: MeasureContent::Opened(opened),
        previous: Act::<MeasureContent>::root(),
    };
    let measure = Measure::open(&act)?;
    let personnel = read_personnel(&mut unit).await?;
    entitlement(&personnel, by, measure.charge(by, &act.content)?, now)?;
    insert_measure_act(&mut unit, stored.id, &measure, &act).await?;
    unit.commit().await?;
    Ok(measure)
}

fn deciding_office(office: &Office, scheme: &Text) -> Result<Text, MeasureError> {
    let workflow = office.papers.workflows.of(scheme.as_str());
    let rule = workflow.and_then(|it| it.stages.iter().find(|rule| rule.kind == StageKind::Decision));
    let named = rule.and_then(|rule| rule.office.clone());
    match named.map_or_else(|| Text::parse(DECIDING_OFFICE), Ok) {
        Ok(named) => Ok(named),
        Err(error) => Err(MeasureError::Store(StoreError::Unreadable {
            table: "workflows",
            column: "office",
            row: 0,
            cause: error.to_string(),
        })),
    }
}

/// Whether the rules would take it now, but for who decides it: that is still to come.
fn check_proposal(
    office: &Office,
    read: &EventPapers,
    opened: &Opened,
    by: &Actor,
    now: Timestamp,
) -> Result<(), MeasureError> {
    let today = Date::of(now);
    let change = match &opened.proposal {
        Proposal::Nonconformity {
            confirmed_on,
            performed_on,
        } => {
            let days = [Some(*confirmed_on), *performed_on];
            if let Some(on) = days.into_iter().flatten().find(|on| *on > today) {
                return Err(MeasureError::InFuture { on, today });
            }
            let terms = Terms::from(read.credential());
            let standing: State = state(&terms, read.events(), now, Timestamp::MAX);
            if standing.is_final() {
                let (number, version) = (opened.certificate.number.clone(), opened.certificate.version);
                return Err(MeasureError::Ended { number, version });
            }
            return Ok(());
        }
        Proposal::Change(change) => change.clone(),
    };
    let request = EventRequest {
        change,
        effective: now,
        decision: opened.decided_by.clone(),
        decided_by: opened.decided_by.clone(),
        legal_basis: opened.decided_by.clone(),
        backdating: None,
        decider: by.person.clone(),
        verified_by: None,
    };
    let case = read.case(&office.papers, &request, now, now)?;
    let findings = lint::check_proposed_event(&case);
    if findings.is_empty() {
        Ok(())
    } else {
        Err(MeasureError::Findings(findings))
    }
}

/// Attaches evidence to a measure.
///
/// # Errors
/// [`MeasureError`].
pub async fn attach(
    store: &mut Store,
    number: u32,
    by: &Actor,
    file: Intake,
    now: Timestamp,
) -> Result<Measure, MeasureError> {
    let (found, limit) = (file.bytes.len(), MAX_ATTACHMENT_BYTES);
    if found > limit {
        let name = file.name;
        return Err(MeasureError::TooLarge { name, found, limit });
    }
    let digest = Sha256Digest::of(&file.bytes);
    let attachment = Attachment {
        digest,
        media_type: file.media_type,
        name: file.name,
        purpose: file.purpose,
        size: u64::try_from(found).unwrap_or(u64::MAX),
    };
    let mut unit = store.begin().await?;
    insert_attachment(&mut unit, digest, &file.bytes).await?;
    let content = MeasureContent::Attached(Attached { attachment });
    let measure = write(&mut unit, number, Some(by), content, now).await?;
    unit.commit().await?;
    Ok(measure)
}

/// Puts a signed statement, or that a measure is given up, on record.
///
/// # Errors
/// [`MeasureError`].
pub async fn perform(
    store: &mut Store,
    number: u32,
    by: &Actor,
    content: MeasureContent,
    now: Timestamp,
) -> Result<Measure, MeasureError> {
    match content {
        MeasureContent::Opened(_) | MeasureContent::Attached(_) | MeasureContent::CarriedOut(_) => {
            let act = content.kind();
            Err(MeasureError::NotAsItComes { act })
        }
        MeasureContent::Signed(_) | MeasureContent::Dropped(_) => {
            let mut unit = store.begin().await?;
            let measure = write(&mut unit, number, Some(by), content, now).await?;
            unit.commit().await?;
            Ok(measure)
        }
    }
}

/// Takes an act in and writes it, within a transaction.
pub(super) async fn write(
    connection: &mut Session<'_>,
    number: u32,
    by: Option<&Actor>,
    content: MeasureContent,
    now: Timestamp,
) -> Result<Measure, MeasureError> {
    let found = read_measure(connection, number).await?;
    let (credential, mut measure) = found.ok_or(MeasureError::Unknown { number })?;
    let act = Act {
        journal: number,
        sequence: measure.acts().saturating_add(1),
        at: now,
        by: by.cloned(),
        content,
        previous: measure.head(),
    };
    if let Some(by) = by {
        let personnel = read_personnel(connection).await?;
        authorize(&measure, &personnel, by, &act.content, now)?;
    }
    // Whose act it is follows from the measure as it stood.
    let part = measure.part(&act.content);
    measure.apply(&act)?;
    crate::store::append_measure_act(connection, credential, &measure, &act, part).await?;
    Ok(measure)
}

/// Whether somebody may do an act on a measure at that instant, by the list of people: entitled, and where they sign,
/// with a key of theirs.
///
/// # Errors
/// [`MeasureError::NotEntitled`] or [`MeasureError::Unlawful`].
pub fn authorize(
    measure: &Measure,
    personnel: &Personnel,
    by: &Actor,
    content: &MeasureContent,
    at: Timestamp,
) -> Result<(), MeasureError> {
    entitlement(personnel, by, measure.charge(by, content)?, at)?;
    if let MeasureContent::Signed(signed) = content {
        check_signature(personnel, &by.person, &signed.approval, at).map_err(MeasureUnlawful::from)?;
    }
    Ok(())
}

/// A measure.
///
/// # Errors
/// [`MeasureError::Unknown`], or what the database says.
pub async fn known(store: &mut Store, number: u32) -> Result<Measure, MeasureError> {
    store
        .measure(number)
        .await?
        .ok_or(MeasureError::Unknown { number })
}

/// Checks a measure for carrying out.
///
/// # Errors
/// [`MeasureError::NotSignable`] says what does not hold.
pub async fn decided(store: &mut Store, number: u32) -> Result<DecidedMeasure, MeasureError> {
    let measure = known(store, number).await?;
    let personnel = store.personnel().await?;
    let files = store.measure_attachment_digests(number).await?;
    Ok(DecidedMeasure::of(&measure, &personnel, &files)?)
}
