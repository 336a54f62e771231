//! Validity and surveillance by the scheme's figures (DOMAIN §2).

use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new("validityAndSurveillance", "scheme data");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    let Some(period) = case.period() else { return };
    let (from, until) = (period.valid_from, period.valid_until);
    if until < from {
        findings.report(
            "/certificate/validUntil",
            format!("valid until {until}, before it begins on {from}"),
        );
    }
    if until > period.latest_until {
        let message = format!(
            "valid until {until}, the rule allows {} at the latest",
            period.latest_until
        );
        findings.report("/certificate/validUntil", message);
    }
    let due = period.surveillance.first_due;
    let latest = period.latest_first_due;
    if due > latest {
        let message = format!("the first surveillance is due {due}, the rule allows {latest} at the latest");
        findings.report("/certificate/firstSurveillanceDue", message);
    }
    if due <= from && case.predecessor.is_none() {
        let message = format!("the first surveillance is due {due}, not after validity begins on {from}");
        findings.report("/certificate/firstSurveillanceDue", message);
    }
}
