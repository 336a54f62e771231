//! Cases that follow a certificate on file: what they change, and what of it stands.

use touchstone_schemas::{
    credential::{Credential, CredentialNumber},
    date_time::Timestamp,
    jcs::{ObjectWriter, write_object},
    json,
    lifecycle::{RecordedEvent, Terms, state},
};

use super::{
    Actor, Attached, AttachmentPurpose, Case, CaseContent, CaseworkError,
    desk::{known, write},
};
use crate::{
    application::{ChangedVersion, MAX_APPLICATION_BYTES},
    prepare::{Difference, Predecessor, differences},
    signing::predecessor_in,
    store::{Store, StoreError, StoredCredential},
};

/// The version that is to be changed, when it is the newest, with the registry, and has not ended.
pub(crate) async fn standing(
    store: &mut Store,
    changes: &ChangedVersion,
    now: Timestamp,
) -> Result<Option<(StoredCredential, Predecessor)>, StoreError> {
    let Some(stored) = store.find_credential(&changes.number, None).await? else {
        return Ok(None);
    };
    if stored.version != changes.version || stored.receipt.is_none() {
        return Ok(None);
    }
    let before = predecessor_in(store, &stored).await?;
    let ended = has_ended(store, &stored, &before.credential, now).await?;
    Ok((!ended).then_some((stored, before)))
}

/// Whether a certificate has ended, by its events on file and its dates.
pub(crate) async fn has_ended(
    store: &mut Store,
    stored: &StoredCredential,
    credential: &Credential,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let events = store.events(stored.id).await?.into_iter();
    let events: Vec<RecordedEvent> = events
        .map(|event| RecordedEvent {
            sequence: event.event.sequence,
            effective: event.event.effective,
            recorded: event.recorded.unwrap_or(now),
            change: event.event.change,
        })
        .collect();
    Ok(state(&Terms::from(credential), &events, now, Timestamp::MAX).is_final())
}

/// Puts the evaluation of the version that is changed on file again, with its report: it stands where nothing but the
/// holder's own particulars change. The evaluator answers for that.
///
/// # Errors
/// [`CaseworkError`].
pub async fn carry_over(
    store: &mut Store,
    number: u32,
    by: &Actor,
    now: Timestamp,
) -> Result<Case, CaseworkError> {
    let case = known(store, number).await?;
    let changes = case.form().request().certificate.changes.clone();
    let changes = changes.ok_or(CaseworkError::NothingToCarryOver)?;
    let (stored, before) = standing(store, &changes, now)
        .await?
        .ok_or(CaseworkError::NothingToCarryOver)?;
    let evaluated = differences(&before.credential, case.form().request(), None);
    if let Some(difference) = evaluated.iter().find(|it| !it.particular.is_the_holders()) {
        let particular = difference.particular;
        return Err(CaseworkError::EvaluatedAnew { particular });
    }
    let earlier = match store.case_of_credential(stored.id).await? {
        Some(earlier) => known(store, earlier).await?,
        None => return Err(CaseworkError::NothingToCarryOver),
    };
    let evaluation = earlier.evaluation().ok_or(CaseworkError::NothingToCarryOver)?;
    let report = earlier
        .attachments()
        .iter()
        .find(|file| file.digest == evaluation.report.digest && file.purpose == AttachmentPurpose::Report);
    let report = report.ok_or(CaseworkError::NothingToCarryOver)?;
    let mut unit = store.begin().await?;
    if !case
        .attachments()
        .iter()
        .any(|file| file.digest == report.digest && file.purpose == report.purpose)
    {
        let attached = CaseContent::Attached(Attached {
            attachment: report.clone(),
        });
        write(&mut unit, number, Some(by), attached, now).await?;
    }
    let evaluated = CaseContent::Evaluated(evaluation.clone());
    let case = write(&mut unit, number, Some(by), evaluated, now).await?;
    unit.commit().await?;
    Ok(case)
}

/// What differs between a case and the certificate that it changes or recertifies.
///
/// # Errors
/// What the database says.
pub async fn differences_to_last(store: &mut Store, case: &Case) -> Result<Vec<Difference>, StoreError> {
    let terms = &case.form().request().certificate;
    let before = match (&terms.changes, &terms.recertifies) {
        (Some(changes), _) => {
            store
                .find_credential(&changes.number, Some(changes.version))
                .await?
        }
        (None, Some(number)) => store.find_credential(number, None).await?,
        (None, None) => None,
    };
    let Some(before) = before else {
        return Ok(Vec::new());
    };
    let level = case.evaluation().and_then(|evaluation| evaluation.level);
    Ok(differences(&before.credential()?, case.form().request(), level))
}

/// The application of a certificate on file as a form, for a change of it or for its recertification; none when there is
/// no such certificate.
///
/// # Errors
/// What the database says.
pub async fn following_form(
    store: &mut Store,
    number: &CredentialNumber,
    recertify: bool,
) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(stored) = store.find_credential(number, None).await? else {
        return Ok(None);
    };
    let application = store.application(stored.id).await?;
    let document = json::parse(&application.document, MAX_APPLICATION_BYTES);
    let document = document.map_err(|error| StoreError::Unreadable {
        table: "application",
        column: "document",
        row: stored.id,
        cause: error.to_string(),
    })?;
    let mut form = Vec::new();
    write_object(&mut form, |root| {
        let copy = |root: &mut ObjectWriter<'_>, names: &[&'static str]| {
            for name in names {
                if let Some(value) = document.as_object().and_then(|object| object.get(name)) {
                    root.member(name, value);
                }
            }
        };
        copy(root, &["agreement", "applicant", "assessedUnit"]);
        if !recertify {
            root.object("changes", |changes| {
                changes.member("number", &stored.number);
                changes.member("version", &stored.version);
            });
        }
        copy(root, &["demonstration", "industry"]);
        if recertify {
            root.member("recertifies", &stored.number);
        }
        copy(root, &["scheme", "scope", "scopeEn", "sites"]);
    });
    Ok(Some(form))
}
