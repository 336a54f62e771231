//! No mark stacked on a letter it does not compose with, and none at the beginning: it would be drawn over other
//! text (UTS #39 §5.4).

use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

use super::at;
use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("unicodeCombining", "Unicode UTS #39 §5.4");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    document.visit_texts(&mut |pointer, text| {
        let found = text
            .chars()
            .enumerate()
            .find(|(_, c)| is_combining_mark(*c) && UnicodeScript::script(c) == Script::Inherited);
        if let Some((position, c)) = found {
            findings.report(
                pointer,
                at(position, c, "a combining mark that composes with nothing"),
            );
        }
    });
}
