//! The issue date lies within 48 h of now, unless an older paper certificate is brought in (THREATS T17).

use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new("issueDate", "THREATS T17");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

/// How far the issue date may lie from now, in seconds.
const WINDOW: i64 = 48 * 3_600;

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    let terms = &case.application.certificate;
    let Some(from) = terms.valid_from else { return };
    let distance = case.now.seconds_since(from.start());
    if distance < -WINDOW {
        findings.report(
            "/certificate/validFrom",
            format!("{from} is more than 48 hours after {}", case.now),
        );
    }
    if distance > WINDOW && terms.transcribed.is_none() {
        let message = format!(
            "{from} is more than 48 hours before {}, and the certificate is not transcribed",
            case.now
        );
        findings.report("/certificate/validFrom", message);
    }
}
