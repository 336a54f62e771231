//! Figures as the benchmarks hand them over.

use serde_json::Value;

/// Figures under one heading.
#[derive(Debug, PartialEq)]
pub(crate) struct Group {
    pub(crate) heading: String,
    pub(crate) figures: Vec<Figure>,
}

/// One line of the report.
#[derive(Debug, PartialEq)]
pub(crate) struct Figure {
    pub(crate) what: String,
    pub(crate) measured: Quantity,
    /// What it is compared with, and the nanoseconds that takes.
    pub(crate) floor: Option<(String, f64)>,
    /// Lower quartile, median, upper quartile: of floor's by measured time where [`Target::AtLeast`] is wanted, else
    /// of measured by floor's time.
    pub(crate) ratio: Option<[f64; 3]>,
    /// Of the ratio where there is one, else of the quantity.
    pub(crate) target: Option<Target>,
}

/// A number and its unit: `ns`, or a word.
#[derive(Debug, PartialEq)]
pub(crate) struct Quantity {
    pub(crate) number: f64,
    pub(crate) unit: String,
}

/// A bound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
}

impl Quantity {
    #[expect(clippy::cast_precision_loss, reason = "sizes of files, below 2^53")]
    pub(crate) fn bytes(number: usize) -> Self {
        Self {
            number: number as f64,
            unit: "bytes".to_owned(),
        }
    }
}

impl Target {
    pub(crate) fn at_most_bytes(number: usize) -> Self {
        Self::AtMost(Quantity::bytes(number).number)
    }

    fn holds(self, number: f64) -> bool {
        match self {
            Self::AtLeast(bound) => number >= bound,
            Self::AtMost(bound) => number <= bound,
        }
    }
}

impl Figure {
    /// Whether the target is met, if there is one.
    pub(crate) fn is_met(&self) -> Option<bool> {
        let number = self.ratio.map_or(self.measured.number, |[_, median, _]| median);
        self.target.map(|target| target.holds(number))
    }
}

/// Groups from JSON; `None` when it is not of the form.
pub(crate) fn groups(value: &Value) -> Option<Vec<Group>> {
    value.as_array()?.iter().map(group).collect()
}

/// One group from JSON.
pub(crate) fn group(value: &Value) -> Option<Group> {
    Some(Group {
        heading: value["heading"].as_str()?.to_owned(),
        figures: value["figures"]
            .as_array()?
            .iter()
            .map(figure)
            .collect::<Option<_>>()?,
    })
}

fn figure(value: &Value) -> Option<Figure> {
    let measured = &value["measured"];
    Some(Figure {
        what: value["what"].as_str()?.to_owned(),
        measured: Quantity {
            number: measured["number"].as_f64()?,
            unit: measured["unit"].as_str()?.to_owned(),
        },
        floor: present(&value["floor"], |floor| {
            Some((floor["what"].as_str()?.to_owned(), floor["ns"].as_f64()?))
        })?,
        ratio: present(&value["ratio"], |ratio| {
            let ratio: Option<Vec<f64>> = ratio.as_array()?.iter().map(Value::as_f64).collect();
            ratio?.try_into().ok()
        })?,
        target: present(&value["target"], |target| {
            let at_least = target["atLeast"].as_f64().map(Target::AtLeast);
            at_least.or_else(|| target["atMost"].as_f64().map(Target::AtMost))
        })?,
    })
}

/// `None` when something is there and not of the form.
fn present<T>(value: &Value, read: impl FnOnce(&Value) -> Option<T>) -> Option<Option<T>> {
    if value.is_null() {
        Some(None)
    } else {
        read(value).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn targets_are_of_the_ratio_or_of_the_number() {
        let of = |number: f64, ratio: Value, target: Value| {
            let figure = json!({
                "what": "x",
                "measured": { "number": number, "unit": "ns" },
                "floor": null,
                "ratio": ratio,
                "target": target,
            });
            super::figure(&figure).unwrap().is_met()
        };
        assert_eq!(
            of(9.0, json!([0.7, 0.8, 0.9]), json!({ "atLeast": 0.75 })),
            Some(true)
        );
        assert_eq!(
            of(9.0, json!([0.6, 0.7, 0.8]), json!({ "atLeast": 0.75 })),
            Some(false)
        );
        assert_eq!(of(290.0, Value::Null, json!({ "atMost": 290 })), Some(true));
        assert_eq!(of(291.0, Value::Null, json!({ "atMost": 290 })), Some(false));
        assert_eq!(of(291.0, Value::Null, Value::Null), None);
    }

    #[test]
    fn other_json_is_no_figure() {
        assert_eq!(groups(&json!({})), None);
        assert_eq!(group(&json!({ "heading": "x", "figures": [{}] })), None);
        let ratio = json!({ "what": "x", "measured": { "number": 1, "unit": "ns" }, "ratio": [1, 2] });
        assert_eq!(figure(&ratio), None);
    }
}
