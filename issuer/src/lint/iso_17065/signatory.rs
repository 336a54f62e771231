//! Signed by a named person entitled on that day (ISO/IEC 17065 §7.7.2).

use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new("signatoryEntitled", "ISO/IEC 17065 §7.7.2");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    let terms = &case.application.certificate;
    let (Some(name), Some(day), Some(scheme)) =
        (&terms.signatory, terms.valid_from, &case.application.scheme)
    else {
        return;
    };
    if !case.body.is_entitled(name, scheme.as_str(), day) {
        findings.report(
            "/certificate/signatory",
            format!("{name} may not sign under {scheme} on {day}"),
        );
    }
}
