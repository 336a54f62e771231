//! Within a word the letters are of one script, Chinese characters beside Latin letters allowed as company names
//! have them: no а of Cyrillic in Paper (UTS #39 §5.1).

use unicode_script::{Script, UnicodeScript};
use unicode_security::MixedScript;

use super::words;
use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("unicodeMixedScript", "Unicode UTS #39 §5.1");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    document.visit_texts(&mut |pointer, text| {
        for word in words(text) {
            let foreign: String = word
                .chars()
                .filter(|c| UnicodeScript::script(c) != Script::Han)
                .collect();
            if !foreign.as_str().is_single_script() {
                findings.report(pointer, format!("{word:?} mixes letters of several scripts"));
            }
        }
    });
}
