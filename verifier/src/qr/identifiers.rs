//! Codes with rules of their own: certificate numbers, credit codes, regions, industries.

use touchstone_schemas::credential::{CredentialNumber, Industry};
use touchstone_schemas::date_time::Date;
use touchstone_schemas::industry::IndustryCode;
use touchstone_schemas::region::{PROVINCES, RegionCode};
use touchstone_schemas::text::Text;
use touchstone_schemas::uscc::Uscc;

use super::error::{Field, QrDecodeError};
use super::message::{Coded, Message};
use super::template::NumberPattern;
use super::text::TextKind;

/// GB 32100-2015 table 4: a character's value is its place.
const CREDIT_CODE: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Digits in a credit code's characters 3 to 8, the registering authority's region.
const REGION_DIGITS: usize = 6;
/// GB 11714 weights of the first eight characters of an organisation code.
const ORGANISATION_WEIGHTS: [usize; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

impl Message<'_> {
    /// A certificate number, usually of the scheme's pattern.
    pub(super) fn number(
        &mut self,
        given: Option<&CredentialNumber>,
        pattern: Option<&NumberPattern>,
        issued: Date,
        field: Field,
    ) -> Coded<CredentialNumber> {
        let parts = given
            .zip(pattern)
            .and_then(|(number, pattern)| pattern.parts(number.as_str()));
        let text = match pattern {
            Some(pattern) if !self.flag(given.map(|_| parts.is_none()), 6)? => {
                let year_of_issue = issued.civil().0 % 100;
                let other_year = self.flag(parts.map(|(year, ..)| year != year_of_issue), 4)?;
                let year = if other_year {
                    self.uniform(parts.map(|(year, ..)| year), 100)?
                } else {
                    year_of_issue
                };
                let serial = self.uniform(
                    parts.map(|(_, serial, _)| serial),
                    10_u32.saturating_pow(pattern.digits),
                )?;
                let cycle = self.small(parts.map(|(.., cycle)| cycle))?;
                pattern.write(year, serial, cycle)
            }
            _ => self.string(given.map(CredentialNumber::as_str), TextKind::Other)?,
        };
        CredentialNumber::parse(&text).map_err(|_| QrDecodeError::Value { field })
    }

    /// A region code: province, city, county.
    pub(super) fn region(&mut self, given: Option<RegionCode>, field: Field) -> Coded<RegionCode> {
        let number = given.map(RegionCode::number);
        let province = number.and_then(|number| {
            let province = PROVINCES
                .iter()
                .position(|province| u32::from(province.code) == number / 10_000)?;
            u32::try_from(province).ok()
        });
        let province = self.uniform(province, u32::try_from(PROVINCES.len()).unwrap_or(1))?;
        // Cities are numbered from 01 and rarely pass 30; counties rarely pass 40, county-level cities begin at 81.
        let city = self.low_or_any(number.map(|number| number / 100 % 100), 30)?;
        let county = self.low_or_any(number.map(|number| number % 100), 40)?;
        let code = usize::try_from(province)
            .ok()
            .and_then(|at| PROVINCES.get(at))
            .map_or(0, |found| found.code);
        RegionCode::parse(&format!("{code:02}{city:02}{county:02}"))
            .map_err(|_| QrDecodeError::Value { field })
    }

    /// A number below 100, usually below `low`.
    fn low_or_any(&mut self, given: Option<u32>, low: u32) -> Coded<u32> {
        let high = self.flag(given.map(|number| number >= low), 3)?;
        let bound = if high { 100 - low } else { low };
        let floor = if high { low } else { 0 };
        Ok(self.uniform(given.map(|number| number.saturating_sub(floor)), bound)? + floor)
    }

    /// A region that is usually the one `expected`.
    pub(super) fn region_like(
        &mut self,
        given: Option<RegionCode>,
        expected: RegionCode,
        field: Field,
    ) -> Coded<RegionCode> {
        let differs = self.flag(given.map(|region| region != expected), 3)?;
        if differs {
            self.region(given, field)
        } else {
            Ok(expected)
        }
    }

    /// A unified social credit code, its check characters derived.
    pub(super) fn credit_code(&mut self, given: Option<Uscc>, region: RegionCode) -> Coded<Uscc> {
        let given: Option<Vec<u8>> = given.map(|code| code.as_str().bytes().collect());
        let part = |from: usize, to: usize| given.as_ref().and_then(|code| code.get(from..to));
        let mut code = self.usually(part(0, 2), b"91", 4)?;
        let of_region = format!("{:06}", region.number());
        code.extend(self.usually(part(2, 2 + REGION_DIGITS), of_region.as_bytes(), 2)?);
        let organisation = self.organisation(part(8, 16))?;
        code.extend(&organisation);
        code.extend(self.usually(part(16, 17), &[organisation_check(&organisation)], 3)?);
        let check = credit_code_check(&code);
        code.extend(self.usually(part(17, 18), &[check], 8)?);
        let text = String::from_utf8(code).unwrap_or_default();
        Uscc::parse_as_printed(&text).map_err(|_| QrDecodeError::Value {
            field: Field::CreditCode,
        })
    }

    /// The first eight characters of an organisation code: eight digits, or `MA` and six characters, or any.
    fn organisation(&mut self, given: Option<&[u8]>) -> Coded<Vec<u8>> {
        let other_than_digits = self.flag(given.map(|code| !code.iter().all(u8::is_ascii_digit)), 1)?;
        if !other_than_digits {
            let number = given.and_then(|code| std::str::from_utf8(code).ok()?.parse().ok());
            return Ok(format!("{:08}", self.uniform(number, 100_000_000)?).into_bytes());
        }
        let mut code = self.usually(given.and_then(|code| code.get(..2)), b"MA", 3)?;
        for place in 2..8 {
            code.push(self.credit_code_character(given.and_then(|code| code.get(place)).copied())?);
        }
        Ok(code)
    }

    /// Characters of a credit code that are usually the ones `expected`.
    fn usually(&mut self, given: Option<&[u8]>, expected: &[u8], rarity: u32) -> Coded<Vec<u8>> {
        if !self.flag(given.map(|part| part != expected), rarity)? {
            return Ok(expected.to_vec());
        }
        let places = 0..expected.len();
        places
            .map(|place| self.credit_code_character(given.and_then(|part| part.get(place)).copied()))
            .collect()
    }

    fn credit_code_character(&mut self, given: Option<u8>) -> Coded<u8> {
        let value = given.and_then(|found| CREDIT_CODE.iter().position(|known| *known == found));
        let value = self.uniform(value.and_then(|value| u32::try_from(value).ok()), 31)?;
        Ok(usize::try_from(value)
            .ok()
            .and_then(|at| CREDIT_CODE.get(at))
            .copied()
            .unwrap_or(b'0'))
    }

    /// An industry: edition, code of two to four digits, name (usually the division's).
    pub(super) fn industry(&mut self, given: Option<&Industry>, edition: Option<&Text>) -> Coded<Industry> {
        let field = Field::Industry;
        let stated = given.map(|industry| &industry.edition);
        let edition = match edition {
            Some(expected) => self.text_like(stated, expected, 8, TextKind::Other, field)?,
            None => self.text(stated, TextKind::Other, field)?,
        };
        let digits = given.map(|industry| industry.code.to_string().trim_start_matches('C').to_owned());
        let count = digits
            .as_ref()
            .and_then(|digits| u32::try_from(digits.len()).ok());
        let count = self.uniform(count.map(|count| count.saturating_sub(2)), 3)?;
        let number = digits.and_then(|digits| digits.parse::<u32>().ok());
        let scale = 10_u32.pow(count);
        let division = self.uniform(number.map(|number| (number / scale).saturating_sub(13)), 31)? + 13;
        let rest = self.uniform(number.map(|number| number % scale), scale)?;
        let width = usize::try_from(count + 2).unwrap_or(4);
        let code = IndustryCode::parse(&format!("C{:0width$}", division * scale + rest))
            .map_err(|_| QrDecodeError::Value { field })?;
        let expected = Text::parse(code.division_zh()).map_err(|_| QrDecodeError::Value { field })?;
        let rarity = if count == 0 { 6 } else { 1 };
        let name = self.text_like(
            given.map(|industry| &industry.name),
            &expected,
            rarity,
            TextKind::Scope,
            field,
        )?;
        Ok(Industry { edition, code, name })
    }
}

impl NumberPattern {
    /// Year, serial and cycle of a number that this pattern writes.
    fn parts(&self, number: &str) -> Option<(u32, u32, u32)> {
        let rest = number.strip_prefix(self.prefix.as_str())?;
        let (year, rest) = rest.split_at_checked(2)?;
        let rest = rest.strip_prefix(self.middle.as_str())?;
        let (serial, rest) = rest.split_at_checked(usize::try_from(self.digits).ok()?)?;
        let cycle = rest.strip_prefix(self.cycle.as_str())?;
        let parts = (year.parse().ok()?, serial.parse().ok()?, cycle.parse().ok()?);
        let (year, serial, cycle) = parts;
        (self.write(year, serial, cycle) == number).then_some(parts)
    }

    fn write(&self, year: u32, serial: u32, cycle: u32) -> String {
        let width = usize::try_from(self.digits).unwrap_or(0);
        format!(
            "{}{year:02}{}{serial:0width$}{}{cycle}",
            self.prefix, self.middle, self.cycle
        )
    }
}

/// GB 11714: the ninth character of an organisation code.
fn organisation_check(code: &[u8]) -> u8 {
    let value = |character: &u8| match character {
        b'0'..=b'9' => usize::from(character - b'0'),
        _ => usize::from(character.saturating_sub(b'A')) + 10,
    };
    let sum: usize = code
        .iter()
        .zip(ORGANISATION_WEIGHTS)
        .map(|(character, weight)| value(character) * weight)
        .sum();
    match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => u8::try_from(digit).map_or(b'0', |digit| b'0' + digit),
    }
}

/// GB 32100-2015: the last character of a credit code, from the 17 before it.
fn credit_code_check(code: &[u8]) -> u8 {
    let mut sum = 0;
    let mut weight = 1;
    for character in code {
        sum += CREDIT_CODE
            .iter()
            .position(|known| known == character)
            .unwrap_or(0)
            * weight;
        weight = weight * 3 % 31;
    }
    CREDIT_CODE.get((31 - sum % 31) % 31).copied().unwrap_or(b'0')
}
