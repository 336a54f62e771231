//! The numbers to divide by: manufacturers above designated size 规上企业数, as the operator has them from a source, and
//! the goals they are measured against.
//!
//! ```toml
//! source = "国家统计局：2025年规模以上工业企业数"
//! date = "2025-12-31"
//! firms = 500000
//! [goals] # percent; the 14th plan for intelligent manufacturing 《“十四五”智能制造发展规划》
//! level2 = 50
//! key_industries_level3 = 20
//! key_regions_level3 = 15
//! [[industries]]
//! code = "C36"
//! firms = 17000
//! key = true
//! [[regions]]
//! code = "320000"
//! firms = 60000
//! key = true
//! ```

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use touchstone_schemas::{
    city::city_code,
    date_time::Date,
    industry::{IndustryCode, IndustryError},
    region::{RegionCode, RegionError},
    text::Text,
};

use super::count::province_code;

/// Longest file read, in bytes: some thousand regions (policy).
const MAX_FILE_BYTES: u64 = 256 * 1024;

/// What to divide by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denominators {
    /// Where the numbers stand, as printed.
    pub source: Text,
    /// The day they are of.
    pub date: Date,
    /// All firms.
    pub firms: u64,
    /// What is aimed at.
    pub goals: Goals,
    /// By division of industry.
    pub industries: BTreeMap<u8, Firms>,
    /// By province or city.
    pub regions: BTreeMap<RegionCode, Firms>,
}

/// Goals, in percent of firms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goals {
    /// At level 2 or above, of all.
    pub level2: u64,
    /// At level 3 or above, in key industries.
    pub key_industries_level3: u64,
    /// At level 3 or above, in key regions.
    pub key_regions_level3: u64,
}

/// Firms of an industry or region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Firms {
    /// How many.
    pub firms: u64,
    /// 重点: the goals are about it.
    pub key: bool,
}

/// Why a file gives no numbers.
#[derive(Debug, thiserror::Error)]
#[error("statistics.denominators {path}: {cause}")]
pub struct DenominatorsError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub cause: Fault,
}

/// What is wrong with a file of numbers.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] std::io::Error),
    /// It is longer than is read.
    #[error("{found} bytes, at most {MAX_FILE_BYTES} are read")]
    TooLong {
        /// Its length.
        found: u64,
    },
    /// Not TOML, a missing or unknown key, or a value of another form.
    #[error(transparent)]
    Form(#[from] Box<toml::de::Error>),
    /// `source` or `date` is not of its form.
    #[error("{key}: {cause}")]
    Member {
        /// The key.
        key: &'static str,
        /// What is wrong.
        cause: String,
    },
    /// An industry code.
    #[error("industry {position}: {cause}")]
    Industry {
        /// Which one, from 1.
        position: usize,
        /// What is wrong.
        cause: IndustryError,
    },
    /// An industry code that is not a division.
    #[error("industry {position}: {found} is no division; firms are given by division, C13 to C43")]
    NotADivision {
        /// Which one, from 1.
        position: usize,
        /// The code.
        found: IndustryCode,
    },
    /// A region code.
    #[error("region {position}: {cause}")]
    Region {
        /// Which one, from 1.
        position: usize,
        /// What is wrong.
        cause: RegionError,
    },
    /// A region code that is neither a province nor a city.
    #[error("region {position}: {found} is neither a province nor a city")]
    NotACity {
        /// Which one, from 1.
        position: usize,
        /// The code.
        found: RegionCode,
    },
    /// The same one twice.
    #[error("{what} {position} is listed before")]
    Repeated {
        /// `industry` or `region`.
        what: &'static str,
        /// Which one, from 1.
        position: usize,
    },
    /// A key city of a key province would be divided by twice.
    #[error("region {city} lies in region {province}, and both are key")]
    Overlap {
        /// The city.
        city: RegionCode,
        /// The province.
        province: RegionCode,
    },
    /// A number that nothing can be divided by, or a part larger than the whole.
    #[error("{what} has {found} firms, wanted 1 to {most}")]
    Firms {
        /// Of what.
        what: String,
        /// The number.
        found: u64,
        /// The most there can be.
        most: u64,
    },
    /// A goal that is no percentage.
    #[error("goals.{key} is {found}, wanted 1 to 100")]
    Goal {
        /// The key.
        key: &'static str,
        /// The number.
        found: u64,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    source: String,
    date: String,
    firms: u64,
    goals: Goals,
    #[serde(default)]
    industries: Vec<Row>,
    #[serde(default)]
    regions: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    code: String,
    firms: u64,
    #[serde(default)]
    key: bool,
}

/// Most firms that are believed: more than there are enterprises in the country (policy; keeps every sum exact).
const MOST_FIRMS: u64 = 1_000_000_000;

impl Denominators {
    /// Reads a file.
    ///
    /// # Errors
    /// [`DenominatorsError`] with the first fault.
    pub fn read(path: &Path) -> Result<Self, DenominatorsError> {
        let read = || {
            let found = std::fs::metadata(path)?.len();
            if found > MAX_FILE_BYTES {
                return Err(Fault::TooLong { found });
            }
            Self::parse(&std::fs::read_to_string(path)?)
        };
        read().map_err(|cause| DenominatorsError {
            path: path.to_owned(),
            cause,
        })
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let file: File = toml::from_str(text).map_err(Box::new)?;
        let member = |key, cause: String| Fault::Member { key, cause };
        check_firms("the whole", file.firms, MOST_FIRMS)?;
        check_goals(file.goals)?;
        let denominators = Self {
            source: Text::parse(&file.source).map_err(|error| member("source", error.to_string()))?,
            date: Date::parse(&file.date).map_err(|error| member("date", error.to_string()))?,
            firms: file.firms,
            goals: file.goals,
            industries: industries(&file.industries, file.firms)?,
            regions: regions(&file.regions, file.firms)?,
        };
        denominators.check_overlap()?;
        Ok(denominators)
    }

    /// A key province and one of its cities would both be divided by.
    fn check_overlap(&self) -> Result<(), Fault> {
        let key = self.regions.iter().filter(|(_, firms)| firms.key);
        for (city, _) in key {
            let province = province_code(*city);
            let inside = province != *city && self.regions.get(&province).is_some_and(|firms| firms.key);
            if inside {
                return Err(Fault::Overlap {
                    city: *city,
                    province,
                });
            }
        }
        Ok(())
    }
}

fn industries(rows: &[Row], most: u64) -> Result<BTreeMap<u8, Firms>, Fault> {
    let mut industries = BTreeMap::new();
    for (position, row) in (1..).zip(rows) {
        let code: IndustryCode = row
            .code
            .parse()
            .map_err(|cause| Fault::Industry { position, cause })?;
        if row.code.len() != "C13".len() {
            return Err(Fault::NotADivision {
                position,
                found: code,
            });
        }
        check_firms(&row.code, row.firms, most)?;
        if industries.insert(code.division(), row.firms()).is_some() {
            let what = "industry";
            return Err(Fault::Repeated { what, position });
        }
    }
    Ok(industries)
}

fn regions(rows: &[Row], most: u64) -> Result<BTreeMap<RegionCode, Firms>, Fault> {
    let mut regions = BTreeMap::new();
    for (position, row) in (1..).zip(rows) {
        let code = RegionCode::parse(&row.code).map_err(|cause| Fault::Region { position, cause })?;
        if city_code(code) != code && province_code(code) != code {
            return Err(Fault::NotACity {
                position,
                found: code,
            });
        }
        check_firms(&row.code, row.firms, most)?;
        if regions.insert(code, row.firms()).is_some() {
            let what = "region";
            return Err(Fault::Repeated { what, position });
        }
    }
    Ok(regions)
}

impl Row {
    const fn firms(&self) -> Firms {
        Firms {
            firms: self.firms,
            key: self.key,
        }
    }
}

fn check_firms(what: &str, found: u64, most: u64) -> Result<(), Fault> {
    if (1..=most).contains(&found) {
        return Ok(());
    }
    Err(Fault::Firms {
        what: what.to_owned(),
        found,
        most,
    })
}

fn check_goals(goals: Goals) -> Result<(), Fault> {
    let all = [
        ("level2", goals.level2),
        ("key_industries_level3", goals.key_industries_level3),
        ("key_regions_level3", goals.key_regions_level3),
    ];
    match all.into_iter().find(|(_, found)| !(1..=100).contains(found)) {
        Some((key, found)) => Err(Fault::Goal { key, found }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        source = "示范来源"
        date = "2025-12-31"
        firms = 500000
        [goals]
        level2 = 50
        key_industries_level3 = 20
        key_regions_level3 = 15
        [[industries]]
        code = "C36"
        firms = 17000
        key = true
        [[regions]]
        code = "320000"
        firms = 60000
        key = true
        [[regions]]
        code = "440300"
        firms = 12000
    "#;

    #[test]
    fn a_good_file_is_read() {
        let read = Denominators::parse(GOOD).unwrap();
        assert_eq!(read.firms, 500_000);
        assert_eq!(
            read.industries.get(&36).map(|firms| (firms.firms, firms.key)),
            Some((17_000, true))
        );
        assert_eq!(read.regions.len(), 2);
    }

    #[test]
    fn another_is_refused_with_its_reason() {
        for (from, to, reason) in [
            ("firms = 500000", "firms = 0", "the whole has 0 firms"),
            (
                "firms = 60000",
                "firms = 600000",
                "320000 has 600000 firms, wanted 1 to 500000",
            ),
            ("firms = 500000", "firms = -1", "invalid value"),
            ("level2 = 50", "level2 = 101", "goals.level2 is 101"),
            ("level2 = 50", "", "missing field `level2`"),
            ("source =", "origin =", "unknown field `origin`"),
            ("2025-12-31", "2025-12-32", "date:"),
            ("示范来源", "", "source:"),
            ("\"C36\"", "\"C3670\"", "industry 1: C3670 is no division"),
            (
                "\"C36\"",
                "\"C44\"",
                "industry 1: division 44 is outside manufacturing",
            ),
            (
                "\"440300\"",
                "\"440305\"",
                "region 2: 440305 is neither a province nor a city",
            ),
            ("\"440300\"", "\"990000\"", "region 2: no province"),
            ("\"440300\"", "\"320000\"", "region 2 is listed before"),
            (
                "key = true\n        [[regions]]\n        code = \"440300\"",
                "key = true\n        [[regions]]\n        key = true\n        code = \"320200\"",
                "region 320200 lies in region 320000",
            ),
        ] {
            assert!(GOOD.contains(from), "{from}");
            let error = Denominators::parse(&GOOD.replacen(from, to, 1))
                .unwrap_err()
                .to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
