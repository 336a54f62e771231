//! The credential fits one QR symbol that a phone reads from paper (DESIGN §4 "QR").

use crate::lint::{Clause, CredentialLint, DraftCredential, Findings};
use crate::qr;

const CLAUSE: Clause = Clause::new("symbolSize", "DESIGN §4 QR");
pub(in crate::lint) const LINT: CredentialLint = CredentialLint {
    clause: &CLAUSE,
    check,
};

fn check(draft: &DraftCredential<'_>, findings: &mut Findings) {
    if let Err(error) = qr::check_size(draft.credential, draft.profile, draft.key, draft.now) {
        findings.report("", error.to_string());
    }
}
