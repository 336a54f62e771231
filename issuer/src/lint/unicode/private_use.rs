//! No character of private use, and none that is no character: its shape is whatever a font says (Unicode 16 §23.5,
//! §23.7).

use super::at;
use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("unicodePrivateUse", "Unicode 16 §23.5, §23.7");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    document.visit_texts(&mut |pointer, text| {
        let found = text.chars().enumerate().find(|(_, c)| {
            matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}' | '\u{F0000}'..='\u{10FFFF}')
                || u32::from(*c) & 0xFFFE == 0xFFFE
        });
        if let Some((position, c)) = found {
            findings.report(pointer, at(position, c, "of private use, or no character"));
        }
    });
}
