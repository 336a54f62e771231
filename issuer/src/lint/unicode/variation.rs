//! No variation selector: what a font makes of it is not what was signed (Unicode 16 §23.4; UTS #37 §3).

use super::at;
use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("unicodeVariation", "Unicode 16 §23.4; UTS #37 §3");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    document.visit_texts(&mut |pointer, text| {
        let found = text
            .chars()
            .enumerate()
            .find(|(_, c)| matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}'));
        if let Some((position, c)) = found {
            findings.report(pointer, at(position, c, "a variation selector"));
        }
    });
}
