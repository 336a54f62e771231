//! Lints: what must hold before a key is used. One rule a file, grouped by source; every rule reports all it finds.

mod data_integrity;
mod document;
mod finding;
mod house;
mod iso_17065;
mod lifecycle;
mod national;
mod rfc_5280;
#[cfg(test)]
mod samples;
mod scheme;
mod status_list;
mod unicode;
mod untp;
mod vcdm;

use touchstone_schemas::{
    credential::{Credential, IssuerProfile},
    date_time::Timestamp,
    did::VerificationMethod,
    jcs::to_canonical,
    lifecycle::Event,
};
use touchstone_verifier::path::{CertificateFacts, certificate_facts};

pub(crate) use document::{Document, DocumentKind, Signing};

pub use finding::{Clause, Finding};

use crate::prepare::{CaseFile, EventCase, KeyWindow, SchemeData};

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

/// A credential about to be signed, or signed, with what it is compared with.
pub(crate) struct DraftCredential<'a> {
    pub(crate) credential: &'a Credential,
    pub(crate) unsecured: &'a [u8],
    pub(crate) scheme: Option<&'a SchemeData>,
    pub(crate) issuer: &'a IssuerProfile,
    pub(crate) profile: u32,
    pub(crate) key: &'a VerificationMethod,
    pub(crate) now: Timestamp,
}

/// A rule about a document without its proof.
struct DocumentLint {
    clause: &'static Clause,
    /// The kind it is about; both when absent.
    kind: Option<DocumentKind>,
    check: fn(&Document<'_>, &mut Findings),
}

impl DocumentLint {
    const fn of_both(clause: &'static Clause, check: fn(&Document<'_>, &mut Findings)) -> Self {
        Self {
            clause,
            kind: None,
            check,
        }
    }

    const fn of_credential(clause: &'static Clause, check: fn(&Document<'_>, &mut Findings)) -> Self {
        Self {
            clause,
            kind: Some(DocumentKind::Credential),
            check,
        }
    }

    const fn of_event(clause: &'static Clause, check: fn(&Document<'_>, &mut Findings)) -> Self {
        Self {
            clause,
            kind: Some(DocumentKind::Event),
            check,
        }
    }

    fn is_about(&self, kind: DocumentKind) -> bool {
        self.kind.is_none_or(|about| about == kind)
    }
}

/// A rule about the certificate of the key that signs.
struct KeyLint {
    clause: &'static Clause,
    check: fn(&KeyPaper<'_>, &mut Findings),
}

/// The certificate of the key that signs, and what it is held against.
struct KeyPaper<'a> {
    facts: CertificateFacts,
    method: &'a VerificationMethod,
    purpose: &'a str,
    created: Timestamp,
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

const DOCUMENT_LINTS: &[DocumentLint] = &[
    vcdm::context::LINT,
    vcdm::identifier::LINT,
    vcdm::types::LINT,
    vcdm::issuer::LINT,
    vcdm::subject::LINT,
    vcdm::validity_period::LINT,
    vcdm::status::LINT,
    vcdm::schema::LINT,
    vcdm::empty_members::LINT,
    status_list::purposes::LINT,
    status_list::messages::LINT,
    data_integrity::unsecured::LINT,
    data_integrity::verification_method::LINT,
    data_integrity::created::LINT,
    data_integrity::canonical_form::LINT,
    data_integrity::i_json::LINT,
    untp::attestation::LINT,
    untp::party::LINT,
    untp::assessment::LINT,
    untp::facilities::LINT,
    untp::score::LINT,
    untp::evidence::LINT,
    untp::endorsement::LINT,
    untp::references::LINT,
    national::uscc::LINT,
    national::region::LINT,
    national::industry::LINT,
    iso_17065::document_members::LINT,
    iso_17065::recognition_claim::LINT,
    iso_17065::accreditation_evidence::LINT,
    lifecycle::event_subject::LINT,
    lifecycle::event_digest::LINT,
    lifecycle::event_grounds::LINT,
    unicode::normalization::LINT,
    unicode::bidi::LINT,
    unicode::invisible::LINT,
    unicode::variation::LINT,
    unicode::private_use::LINT,
    unicode::controls::LINT,
    unicode::combining::LINT,
    unicode::digits::LINT,
    unicode::compatibility::LINT,
    unicode::restricted::LINT,
    unicode::mixed_script::LINT,
    unicode::confusable::LINT,
    unicode::identifiers::LINT,
];

const KEY_LINTS: &[KeyLint] = &[
    rfc_5280::serial_number::LINT,
    rfc_5280::validity::LINT,
    rfc_5280::key_usage::LINT,
    rfc_5280::extended_key_usage::LINT,
    rfc_5280::subject_alt_name::LINT,
    rfc_5280::basic_constraints::LINT,
];

/// What one rule finds.
fn run(clause: &'static Clause, check: impl FnOnce(&mut Findings)) -> Vec<Finding> {
    let mut findings = Findings {
        clause,
        found: Vec::new(),
    };
    check(&mut findings);
    findings.found
}

/// Judges a case file: every fault, none left out.
pub(crate) fn check_case(case: &CaseFile<'_>) -> Vec<Finding> {
    let judge = |lint: &CaseLint| run(lint.clause, |findings| (lint.check)(case, findings));
    CASE_LINTS.iter().flat_map(judge).collect()
}

/// Judges the facts of a credential about to be signed.
pub(crate) fn check_credential(draft: &DraftCredential<'_>) -> Vec<Finding> {
    let judge = |lint: &CredentialLint| run(lint.clause, |findings| (lint.check)(draft, findings));
    CREDENTIAL_LINTS.iter().flat_map(judge).collect()
}

/// Judges the facts of an event about to be signed.
pub(crate) fn check_event(case: &EventCase<'_>, event: &Event, unsecured: &[u8]) -> Vec<Finding> {
    let draft = DraftEvent {
        case,
        event,
        unsecured,
    };
    let judge = |lint: &EventLint| run(lint.clause, |findings| (lint.check)(&draft, findings));
    EVENT_LINTS.iter().flat_map(judge).collect()
}

/// Judges an event that is proposed: by everything but who decides it, which is still to come.
pub(crate) fn check_proposed_event(case: &EventCase<'_>) -> Vec<Finding> {
    let event = case.event();
    let mut findings = check_event(case, &event, &to_canonical(&event));
    findings.retain(|finding| finding.code != iso_17065::event_decision::LINT.clause.code);
    findings
}

/// Judges the bytes of a document without its proof, and the certificate of the key that signs them. What is not strict
/// JSON is judged no further.
pub(crate) fn check_document(
    kind: DocumentKind,
    unsecured: &[u8],
    key: &KeyWindow<'_>,
    created: Timestamp,
) -> Vec<Finding> {
    let signing = Signing {
        method: key.method,
        created,
    };
    let document = match Document::read(kind, unsecured, signing) {
        Ok(document) => document,
        Err(error) => {
            return vec![Finding::new(
                &data_integrity::i_json::CLAUSE,
                "",
                error.to_string(),
            )];
        }
    };
    let judge = |lint: &DocumentLint| run(lint.clause, |findings| (lint.check)(&document, findings));
    let about = DOCUMENT_LINTS.iter().filter(|lint| lint.is_about(kind));
    let mut found: Vec<Finding> = about.flat_map(judge).collect();
    found.extend(check_key(key, created));
    found
}

/// Judges the certificate of the key that signs.
fn check_key(key: &KeyWindow<'_>, created: Timestamp) -> Vec<Finding> {
    let facts = match certificate_facts(key.certificate) {
        Ok(facts) => facts,
        Err(error) => return vec![Finding::new(&rfc_5280::FORM, "", error.to_string())],
    };
    let paper = KeyPaper {
        facts,
        method: key.method,
        purpose: key.purpose,
        created,
    };
    check_facts(&paper)
}

/// Judges what a certificate says.
fn check_facts(paper: &KeyPaper<'_>) -> Vec<Finding> {
    let judge = |lint: &KeyLint| run(lint.clause, |findings| (lint.check)(paper, findings));
    KEY_LINTS.iter().flat_map(judge).collect()
}

/// Codes of the rules a document of that kind passes before it is signed, whatever else is asked.
fn document_codes(kind: DocumentKind) -> impl Iterator<Item = &'static str> {
    let about = DOCUMENT_LINTS.iter().filter(move |lint| lint.is_about(kind));
    about
        .map(|lint| lint.clause.code)
        .chain(KEY_LINTS.iter().map(|lint| lint.clause.code))
}

/// Codes of the rules a credential passes before it is signed.
pub(crate) fn codes() -> Vec<&'static str> {
    let case = CASE_LINTS.iter().map(|lint| lint.clause.code);
    case.chain(CREDENTIAL_LINTS.iter().map(|lint| lint.clause.code))
        .chain(document_codes(DocumentKind::Credential))
        .collect()
}

/// Codes of the rules an event passes before it is signed.
pub(crate) fn event_codes() -> Vec<&'static str> {
    let event = EVENT_LINTS.iter().map(|lint| lint.clause.code);
    event.chain(document_codes(DocumentKind::Event)).collect()
}
