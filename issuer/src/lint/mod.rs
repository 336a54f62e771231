//! Lints: what must hold before a key is used. One rule a file, grouped by source; every rule reports all it finds.

mod finding;
mod house;
mod iso_17065;
mod scheme;

use touchstone_schemas::{credential::Credential, lifecycle::Event};

pub use finding::{Clause, Finding};

use crate::prepare::{Allocation, CaseFile, EventCase};

/// A rule about a case file.
struct CaseLint {
    clause: &'static Clause,
    check: fn(&CaseFile<'_>, &mut Findings),
}

/// A rule about a credential about to be signed.
struct CredentialLint {
    clause: &'static Clause,
    check: fn(&DraftCredential<'_>, &mut Findings),
}

/// A rule about an event about to be signed.
struct EventLint {
    clause: &'static Clause,
    check: fn(&DraftEvent<'_>, &mut Findings),
}

/// Where a rule reports.
struct Findings {
    clause: &'static Clause,
    found: Vec<Finding>,
}

impl Findings {
    fn report(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.found.push(Finding::new(self.clause, pointer, message));
    }
}

/// A credential about to be signed, and where it came from.
pub(crate) struct DraftCredential<'a> {
    pub(crate) case: &'a CaseFile<'a>,
    pub(crate) credential: &'a Credential,
    pub(crate) unsecured: &'a [u8],
    pub(crate) allocation: &'a Allocation,
}

/// An event about to be signed, and where it came from.
struct DraftEvent<'a> {
    case: &'a EventCase<'a>,
    event: &'a Event,
    unsecured: &'a [u8],
}

const CASE_LINTS: &[CaseLint] = &[
    scheme::eligibility::LINT,
    scheme::known::LINT,
    scheme::grade::LINT,
    scheme::sites::LINT,
    scheme::dates::LINT,
    scheme::number::CASE_LINT,
    scheme::recertification::LINT,
    scheme::reapplication::LINT,
    iso_17065::decision::LINT,
    iso_17065::agreement::LINT,
    iso_17065::effective_date::LINT,
    iso_17065::order::LINT,
    iso_17065::impartiality::LINT,
    iso_17065::offices::LINT,
    iso_17065::signatory::LINT,
    iso_17065::claims::LINT,
    house::plain_text::LINT,
    house::issue_date::LINT,
    house::key_window::LINT,
    house::version::LINT,
];

const CREDENTIAL_LINTS: &[CredentialLint] = &[
    iso_17065::contents::LINT,
    scheme::texts::LINT,
    scheme::number::LINT,
    house::round_trip::LINT,
    house::symbol_size::LINT,
];

const EVENT_LINTS: &[EventLint] = &[
    scheme::transition::LINT,
    scheme::event_dates::LINT,
    iso_17065::event_decision::LINT,
    house::event_window::LINT,
    house::round_trip::EVENT_LINT,
];

/// Judges a case file: every fault, none left out.
pub(crate) fn check_case(case: &CaseFile<'_>) -> Vec<Finding> {
    let run = |lint: &CaseLint| {
        let mut findings = Findings {
            clause: lint.clause,
            found: Vec::new(),
        };
        (lint.check)(case, &mut findings);
        findings.found
    };
    CASE_LINTS.iter().flat_map(run).collect()
}

/// Judges a credential about to be signed.
pub(crate) fn check_credential(draft: &DraftCredential<'_>) -> Vec<Finding> {
    let run = |lint: &CredentialLint| {
        let mut findings = Findings {
            clause: lint.clause,
            found: Vec::new(),
        };
        (lint.check)(draft, &mut findings);
        findings.found
    };
    CREDENTIAL_LINTS.iter().flat_map(run).collect()
}

/// Judges an event about to be signed.
pub(crate) fn check_event(case: &EventCase<'_>, event: &Event, unsecured: &[u8]) -> Vec<Finding> {
    let draft = DraftEvent {
        case,
        event,
        unsecured,
    };
    let run = |lint: &EventLint| {
        let mut findings = Findings {
            clause: lint.clause,
            found: Vec::new(),
        };
        (lint.check)(&draft, &mut findings);
        findings.found
    };
    EVENT_LINTS.iter().flat_map(run).collect()
}

/// Codes of the rules a credential passes before it is signed.
pub(crate) fn codes() -> Vec<&'static str> {
    let credential = CREDENTIAL_LINTS.iter().map(|lint| lint.clause.code);
    CASE_LINTS
        .iter()
        .map(|lint| lint.clause.code)
        .chain(credential)
        .collect()
}

/// Codes of the rules an event passes before it is signed.
pub(crate) fn event_codes() -> Vec<&'static str> {
    EVENT_LINTS.iter().map(|lint| lint.clause.code).collect()
}
