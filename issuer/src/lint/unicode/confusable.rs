//! No word of another script looks like one of Latin letters throughout; a letter alone, as α, is what it is (UTS
//! #39 §4).

use unicode_script::{Script, UnicodeScript};
use unicode_security::skeleton;

use super::words;
use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("unicodeConfusable", "Unicode UTS #39 §4");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    document.visit_texts(&mut |pointer, text| {
        for word in words(text) {
            let latin = |c: char| UnicodeScript::script(&c) == Script::Latin;
            let letters = word.chars().filter(|c| c.is_alphabetic()).count();
            let disguised = letters > 1
                && !word.chars().any(latin)
                && skeleton(word).all(|c| c.is_ascii())
                && word.chars().any(|c| c.is_alphabetic());
            if disguised {
                let seen: String = skeleton(word).collect();
                findings.report(pointer, format!("{word:?} looks like {seen:?}"));
            }
        }
    });
}
