//! Administrative regions (GB/T 2260 行政区划代码).
//!
//! Provinces are known; cities and counties are checked for shape only. Their list changes every year and a code
//! once valid stays valid on the documents that carry it.

use std::fmt;
use std::str::FromStr;

use crate::text_form::text_form;

/// A province, autonomous region, municipality or special administrative region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Province {
    /// First two digits of its region codes.
    pub code: u8,
    /// Full Chinese name.
    pub zh: &'static str,
    /// English name.
    pub en: &'static str,
}

const fn province(code: u8, zh: &'static str, en: &'static str) -> Province {
    Province { code, zh, en }
}

/// The 34 province-level regions in the order of their codes.
pub const PROVINCES: [Province; 34] = [
    province(11, "北京市", "Beijing"),
    province(12, "天津市", "Tianjin"),
    province(13, "河北省", "Hebei"),
    province(14, "山西省", "Shanxi"),
    province(15, "内蒙古自治区", "Inner Mongolia"),
    province(21, "辽宁省", "Liaoning"),
    province(22, "吉林省", "Jilin"),
    province(23, "黑龙江省", "Heilongjiang"),
    province(31, "上海市", "Shanghai"),
    province(32, "江苏省", "Jiangsu"),
    province(33, "浙江省", "Zhejiang"),
    province(34, "安徽省", "Anhui"),
    province(35, "福建省", "Fujian"),
    province(36, "江西省", "Jiangxi"),
    province(37, "山东省", "Shandong"),
    province(41, "河南省", "Henan"),
    province(42, "湖北省", "Hubei"),
    province(43, "湖南省", "Hunan"),
    province(44, "广东省", "Guangdong"),
    province(45, "广西壮族自治区", "Guangxi"),
    province(46, "海南省", "Hainan"),
    province(50, "重庆市", "Chongqing"),
    province(51, "四川省", "Sichuan"),
    province(52, "贵州省", "Guizhou"),
    province(53, "云南省", "Yunnan"),
    province(54, "西藏自治区", "Tibet"),
    province(61, "陕西省", "Shaanxi"),
    province(62, "甘肃省", "Gansu"),
    province(63, "青海省", "Qinghai"),
    province(64, "宁夏回族自治区", "Ningxia"),
    province(65, "新疆维吾尔自治区", "Xinjiang"),
    province(71, "台湾省", "Taiwan"),
    province(81, "香港特别行政区", "Hong Kong"),
    province(82, "澳门特别行政区", "Macao"),
];

/// Why a text is not a region code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegionError {
    /// Not six characters.
    #[error("{found} characters where a region code has 6 digits")]
    Length {
        /// Characters found.
        found: usize,
    },
    /// A character other than a digit.
    #[error("character {found:?} at position {position} of a region code is not a digit")]
    Digit {
        /// Position, 1 to 6.
        position: usize,
        /// The character.
        found: char,
    },
    /// The first two digits are no province.
    #[error("no province has the code {found:02}")]
    Province {
        /// The first two digits.
        found: u32,
    },
}

/// A region code of six digits: province, city, county.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode(u32);

impl RegionCode {
    /// Reads six digits that begin with a province's code.
    ///
    /// # Errors
    /// [`RegionError`].
    pub fn parse(text: &str) -> Result<Self, RegionError> {
        let found = text.chars().count();
        if found != 6 {
            return Err(RegionError::Length { found });
        }
        let mut code = 0;
        for (index, found) in text.chars().enumerate() {
            let wrong = RegionError::Digit {
                position: index + 1,
                found,
            };
            code = code * 10 + found.to_digit(10).ok_or(wrong)?;
        }
        find_province(code)
            .map(|_| Self(code))
            .ok_or(RegionError::Province { found: code / 10_000 })
    }

    /// The code as a number below 1,000,000.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The province.
    pub fn province(self) -> Province {
        // `parse`, the one way here, found it.
        find_province(self.0).unwrap_or(PROVINCES[0])
    }

    /// The four digits that name the city (`3201` Nanjing); they end in `00` when the code names a province.
    pub fn city_prefix(self) -> String {
        format!("{:04}", self.0 / 100)
    }
}

fn find_province(code: u32) -> Option<Province> {
    PROVINCES
        .into_iter()
        .find(|province| u32::from(province.code) == code / 10_000)
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

impl FromStr for RegionCode {
    type Err = RegionError;

    fn from_str(text: &str) -> Result<Self, RegionError> {
        Self::parse(text)
    }
}

text_form!(RegionCode, "a region code of 6 digits");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_leads_to_its_province() {
        for (text, zh, city) in [
            ("110000", "北京市", "1100"),
            ("320214", "江苏省", "3202"),
            ("659001", "新疆维吾尔自治区", "6590"),
        ] {
            let code: RegionCode = text.parse().unwrap();
            assert_eq!((code.province().zh, code.city_prefix().as_str()), (zh, city));
            assert_eq!(code.to_string(), text);
        }
        assert!(PROVINCES.is_sorted_by_key(|province| province.code));
    }

    #[test]
    fn others_are_refused() {
        for (text, error) in [
            ("", RegionError::Length { found: 0 }),
            ("32021", RegionError::Length { found: 5 }),
            ("3202144", RegionError::Length { found: 7 }),
            (
                "32021x",
                RegionError::Digit {
                    position: 6,
                    found: 'x',
                },
            ),
            (
                "３20214",
                RegionError::Digit {
                    position: 1,
                    found: '３',
                },
            ),
            ("000000", RegionError::Province { found: 0 }),
            ("160000", RegionError::Province { found: 16 }),
        ] {
            assert_eq!(RegionCode::parse(text), Err(error), "{text}");
        }
    }
}
