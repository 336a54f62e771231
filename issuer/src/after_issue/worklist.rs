//! The worklist of surveillance officers: what is to be done, worked out anew for the certificates something happened to.

use touchstone_schemas::{
    date_time::{Date, Timestamp},
    lifecycle::{RecordedEvent, Terms},
};

use super::{Facts, MeasureKind, MeasureStatus, Obligation, obligations};
use crate::{
    office::Papers,
    store::{Store, StoreError},
};

/// Certificates worked out in one commit.
const OF_A_COMMIT: u32 = 500;

/// Works out what is to be done for every certificate to which something happened since.
///
/// # Errors
/// What the database says.
pub async fn refresh_obligations(
    papers: &Papers,
    store: &mut Store,
    now: Timestamp,
) -> Result<(), StoreError> {
    store.forget_obligations(Date::of(now)).await?;
    loop {
        let stale = store.stale_obligations(OF_A_COMMIT).await?;
        if stale.is_empty() {
            return Ok(());
        }
        let mut worked_out = Vec::with_capacity(stale.len());
        for credential in stale {
            worked_out.push((credential, of_credential(papers, store, credential).await?));
        }
        store.keep_obligations(&worked_out).await?;
    }
}

/// What is to be done for a certificate; nothing for one that the registry does not have, or whose scheme the body does
/// not know any more.
async fn of_credential(
    papers: &Papers,
    store: &mut Store,
    credential: i64,
) -> Result<Vec<Obligation>, StoreError> {
    let stored = store.credential(credential).await?;
    if stored.receipt.is_none() {
        return Ok(Vec::new());
    }
    let facts = stored.credential()?;
    let Some(scheme) = papers.scheme(facts.scheme.edition.as_str()) else {
        return Ok(Vec::new());
    };
    let events: Vec<RecordedEvent> = store
        .events(credential)
        .await?
        .into_iter()
        .filter_map(|event| {
            Some(RecordedEvent {
                sequence: event.event.sequence,
                effective: event.event.effective,
                recorded: event.recorded?,
                change: event.event.change,
            })
        })
        .collect();
    let measures = store.measures_of_credential(credential).await?.into_iter();
    let lost: Vec<Date> = measures
        .filter(|measure| {
            measure.kind == MeasureKind::Nonconformity && measure.status == MeasureStatus::Recorded
        })
        .filter_map(|measure| measure.confirmed_on)
        .collect();
    Ok(obligations(&Facts {
        terms: Terms::from(&facts),
        events: &events,
        nonconformities: &lost,
        rules: &scheme.edition.rules,
    }))
}
