//! One grade: the score of the profile, that of the assessment and the grade printed are the same, rank 1 the best
//! (UNTP DCC 0.7.0, Score).

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("untpScore", "UNTP 0.7.0 DCC, Score");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_credential(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let level = document
        .integer("/credentialSubject/certificate/grade/level")
        .unwrap_or_default();
    let scores = [
        "/credentialSubject/profileScore",
        "/credentialSubject/conformityAssessment/0/assessedPerformance/0/score",
    ];
    for pointer in scores {
        let code = document.text(&format!("{pointer}/code")).unwrap_or_default();
        let rank = document.integer(&format!("{pointer}/rank")).unwrap_or_default();
        if code != level.to_string() || rank != 6 - level {
            findings.report(
                pointer,
                format!("score {code:?} of rank {rank} beside level {level}"),
            );
        }
    }
    let stars = document
        .text("/credentialSubject/certificate/grade/stars")
        .unwrap_or_default();
    let filled = stars.chars().filter(|star| *star == '★').count();
    if stars.chars().count() != 5 || i64::try_from(filled) != Ok(level) {
        findings.report(
            "/credentialSubject/certificate/grade/stars",
            format!("{stars} beside level {level}"),
        );
    }
}
