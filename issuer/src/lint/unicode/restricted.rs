//! No letter that the general profile restricts, obsolete, technical or of limited use, outside Chinese characters
//! (UTS #39 §3.1).

use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};
use unicode_security::GeneralSecurityProfile;

use super::at;
use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("unicodeRestricted", "Unicode UTS #39 §3.1");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    document.visit_texts(&mut |pointer, text| {
        let found = text.chars().enumerate().find(|(_, c)| {
            c.is_alphabetic()
                && !c.is_ascii()
                && UnicodeScript::script(c) != Script::Han
                && std::iter::once(*c).nfkc().eq([*c])
                && !c.identifier_allowed()
        });
        if let Some((position, c)) = found {
            findings.report(pointer, at(position, c, "a letter restricted to special uses"));
        }
    });
}
