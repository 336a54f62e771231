//! The issuing key signs inside its window, and its certificate outlives the credential (DESIGN §4 "Keys").

use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new("keyWindow", "DESIGN §4 Keys; RFC 5280 §6.1.3");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    let key = case.key;
    if let Some(instant) = key.excludes([case.now, case.signed_at]) {
        let message = format!(
            "it is {instant}, and the key signs from {} until {}",
            key.signs_from, key.signs_until
        );
        findings.report("", message);
    }
    if let Some(period) = case.period()
        && key.certificate_until <= period.valid_until.end()
    {
        let (until, certificate) = (period.valid_until, key.certificate_until);
        let message = format!("valid until {until}, and the key's certificate until {certificate} alone");
        findings.report("/certificate/validUntil", message);
    }
}
