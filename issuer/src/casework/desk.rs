//! Carrying acts out: each in one transaction that reads the journals, asks who is entitled, takes the act in, and writes
//! it. Two who act at once are put in order by the database; the second is judged by what the first did.

use touchstone_schemas::{
    budget::MAX_ATTACHMENT_BYTES,
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    record,
    scheme::sheet::ScoreSheet,
    text::Text,
};

use super::{
    Act, Actor, Attached, Attachment, AttachmentPurpose, Case, CaseContent, Charge, Content, DecidedCase,
    Evaluation, Form, NotEntitled, NotSignable, Personnel, PersonnelContent, PersonnelUnlawful,
    ReportReference, Role, SubDomainFinding, Unlawful,
    applying::{applied, begin_case, changed, check_form},
    check_signature, entitlement,
};
use crate::{
    lint::{Clause, Finding},
    office::{Office, OfficeError, Papers},
    prepare::{Particular, SchemeData},
    store::{
        Session, Store, StoreError, insert_attachment, insert_case_act, insert_personnel_act, read_case,
        read_personnel,
    },
};

const SHEET: Clause = Clause::new("scoreSheet", "GB/T 39117-2020 §6");
const FINDING: Clause = Clause::new("subDomainFinding", "GB/T 39117-2020 §6");

/// Why an act is not carried out. Nothing of it is recorded.
#[derive(Debug, thiserror::Error)]
pub enum CaseworkError {
    /// The records do not read, or somebody else wrote first.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The office's papers do not fit.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// No case of that number.
    #[error("there is no case {number}")]
    UnknownCase {
        /// The number.
        number: u32,
    },
    /// The body does not issue under it, or the office has no stages for it.
    #[error("the office works under no scheme edition {edition}")]
    UnknownScheme {
        /// The edition.
        edition: Text,
    },
    /// What is put on file breaks rules: all of them.
    #[error("refused with {} faults", .0.len())]
    Findings(Vec<Finding>),
    /// The act does not follow from those before it.
    #[error(transparent)]
    Unlawful(Box<Unlawful>),
    /// The person may not do it.
    #[error(transparent)]
    NotEntitled(Box<NotEntitled>),
    /// The act on the list of people is unlawful.
    #[error(transparent)]
    Personnel(#[from] PersonnelUnlawful),
    /// The case does not hold for signing.
    #[error(transparent)]
    NotSignable(Box<NotSignable>),
    /// What is checked or worked out first has a function of its own here.
    #[error("{act} is not put on record as it comes: rules are asked or figures worked out first")]
    NotAsItComes {
        /// What was tried.
        act: &'static str,
    },
    /// No evaluation of an earlier version that could stand.
    #[error("no evaluation of an earlier version can be carried over: put one on file")]
    NothingToCarryOver,
    /// What changes was evaluated.
    #[error("{} changes, which was evaluated: put a new evaluation on file", particular.name())]
    EvaluatedAnew {
        /// What changes.
        particular: Particular,
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
}

impl CaseworkError {
    /// Whether a rule refuses it, rather than something failing.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        !matches!(self, Self::Store(_) | Self::Office(_))
    }
}

impl From<Unlawful> for CaseworkError {
    fn from(error: Unlawful) -> Self {
        Self::Unlawful(Box::new(error))
    }
}

impl From<NotEntitled> for CaseworkError {
    fn from(error: NotEntitled) -> Self {
        Self::NotEntitled(Box::new(error))
    }
}

impl From<NotSignable> for CaseworkError {
    fn from(error: NotSignable) -> Self {
        Self::NotSignable(Box::new(error))
    }
}

impl From<sqlx::Error> for CaseworkError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// A file handed in.
#[derive(Clone, Debug)]
pub struct Intake {
    /// Its name.
    pub name: Text,
    /// Its media type.
    pub media_type: Text,
    /// What it is for.
    pub purpose: AttachmentPurpose,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What evaluators hand in; level, total and confidence follow from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluationDraft {
    /// Last day on site.
    pub assessed_on: Date,
    /// What was found, a sub-domain each.
    pub findings: Vec<SubDomainFinding>,
    /// The report, attached before.
    pub report: ReportReference,
    /// The scores.
    pub sheet: ScoreSheet,
    /// Organisation that supported the assessment.
    pub technical_support: Option<Text>,
}

record! { EvaluationDraft {
    "assessedOn": assessed_on,
    "findings"? findings,
    "report": report,
    "sheet": sheet,
    "technicalSupport"? technical_support,
} }

/// Puts an act on record about people, roles and mandates; by the office's program only until there is an
/// administrator.
///
/// # Errors
/// [`CaseworkError`].
pub async fn keep_people(
    store: &mut Store,
    by: Option<&Actor>,
    content: PersonnelContent,
    now: Timestamp,
) -> Result<Personnel, CaseworkError> {
    let mut unit = store.begin().await?;
    let mut personnel = read_personnel(&mut unit).await?;
    if let Some(by) = by {
        // Who gives a mandate need be no more than on the list; everybody else keeps it as administrator.
        let charge = Charge {
            role: Role::Administrator,
            office: None,
            scheme: None,
        };
        if by.role == Role::Administrator {
            entitlement(&personnel, by, charge, now)?;
        } else if personnel.person(&by.person).is_none() {
            let person = by.person.clone();
            return Err(NotEntitled::Unknown { person }.into());
        }
    }
    let act = Act {
        journal: 0,
        sequence: personnel.acts().saturating_add(1),
        at: now,
        by: by.cloned(),
        content,
        previous: personnel.head(),
    };
    personnel.apply(&act)?;
    insert_personnel_act(&mut unit, &act).await?;
    unit.commit().await?;
    Ok(personnel)
}

/// Takes an application in.
///
/// # Errors
/// [`CaseworkError`].
pub async fn open_case(
    papers: &Papers,
    store: &mut Store,
    by: &Actor,
    form: Form,
    now: Timestamp,
) -> Result<Case, CaseworkError> {
    let predecessor = changed(store, &form, now).await?;
    let applied = applied(papers, form, predecessor.as_ref(), now)?;
    let mut unit = store.begin().await?;
    let personnel = read_personnel(&mut unit).await?;
    let case = begin_case(&mut unit, &personnel, by, applied, now).await?;
    unit.commit().await?;
    Ok(case)
}

/// Changes the application of a case.
///
/// # Errors
/// [`CaseworkError`].
pub async fn amend(
    papers: &Papers,
    store: &mut Store,
    number: u32,
    by: &Actor,
    amended: super::Amended,
    now: Timestamp,
) -> Result<Case, CaseworkError> {
    let edition = amended.form.scheme().clone();
    let scheme = papers
        .scheme(edition.as_str())
        .ok_or(CaseworkError::UnknownScheme { edition })?;
    let predecessor = changed(store, &amended.form, now).await?;
    check_form(papers, scheme, &amended.form, predecessor.as_ref(), now)?;
    put(store, number, by, CaseContent::Amended(amended), now).await
}

/// Attaches a file to a case.
///
/// # Errors
/// [`CaseworkError`].
pub async fn attach(
    store: &mut Store,
    number: u32,
    by: &Actor,
    file: Intake,
    now: Timestamp,
) -> Result<Case, CaseworkError> {
    let (found, limit) = (file.bytes.len(), MAX_ATTACHMENT_BYTES);
    if found > limit {
        let name = file.name;
        return Err(CaseworkError::TooLarge { name, found, limit });
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
    let content = CaseContent::Attached(Attached { attachment });
    let case = write(&mut unit, number, Some(by), content, now).await?;
    unit.commit().await?;
    Ok(case)
}

/// Puts an evaluation on file; level, total and confidence grade follow from the scores by the scheme's arithmetic.
///
/// # Errors
/// [`CaseworkError`].
pub async fn evaluate(
    papers: &Papers,
    store: &mut Store,
    number: u32,
    by: &Actor,
    draft: EvaluationDraft,
    now: Timestamp,
) -> Result<Case, CaseworkError> {
    let case = known(store, number).await?;
    let edition = case.form().scheme().clone();
    let scheme = papers
        .scheme(edition.as_str())
        .ok_or(CaseworkError::UnknownScheme { edition })?;
    let evaluation = grade(papers, scheme, draft).map_err(CaseworkError::Findings)?;
    put(store, number, by, CaseContent::Evaluated(evaluation), now).await
}

/// What follows from what evaluators hand in.
pub(crate) fn grade(
    papers: &Papers,
    scheme: &SchemeData,
    draft: EvaluationDraft,
) -> Result<Evaluation, Vec<Finding>> {
    let model = &scheme.assessment.model;
    let unknown = |(place, finding): (usize, &SubDomainFinding)| {
        let known = model
            .find(&finding.sub_domain)
            .is_some_and(|node| node.is_sub_domain());
        let message = || format!("{} is no sub-domain of the model", finding.sub_domain);
        (!known).then(|| Finding::new(&FINDING, format!("/findings/{place}/subDomain"), message()))
    };
    let mut findings: Vec<Finding> = draft.findings.iter().enumerate().filter_map(unknown).collect();
    let fault = |message: String| Finding::new(&SHEET, "/sheet", message);
    let grade = match scheme.assessment.grade(&draft.sheet, papers.issuing()) {
        Ok(grade) => grade,
        Err(error) => {
            findings.push(fault(error.to_string()));
            return Err(findings);
        }
    };
    let total =
        Text::parse(&grade.total.rounded().to_string()).map_err(|error| vec![fault(error.to_string())])?;
    let confidence = grade.confidence.as_deref().map(Text::parse).transpose();
    let confidence = confidence.map_err(|error| vec![fault(error.to_string())])?;
    if !findings.is_empty() {
        return Err(findings);
    }
    Ok(Evaluation {
        assessed_on: draft.assessed_on,
        confidence,
        findings: draft.findings,
        level: grade.level,
        report: draft.report,
        sheet: draft.sheet,
        technical_support: draft.technical_support,
        total,
    })
}

/// A case.
///
/// # Errors
/// [`CaseworkError::UnknownCase`], or what the database says.
pub async fn known(store: &mut Store, number: u32) -> Result<Case, CaseworkError> {
    store
        .case(number)
        .await?
        .ok_or(CaseworkError::UnknownCase { number })
}

/// Carries out an act of a person on a case, unless it has a function of its own: [`open_case`], [`amend`], [`attach`],
/// [`evaluate`], [`super::following::carry_over`].
///
/// # Errors
/// [`CaseworkError`].
pub async fn perform(
    store: &mut Store,
    number: u32,
    by: &Actor,
    content: CaseContent,
    now: Timestamp,
) -> Result<Case, CaseworkError> {
    match content {
        CaseContent::Applied(_)
        | CaseContent::Amended(_)
        | CaseContent::Attached(_)
        | CaseContent::Evaluated(_)
        | CaseContent::Issued(_) => Err(CaseworkError::NotAsItComes { act: content.kind() }),
        content => put(store, number, by, content, now).await,
    }
}

async fn put(
    store: &mut Store,
    number: u32,
    by: &Actor,
    content: CaseContent,
    now: Timestamp,
) -> Result<Case, CaseworkError> {
    let mut unit = store.begin().await?;
    let case = write(&mut unit, number, Some(by), content, now).await?;
    unit.commit().await?;
    Ok(case)
}

/// Takes an act in and writes it, within a transaction.
pub(super) async fn write(
    connection: &mut Session<'_>,
    number: u32,
    by: Option<&Actor>,
    content: CaseContent,
    now: Timestamp,
) -> Result<Case, CaseworkError> {
    let personnel = match by {
        Some(by) => Some((by, read_personnel(connection).await?)),
        None => None,
    };
    let by = personnel.as_ref().map(|(by, personnel)| (*by, personnel));
    let case = read_case(connection, number).await?;
    let mut case = case.ok_or(CaseworkError::UnknownCase { number })?;
    append(connection, &mut case, by, content, now).await?;
    Ok(case)
}

/// Takes an act in to a case at hand and writes it.
pub(crate) async fn append(
    connection: &mut Session<'_>,
    case: &mut Case,
    by: Option<(&Actor, &Personnel)>,
    content: CaseContent,
    now: Timestamp,
) -> Result<(), CaseworkError> {
    let act = Act {
        journal: case.number(),
        sequence: case.acts().saturating_add(1),
        at: now,
        by: by.map(|(by, _)| by.clone()),
        content,
        previous: case.head(),
    };
    if let Some((by, personnel)) = by {
        authorize(case, personnel, by, &act.content, now)?;
    }
    case.apply(&act)?;
    insert_case_act(connection, case, &act).await?;
    Ok(())
}

/// Whether somebody may do an act on a case at that instant, by the list of people: entitled, and where they judge,
/// with a signature under a key of theirs.
///
/// # Errors
/// [`CaseworkError::NotEntitled`] or [`CaseworkError::Unlawful`].
pub fn authorize(
    case: &Case,
    personnel: &Personnel,
    by: &Actor,
    content: &CaseContent,
    at: Timestamp,
) -> Result<(), CaseworkError> {
    entitlement(personnel, by, case.charge(by, content)?, at)?;
    match content {
        CaseContent::Judged(judged) => {
            check_signature(personnel, &by.person, &judged.approval, at).map_err(Unlawful::from)?;
        }
        CaseContent::Assigned(assigned) => {
            let charge = Charge {
                role: Role::Evaluator,
                office: None,
                scheme: Some(case.form().scheme()),
            };
            let evaluator = Actor::own(assigned.evaluator.clone(), Role::Evaluator);
            entitlement(personnel, &evaluator, charge, at)?;
        }
        _ => {}
    }
    Ok(())
}

/// Checks a case for signing, now.
///
/// # Errors
/// [`CaseworkError::NotSignable`] says what does not hold.
pub async fn decided(office: &mut Office, number: u32) -> Result<DecidedCase, CaseworkError> {
    let now = office.clock.now();
    decided_at(office, number, now).await
}

/// The same for a signatory entitled at that instant.
pub(crate) async fn decided_at(
    office: &mut Office,
    number: u32,
    at: Timestamp,
) -> Result<DecidedCase, CaseworkError> {
    let case = known(&mut office.store, number).await?;
    let personnel = office.store.personnel().await?;
    let files = office.store.attachment_digests(number).await?;
    Ok(DecidedCase::of(&case, &personnel, &files, &office.papers, at)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Services keep one office and serve many: what an act does may be done on any of their threads.
    #[test]
    fn acts_may_be_carried_out_on_any_thread() {
        fn is_send<T: Send>(_: fn(&'static mut Store, &'static Actor, CaseContent, Timestamp) -> T) {}
        is_send(|store, by, content, now| perform(store, 1, by, content, now));
    }
}
