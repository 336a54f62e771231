//! Texts that are markup, code or a trick elsewhere are texts here, or refused.

use touchstone_documents::TypesetError;
use touchstone_documents::certificate::CertificateError;
use touchstone_documents::report::ReportInput;
use touchstone_schemas::text::Text;

use crate::fixture::{Issued, SETTER, text};
use crate::reading::{self, squeezed};
use crate::report::REPORT;

/// Each would do something, were it read as typst, HTML, SQL, a shell's or a spreadsheet's.
const NAUGHTY: [&str; 8] = [
    "#sys.version #panic(1) #eval(\"1+1\")",
    "#read(\"/credential.json\") #image(\"/qr.svg\") #import \"/x.typ\": *",
    "*粗* _斜_ $x^2$ `code` = 标题 - 项 + 项 / 词: 义 @ref <label> ~ \\ // /* */",
    "<script>alert(1)</script> &amp; <![CDATA[ ]]>",
    "=HYPERLINK(\"http://x\") +1 -1 @SUM(1)",
    "'; DROP TABLE credential; -- $(id) %s {organisation} {{7*7}}",
    "https://evil.example/v#123 http://x.test",
    "[#] #[ #{ }# #let a = 1; #set page(fill: red) #show: none",
];

#[test]
fn naughty_texts_are_shown_as_they_stand() {
    for (n, texts) in NAUGHTY.chunks(4).enumerate() {
        let issued = Issued::of(30 + u64::try_from(n).unwrap(), |credential| {
            credential.holder.name = text(texts[0]);
            credential.holder.address = text(texts[1]);
            credential.sites[0].address = text(texts[1]);
            credential.scope = text(texts[2]);
            credential.holder.name_en = Some(text(texts[3]));
        });
        let said = reading::text(&issued.print().pdf);
        for naughty in texts {
            assert!(said.contains(&squeezed(naughty)), "{naughty} is not in {said}");
        }
    }
}

#[test]
fn bidirectional_controls_never_reach_a_paper() {
    for control in ['\u{202e}', '\u{2066}', '\u{200f}', '\u{feff}', '\u{0}'] {
        assert!(Text::parse(&format!("甲{control}乙")).is_err());
        let escaped = format!("甲\\u{:04x}乙", u32::from(control));
        let changed = REPORT.replacen("示范精密机械（无锡）有限公司", &escaped, 1);
        assert_ne!(changed, REPORT);
        let error = ReportInput::read(changed.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("/organisation/zh"), "{error}");
    }
}

#[test]
fn a_character_that_no_font_has_is_named_and_no_box_is_printed() {
    let issued = Issued::of(40, |credential| {
        credential.holder.name = text("示范ꙮ有限公司𠮷");
    });
    match SETTER.certificate(&issued.input()) {
        Err(CertificateError::Typeset(TypesetError::NoGlyph { characters })) => {
            assert_eq!(characters, ['ꙮ']);
        }
        other => panic!("{other:?}"),
    }
}
