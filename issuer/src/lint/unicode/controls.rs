//! No control character, line or paragraph separator: a text is one line (Unicode 16 §23.1; ISO/IEC 6429).

use super::at;
use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("unicodeControls", "Unicode 16 §23.1");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    document.visit_texts(&mut |pointer, text| {
        let found = text
            .chars()
            .enumerate()
            .find(|(_, c)| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
        if let Some((position, c)) = found {
            findings.report(pointer, at(position, c, "a control character"));
        }
    });
}
