//! There is an assessment, it found conformance, and it is not dated after validity begins (UNTP DCC 0.7.0,
//! ConformityAssessment).

use touchstone_schemas::{date_time::Date, json::Value};

use crate::lint::{Clause, Document, DocumentLint, Findings, vcdm::date_time_stamp};

const CLAUSE: Clause = Clause::new("untpAssessment", "UNTP 0.7.0 DCC, ConformityAssessment");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_credential(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let pointer = "/credentialSubject/conformityAssessment";
    let assessments = document.list(pointer);
    if assessments.is_empty() {
        findings.report(pointer, "no assessment is named");
    }
    let from = document.text("/validFrom").and_then(date_time_stamp);
    for (place, assessment) in assessments.iter().enumerate() {
        if assessment.pointer("/conformance") != Some(&Value::Bool(true)) {
            findings.report(
                format!("{pointer}/{place}/conformance"),
                "conformance was not found",
            );
        }
        let dated = assessment.pointer("/assessmentDate").and_then(Value::as_str);
        let dated = dated.and_then(|text| Date::parse(text).ok());
        if dated.is_none_or(|dated| from.is_some_and(|from| dated > Date::of(from))) {
            let message = "the assessment has no date, or one after validity begins";
            findings.report(format!("{pointer}/{place}/assessmentDate"), message);
        }
    }
}
