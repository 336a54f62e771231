//! `issue`: application file → grade → prepare → lint → store → sign → deliver.
//!
//! At whichever point a process dies, the same command goes on from there: what is prepared is signed, what is signed
//! is delivered, and one application file gives one number, by its digest.

use std::path::{Path, PathBuf};

use touchstone_schemas::{
    credential::{CredentialNumber, NumberError, Version},
    digest::Sha256Digest,
    scheme::number::NumberParts,
};

use crate::{
    application::sheet_reference,
    file::{self, FileError},
    lint::Finding,
    office::{Office, OfficeError, OfficeKeys, Papers},
    outbox::{Delivered, DeliveryError, deliver},
    prepare::{Allocation, CaseFile, Predecessor, PreparedCredential},
    signing::{JustPrepared, SigningError, judge, prepare, sign_prepared},
    store::{
        StoreError, StoredApplication, StoredCredential, SubmissionDocument, allocate_index,
        insert_application, insert_credential, insert_submission, next_sequence,
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
    if !office.papers.config.issuer.test {
        return Err(IssueError::RealRoot);
    }
    let mut begun: Vec<(PathBuf, Result<i64, ApplicationRefused>)> = Vec::with_capacity(files.len());
    let mut delivered = Delivered::default();
    for group in files.chunks(usize::from(office.papers.config.outbox.bundle_size)) {
        let just_prepared = prepare_group(office, group, &mut begun).await?;
        sign_prepared(office, keys, just_prepared).await?;
    }
    let round = deliver(office, keys).await?;
    delivered.documents += round.documents;
    delivered.refused.extend(round.refused);
    let mut outcomes = Vec::with_capacity(begun.len());
    for (path, result) in begun {
        let result = match result {
            Ok(id) => match office.store.refusal_of(id).await? {
                Some(problem) => Err(ApplicationRefused::Registry { problem }),
                None => Ok(office.store.credential(id).await?),
            },
            Err(refused) => Err(refused),
        };
        outcomes.push(Outcome { path, result });
    }
    Ok((outcomes, delivered))
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
    let mut begun = Vec::with_capacity(files.len());
    prepare_group(office, files, &mut begun).await?;
    Ok(begun)
}

/// Prepares a group of files in one commit, with one submission for those new.
///
/// # Errors
/// What the database says; nothing of the group is stored then.
async fn prepare_group(
    office: &mut Office,
    files: &[PathBuf],
    begun: &mut Vec<(PathBuf, Result<i64, ApplicationRefused>)>,
) -> Result<JustPrepared, IssueError> {
    let mut wanted: Vec<(PathBuf, Sha256Digest, StoredApplication)> = Vec::new();
    for path in files {
        let file = match read_files(path) {
            Ok(file) => file,
            Err(error) => {
                begun.push((path.clone(), Err(error.into())));
                continue;
            }
        };
        let digest = Sha256Digest::of(&file.document);
        if let Some(stored) = office.store.credential_of_application(digest).await? {
            begun.push((path.clone(), Ok(stored.id)));
        } else if wanted.iter().any(|(_, other, _)| *other == digest) {
            continue;
        } else if let Err(findings) = judge(&office.papers, &file, None, office.clock.now(), check_alone) {
            begun.push((path.clone(), Err(ApplicationRefused::Findings(findings))));
        } else {
            wanted.push((path.clone(), digest, file));
        }
    }
    let mut just_prepared = JustPrepared::default();
    if wanted.is_empty() {
        return Ok(just_prepared);
    }
    store_group(office, wanted, begun, &mut just_prepared).await?;
    Ok(just_prepared)
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
    wanted: Vec<(PathBuf, Sha256Digest, StoredApplication)>,
    begun: &mut Vec<(PathBuf, Result<i64, ApplicationRefused>)>,
    just_prepared: &mut JustPrepared,
) -> Result<(), IssueError> {
    let now = office.clock.now();
    let mut unit = office.store.begin().await?;
    let mut documents = Vec::new();
    for (path, digest, file) in wanted {
        let mut trial = sqlx::Connection::begin(&mut *unit)
            .await
            .map_err(StoreError::from)?;
        match prepare_one(&office.papers, &mut trial, digest, &file, None, now).await? {
            Ok((id, prepared)) => {
                trial.commit().await.map_err(StoreError::from)?;
                documents.push(SubmissionDocument::Credential(id));
                just_prepared.credentials.insert(id, prepared);
                begun.push((path, Ok(id)));
            }
            Err(refused) => {
                // Nothing is stored or numbered for what is refused.
                trial.rollback().await.map_err(StoreError::from)?;
                begun.push((path, Err(refused)));
            }
        }
    }
    if !documents.is_empty() {
        insert_submission(&mut unit, &documents, false).await?;
    }
    unit.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Gives number and place in the lists, judges, and stores what is to be signed.
pub(crate) async fn prepare_one(
    papers: &Papers,
    connection: &mut sqlx::SqliteConnection,
    digest: Sha256Digest,
    file: &StoredApplication,
    predecessor: Option<&Predecessor>,
    now: touchstone_schemas::date_time::Timestamp,
) -> Result<Result<(i64, PreparedCredential), ApplicationRefused>, IssueError> {
    let (number, version) = match predecessor {
        Some(old) => match old.credential.version.next() {
            Ok(version) => (old.credential.number.clone(), version),
            Err(_) => {
                return Err(StoreError::Exhausted {
                    what: "the certificate's versions",
                }
                .into());
            }
        },
        None => match allocate_number(papers, connection, file, now).await? {
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
    let prepared = match prepare(papers, file, predecessor, &allocation, now) {
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
    connection: &mut sqlx::SqliteConnection,
    file: &StoredApplication,
    now: touchstone_schemas::date_time::Timestamp,
) -> Result<Result<CredentialNumber, ApplicationRefused>, IssueError> {
    let terms = judge(papers, file, None, now, |case| {
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
    loop {
        let parts = match terms
            .recertifies
            .as_ref()
            .and_then(|old| template.parse(old.as_str()))
        {
            Some(old) => NumberParts {
                recertification: old.recertification.checked_add(1).ok_or_else(exhausted)?,
                ..old
            },
            None => {
                let sequence = next_sequence(connection, &edition, year).await?;
                NumberParts {
                    year,
                    sequence,
                    recertification: 0,
                }
            }
        };
        let number = template.format(parts).ok_or_else(exhausted)?;
        let number = match CredentialNumber::parse(&number) {
            Ok(number) => number,
            Err(error) => return Ok(Err(error.into())),
        };
        // A paper certificate may have brought this number along: it is passed over.
        if terms.recertifies.is_some() || !is_taken(connection, &number).await? {
            return Ok(Ok(number));
        }
    }
}

async fn is_taken(
    connection: &mut sqlx::SqliteConnection,
    number: &CredentialNumber,
) -> Result<bool, StoreError> {
    let (taken,) = sqlx::query_as("SELECT count(*) > 0 FROM credential WHERE number = ?")
        .bind(number.as_str())
        .fetch_one(connection)
        .await?;
    Ok(taken)
}

/// The last two digits of a date's year.
fn year_of(date: touchstone_schemas::date_time::Date) -> u8 {
    let text = date.to_string();
    text.get(2..4).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// Reads an application and the score sheet it names.
///
/// # Errors
/// [`FileError`] when the application does not read. A sheet that is missing is a finding of its own: it reads as
/// empty here.
pub fn read_files(path: &Path) -> Result<StoredApplication, FileError> {
    let document = file::read(path)?;
    let sheet = match sheet_reference(&document) {
        Some(reference) => file::read(&path.parent().unwrap_or(Path::new("")).join(reference))?,
        None => inline_sheet(&document),
    };
    Ok(StoredApplication { document, sheet })
}

/// A score sheet written into the application itself.
fn inline_sheet(document: &[u8]) -> Vec<u8> {
    use touchstone_schemas::json;
    json::parse(document, crate::application::MAX_APPLICATION_BYTES)
        .ok()
        .and_then(|document| Some(document.pointer("/evaluation/scores")?.to_canonical_bytes()))
        .unwrap_or_default()
}
