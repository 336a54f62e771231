//! No directional formatting character: none is needed in Chinese or English, and one makes a page show other words
//! than were signed (UAX #9 §2; Unicode TR #36 §2.1).

use super::at;
use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("unicodeBidi", "Unicode UAX #9 §2");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    document.visit_texts(&mut |pointer, text| {
        let found = text.chars().enumerate().find(|(_, c)| matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'));
        if let Some((position, c)) = found {
            findings.report(pointer, at(position, c, "a directional formatting character"));
        }
    });
}
