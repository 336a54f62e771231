//! The radar of a case: how far each sub-domain came, as SVG without style of its own.

use touchstone_schemas::scheme::{model::Model, scoring::Grade};

/// Half of the drawing, in its own units.
const MIDDLE: f64 = 200.0;
/// Where the highest level stands.
const REACH: f64 = 130.0;

/// A radar.
pub(super) struct Radar {
    /// The rings, one a level.
    pub(super) rings: Vec<String>,
    /// What was reached.
    pub(super) shape: String,
    /// The axes.
    pub(super) axes: Vec<Axis>,
}

/// An axis, and its name's place.
pub(super) struct Axis {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) x: String,
    pub(super) y: String,
    pub(super) end: (String, String),
    pub(super) anchor: &'static str,
}

/// The radar of a grade: for each sub-domain the sum of its scores over the levels, out of the highest level; those cut
/// by tailoring are left out. None with fewer than three axes.
pub(super) fn radar(model: &Model, grade: &Grade) -> Option<Radar> {
    let mut values: Vec<(String, f64)> = Vec::new();
    for node in model.all().into_iter().filter(|node| node.is_sub_domain()) {
        let scores: Vec<f64> = grade
            .levels
            .iter()
            .filter_map(|level| level.nodes.get(&node.id))
            .filter_map(|score| score.rounded().parse().ok())
            .collect();
        if !scores.is_empty() {
            values.push((node.zh.clone(), scores.iter().sum()));
        }
    }
    let count = values.len();
    if count < 3 {
        return None;
    }
    let highest = f64::from(model.highest_level().max(1));
    let turn = |place: usize| {
        let share = f64::from(u32::try_from(place).unwrap_or_default())
            / f64::from(u32::try_from(count).unwrap_or(1));
        share * std::f64::consts::TAU
    };
    let point = |place: usize, radius: f64| {
        let (sin, cos) = turn(place).sin_cos();
        (
            format!("{:.1}", MIDDLE + radius * sin),
            format!("{:.1}", MIDDLE - radius * cos),
        )
    };
    let polygon = |radius: &dyn Fn(usize) -> f64| {
        let points = (0..count).map(|place| {
            let (x, y) = point(place, radius(place));
            format!("{x},{y}")
        });
        points.collect::<Vec<_>>().join(" ")
    };
    let rings = (1..=model.highest_level()).map(|level| polygon(&|_| REACH * f64::from(level) / highest));
    let shape = polygon(&|place| {
        values
            .get(place)
            .map_or(0.0, |(_, value)| REACH * (value / highest).clamp(0.0, 1.0))
    });
    let axes = values.iter().enumerate().map(|(place, (name, value))| {
        let (x, y) = point(place, REACH + 12.0);
        let side = turn(place).sin();
        Axis {
            name: name.clone(),
            value: format!("{value:.2}"),
            x,
            y,
            end: point(place, REACH),
            anchor: if side > 0.1 {
                "start"
            } else if side < -0.1 {
                "end"
            } else {
                "middle"
            },
        }
    });
    Some(Radar {
        rings: rings.collect(),
        shape,
        axes: axes.collect(),
    })
}
