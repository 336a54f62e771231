//! Statistics: what the certificates here say about organisations, regions and industries. Counted from certificates,
//! and labelled so: an organisation without one is not seen.

mod cache;
mod count;
mod csv;
mod denominators;
mod gather;
mod month;
mod progress;
mod tally;
mod wire;

use touchstone_schemas::{
    date_time::{Date, Timestamp},
    industry::IndustryCode,
    record,
    region::RegionCode,
};
use touchstone_verifier::report::StateName;

pub use cache::StatisticsCache;
pub use count::count;
pub use csv::to_csv;
pub use denominators::{Denominators, DenominatorsError};
pub use gather::{Gathered, Row, SiteRank, gather};
pub use month::Month;
pub use progress::{IndustryProgress, Percent, Progress, RegionProgress, Target};
pub use tally::{Tally, ranks, tally_by};
pub(crate) use wire::region_names;

use crate::ledger::IndustryEdition;

/// What is counted of all certificates.
///
/// In force is a certificate that is valid, or within the grace after a surveillance date. An organisation is a credit
/// code. Superseded versions are in no number of the present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statistics {
    /// The instant of the states.
    pub as_of: Timestamp,
    /// Entries of the log that were counted.
    pub log_size: u64,
    /// Certificates in force, and their organisations by the highest level held.
    pub total: Tally,
    /// Certificates in each state.
    pub states: Vec<StateRow>,
    /// By province of the site, most organisations at level 2 or above first.
    pub provinces: Vec<RegionRow>,
    /// By city of the site, in the same order.
    pub cities: Vec<RegionRow>,
    /// By division of industry, most organisations first.
    pub industries: Vec<IndustryRow>,
    /// At the end of each year, and now.
    pub years: Vec<YearRow>,
    /// Provinces by growth at level 2 or above since the end of last year, the most first.
    pub growth: Vec<GrowthRow>,
    /// By month of first issue, the last 24.
    pub months: Vec<MonthRow>,
    /// What is due.
    pub surveillance: SurveillanceDue,
    /// Progress to the targets, where the operator has given the numbers to divide by.
    pub progress: Option<Progress>,
}

/// A state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateRow {
    /// The state.
    pub state: StateName,
    /// Certificates in it.
    pub certificates: u64,
}

/// A province or city.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegionRow {
    /// Its code.
    pub code: RegionCode,
    /// Its place by organisations at level 2 or above; equals share one.
    pub rank: u64,
    /// What it holds.
    pub tally: Tally,
}

/// A division of industry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndustryRow {
    /// The edition of its number.
    pub edition: IndustryEdition,
    /// The division.
    pub code: IndustryCode,
    /// Its place by organisations; equals share one.
    pub rank: u64,
    /// What it holds.
    pub tally: Tally,
}

/// A year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearRow {
    /// The day at whose end it was counted, as known now; today for the present year.
    pub day: Date,
    /// What was in force then.
    pub tally: Tally,
}

/// A province that grew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrowthRow {
    /// Its code.
    pub code: RegionCode,
    /// Its place by growth; equals share one.
    pub rank: u64,
    /// Organisations at level 2 or above at the end of last year.
    pub before: u64,
    /// Now.
    pub now: u64,
}

impl GrowthRow {
    /// How many more.
    #[must_use]
    pub const fn more(&self) -> u64 {
        self.now.saturating_sub(self.before)
    }
}

/// A month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthRow {
    /// The month.
    pub month: Month,
    /// Certificates first issued in it, whatever became of them since; superseded versions left out.
    pub certificates: u64,
    /// Their organisations.
    pub organisations: u64,
}

/// What is due in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthDue {
    /// The month.
    pub month: Month,
    /// Certificates.
    pub certificates: u64,
}

/// Surveillance due of certificates that are in force, or would be but for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveillanceDue {
    /// The date has passed.
    pub overdue: u64,
    /// In this month and the eleven after it.
    pub months: Vec<MonthDue>,
    /// Later.
    pub later: u64,
}

record! { write Statistics {
    "asOf": as_of,
    "cities": cities,
    "growth": growth,
    "industries": industries,
    "logSize": log_size,
    "months": months,
    "progress"? progress,
    "provinces": provinces,
    "states": states,
    "surveillance": surveillance,
    "total": total,
    "years": years,
} }
