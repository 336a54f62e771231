//! Cities by their codes: prefectures of GB/T 2260 行政区划代码, and the counties that stand directly under a province.
//!
//! The names are data for people (`data/gbt2260/cities.txt`): the prefectures of the list in use in 2026, with 巢湖
//! (until 2011) and 莱芜 (until 2019), whose codes stand on older documents. English names are ours. A code that is not
//! among them is still a code: it is shown as its number.

use std::sync::LazyLock;

use crate::region::RegionCode;

/// The remark that goes with the names.
pub const EDITION: &str = "GB/T 2260 (2026)";

/// A city: a prefecture, a municipality, or a county directly under its province.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct City {
    /// Its code; of a prefecture it ends in `00`, of a municipality in `0000`.
    pub code: RegionCode,
    /// Chinese name.
    pub zh: &'static str,
    /// English name, the province beside it where another city is spelt the same.
    pub en: &'static str,
}

/// Provinces that are cities: the four municipalities, Taiwan, Hong Kong, Macao.
const UNDIVIDED: [u8; 7] = [11, 12, 31, 50, 71, 81, 82];

static CITIES: LazyLock<Vec<City>> = LazyLock::new(|| {
    let lines = include_str!("../data/gbt2260/cities.txt").lines();
    lines.filter_map(city).collect()
});

fn city(line: &'static str) -> Option<City> {
    let (code, names) = line.split_once(' ')?;
    let (zh, en) = names.split_once(' ')?;
    let code = RegionCode::parse(code).ok()?;
    Some(City { code, zh, en })
}

/// Every city of the list, by code.
#[must_use]
pub fn cities() -> &'static [City] {
    &CITIES
}

/// The code of the city in which a region lies. A code that names a province of several cities names none, and stays.
#[must_use]
pub fn city_code(region: RegionCode) -> RegionCode {
    let (province, number) = (region.province().code, region.number());
    let own = if UNDIVIDED.contains(&province) {
        u32::from(province) * 10_000
    } else if number / 100 % 100 == 90 {
        // 429004 仙桃, 659001 石河子: counties directly under the province.
        number
    } else {
        number / 100 * 100
    };
    RegionCode::parse(&format!("{own:06}")).unwrap_or(region)
}

/// The city of that code, by name; `None` when the list has none.
#[must_use]
pub fn city_named(code: RegionCode) -> Option<City> {
    let province = code.province();
    if UNDIVIDED.contains(&province.code) && code.number() == u32::from(province.code) * 10_000 {
        let (zh, en) = (province.zh, province.en);
        return Some(City { code, zh, en });
    }
    let place = CITIES.binary_search_by_key(&code, |city| city.code);
    CITIES.get(place.ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> RegionCode {
        RegionCode::parse(text).unwrap()
    }

    #[test]
    fn the_list_reads_whole_and_in_order() {
        let lines = include_str!("../data/gbt2260/cities.txt").lines().count();
        assert_eq!(cities().len(), lines);
        assert!(cities().is_sorted_by(|one, next| one.code < next.code));
        for city in cities() {
            assert_eq!(city_code(city.code), city.code, "{}", city.zh);
            assert!(
                !city.zh.contains(' ') && city.en.starts_with(char::is_uppercase),
                "{city:?}"
            );
        }
        // Nobody can mistake one city for another by its English name.
        let names: std::collections::BTreeSet<&str> = cities().iter().map(|city| city.en).collect();
        assert_eq!(names.len(), lines);
    }

    #[test]
    fn a_region_lies_in_its_city() {
        for (region, city, zh) in [
            ("320214", "320200", "无锡市"),
            ("110105", "110000", "北京市"),
            ("500112", "500000", "重庆市"),
            ("429004", "429004", "仙桃市"),
            ("659001", "659001", "石河子市"),
            ("810000", "810000", "香港特别行政区"),
        ] {
            assert_eq!(city_code(code(region)), code(city), "{region}");
            assert_eq!(city_named(code(city)).map(|city| city.zh), Some(zh), "{region}");
        }
        // A province of several cities, and a code that the list does not have.
        assert_eq!(city_code(code("320000")), code("320000"));
        assert_eq!(city_named(code("320000")), None);
        assert_eq!(city_named(code("329900")), None);
    }
}
