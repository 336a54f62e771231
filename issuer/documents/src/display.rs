//! Facts as people read them, in Chinese with English beside it.

use serde::Serialize;
use touchstone_schemas::credential::UnitKind;
use touchstone_schemas::date_time::{Date, Timestamp};

/// A text in Chinese, and in English where there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Words {
    pub(crate) zh: String,
    pub(crate) en: Option<String>,
}

impl Words {
    pub(crate) fn new(zh: impl ToString, en: Option<impl ToString>) -> Self {
        Self {
            zh: zh.to_string(),
            en: en.map(|en| en.to_string()),
        }
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `2026年03月01日`, `1 March 2026`.
pub(crate) fn day(date: Date) -> Words {
    let (year, month, day) = date.civil();
    let name = (1..)
        .zip(MONTHS)
        .find_map(|(n, name)| (n == month).then_some(name));
    Words::new(date.chinese(), name.map(|name| format!("{day} {name} {year}")))
}

/// An instant by the clocks of China, to the minute: `2026-03-01 16:00 UTC+8`.
pub(crate) fn instant(at: Timestamp) -> String {
    let day = Date::of(at);
    let minutes = at.seconds_since(day.start()) / 60;
    format!("{day} {:02}:{:02} UTC+8", minutes / 60, minutes % 60)
}

/// What a unit below the legal entity is called.
pub(crate) fn unit(kind: UnitKind) -> Words {
    let (zh, en) = match kind {
        UnitKind::Branch => ("分公司", "Branch"),
        UnitKind::Division => ("事业部", "Division"),
        UnitKind::Workshop => ("车间", "Workshop"),
        UnitKind::Plant => ("工厂", "Plant"),
    };
    Words::new(zh, Some(en))
}
