//! What is searched for, as an address has it.

use std::{collections::BTreeSet, fmt::Write as _};

use touchstone_schemas::{
    city::city_code,
    credential::{CredentialNumber, Level},
    industry::IndustryCode,
    region::{PROVINCES, RegionCode},
    uscc::{self, Uscc},
};
use touchstone_verifier::report::StateName;

use super::Listing;
use super::tokens::{
    Condition, folded, of_city, of_industry, of_level, of_province, of_standard, of_word, parts,
    standard_names, words,
};

/// Longest name searched for, in characters.
const NAME_CHARS: usize = 100;
/// Shortest, in letters and digits.
const NAME_LEAST: usize = 2;

/// The values of the address; an empty one is none, since a form sends its empty fields too.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    /// Part of an organisation's or a unit's name.
    pub name: Option<String>,
    /// Unified social credit code.
    pub uscc: Option<String>,
    /// Certificate number.
    pub number: Option<String>,
    /// Province of a site.
    pub province: Option<String>,
    /// City of a site.
    pub city: Option<String>,
    /// Industry, by division, group or class.
    pub industry: Option<String>,
    /// Level.
    pub level: Option<String>,
    /// Standard.
    pub standard: Option<String>,
    /// State.
    pub state: Option<String>,
}

/// A value that is not of its form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {reason}")]
pub struct QueryError {
    /// The parameter.
    pub parameter: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

/// What is searched for: all of it must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Part of an organisation's or a unit's name.
    pub name: Option<String>,
    /// The legal entity.
    pub uscc: Option<Uscc>,
    /// The certificate.
    pub number: Option<CredentialNumber>,
    /// Province of a site, by the first two digits of its code.
    pub province: Option<u8>,
    /// City of a site.
    pub city: Option<RegionCode>,
    /// Industry.
    pub industry: Option<IndustryCode>,
    /// Level.
    pub level: Option<Level>,
    /// Standard, with or without its year.
    pub standard: Option<String>,
    /// State now.
    pub state: Option<StateName>,
}

impl Query {
    /// Reads the values.
    ///
    /// # Errors
    /// [`QueryError`] with the first that is not of its form.
    pub fn read(given: &Parameters) -> Result<Self, QueryError> {
        Ok(Self {
            name: value("name", given.name.as_ref(), read_name)?,
            uscc: value("uscc", given.uscc.as_ref(), |text| {
                Uscc::parse_as_printed(&uscc::normalize(text)).map_err(|error| error.to_string())
            })?,
            number: value("number", given.number.as_ref(), |text| {
                let text = CredentialNumber::normalize(text);
                CredentialNumber::parse(&text).map_err(|error| error.to_string())
            })?,
            province: value("province", given.province.as_ref(), read_province)?,
            city: value("city", given.city.as_ref(), |text| {
                let region = RegionCode::parse(text).map_err(|error| error.to_string())?;
                Ok(city_code(region))
            })?,
            industry: value("industry", given.industry.as_ref(), |text| {
                IndustryCode::parse(text).map_err(|error| error.to_string())
            })?,
            level: value("level", given.level.as_ref(), |text| {
                let level = text
                    .parse::<u8>()
                    .ok()
                    .and_then(|level| Level::try_from(level).ok());
                level.ok_or_else(|| "wanted a level, 1 to 5".to_owned())
            })?,
            standard: value("standard", given.standard.as_ref(), |text| {
                let short = folded(text).is_empty() || text.chars().count() > NAME_CHARS;
                if short {
                    Err("wanted the number of a standard".to_owned())
                } else {
                    Ok(text.to_owned())
                }
            })?,
            state: value("state", given.state.as_ref(), |text| {
                text.parse::<StateName>().map_err(|error| error.to_string())
            })?,
        })
    }

    /// Whether nothing is asked: everything answers.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What the index is asked for.
    #[must_use]
    pub fn condition(&self) -> Condition {
        let standard = self.standard.as_ref();
        let facets = [
            self.province.map(of_province),
            self.city.map(of_city),
            self.industry.map(of_industry),
            self.level.map(of_level),
            standard.map(|standard| of_standard(&folded(standard))),
        ];
        let facets: BTreeSet<String> = facets.into_iter().flatten().collect();
        let Some(name) = &self.name else {
            return Condition(if facets.is_empty() {
                Vec::new()
            } else {
                vec![facets]
            });
        };
        let mut either = vec![parts(&folded(name))];
        let words = words(name);
        if words.iter().all(|word| word.is_ascii()) {
            either.push(words.iter().map(|word| of_word(word)).collect());
        }
        let with_facets = either.into_iter().map(|own| &own | &facets);
        Condition(with_facets.collect())
    }

    /// Whether a certificate is what is searched for, its state aside.
    #[must_use]
    pub fn matches(&self, listing: &Listing) -> bool {
        let sites = || listing.sites.iter().map(|site| site.region);
        self.name.as_ref().is_none_or(|name| named(listing, name))
            && self.uscc.is_none_or(|code| code == listing.organisation.uscc)
            && self
                .number
                .as_ref()
                .is_none_or(|number| *number == listing.number)
            && self
                .province
                .is_none_or(|code| sites().any(|site| site.province().code == code))
            && self
                .city
                .is_none_or(|city| sites().any(|site| city_code(site) == city))
            && self
                .industry
                .is_none_or(|code| listing.industry.starts_with(&code.to_string()))
            && self.level.is_none_or(|level| level.get() == listing.level)
            && self.standard.as_ref().is_none_or(|standard| {
                let wanted = folded(standard);
                let mut own = listing.standards.iter();
                own.any(|own| standard_names(own.as_str()).any(|own| own == wanted))
            })
    }

    /// The query as an address has it, the same for the same search: `name=…&level=3`.
    #[must_use]
    pub fn address(&self) -> String {
        let values = [
            ("name", self.name.clone()),
            ("uscc", self.uscc.map(|code| code.to_string())),
            ("number", self.number.as_ref().map(ToString::to_string)),
            ("province", self.province.map(|code| format!("{code:02}"))),
            ("city", self.city.map(|city| city.to_string())),
            ("industry", self.industry.map(|code| code.to_string())),
            ("level", self.level.map(|level| level.get().to_string())),
            ("standard", self.standard.clone()),
            ("state", self.state.map(|state| state.name().to_owned())),
        ];
        let mut address = String::new();
        for (name, value) in values {
            let Some(value) = value else { continue };
            if !address.is_empty() {
                address.push('&');
            }
            address.push_str(name);
            address.push('=');
            percent_encode(&value, &mut address);
        }
        address
    }
}

/// RFC 3986 §2.1, all but unreserved characters.
fn percent_encode(value: &str, out: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // A string takes all that is written to it.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

fn value<T>(
    parameter: &'static str,
    given: Option<&String>,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, QueryError> {
    let given = given.map(|text| text.trim()).filter(|text| !text.is_empty());
    let read = given.map(read).transpose();
    read.map_err(|reason| QueryError { parameter, reason })
}

fn read_name(text: &str) -> Result<String, String> {
    let found = text.chars().count();
    if found > NAME_CHARS {
        return Err(format!(
            "{found} characters, at most {NAME_CHARS} are searched for"
        ));
    }
    let least = folded(text).chars().count();
    if least < NAME_LEAST {
        return Err(format!(
            "wanted at least {NAME_LEAST} letters or digits of a name"
        ));
    }
    Ok(text.to_owned())
}

/// `44`, or the whole code `440000`.
fn read_province(text: &str) -> Result<u8, String> {
    let digits = if text.len() == 6 {
        text.get(..2).unwrap_or(text)
    } else {
        text
    };
    let code = digits.parse::<u8>().ok();
    code.filter(|code| PROVINCES.iter().any(|province| province.code == *code))
        .ok_or_else(|| "wanted the first two digits of a province's code (GB/T 2260)".to_owned())
}

/// Part of a Chinese name, or words of an English one.
fn named(listing: &Listing, name: &str) -> bool {
    let (holder, unit) = (&listing.organisation, listing.unit.as_ref());
    let wanted = folded(name);
    let chinese = [Some(&holder.name), unit.map(|unit| &unit.name)];
    if chinese
        .into_iter()
        .flatten()
        .any(|own| folded(own.as_str()).contains(&wanted))
    {
        return true;
    }
    let english = [
        holder.name_en.as_ref(),
        unit.and_then(|unit| unit.name_en.as_ref()),
    ];
    let own = english.into_iter().flatten().flat_map(|own| words(own.as_str()));
    let own: BTreeSet<String> = own.collect();
    words(name).is_subset(&own)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parameter: &str, text: &str) -> Result<Query, QueryError> {
        let mut given = Parameters::default();
        let place = match parameter {
            "name" => &mut given.name,
            "uscc" => &mut given.uscc,
            "number" => &mut given.number,
            "province" => &mut given.province,
            "city" => &mut given.city,
            "industry" => &mut given.industry,
            "level" => &mut given.level,
            "standard" => &mut given.standard,
            _ => &mut given.state,
        };
        *place = Some(text.to_owned());
        Query::read(&given)
    }

    #[test]
    fn values_are_read_as_people_write_them_and_have_one_address() {
        for (parameter, text, address) in [
            (
                "name",
                " 精密 机械",
                "name=%E7%B2%BE%E5%AF%86%20%E6%9C%BA%E6%A2%B0",
            ),
            ("uscc", "９１350100m000100y43", "uscc=91350100M000100Y43"),
            ("number", "cqc26 znz000123r0", "number=CQC26ZNZ000123R0"),
            ("province", "440000", "province=44"),
            ("province", "44", "province=44"),
            ("city", "440307", "city=440300"),
            ("industry", "3851", "industry=C3851"),
            ("industry", "C38", "industry=C38"),
            ("level", "3", "level=3"),
            ("standard", "GB/T 39116", "standard=GB%2FT%2039116"),
            ("state", "valid", "state=valid"),
            ("name", "", ""),
        ] {
            assert_eq!(
                read(parameter, text).unwrap().address(),
                address,
                "{parameter} {text}"
            );
        }
    }

    #[test]
    fn what_has_no_form_is_named() {
        for (parameter, text) in [
            ("name", "示"),
            ("name", "（）"),
            ("uscc", "91"),
            ("number", "编号"),
            ("province", "99"),
            ("city", "44"),
            ("industry", "A01"),
            ("level", "6"),
            ("standard", "-"),
            ("state", "fine"),
        ] {
            let error = read(parameter, text).unwrap_err();
            assert_eq!(error.parameter, parameter, "{text}");
        }
        assert!(read("name", &"示".repeat(101)).is_err());
    }

    #[test]
    fn a_name_asks_the_index_for_its_threes_or_for_its_words() {
        let chinese = read("name", "精密机械").unwrap().condition();
        assert_eq!(chinese.0.len(), 1);
        assert_eq!(chinese.0[0].len(), 2);
        let english = read("name", "Precision Machinery").unwrap().condition();
        assert_eq!(english.0.len(), 2);
        assert!(english.0[1].contains("wprecision"));
        assert!(read("state", "valid").unwrap().condition().is_empty());
    }
}
