//! What is about to be signed reads back as the same facts: no key is used on what no verifier would read.

use touchstone_schemas::{credential::Credential, json, lifecycle::Event};

use crate::lint::{Clause, CredentialLint, DraftCredential, DraftEvent, EventLint, Findings};

const CLAUSE: Clause = Clause::new("roundTrip", "DESIGN §4");
const EVENT_CLAUSE: Clause = Clause::new("eventRoundTrip", "DESIGN §4");
pub(in crate::lint) const LINT: CredentialLint = CredentialLint {
    clause: &CLAUSE,
    check,
};
pub(in crate::lint) const EVENT_LINT: EventLint = EventLint {
    clause: &EVENT_CLAUSE,
    check: check_event,
};

fn check(draft: &DraftCredential<'_>, findings: &mut Findings) {
    match json::parse(draft.unsecured, draft.unsecured.len()) {
        Ok(document) => match Credential::from_document(&document) {
            Ok(read) if read == *draft.credential => {}
            Ok(_) => findings.report("", "the document reads back as other facts"),
            Err(error) => findings.report("", format!("the document does not read back: {error}")),
        },
        Err(error) => findings.report("", format!("the document does not read back: {error}")),
    }
}

fn check_event(draft: &DraftEvent<'_>, findings: &mut Findings) {
    match json::parse(draft.unsecured, draft.unsecured.len()) {
        Ok(document) => match Event::from_document(&document) {
            Ok(read) if read == *draft.event => {}
            Ok(_) => findings.report("", "the event reads back as other facts"),
            Err(error) => findings.report("", format!("the event does not read back: {error}")),
        },
        Err(error) => findings.report("", format!("the event does not read back: {error}")),
    }
}
