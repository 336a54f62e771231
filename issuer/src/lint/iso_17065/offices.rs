//! Who reviews, approves or decides holds that office of the body on that day (ISO/IEC 17065 §7.6.3).

use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new("officeHeld", "ISO/IEC 17065 §7.6.3");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    for (pointer, duty) in case.duties() {
        let Some(office) = &duty.office else { continue };
        if !case.body.holds(&duty.person, office, duty.on) {
            findings.report(
                pointer,
                format!("{} does not hold the office {office} on {}", duty.person, duty.on),
            );
        }
    }
}
