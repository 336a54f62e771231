//! Nobody who drafted or evaluated a file reviews, approves or decides it; by the scheme's rule nobody reviews and
//! decides, or approves twice (DESIGN §2 invariant 7; ISO/IEC 17065 §7.5.1, §7.6.2).

use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::{CaseFile, DutyKind, Side};

const CLAUSE: Clause = Clause::new("separationOfDuties", "ISO/IEC 17065 §7.5.1, §7.6.2");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    let duties = case.duties();
    for (place, (pointer, duty)) in duties.iter().enumerate() {
        for (_, other) in duties
            .iter()
            .take(place)
            .filter(|(_, other)| other.person == duty.person)
        {
            let (kind, before) = (duty.kind, other.kind);
            let sides = before.side() == Side::Making && kind.side() == Side::Judging;
            let decides = (before, kind) == (DutyKind::Reviewer, DutyKind::Decider) && duty.exclusive;
            let approves_twice = (before, kind) == (DutyKind::Approver, DutyKind::Approver) && duty.exclusive;
            if sides || decides || approves_twice {
                let message = format!("{} is {} and also {}", duty.person, before.name(), kind.name());
                findings.report(pointer, message);
            }
            if before == kind && kind == DutyKind::Evaluator {
                findings.report(pointer, format!("evaluator {} is named twice", duty.person));
            }
        }
    }
}
