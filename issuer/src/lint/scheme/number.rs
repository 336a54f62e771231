//! The certificate's number is one the scheme's template writes (DOMAIN §4).

use crate::lint::{CaseLint, Clause, CredentialLint, DraftCredential, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new("numberTemplate", "scheme data");
const PRINTED: Clause = Clause::new("numberPrinted", "scheme data");
pub(in crate::lint) const CASE_LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check: check_case,
};
pub(in crate::lint) const LINT: CredentialLint = CredentialLint {
    clause: &PRINTED,
    check,
};

fn check_case(case: &CaseFile<'_>, findings: &mut Findings) {
    let Some(scheme) = case.scheme else { return };
    let terms = &case.application.certificate;
    for (place, number) in [("number", &terms.number), ("recertifies", &terms.recertifies)] {
        if let Some(number) = number
            && scheme.edition.number_template.parse(number.as_str()).is_none()
        {
            findings.report(
                format!("/certificate/{place}"),
                format!("{number} is not a number of this scheme"),
            );
        }
    }
    if terms.number.is_some() && terms.transcribed.is_none() {
        let message = "only a certificate first issued on paper brings its number along";
        findings.report("/certificate/number", message);
    }
}

fn check(draft: &DraftCredential<'_>, findings: &mut Findings) {
    let Some(scheme) = draft.scheme else { return };
    let number = &draft.credential.number;
    if scheme.edition.number_template.parse(number.as_str()).is_none() {
        findings.report(
            "/certificate/number",
            format!("{number} is not a number of this scheme"),
        );
    }
}
