//! Evaluation, review, approvals and decision follow each other, and none lies in the future (ISO/IEC 17065 §7.4–7.6).

use touchstone_schemas::date_time::Date;

use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new("orderOfSteps", "ISO/IEC 17065 §7.4–7.6");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    let file = case.application;
    let mut steps = vec![
        ("/evaluation/assessedOn".to_owned(), file.evaluation.assessed_on),
        ("/review/on".to_owned(), file.review.on),
    ];
    for (place, approval) in file.approvals.iter().enumerate() {
        steps.push((format!("/approvals/{place}/on"), approval.on));
    }
    steps.push(("/decision/on".to_owned(), file.decision.on));
    let dated: Vec<(String, Date)> = steps
        .into_iter()
        .filter_map(|(place, on)| Some((place, on?)))
        .collect();
    for ((earlier, before), (later, after)) in dated.iter().zip(dated.iter().skip(1)) {
        if after < before {
            findings.report(later, format!("done on {after}, before {earlier} on {before}"));
        }
    }
    let today = Date::of(case.now);
    for (place, on) in &dated {
        if *on > today {
            findings.report(place, format!("dated {on}, and today is {today}"));
        }
    }
}
