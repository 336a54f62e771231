//! How far certificates show a goal to be reached: certified organisations over all firms. What is not certified is not
//! seen, so the true share is at least this.

use std::fmt;

use touchstone_schemas::{
    city::city_code, date_time::Date, industry::IndustryCode, jcs::Encode, record, region::RegionCode,
    text::Text,
};

use super::{
    count::province_code,
    denominators::{Denominators, Firms},
    gather::Row,
    tally::tally_by,
};

/// Progress to the goals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Where the numbers of firms stand.
    pub source: Text,
    /// The day they are of.
    pub date: Date,
    /// Level 2 or above, of all firms.
    pub all: Target,
    /// Level 3 or above in key industries taken together; absent when none is given.
    pub key_industries: Option<Target>,
    /// Level 3 or above in key regions taken together; absent when none is given.
    pub key_regions: Option<Target>,
    /// Each key industry.
    pub industries: Vec<IndustryProgress>,
    /// Each key region.
    pub regions: Vec<RegionProgress>,
}

record! { write Progress {
    "all": all,
    "date": date,
    "industries": industries,
    "keyIndustries"? key_industries,
    "keyRegions"? key_regions,
    "regions": regions,
    "source": source,
} }

/// A share of firms, and what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The level meant, or a higher one.
    pub level: u8,
    /// Organisations.
    pub organisations: u64,
    /// Firms.
    pub firms: u64,
    /// The share.
    pub share: Percent,
    /// The goal.
    pub goal: Percent,
}

record! { write Target {
    "firms": firms,
    "goalPercent": goal,
    "level": level,
    "organisations": organisations,
    "percent": share,
} }

/// A key industry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndustryProgress {
    /// The division.
    pub code: IndustryCode,
    /// How far.
    pub target: Target,
}

record! { write IndustryProgress {
    "code": code,
    "target": target,
} }

/// A key region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegionProgress {
    /// Its code.
    pub code: RegionCode,
    /// How far.
    pub target: Target,
}

record! { write RegionProgress {
    "code": code,
    "target": target,
} }

/// A percentage in hundredths, rounded half up from the exact quotient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u64);

impl Percent {
    /// So many of so many; `of` is not 0.
    #[must_use]
    pub fn share(part: u64, of: u64) -> Self {
        let (part, of) = (u128::from(part), u128::from(of.max(1)));
        Self(u64::try_from((part * 20_000 + of) / (2 * of)).unwrap_or(u64::MAX))
    }

    /// Whole percent.
    #[must_use]
    pub const fn whole(percent: u64) -> Self {
        Self(percent.saturating_mul(100))
    }

    /// Hundredths of a percent.
    #[must_use]
    pub const fn hundredths(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl Encode for Percent {
    fn encode(&self, out: &mut Vec<u8>) {
        format_args!("{self}").encode(out);
    }
}

pub(super) fn progress(denominators: &Denominators, rows: &[Row]) -> Progress {
    let goals = denominators.goals;
    let target = |level, firms, goal, within: &dyn Fn(&Row) -> bool| {
        let counted = tally_by(rows, |row| (row.is_in_force() && within(row)).then_some(()));
        let organisations = counted.values().map(|tally| tally.at_least(level)).sum();
        Target {
            level,
            organisations,
            firms,
            share: Percent::share(organisations, firms),
            goal: Percent::whole(goal),
        }
    };
    let key_firms = |firms: &mut dyn Iterator<Item = &Firms>| {
        let key = firms.filter(|firms| firms.key).map(|firms| firms.firms);
        Some(key.sum::<u64>()).filter(|sum| *sum > 0)
    };
    let is_key_industry = |row: &Row| {
        denominators
            .industries
            .get(&row.facts.industry.division())
            .is_some_and(|firms| firms.key)
    };
    let is_key_region = |row: &Row| {
        let codes = [province_code(row.facts.site), city_code(row.facts.site)];
        let regions = &denominators.regions;
        codes
            .iter()
            .any(|code| regions.get(code).is_some_and(|firms| firms.key))
    };
    let industry = |(division, firms): (&u8, &Firms)| {
        firms.key.then_some(())?;
        let code = IndustryCode::parse(&division.to_string()).ok()?;
        let within = |row: &Row| row.facts.industry.division() == *division;
        let target = target(3, firms.firms, goals.key_industries_level3, &within);
        Some(IndustryProgress { code, target })
    };
    let region = |(code, firms): (&RegionCode, &Firms)| {
        firms.key.then_some(())?;
        let within = |row: &Row| province_code(row.facts.site) == *code || city_code(row.facts.site) == *code;
        let target = target(3, firms.firms, goals.key_regions_level3, &within);
        Some(RegionProgress { code: *code, target })
    };
    Progress {
        source: denominators.source.clone(),
        date: denominators.date,
        all: target(2, denominators.firms, goals.level2, &|_| true),
        key_industries: key_firms(&mut denominators.industries.values())
            .map(|firms| target(3, firms, goals.key_industries_level3, &is_key_industry)),
        key_regions: key_firms(&mut denominators.regions.values())
            .map(|firms| target(3, firms, goals.key_regions_level3, &is_key_region)),
        industries: denominators.industries.iter().filter_map(industry).collect(),
        regions: denominators.regions.iter().filter_map(region).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_half_up_from_the_exact_quotient() {
        for (part, of, percent) in [
            (1, 3, "33.33"),
            (2, 3, "66.67"),
            (1, 20_000, "0.01"),
            (1, 20_001, "0.00"),
            (5, 4, "125.00"),
            (0, 9, "0.00"),
        ] {
            assert_eq!(Percent::share(part, of).to_string(), percent, "{part} of {of}");
        }
        assert!(Percent::share(1, 2) >= Percent::whole(50));
    }
}
