//! Names and texts are what they look like: composed characters, one script a word, no full-width letters
//! (THREATS T3; Unicode UTS 39 §5). Invisible characters are in no [`Text`] to begin with.

use touchstone_schemas::text::Text;

use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new("plainText", "THREATS T3; Unicode UAX 15, UTS 39");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    let file = case.application;
    let mut texts: Vec<(String, Option<&Text>)> = [
        ("/applicant/name", &file.applicant.name),
        ("/applicant/nameEn", &file.applicant.name_en),
        ("/applicant/address", &file.applicant.address),
        ("/applicant/addressEn", &file.applicant.address_en),
        ("/scope", &file.scope),
        ("/scopeEn", &file.scope_en),
        ("/industry/name", &file.industry_name),
        ("/evaluation/technicalSupport", &file.evaluation.technical_support),
        ("/certificate/signatory", &file.certificate.signatory),
    ]
    .into_iter()
    .map(|(place, text)| (place.to_owned(), text.as_ref()))
    .collect();
    for (place, site) in file.sites.iter().enumerate() {
        texts.push((format!("/sites/{place}/name"), site.name.as_ref()));
        texts.push((format!("/sites/{place}/address"), site.address.as_ref()));
    }
    if let Some(unit) = &file.assessed_unit {
        texts.push(("/assessedUnit/name".to_owned(), Some(&unit.name)));
        texts.push(("/assessedUnit/nameEn".to_owned(), unit.name_en.as_ref()));
    }
    for (place, text) in texts {
        if let Some((position, c, why)) = text.and_then(|text| first_fault(text.as_str())) {
            findings.report(
                place,
                format!("U+{:04X} at character {position} is {why}", u32::from(c)),
            );
        }
    }
}

/// The first character that would not be what it looks like.
fn first_fault(text: &str) -> Option<(usize, char, &'static str)> {
    let mut script = Script::Other;
    for (position, c) in text.chars().enumerate() {
        if let Some(why) = refused(c) {
            return Some((position, c, why));
        }
        let next = Script::of(c);
        match (script, next) {
            (Script::Latin, Script::Greek | Script::Cyrillic)
            | (Script::Greek | Script::Cyrillic, Script::Latin) => {
                return Some((position, c, "of another script than the letters beside it"));
            }
            _ => script = next,
        }
    }
    None
}

fn refused(c: char) -> Option<&'static str> {
    match c {
        '\u{0300}'..='\u{036F}' => Some("a combining mark: write the composed character"),
        '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}' => {
            Some("a full-width letter or digit: write the half-width one")
        }
        '\u{F900}'..='\u{FAFF}' | '\u{2F00}'..='\u{2FDF}' | '\u{2F800}'..='\u{2FA1F}' => {
            Some("a compatibility form: write the unified ideograph")
        }
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFD}' => Some("of private use"),
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => Some("a variation selector"),
        _ => None,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Other,
}

impl Script {
    fn of(c: char) -> Self {
        match c {
            'a'..='z' | 'A'..='Z' | '\u{00C0}'..='\u{024F}' => Self::Latin,
            '\u{0370}'..='\u{03FF}' => Self::Greek,
            '\u{0400}'..='\u{052F}' => Self::Cyrillic,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::first_fault;

    #[test]
    fn lookalikes_are_found() {
        for (text, position) in [
            ("Hangzhou P\u{0430}per", 10),
            ("e\u{0301}", 1),
            ("ＡＢＣ公司", 0),
            ("\u{F90A}属", 0),
        ] {
            assert_eq!(first_fault(text).map(|(at, ..)| at), Some(position), "{text}");
        }
        for sound in [
            "示范精密机械（无锡）有限公司",
            "Café Co., Ltd.",
            "α-烯烃的生产",
            "№ 5 Россия 工厂",
        ] {
            assert_eq!(first_fault(sound), None, "{sound}");
        }
    }
}
