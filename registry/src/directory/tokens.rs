//! What is indexed of a certificate: short ASCII words, each a letter for its kind and what it says. All of a search
//! is one question to one index, whichever filters are set.
//!
//! | token | of |
//! |---|---|
//! | `n…` | two characters that follow each other in the Chinese name of holder or unit, so that any part of two is found |
//! | `t…` | three of them, so that any longer part is: few names share three characters, and the index goes through few |
//! | `w…` | a word of an English name |
//! | `p44`, `c440300` | province and city of a site |
//! | `i38`, `i385`, `i3851` | industry: division, group, class |
//! | `l3` | level |
//! | `s…` | a standard, with its year and without |

use std::{collections::BTreeSet, fmt::Write as _};

use touchstone_schemas::{
    city::city_code,
    credential::{Credential, Level},
    industry::IndustryCode,
    region::RegionCode,
};

/// What a certificate must have to be a candidate: all tokens of one of these sets. Without a set, everything is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition(pub Vec<BTreeSet<String>>);

impl Condition {
    /// Whether every certificate is a candidate.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The tokens of a certificate.
#[must_use]
pub fn tokens(credential: &Credential) -> BTreeSet<String> {
    let unit = credential.assessed_unit.as_ref();
    let chinese = [Some(&credential.holder.name), unit.map(|unit| &unit.name)];
    let english = [
        credential.holder.name_en.as_ref(),
        unit.and_then(|unit| unit.name_en.as_ref()),
    ];
    let mut all = BTreeSet::new();
    for name in chinese.into_iter().flatten() {
        let name = folded(name.as_str());
        all.extend(pairs(&name));
        all.extend(triples(&name));
    }
    for name in english.into_iter().flatten() {
        all.extend(words(name.as_str()).iter().map(|word| of_word(word)));
    }
    for site in &credential.sites {
        all.insert(of_province(site.region.province().code));
        all.insert(of_city(site.region));
    }
    all.extend(industry_and_above(credential.industry.code));
    all.insert(of_level(credential.grade.level));
    for standard in &credential.scheme.standards {
        all.extend(standard_names(standard.number.as_str()).map(|name| of_standard(&name)));
    }
    all
}

/// A text as it is searched: full-width forms made half-width, lower case, letters and digits alone.
pub(super) fn folded(text: &str) -> String {
    half_width(text)
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The words of a text, folded.
pub(super) fn words(text: &str) -> BTreeSet<String> {
    let text: String = half_width(text).flat_map(char::to_lowercase).collect();
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn half_width(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(|character| match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        _ => character,
    })
}

/// What the index is asked of a part of a name, folded: its threes, or its only two.
pub(super) fn parts(folded: &str) -> BTreeSet<String> {
    let triples = triples(folded);
    if triples.is_empty() {
        pairs(folded)
    } else {
        triples
    }
}

/// A token for each two neighbours of a folded text.
fn pairs(folded: &str) -> BTreeSet<String> {
    neighbours('n', 2, folded)
}

/// A token for each three.
fn triples(folded: &str) -> BTreeSet<String> {
    neighbours('t', 3, folded)
}

fn neighbours(kind: char, count: usize, folded: &str) -> BTreeSet<String> {
    let characters: Vec<char> = folded.chars().collect();
    let token = |some: &[char]| {
        let mut token = String::with_capacity(1 + 5 * count);
        token.push(kind);
        for character in some {
            // A string takes all that is written to it.
            let _ = write!(token, "{:05x}", u32::from(*character));
        }
        token
    };
    characters.windows(count).map(token).collect()
}

pub(super) fn of_word(word: &str) -> String {
    word.chars().fold("w".to_owned(), |mut token, character| {
        if character.is_ascii_alphanumeric() {
            token.push(character);
        } else {
            token.push_str(&format!("{:05x}", u32::from(character)));
        }
        token
    })
}

pub(super) fn of_province(code: u8) -> String {
    format!("p{code:02}")
}

pub(super) fn of_city(region: RegionCode) -> String {
    format!("c{}", city_code(region))
}

pub(super) fn of_industry(code: IndustryCode) -> String {
    code.to_string().replace('C', "i")
}

/// An industry and those it is part of.
fn industry_and_above(code: IndustryCode) -> impl Iterator<Item = String> {
    let whole = of_industry(code);
    (3..=whole.len()).filter_map(move |length| whole.get(..length).map(str::to_owned))
}

pub(super) fn of_level(level: Level) -> String {
    format!("l{}", level.get())
}

pub(super) fn of_standard(folded: &str) -> String {
    let ascii = folded.chars().filter(char::is_ascii_alphanumeric);
    ascii.fold("s".to_owned(), |mut token, character| {
        token.push(character);
        token
    })
}

/// The folded names of a standard: `gbt391162020` and, without its year, `gbt39116`.
pub(super) fn standard_names(number: &str) -> impl Iterator<Item = String> {
    let without_year = number
        .rsplit_once(['-', '—', '–'])
        .map(|(number, _)| folded(number));
    [Some(folded(number)), without_year].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_folded() {
        assert_eq!(folded("示范 精密（无锡）ＡＢ-1"), "示范精密无锡ab1");
        assert_eq!(
            words("Shifan Precision-Machinery (Wuxi) Co., Ltd.")
                .into_iter()
                .collect::<Vec<_>>(),
            ["co", "ltd", "machinery", "precision", "shifan", "wuxi"]
        );
    }

    #[test]
    fn tokens_are_ascii_words() {
        let names = pairs("示范𠮷ab").into_iter().chain(triples("示范𠮷ab"));
        let all = names.chain([
            of_word("café"),
            of_standard(&folded("GB/T 39116-2020")),
            of_industry(IndustryCode::parse("3851").unwrap()),
        ]);
        for token in all {
            assert!(
                token
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()),
                "{token}"
            );
        }
        assert_eq!(pairs("示").len(), 0);
        assert_eq!(parts("示范"), BTreeSet::from(["n0793a08303".to_owned()]));
        let three = ["t0793a0830307cbe".to_owned(), "t0830307cbe05bc6".to_owned()];
        assert_eq!(parts("示范精密"), BTreeSet::from(three));
        let above: Vec<String> = industry_and_above(IndustryCode::parse("3851").unwrap()).collect();
        assert_eq!(above, ["i38", "i385", "i3851"]);
        let names: Vec<String> = standard_names("GB/T 39116-2020").collect();
        assert_eq!(names, ["gbt391162020", "gbt39116"]);
    }
}
