//! Nothing claims to be recognised or awarded by a ministry or the state: an assessment 评价 is the body's own
//! (ISO/IEC 17065 §4.1.3; DOMAIN §3.7).

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("recognitionClaim", "ISO/IEC 17065 §4.1.3; DOMAIN §3.7");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

/// Who recognises nothing here.
const AUTHORITIES: [&str; 6] = [
    "工信部",
    "工业和信息化部",
    "国家",
    "国家级",
    "认监委",
    "市场监管总局",
];
/// What an authority would do.
const AWARDS: [&str; 6] = ["认定", "认证", "授予", "颁发", "批准", "推荐"];
/// The same in English, without spaces.
const ENGLISH: [&str; 4] = [
    "certifiedbymiit",
    "approvedbymiit",
    "recognizedbymiit",
    "recognisedbymiit",
];

fn check(document: &Document<'_>, findings: &mut Findings) {
    document.visit_texts(&mut |pointer, text| {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let lower = compact.to_lowercase();
        let claims = AUTHORITIES.iter().any(|authority| {
            AWARDS.iter().any(|award| {
                compact.contains(&format!("{authority}{award}"))
                    || compact.contains(&format!("{award}于{authority}"))
            })
        });
        if claims || ENGLISH.iter().any(|claim| lower.contains(claim)) {
            findings.report(
                pointer,
                format!("{text:?} claims the recognition of an authority"),
            );
        }
    });
}
