//! A later version keeps what belongs to the number: holder, scheme, first issue (DOMAIN §4).

use crate::lint::{CaseLint, Clause, Findings};
use crate::{
    application::ChangedVersion,
    prepare::{CaseFile, Predecessor, differences},
};

const CLAUSE: Clause = Clause::new("laterVersion", "DOMAIN §4");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    let file = case.application;
    let changes = file.certificate.changes.as_ref();
    let Some(predecessor) = case.predecessor else {
        if let Some(changes) = changes {
            let message = format!(
                "{} version {} is not the version that stands",
                changes.number, changes.version
            );
            findings.report("/certificate/changes", message);
        }
        return;
    };
    let old = &predecessor.credential;
    if let Some(changes) = changes {
        check_change(case, changes, predecessor, findings);
    }
    if file.applicant.uscc.is_some_and(|uscc| uscc != old.holder.uscc) {
        let message = format!(
            "another organisation than {} needs a number of its own",
            old.holder.uscc
        );
        findings.report("/applicant/uscc", message);
    }
    if file
        .scheme
        .as_ref()
        .is_some_and(|scheme| *scheme != old.scheme.edition)
    {
        findings.report(
            "/scheme",
            format!("version {} is under {}", old.version, old.scheme.edition),
        );
    }
    if let Some(from) = file.certificate.valid_from
        && from < old.valid_from
    {
        let message = format!(
            "valid from {from}, before version {} on {}",
            old.version, old.valid_from
        );
        findings.report("/certificate/validFrom", message);
    }
    if file.certificate.number.is_some() || file.certificate.recertifies.is_some() {
        findings.report(
            "/certificate",
            "a later version keeps its number and recertifies nothing",
        );
    }
}

/// A change is of the version that stands, changes something, and lifts no suspension by the way.
fn check_change(
    case: &CaseFile<'_>,
    changes: &ChangedVersion,
    predecessor: &Predecessor,
    findings: &mut Findings,
) {
    let (file, old) = (case.application, &predecessor.credential);
    if (&changes.number, changes.version) != (&old.number, old.version) {
        let message = format!(
            "{} version {} is changed, and {} version {} stands",
            changes.number, changes.version, old.number, old.version
        );
        findings.report("/certificate/changes", message);
    }
    let Some(assessed) = file.evaluation.assessed_on else {
        return;
    };
    if differences(old, file, file.evaluation.level).is_empty() {
        findings.report(
            "/certificate/changes",
            "nothing differs from the version that stands",
        );
    }
    if let Some(since) = predecessor.suspended_since
        && assessed < since
    {
        let message = format!("suspended since {since}, and evaluated on {assessed} before");
        findings.report("/evaluation/assessedOn", message);
    }
}
