//! Numbers, codes and URLs are of ASCII alone, so that each can be typed as it is read (UTS #39 §5.2; RFC 3986 §2).

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("unicodeIdentifiers", "Unicode UTS #39 §5.2; RFC 3986 §2");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    const NAMES: [&str; 10] = [
        "id",
        "type",
        "@context",
        "number",
        "registeredId",
        "linkURL",
        "statusListCredential",
        "statusListIndex",
        "digestMultibase",
        "region",
    ];
    document.visit_texts(&mut |pointer, text| {
        let named = pointer
            .split('/')
            .rfind(|part| part.parse::<u32>().is_err())
            .unwrap_or_default();
        let of_standard = pointer.contains("/standards/") || pointer.contains("referenceStandard");
        if NAMES.contains(&named) && !of_standard && !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            findings.report(
                pointer,
                format!("{text:?} is an identifier, and not of ASCII alone"),
            );
        }
    });
}
