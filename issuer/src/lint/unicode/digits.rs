//! Decimal digits are those of ASCII: those of other scripts stand for other numbers to a hasty eye (UTS #39 §5.3).

use super::at;
use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("unicodeDigits", "Unicode UTS #39 §5.3");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

/// First of ten digits, by script; full-width ones last.
const ZEROS: [u32; 20] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50,
    0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0xA620, 0xFF10,
];

fn is_foreign_digit(c: char) -> bool {
    let code = u32::from(c);
    matches!(code, 0x1D7CE..=0x1D7FF) || ZEROS.iter().any(|zero| (*zero..zero + 10).contains(&code))
}

fn check(document: &Document<'_>, findings: &mut Findings) {
    document.visit_texts(&mut |pointer, text| {
        let found = text.chars().enumerate().find(|(_, c)| is_foreign_digit(*c));
        if let Some((position, c)) = found {
            findings.report(pointer, at(position, c, "a digit of another script or form"));
        }
    });
}
