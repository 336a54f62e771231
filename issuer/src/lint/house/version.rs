//! A later version keeps what belongs to the number: holder, scheme, first issue (DOMAIN §4).

use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new("laterVersion", "DOMAIN §4");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    let Some(old) = case.predecessor.map(|old| &old.credential) else {
        return;
    };
    let file = case.application;
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
