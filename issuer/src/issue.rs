//! `issue`: application file → grade → prepare → lint → store → sign → deliver.
//!
//! At whichever point a process dies, the same command goes on from there: what is prepared is signed, what is signed
//! is delivered, and one application gives one number, by the digest of what it says.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use touchstone_schemas::{
    credential::{CredentialNumber, NumberError, Version},
    digest::Sha256Digest,
    json,
    scheme::number::NumberParts,
};

use crate::{
    application::{MAX_APPLICATION_BYTES, sheet_reference},
    file::{self, FileError},
    lint::Finding,
    office::{Office, OfficeError, OfficeKeys, Papers},
    outbox::{Delivered, DeliveryError, deliver},
    prepare::{Allocation, CaseFile, PreparedCredential, Register, Warrant},
    signing::{Judgement, JustPrepared, SigningError, judge, prepare, read_register, sign_prepared},
    store::{
        Given, Session, Stage, StoreError, StoredApplication, StoredCredential, SubmissionDocument,
        allocate_index, insert_application, insert_credential, insert_submission, next_sequence,
        number_given,
    },
};

/// Why certificates are not issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The one-command road under a real root.
    #[error(
        "issue --file works under a test root alone: a real certificate goes through the office, where each person signs for their own step"
    )]
    RealRoot,
    /// The records do not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The office's papers do not fit.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// What was prepared cannot be signed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// Delivery stopped; what waits stays in the outbox.
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
}

/// Why one application is not issued.
#[derive(Debug, thiserror::Error)]
pub enum ApplicationRefused {
    /// A file does not read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file or what it asks for breaks rules: all of them.
    #[error("refused with {} faults", .0.len())]
    Findings(Vec<Finding>),
    /// The scheme writes no number from what it is given.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// The number is taken.
    #[error(transparent)]
    Store(StoreError),
    /// The same application as another of the command.
    #[error("the same application as {}", of.display())]
    Duplicate {
        /// The file that was taken.
        of: PathBuf,
    },
    /// Prepared, numbered and not signed: it waits until what is behind it is put right, or until it is voided.
    #[error("{number} version {version} is not signed: {reason}")]
    Unsigned {
        /// The number.
        number: CredentialNumber,
        /// The version.
        version: Version,
        /// Why.
        reason: String,
    },
    /// The registry refused it.
    #[error("the registry refuses it: {problem}")]
    Registry {
        /// What it said.
        problem: String,
    },
}

/// What became of an application file.
#[derive(Debug)]
pub struct Outcome {
    /// The file.
    pub path: PathBuf,
    /// The certificate, or why there is none.
    pub result: Result<StoredCredential, ApplicationRefused>,
}

/// Issues from application files, in order; gives what became of each.
///
/// # Errors
/// [`IssueError`] when the office cannot go on; run again, it does.
pub async fn issue(
    office: &mut Office,
    keys: &OfficeKeys,
    files: &[PathBuf],
) -> Result<(Vec<Outcome>, Delivered), IssueError> {
    office.papers.test_root().ok_or(IssueError::RealRoot)?;
    let mut batch = Batch::default();
    for group in files.chunks(usize::from(office.papers.config.outbox.bundle_size)) {
        let just_prepared = prepare_group(office, group, &mut batch).await?;
        sign_prepared(office, keys, just_prepared).await?;
    }
    let delivered = deliver(office, keys).await?;
    let mut outcomes = Vec::with_capacity(batch.begun.len());
    for (path, result) in batch.begun {
        let result = match result {
            Ok(id) => result_of(office, id).await?,
            Err(refused) => Err(refused),
        };
        outcomes.push(Outcome { path, result });
    }
    Ok((outcomes, delivered))
}

/// How far a credential of the command has come.
pub(crate) async fn result_of(
    office: &mut Office,
    id: i64,
) -> Result<Result<StoredCredential, ApplicationRefused>, StoreError> {
    let stored = office.store.credential(id).await?;
    if stored.receipt.is_some() {
        return Ok(Ok(stored));
    }
    let submission = office.store.submission_of(SubmissionDocument::Credential(id));
    if let Some(submission) = submission.await?.filter(|it| it.stage == Stage::Refused) {
        let problem = submission.problem.unwrap_or_default();
        return Ok(Err(ApplicationRefused::Registry { problem }));
    }
    Ok(match stored.hindrance {
        Some(reason) => Err(ApplicationRefused::Unsigned {
            number: stored.number,
            version: stored.version,
            reason,
        }),
        None => Ok(stored),
    })
}

/// What became of each file of a command so far, in order.
#[derive(Default)]
struct Batch {
    begun: Vec<(PathBuf, Result<i64, ApplicationRefused>)>,
    seen: BTreeMap<Sha256Digest, PathBuf>,
}

/// Judges, numbers and stores application files, and stops before signing: [`issue`] or
/// [`crate::signing::sign_waiting`] goes on from there.
///
/// # Errors
/// What the database says.
pub async fn prepare_files(
    office: &mut Office,
    files: &[PathBuf],
) -> Result<Vec<(PathBuf, Result<i64, ApplicationRefused>)>, IssueError> {
    let mut batch = Batch::default();
    prepare_group(office, files, &mut batch).await?;
    Ok(batch.begun)
}

/// Prepares a group of files in one commit, with one submission for those new. Only what gets a number asks that the
/// trust list counts.
///
/// # Errors
/// [`OfficeError::TrustListNotCurrent`], or what the database says; nothing of the group is stored then.
async fn prepare_group(
    office: &mut Office,
    files: &[PathBuf],
    batch: &mut Batch,
) -> Result<JustPrepared, IssueError> {
    let mut taken = Vec::with_capacity(files.len());
    for path in files {
        taken.push((path.clone(), take_file(office, path, batch).await?));
    }
    if taken.iter().any(|(_, taken)| matches!(taken, Taken::Wanted(..))) {
        office.papers.check_trust_list(office.clock.now())?;
    }
    store_group(office, taken, batch).await
}

/// What a file turns out to be.
enum Taken {
    /// Refused, or issued from before.
    Done(Result<i64, ApplicationRefused>),
    /// New, and without faults of its own.
    Wanted(Sha256Digest, StoredApplication, Register),
}

async fn take_file(office: &mut Office, path: &Path, batch: &mut Batch) -> Result<Taken, IssueError> {
    let refused = |refused| Ok(Taken::Done(Err(refused)));
    let file = match read_files(path) {
        Ok(file) => file,
        Err(error) => return refused(error.into()),
    };
    let digest = file.digest();
    if let Some(of) = batch.seen.get(&digest) {
        return refused(ApplicationRefused::Duplicate { of: of.clone() });
    }
    batch.seen.insert(digest, path.to_owned());
    if let Some(stored) = office.store.credential_of_application(digest).await? {
        return Ok(Taken::Done(Ok(stored.id)));
    }
    let now = office.clock.now();
    let register = read_register(office, &file.document, now).await?;
    let judgement = Judgement {
        warrant: test_warrant(&office.papers)?,
        predecessor: None,
        register: &register,
        now,
        signed_at: now,
    };
    if let Err(findings) = judge(
        &office.papers,
        &file.document,
        file.sheet(),
        judgement,
        check_alone,
    ) {
        return refused(ApplicationRefused::Findings(findings));
    }
    match file.into_stored() {
        Ok(file) => Ok(Taken::Wanted(digest, file, register)),
        Err(error) => refused(error.into()),
    }
}

fn test_warrant(papers: &Papers) -> Result<Warrant<'static>, IssueError> {
    papers
        .test_root()
        .map(Warrant::TestRoot)
        .ok_or(IssueError::RealRoot)
}

/// Whether a case passes before anything is given to it.
fn check_alone(case: &CaseFile<'_>) -> Result<(), Vec<Finding>> {
    let findings = crate::lint::check_case(case);
    if findings.is_empty() {
        Ok(())
    } else {
        Err(findings)
    }
}

async fn store_group(
    office: &mut Office,
    taken: Vec<(PathBuf, Taken)>,
    batch: &mut Batch,
) -> Result<JustPrepared, IssueError> {
    let now = office.clock.now();
    let mut just_prepared = JustPrepared::default();
    let mut documents = Vec::new();
    let mut unit = office.store.begin().await?;
    for (path, taken) in taken {
        let (digest, file, register) = match taken {
            Taken::Done(result) => {
                batch.begun.push((path, result));
                continue;
            }
            Taken::Wanted(digest, file, register) => (digest, file, register),
        };
        let judgement = Judgement {
            warrant: test_warrant(&office.papers)?,
            predecessor: None,
            register: &register,
            now,
            signed_at: now,
        };
        let mut trial = unit.savepoint().await.map_err(StoreError::from)?;
        let result = match prepare_one(&office.papers, &mut trial, digest, &file, judgement).await? {
            Ok((id, prepared)) => {
                trial.commit().await.map_err(StoreError::from)?;
                documents.push(SubmissionDocument::Credential(id));
                just_prepared.credentials.insert(id, prepared);
                Ok(id)
            }
            Err(refused) => {
                // Nothing is stored or numbered for what is refused.
                trial.rollback().await.map_err(StoreError::from)?;
                Err(refused)
            }
        };
        batch.begun.push((path, result));
    }
    if !documents.is_empty() {
        insert_submission(&mut unit, &documents, false).await?;
    }
    unit.commit().await.map_err(StoreError::from)?;
    Ok(just_prepared)
}

/// Gives number and place in the lists, judges, and stores what is to be signed.
pub(crate) async fn prepare_one(
    papers: &Papers,
    connection: &mut Session<'_>,
    digest: Sha256Digest,
    file: &StoredApplication,
    judgement: Judgement<'_>,
) -> Result<Result<(i64, PreparedCredential), ApplicationRefused>, IssueError> {
    let (number, version) = match judgement.predecessor {
        Some(old) => match old.credential.version.next() {
            Ok(version) => (old.credential.number.clone(), version),
            Err(_) => {
                return Err(StoreError::Exhausted {
                    what: "the certificate's versions",
                }
                .into());
            }
        },
        None => match allocate_number(papers, connection, file, judgement).await? {
            Ok(number) => (number, Version::FIRST),
            Err(refused) => return Ok(Err(refused)),
        },
    };
    let allocation = Allocation {
        issuer: papers.profile()?.clone(),
        profile: papers.config.issuer.profile,
        number,
        version,
        status: allocate_index(connection).await?,
        key: papers.issuing_method(),
    };
    let prepared = match prepare(papers, file, judgement, &allocation) {
        Ok(prepared) => prepared,
        Err(findings) => return Ok(Err(ApplicationRefused::Findings(findings))),
    };
    let application = insert_application(connection, digest, file).await?;
    match insert_credential(connection, application, &prepared).await {
        Ok(id) => Ok(Ok((id, prepared))),
        Err(error @ (StoreError::NumberTaken | StoreError::DutiesNotSeparated)) => {
            Ok(Err(ApplicationRefused::Store(error)))
        }
        Err(error) => Err(error.into()),
    }
}

/// The number a paper certificate brings along, one more recertification of the one recertified, or the next of the
/// scheme's year.
async fn allocate_number(
    papers: &Papers,
    connection: &mut Session<'_>,
    file: &StoredApplication,
    judgement: Judgement<'_>,
) -> Result<Result<CredentialNumber, ApplicationRefused>, IssueError> {
    let terms = judge(papers, &file.document, Ok(&file.sheet), judgement, |case| {
        let year = case.application.certificate.valid_from.map_or(0, year_of);
        let scheme = case
            .scheme
            .map(|scheme| scheme.edition.edition.clone())
            .unwrap_or_default();
        Ok((case.application.certificate.clone(), year, scheme))
    });
    let (terms, year, edition) = match terms {
        Ok(terms) => terms,
        Err(findings) => return Ok(Err(ApplicationRefused::Findings(findings))),
    };
    if let Some(number) = terms.number {
        return Ok(Ok(number));
    }
    let Some(scheme) = papers.scheme(&edition) else {
        return Err(OfficeError::NotListed {
            what: format!("scheme edition {edition}"),
        }
        .into());
    };
    let template = &scheme.edition.number_template;
    let exhausted = || StoreError::Exhausted {
        what: "the scheme's numbers",
    };
    let old = terms
        .recertifies
        .as_ref()
        .and_then(|old| template.parse(old.as_str()));
    let mut recertification = old.map_or(0, |old| old.recertification);
    loop {
        let parts = match old {
            Some(old) => {
                recertification = recertification.checked_add(1).ok_or_else(exhausted)?;
                NumberParts {
                    recertification,
                    ..old
                }
            }
            None => NumberParts {
                year,
                sequence: next_sequence(connection, &edition, year).await?,
                recertification: 0,
            },
        };
        let number = template.format(parts).ok_or_else(exhausted)?;
        let number = match CredentialNumber::parse(&number) {
            Ok(number) => number,
            Err(error) => return Ok(Err(error.into())),
        };
        // A paper certificate may have brought this number along: it is passed over. So is one that was voided; a
        // recertification that stands is not, its constraint refuses the second.
        match (number_given(connection, &number).await?, old) {
            (None, _) | (Some(Given::Live), Some(_)) => return Ok(Ok(number)),
            (Some(_), None) | (Some(Given::Voided), Some(_)) => {}
        }
    }
}

/// The last two digits of a date's year.
fn year_of(date: touchstone_schemas::date_time::Date) -> u8 {
    let text = date.to_string();
    text.get(2..4).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// An application file as it was found, with the score sheet it names.
pub(crate) struct ApplicationFile {
    pub(crate) document: Vec<u8>,
    /// A sheet that is missing is a fault to be listed with the others.
    pub(crate) sheet: Result<Vec<u8>, FileError>,
}

impl ApplicationFile {
    /// SHA-256 of the JCS bytes: what tells applications apart is what they say, not how they are laid out. A file
    /// that does not read goes by its own bytes; nothing is issued from it.
    pub(crate) fn digest(&self) -> Sha256Digest {
        match json::parse(&self.document, MAX_APPLICATION_BYTES) {
            Ok(document) => Sha256Digest::of(&document.to_canonical_bytes()),
            Err(_) => Sha256Digest::of(&self.document),
        }
    }

    /// The sheet, for judging.
    pub(crate) fn sheet(&self) -> Result<&[u8], &FileError> {
        self.sheet.as_deref()
    }

    /// What is stored.
    pub(crate) fn into_stored(self) -> Result<StoredApplication, FileError> {
        Ok(StoredApplication {
            document: self.document,
            sheet: self.sheet?,
        })
    }
}

/// Reads an application and the score sheet it names.
///
/// # Errors
/// [`FileError`] when the application does not read.
pub(crate) fn read_files(path: &Path) -> Result<ApplicationFile, FileError> {
    let document = file::read(path)?;
    let sheet = match sheet_reference(&document) {
        Some(reference) => file::read(&path.parent().unwrap_or(Path::new("")).join(reference)),
        None => Ok(inline_sheet(&document)),
    };
    Ok(ApplicationFile { document, sheet })
}

/// A score sheet written into the application itself.
fn inline_sheet(document: &[u8]) -> Vec<u8> {
    json::parse(document, MAX_APPLICATION_BYTES)
        .ok()
        .and_then(|document| Some(document.pointer("/evaluation/scores")?.to_canonical_bytes()))
        .unwrap_or_default()
}
