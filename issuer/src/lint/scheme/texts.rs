//! The texts printed are those of the scheme's data, and none calls an assessment a certification that is none.

use crate::lint::{Clause, CredentialLint, DraftCredential, Findings};
use crate::prepare::{grade_texts, scheme_texts};

const CLAUSE: Clause = Clause::new("schemeTexts", "DOMAIN §3.7; ISO/IEC 17065 §4.1.3");
pub(in crate::lint) const LINT: CredentialLint = CredentialLint {
    clause: &CLAUSE,
    check,
};

/// 认证: certification.
const CERTIFICATION: &str = "认证";

fn check(draft: &DraftCredential<'_>, findings: &mut Findings) {
    let Some(scheme) = draft.scheme else { return };
    let (edition, credential) = (&scheme.edition, draft.credential);
    match scheme_texts(edition) {
        Ok(texts) if texts == credential.scheme => {}
        Ok(_) => findings.report(
            "/scheme",
            format!("the texts are not those of edition {}", edition.edition),
        ),
        Err(error) => findings.report(
            "/scheme",
            format!("the edition's texts cannot be printed: {error}"),
        ),
    }
    if grade_texts(edition, credential.grade.level.get()).as_ref() != Some(&credential.grade) {
        findings.report(
            "/evaluation/level",
            "the grade's texts are not those of the edition",
        );
    }
    let (texts, grade) = (&credential.scheme, &credential.grade);
    let printed = [
        &texts.name,
        &texts.heading,
        &texts.subheading,
        &texts.rule_statement,
        &texts.surveillance_statement,
        &grade.name,
        &grade.stage,
        &grade.definition,
        &credential.scope,
    ];
    if !edition.is_certification
        && let Some(text) = printed
            .into_iter()
            .find(|text| text.as_str().contains(CERTIFICATION))
    {
        let message = format!("{text:?} calls it {CERTIFICATION}, but the scheme is an assessment 评价");
        findings.report("/scope", message);
    }
}
