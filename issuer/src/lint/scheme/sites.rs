//! The certificate lists every place assessed, within the limit of one certificate.

use touchstone_schemas::budget::MAX_SITES;

use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new("sites", "ISO/IEC 17065 §7.7.1 e)");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    let sites = &case.application.sites;
    if sites.len() > MAX_SITES {
        findings.report(
            "/sites",
            format!("{} sites, a certificate has at most {MAX_SITES}", sites.len()),
        );
    }
    for (place, site) in sites.iter().enumerate() {
        if sites
            .iter()
            .take(place)
            .any(|other| other == site && site.name.is_some())
        {
            findings.report(format!("/sites/{place}"), "the site is listed twice");
        }
    }
}
