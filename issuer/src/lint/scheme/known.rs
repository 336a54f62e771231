//! The scheme edition is one this build knows and the body issues under on the day (ISO/IEC 17065 §4.6).

use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new("schemeEdition", "ISO/IEC 17065 §4.6");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    let Some(name) = &case.application.scheme else {
        return;
    };
    if case.scheme.is_none() {
        findings.report("/scheme", format!("no scheme edition {name} is known"));
    }
    let Some(day) = case.application.certificate.valid_from else {
        return;
    };
    let held = case.body.schemes.iter().find(|held| held.edition == *name);
    match held {
        None => findings.report("/scheme", format!("the body does not issue under {name}")),
        Some(held) if day < held.since => {
            findings.report(
                "/scheme",
                format!("the body issues under {name} since {}, not on {day}", held.since),
            );
        }
        Some(_) => {}
    }
}
