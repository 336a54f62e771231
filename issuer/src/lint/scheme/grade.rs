//! The grade on the certificate is the one that follows from the scores.

use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new(
    "gradeFollowsFromScores",
    "scheme data: levels, weights, thresholds",
);
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    let (Some(grade), Some(claimed)) = (case.grade, case.application.evaluation.level) else {
        return;
    };
    if grade.level != Some(claimed) {
        let follows = grade
            .level
            .map_or("no level".to_owned(), |level| format!("level {level}"));
        let message = format!(
            "level {claimed} is claimed, but S = {} gives {follows}",
            grade.total.rounded()
        );
        findings.report("/evaluation/level", message);
    }
}
