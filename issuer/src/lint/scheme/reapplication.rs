//! A client whose certificate was withdrawn for cause applies again only after the rule's months, or where the decision
//! says why it may: the warning's override, on record with the application (DOMAIN §2).

use touchstone_schemas::date_time::Date;

use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new("appliesAfterWithdrawal", "scheme data; DOMAIN §2");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    let Some(scheme) = case.scheme else { return };
    if case.application.decision.after_withdrawal.is_some() {
        return;
    }
    let months = scheme.edition.rules.reapplication_block_months.value;
    let applied = case.application.drafted_on.unwrap_or_else(|| Date::of(case.now));
    for (number, withdrawn) in &case.register.withdrawn {
        let withdrawn = Date::of(*withdrawn);
        if withdrawn.add_months(months).is_none_or(|free| applied < free) {
            let message = format!(
                "{number} was withdrawn from {withdrawn}, within {months} months before {applied}: the decision says why \
                 the client may apply"
            );
            findings.report("/decision/afterWithdrawal", message);
        }
    }
}
