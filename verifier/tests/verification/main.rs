//! Verification from outside: every answer on really signed documents.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "../fixture/mod.rs"]
#[allow(dead_code, reason = "shared with the hostile corpus, which uses the rest")]
mod fixture;

mod bad_documents;
mod bad_status;
mod bad_trust;
mod events;
mod hostile;
mod log;
mod needs;
mod payloads;
mod questions;
mod register;
mod slow_clock;

use touchstone_verifier::{
    input::Request,
    reason::ReasonCode,
    report::{Answer, Headline, Question, Report},
    verify,
};

/// The codes of a question, in order.
fn codes(question: &Question) -> Vec<&'static str> {
    question.reasons.iter().map(|reason| reason.code.code()).collect()
}

/// Verifies, and checks the headline and the most telling reason of the question that the code belongs to.
fn expect(what: &str, request: &Request, headline: Headline, code: ReasonCode) -> Report {
    use touchstone_verifier::reason::QuestionName;
    let report = verify(request);
    let question = match code.question() {
        QuestionName::Genuine => &report.genuine,
        QuestionName::Authorised => &report.authorised,
        QuestionName::InForce => &report.in_force,
        QuestionName::CoversNeed => report.covers_need.as_ref().unwrap(),
    };
    let told = format!(
        "{what}: {:?} genuine {:?} authorised {:?} in force {:?}",
        report.headline, report.genuine.reasons, report.authorised.reasons, report.in_force.reasons
    );
    assert_eq!(report.headline, headline, "{told}");
    assert_eq!(question.first_code(), Some(code), "{told}");
    if report.genuine.answer != Answer::Yes {
        assert!(
            report.credential.is_none() && report.evidence.is_none(),
            "{what}: facts of an unproven document"
        );
    }
    report
}
