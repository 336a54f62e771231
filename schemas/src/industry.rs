//! Manufacturing industries (GB/T 4754-2017 国民经济行业分类, section C).

use std::fmt;
use std::str::FromStr;

use crate::text_form::text_form;

/// The edition whose codes and names these are.
pub const EDITION: &str = "GB/T 4754-2017";

/// First and last division 大类 of manufacturing.
const DIVISIONS: std::ops::RangeInclusive<u8> = 13..=43;

/// Names of the divisions C13 to C43: Chinese as in the standard, English ours.
const NAMES: [(&str, &str); 31] = [
    ("农副食品加工业", "Processing of food from agricultural products"),
    ("食品制造业", "Manufacture of foods"),
    (
        "酒、饮料和精制茶制造业",
        "Manufacture of liquor, beverages and refined tea",
    ),
    ("烟草制品业", "Manufacture of tobacco products"),
    ("纺织业", "Manufacture of textiles"),
    (
        "纺织服装、服饰业",
        "Manufacture of textile wearing apparel and accessories",
    ),
    (
        "皮革、毛皮、羽毛及其制品和制鞋业",
        "Manufacture of leather, fur, feather and related products and footwear",
    ),
    (
        "木材加工和木、竹、藤、棕、草制品业",
        "Processing of timber, products of wood, bamboo, rattan, palm and straw",
    ),
    ("家具制造业", "Manufacture of furniture"),
    ("造纸和纸制品业", "Manufacture of paper and paper products"),
    (
        "印刷和记录媒介复制业",
        "Printing and reproduction of recorded media",
    ),
    (
        "文教、工美、体育和娱乐用品制造业",
        "Manufacture of articles for culture, education, arts and crafts, sport and entertainment",
    ),
    (
        "石油、煤炭及其他燃料加工业",
        "Processing of petroleum, coal and other fuels",
    ),
    (
        "化学原料和化学制品制造业",
        "Manufacture of raw chemical materials and chemical products",
    ),
    ("医药制造业", "Manufacture of medicines"),
    ("化学纤维制造业", "Manufacture of chemical fibres"),
    ("橡胶和塑料制品业", "Manufacture of rubber and plastics products"),
    ("非金属矿物制品业", "Manufacture of non-metallic mineral products"),
    (
        "黑色金属冶炼和压延加工业",
        "Smelting and rolling of ferrous metals",
    ),
    (
        "有色金属冶炼和压延加工业",
        "Smelting and rolling of non-ferrous metals",
    ),
    ("金属制品业", "Manufacture of metal products"),
    ("通用设备制造业", "Manufacture of general-purpose machinery"),
    ("专用设备制造业", "Manufacture of special-purpose machinery"),
    ("汽车制造业", "Manufacture of automobiles"),
    (
        "铁路、船舶、航空航天和其他运输设备制造业",
        "Manufacture of railway, ship, aerospace and other transport equipment",
    ),
    (
        "电气机械和器材制造业",
        "Manufacture of electrical machinery and apparatus",
    ),
    (
        "计算机、通信和其他电子设备制造业",
        "Manufacture of computers, communication and other electronic equipment",
    ),
    ("仪器仪表制造业", "Manufacture of measuring instruments"),
    ("其他制造业", "Other manufacturing"),
    (
        "废弃资源综合利用业",
        "Comprehensive utilisation of waste resources",
    ),
    (
        "金属制品、机械和设备修理业",
        "Repair of metal products, machinery and equipment",
    ),
];

/// Why a text is not a manufacturing industry code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IndustryError {
    /// Not two to four digits after the letter.
    #[error("{found} digits where an industry code has 2 to 4")]
    Length {
        /// Characters found after an optional leading C.
        found: usize,
    },
    /// A character other than a digit.
    #[error("character {found:?} at position {position} of an industry code is not a digit")]
    Digit {
        /// Position after an optional leading C, from 1.
        position: usize,
        /// The character.
        found: char,
    },
    /// A division outside manufacturing.
    #[error("division {found:02} is outside manufacturing, C13 to C43")]
    Division {
        /// The first two digits.
        found: u8,
    },
    /// The wire form has a leading C.
    #[error("an industry code is written with a leading C")]
    Letter,
}

/// A division (大类, 2 digits), group (中类, 3) or class (小类, 4) of manufacturing. Wire form `C36`, `C367`,
/// `C3670`. Groups and classes are checked for shape only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndustryCode {
    division: u8,
    /// Digits after the division, and how many of them count.
    rest: u8,
    rest_digits: u8,
}

impl IndustryCode {
    /// Reads a code with or without its leading `C`.
    ///
    /// # Errors
    /// [`IndustryError`], never `Letter`.
    pub fn parse(text: &str) -> Result<Self, IndustryError> {
        let digits = text.strip_prefix('C').unwrap_or(text);
        let found = digits.chars().count();
        if !(2..=4).contains(&found) {
            return Err(IndustryError::Length { found });
        }
        let mut code = Self {
            division: 0,
            rest: 0,
            rest_digits: 0,
        };
        for (index, found) in digits.chars().enumerate() {
            let wrong = IndustryError::Digit {
                position: index + 1,
                found,
            };
            let digit = found
                .to_digit(10)
                .and_then(|digit| u8::try_from(digit).ok())
                .ok_or(wrong)?;
            if index < 2 {
                code.division = code.division * 10 + digit;
            } else {
                code.rest = code.rest * 10 + digit;
                code.rest_digits += 1;
            }
        }
        if DIVISIONS.contains(&code.division) {
            Ok(code)
        } else {
            Err(IndustryError::Division { found: code.division })
        }
    }

    /// The division, 13 to 43.
    pub const fn division(self) -> u8 {
        self.division
    }

    /// The division's Chinese name.
    pub fn division_zh(self) -> &'static str {
        self.names().0
    }

    /// The division's English name (our translation).
    pub fn division_en(self) -> &'static str {
        self.names().1
    }

    fn names(self) -> (&'static str, &'static str) {
        let index = usize::from(self.division - DIVISIONS.start());
        NAMES.get(index).copied().unwrap_or_default()
    }
}

impl fmt::Display for IndustryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "C{:02}", self.division)?;
        match self.rest_digits {
            0 => Ok(()),
            1 => write!(f, "{}", self.rest),
            _ => write!(f, "{:02}", self.rest),
        }
    }
}

impl FromStr for IndustryCode {
    type Err = IndustryError;

    /// Accepts the wire form alone.
    fn from_str(text: &str) -> Result<Self, IndustryError> {
        if text.starts_with('C') {
            Self::parse(text)
        } else {
            Err(IndustryError::Letter)
        }
    }
}

text_form!(IndustryCode, "an industry code C13 to C43 with 2 to 4 digits");

/// The divisions of manufacturing in order, as codes.
pub fn divisions() -> impl Iterator<Item = IndustryCode> {
    DIVISIONS.map(|division| IndustryCode {
        division,
        rest: 0,
        rest_digits: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_all_lengths() {
        for (text, wire, division) in [
            ("13", "C13", 13),
            ("C367", "C367", 36),
            ("3670", "C3670", 36),
            ("C4300", "C4300", 43),
            ("C3907", "C3907", 39),
        ] {
            let code = IndustryCode::parse(text).unwrap();
            assert_eq!((code.to_string().as_str(), code.division()), (wire, division));
            assert_eq!(wire.parse(), Ok(code));
        }
        assert_ne!(IndustryCode::parse("C36"), IndustryCode::parse("C360"));
        assert_eq!("36".parse::<IndustryCode>(), Err(IndustryError::Letter));
    }

    #[test]
    fn others_are_refused() {
        for (text, error) in [
            ("", IndustryError::Length { found: 0 }),
            ("C", IndustryError::Length { found: 0 }),
            ("C3", IndustryError::Length { found: 1 }),
            ("C36701", IndustryError::Length { found: 5 }),
            ("C12", IndustryError::Division { found: 12 }),
            ("4411", IndustryError::Division { found: 44 }),
            (
                "CC36",
                IndustryError::Digit {
                    position: 1,
                    found: 'C',
                },
            ),
            (
                "c36",
                IndustryError::Digit {
                    position: 1,
                    found: 'c',
                },
            ),
            (
                "3６",
                IndustryError::Digit {
                    position: 2,
                    found: '６',
                },
            ),
        ] {
            assert_eq!(IndustryCode::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn every_division_has_its_name() {
        let codes: Vec<IndustryCode> = divisions().collect();
        assert_eq!(codes.len(), 31);
        assert_eq!(
            (codes[0].division_zh(), codes[30].division_zh()),
            ("农副食品加工业", "金属制品、机械和设备修理业")
        );
        assert_eq!(IndustryCode::parse("3670").unwrap().division_zh(), "汽车制造业");
        assert_eq!(
            IndustryCode::parse("C39").unwrap().division_zh(),
            "计算机、通信和其他电子设备制造业"
        );
        assert!(codes.iter().all(|code| !code.division_en().is_empty()));
    }
}
