//! Regions that a regulator looks after, by the beginning of their codes (GB/T 2260).

use std::{fmt, str::FromStr};

use touchstone_schemas::{
    decode::{Decode, DecodeError, invalid, text},
    jcs::Encode,
    json::Value,
    region::RegionCode,
};

use crate::ledger::{CredentialKey, HeldCredential, Ledger};

/// Most regions of a regulator (policy).
const MOST: usize = 64;

/// Beginnings of region codes: `32` is 江苏省, `3205` 苏州市, `320505` one of its districts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regions(Vec<Region>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Region {
    /// The digits, as many as are given.
    number: u32,
    /// What a whole code is divided by to compare: 10,000, 100 or 1.
    divisor: u32,
}

/// Why a text names no regions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{found:?} is not a list of at most {MOST} beginnings of region codes; wanted 2, 4 or 6 digits each, as in 32,3301"
)]
pub struct RegionsError {
    /// The text found.
    pub found: String,
}

impl Regions {
    /// Whether a region is one of them or in one of them.
    #[must_use]
    pub fn contain(&self, region: RegionCode) -> bool {
        let within = |own: &Region| region.number() / own.divisor == own.number;
        self.0.iter().any(within)
    }

    /// Whether a certificate is theirs: its holder is registered there, or a site is there.
    #[must_use]
    pub fn concern(&self, ledger: &Ledger, key: &CredentialKey, held: &HeldCredential) -> bool {
        let more = ledger.more_sites(key).iter();
        let regions = [held.registered, held.facts.site]
            .into_iter()
            .chain(more.copied());
        regions.into_iter().any(|region| self.contain(region))
    }
}

impl FromStr for Regions {
    type Err = RegionsError;

    fn from_str(text: &str) -> Result<Self, RegionsError> {
        let regions: Option<Vec<Region>> = text.split(',').map(|part| Region::parse(part.trim())).collect();
        regions
            .filter(|regions| regions.len() <= MOST)
            .map(Self)
            .ok_or_else(|| RegionsError {
                found: text.to_owned(),
            })
    }
}

impl Region {
    fn parse(text: &str) -> Option<Self> {
        let divisor = match text.len() {
            2 => 10_000,
            4 => 100,
            6 => 1,
            _ => return None,
        };
        // The province must be one there is.
        let whole = RegionCode::parse(&format!("{text:0<6}")).ok()?;
        Some(Self {
            number: whole.number() / divisor,
            divisor,
        })
    }
}

impl fmt::Display for Regions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, region) in self.0.iter().enumerate() {
            let before = if place == 0 { "" } else { "," };
            write!(f, "{before}{}", region.number)?;
        }
        Ok(())
    }
}

impl Decode for Regions {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        text(value, "regions")?.parse().map_err(|error| invalid(&error))
    }
}

impl Encode for Regions {
    fn encode(&self, out: &mut Vec<u8>) {
        format_args!("{self}").encode(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> RegionCode {
        RegionCode::parse(text).unwrap()
    }

    #[test]
    fn a_province_holds_its_cities_and_no_other() {
        let regions: Regions = "32, 3301,110105".parse().unwrap();
        for inside in ["320000", "320505", "330100", "330106", "110105"] {
            assert!(regions.contain(code(inside)), "{inside}");
        }
        for outside in ["310000", "330200", "110106", "410100"] {
            assert!(!regions.contain(code(outside)), "{outside}");
        }
        assert_eq!(regions.to_string(), "32,3301,110105");
        for text in ["", "3", "32,", "99", "32x1", "3205051", &"32,".repeat(64)] {
            assert!(text.parse::<Regions>().is_err(), "{text}");
        }
    }
}
