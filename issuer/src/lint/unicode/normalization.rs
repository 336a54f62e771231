//! Every text is in Normalization Form C: one spelling of what people read (UAX #15 §1.2).

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("unicodeNfc", "Unicode UAX #15 §1.2");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    document.visit_texts(&mut |pointer, text| {
        if !is_nfc(text) {
            let position = text
                .chars()
                .zip(text.nfc())
                .position(|(found, wanted)| found != wanted);
            let position = position.unwrap_or_default();
            findings.report(
                pointer,
                format!("not in Normalization Form C from character {position} on"),
            );
        }
    });
}
