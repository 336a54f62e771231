//! No certificate before the agreement is signed (ISO/IEC 17065 §7.7.2 c).

use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new("agreementSigned", "ISO/IEC 17065 §7.7.2 c)");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    let (Some(signed), Some(from)) = (
        case.application.agreement_signed_on,
        case.application.certificate.valid_from,
    ) else {
        return;
    };
    if signed > from {
        findings.report(
            "/agreement/signedOn",
            format!("signed {signed}, after validity begins on {from}"),
        );
    }
}
