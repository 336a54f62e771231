//! Events judged again.

use touchstone_schemas::{digest::Sha256Digest, lifecycle::RecordedEvent, tlog::entry::Record};
use touchstone_verifier::{events::EventRefused, log_check::Expected, verify_event};

use super::{GENUINE, Opened, PAPERS, RECEIPT, RecheckError, Rechecked, STORED, listed_key, open};
use crate::{
    after_issue::{EventGrounds, GroundsError},
    lint::{self, DocumentKind, Finding},
    office::{Office, Papers},
    prepare::{EventCase, EventRequest},
    store::{StoredCredential, StoredEvent},
};

/// The events of a credential, judged one after the other: each with those that were recorded before it.
pub(super) async fn events(
    office: &mut Office,
    credential: &StoredCredential,
) -> Result<Vec<Rechecked>, RecheckError> {
    let mut rechecked = Vec::new();
    for stored in office.store.signed_events(credential.id).await? {
        let mut findings = Vec::new();
        if let Some(opened) = check_event(&office.papers, &stored, &mut findings) {
            check_event_case(office, credential, &stored, &opened, &mut findings).await?;
        }
        rechecked.push(Rechecked {
            number: stored.event.number.clone(),
            version: stored.event.version,
            event: Some(stored.event.sequence),
            findings,
        });
    }
    Ok(rechecked)
}

/// What the bytes of an event show.
fn check_event(papers: &Papers, stored: &StoredEvent, findings: &mut Vec<Finding>) -> Option<Opened> {
    let signed = stored.signed.as_deref().unwrap_or_default();
    let opened = open(signed, &stored.unsecured, findings)?;
    if let Some(key) = listed_key(papers, &opened, findings) {
        let kind = DocumentKind::Event;
        findings.extend(lint::check_document(
            kind,
            &opened.unsecured,
            &key,
            opened.created,
        ));
    }
    match verify_event(signed, papers.trust(), opened.created) {
        // Its signature, path and window held; the retirement is of later entries where a receipt shows this one.
        Ok(_) => {}
        Err(EventRefused::Retired { .. }) if stored.receipt.is_some() => {}
        Err(error) => findings.push(Finding::new(&GENUINE, "", error.to_string())),
    }
    check_event_receipt(papers, stored, signed, findings);
    Some(opened)
}

/// The rules about an event, with its papers as they were when it was prepared.
async fn check_event_case(
    office: &mut Office,
    credential: &StoredCredential,
    stored: &StoredEvent,
    opened: &Opened,
    findings: &mut Vec<Finding>,
) -> Result<(), RecheckError> {
    let event = &stored.event;
    let digest = Sha256Digest::of(credential.signed.as_deref().unwrap_or_default());
    if event.credential_digest != digest {
        let message = "it is about another document than the credential on file";
        findings.push(Finding::new(
            &STORED,
            "/credentialSubject/credentialDigest",
            message,
        ));
    }
    let duties = office.store.duties(stored.case_file).await?;
    let Some(request) = EventRequest::of(event, &duties) else {
        findings.push(Finding::new(&PAPERS, "", "no decider is on record"));
        return Ok(());
    };
    let earlier = office.store.events(credential.id).await?.into_iter();
    let events: Vec<RecordedEvent> = earlier
        .filter(|earlier| earlier.event.sequence < event.sequence)
        .map(|earlier| RecordedEvent {
            sequence: earlier.event.sequence,
            effective: earlier.event.effective,
            recorded: earlier.recorded.unwrap_or(stored.prepared_at),
            change: earlier.event.change,
        })
        .collect();
    let facts = credential.credential()?;
    let grounds = match EventGrounds::read(office, stored).await {
        Ok(grounds) => grounds,
        Err(GroundsError::Store(error)) => return Err(error.into()),
        Err(error) => {
            findings.push(Finding::new(&PAPERS, "", error.to_string()));
            return Ok(());
        }
    };
    let papers = &office.papers;
    let Some(warrant) = grounds.warrant(papers) else {
        let message = "no decided measure or case stands behind it";
        findings.push(Finding::new(&PAPERS, "", message));
        return Ok(());
    };
    let body = warrant.body(&papers.body);
    let edition = facts.scheme.edition.as_str();
    let (Some(scheme), Some(key)) = (
        papers.scheme(edition),
        listed_key(papers, opened, &mut Vec::new()),
    ) else {
        let message = format!("scheme edition {edition} or the key is not known any more");
        findings.push(Finding::new(&PAPERS, "", message));
        return Ok(());
    };
    let case = EventCase {
        credential: &facts,
        digest,
        events: &events,
        warrant: None,
        body: &body,
        scheme,
        key,
        request: &request,
        now: stored.prepared_at,
        signed_at: opened.created,
    };
    if !warrant.covers(&case) {
        findings.push(Finding::new(&PAPERS, "", "it is not what was decided"));
    }
    findings.extend(lint::check_event(&case, event, &opened.unsecured));
    Ok(())
}

/// Whether the receipt of an event proves that the log has it.
fn check_event_receipt(papers: &Papers, stored: &StoredEvent, signed: &[u8], findings: &mut Vec<Finding>) {
    let Some(receipt) = &stored.receipt else { return };
    let event = &stored.event;
    let expected = Expected {
        issuer: &event.issuer,
        digest: Sha256Digest::of(signed),
        record: Record::Event {
            number: event.number.clone(),
            version: event.version,
            event: event.kind(),
            sequence: u64::from(event.sequence),
            effective: event.effective,
        },
    };
    let checked = papers.log().map_err(|error| error.to_string()).and_then(|log| {
        log.check_receipt(receipt, &expected)
            .map_err(|error| error.to_string())
    });
    if let Err(message) = checked {
        findings.push(Finding::new(&RECEIPT, "", message));
    }
}
