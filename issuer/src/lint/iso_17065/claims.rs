//! An accreditation or approval is claimed only where it is held, for this scheme, on that day (DOMAIN §3.7).

use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new("accreditationClaim", "ISO/IEC 17065 §4.1.3; DOMAIN §3.7");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

/// Names of authorities whose recognition no free text may claim.
const AUTHORITIES: [&str; 5] = ["工信部", "工业和信息化部", "CNAS", "CNCA", "国家认监委"];

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    let file = case.application;
    if let (Some(scheme), Some(day)) = (&file.scheme, file.certificate.valid_from) {
        let start = day.start();
        for claim in &case.body.authorisations {
            let held = case.body.accreditations.iter().any(|held| {
                held.name == claim.name
                    && held.authority == claim.authority
                    && held.edition == *scheme
                    && held.from <= start
                    && held.until.is_none_or(|until| start < until)
            });
            if !held {
                let message = format!("{} is claimed, but not held for {scheme} on {day}", claim.name);
                findings.report("", message);
            }
        }
    }
    let texts = [
        ("/scope", &file.scope),
        ("/scopeEn", &file.scope_en),
        ("/evaluation/technicalSupport", &file.evaluation.technical_support),
    ];
    for (place, text) in texts {
        let Some(text) = text else { continue };
        for authority in AUTHORITIES {
            if text.as_str().contains(authority) {
                findings.report(
                    place,
                    format!("claims {authority}, which only an authorisation may"),
                );
            }
        }
    }
}
