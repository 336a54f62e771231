//! No letter that is only another form of a letter: full-width, ligature, mathematical, compatibility ideograph
//! (UAX #15 §1.1; UTS #39 §3.1).

use unicode_normalization::UnicodeNormalization;

use super::at;
use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("unicodeCompatibility", "Unicode UAX #15 §1.1; UTS #39 §3.1");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    document.visit_texts(&mut |pointer, text| {
        let found = text
            .chars()
            .enumerate()
            .find(|(_, c)| c.is_alphabetic() && !c.is_ascii() && std::iter::once(*c).nfkc().ne([*c]));
        if let Some((position, c)) = found {
            findings.report(pointer, at(position, c, "a compatibility form of another letter"));
        }
    });
}
