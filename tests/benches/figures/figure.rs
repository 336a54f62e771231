//! Figures as the report reads them: `cargo xtask bench` compares them with their targets.

use serde::Serialize;

use crate::rounds::{Quartiles, Times};

/// One line of the report.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Figure {
    /// What was measured.
    what: String,
    measured: Quantity,
    /// What it is compared with.
    floor: Option<Floor>,
    /// Of rates (floor's time by measured time) where at least something is wanted, else of times.
    ratio: Option<Quartiles>,
    /// Of the ratio where there is one, else of the quantity.
    target: Option<Target>,
}

#[derive(Debug, Serialize)]
struct Quantity {
    number: f64,
    /// `ns`, or a word that follows the number.
    unit: &'static str,
}

#[derive(Debug, Serialize)]
struct Floor {
    what: String,
    ns: f64,
}

/// A bound.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
}

impl Figure {
    /// A time against a floor measured in the same rounds.
    pub(crate) fn against(
        (what, times): (impl Into<String>, &Times),
        (floor, floor_times): (impl Into<String>, &Times),
        target: Option<Target>,
    ) -> Self {
        let ratio = match target {
            Some(Target::AtLeast(_)) => floor_times.over(times),
            Some(Target::AtMost(_)) | None => times.over(floor_times),
        };
        Self {
            what: what.into(),
            measured: Quantity {
                number: times.median(),
                unit: "ns",
            },
            floor: Some(Floor {
                what: floor.into(),
                ns: floor_times.median(),
            }),
            ratio: Some(ratio),
            target,
        }
    }

    /// A time that stands alone.
    pub(crate) fn time(what: impl Into<String>, times: &Times) -> Self {
        Self::number(what, times.median(), "ns", None)
    }

    /// A number that stands alone.
    pub(crate) fn number(
        what: impl Into<String>,
        number: f64,
        unit: &'static str,
        target: Option<Target>,
    ) -> Self {
        Self {
            what: what.into(),
            measured: Quantity { number, unit },
            floor: None,
            ratio: None,
            target,
        }
    }
}
