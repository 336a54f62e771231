//! The page of a register as large as the deck's: what it shows, and files of it to look at.

use touchstone_registry::{
    pages::{self, Language},
    statistics::{Denominators, count, gather},
};
use touchstone_schemas::{
    city::{cities, city_code},
    region::RegionCode,
};

use super::population::{NOW, Population};
use crate::world::time;

/// Provinces and cities of the development index report 2021, for the shape of the numbers.
const PROVINCES: [(u8, u64); 31] = [
    (32, 1233),
    (37, 966),
    (44, 371),
    (43, 313),
    (34, 222),
    (11, 202),
    (36, 180),
    (33, 135),
    (42, 134),
    (64, 131),
    (35, 112),
    (13, 110),
    (31, 84),
    (41, 79),
    (50, 77),
    (61, 70),
    (14, 69),
    (51, 63),
    (21, 56),
    (15, 50),
    (23, 47),
    (22, 38),
    (62, 33),
    (12, 33),
    (45, 32),
    (65, 26),
    (53, 11),
    (52, 10),
    (63, 3),
    (46, 2),
    (54, 1),
];
const CITIES: [(&str, u64); 12] = [
    ("320200", 630),
    ("430100", 253),
    ("320500", 248),
    ("440300", 236),
    ("370500", 152),
    ("370200", 127),
    ("370800", 100),
    ("320400", 87),
    ("321300", 69),
    ("370700", 65),
    ("371400", 64),
    ("321200", 64),
];

const DENOMINATORS: &str = r#"
source = "示范数据（演示），非官方统计"
date = "2025-12-31"
firms = 12000
[goals]
level2 = 50
key_industries_level3 = 20
key_regions_level3 = 15
[[industries]]
code = "C36"
firms = 900
key = true
[[industries]]
code = "C39"
firms = 1100
key = true
[[regions]]
code = "320000"
firms = 2600
key = true
[[regions]]
code = "440000"
firms = 2900
key = true
"#;

/// A region for each organisation of the report.
fn regions() -> Vec<RegionCode> {
    let mut regions = Vec::new();
    let mut put = |code: RegionCode, count: u64| (0..count).for_each(|_| regions.push(code));
    let mut left: Vec<(u8, u64)> = PROVINCES.to_vec();
    for (code, count) in CITIES {
        let code = RegionCode::parse(code).unwrap();
        put(code, count);
        let province = left
            .iter_mut()
            .find(|(province, _)| *province == code.province().code);
        let (_, left) = province.unwrap();
        *left = left.saturating_sub(count);
    }
    for (province, count) in left {
        let whole = RegionCode::parse(&format!("{province:02}0000")).unwrap();
        let inside: Vec<RegionCode> = cities()
            .iter()
            .map(|city| city.code)
            .filter(|code| {
                code.province().code == province
                    && !CITIES.iter().any(|(named, _)| *named == code.to_string())
            })
            .collect();
        for place in 0..count {
            let place = usize::try_from(place).unwrap();
            put(
                inside
                    .get(place % inside.len().max(1))
                    .copied()
                    .unwrap_or(city_code(whole)),
                1,
            );
        }
    }
    regions
}

/// Writes the pages where `CARGO_TARGET_TMPDIR` is, their style beside them, for whoever wants to look.
#[test]
fn a_full_register_is_shown_whole_in_both_languages() {
    let mut population = Population::new(11, 5_000);
    population.regions = regions();
    for _ in 0..7_000 {
        population.grow();
    }
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join("firms.toml");
    std::fs::write(&file, DENOMINATORS).unwrap();
    let denominators = Denominators::read(&file).unwrap();
    let statistics = count(&gather(&population.shared(), time(NOW)), Some(&denominators));
    std::fs::write(folder.join("registry.css"), pages::STYLE).unwrap();
    for language in Language::ALL {
        let page = pages::statistics(&statistics, language).unwrap();
        assert_eq!(
            page.matches("<svg class=\"chart\"").count(),
            9,
            "{}",
            language.name()
        );
        for place in ["江苏", "Jiangsu"] {
            assert_eq!(
                page.contains(place),
                (language == Language::Chinese) == (place == "江苏")
            );
        }
        let page = page.replace("/assets/registry.css", "registry.css");
        std::fs::write(folder.join(format!("statistics-{}.html", language.name())), page).unwrap();
    }
}
