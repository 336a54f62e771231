//! The report as Markdown.

use super::figure::{Figure, Group, Quantity, Target};

pub(super) const INTRODUCTION: &str = "\
# Figures

Made by `cargo xtask bench`. A floor is work that nothing can do without, measured in the same build and in the same
short rounds as what it is compared with. Times are medians over all rounds; ratios are medians of the rounds' own
ratios, quartiles in brackets: where these lie far apart something else used the machine, and the figure says little.
A target `≥` is about the rate (floor's time by measured time), a target `≤` about the time (measured by floor's).
";

pub(super) const OF_THE_REGISTRY: &str = "\
# Figures of the registry

Made by `cargo xtask bench registry`: a registry in a process of its own, as it is built for release, a client beside it
on the same machine, connections over loopback. What is compared was measured in alternating rounds with the same
client; a floor is what nothing can do without: axum alone, axum with one row of the same database, the store without
anything before it. Times of answers are the inverse of their rate. Ratios are medians of the rounds' own ratios,
quartiles in brackets: where these lie far apart something else used the machine, and the figure says little.
A target `≥` is about the rate (floor's time by measured time), a target `≤` about the time (measured by floor's).

Data sets are really signed certificates in a real log, one in fifty withdrawn. SQLite runs with `synchronous=FULL`,
PostgreSQL as its packages configure it. Under overload, 640 clients ask for what 64 take at the best, each waits as
`Retry-After` tells it, and withdrawals are sent beside them. A withdrawal's time begins before the office signs event
and lists and ends with the verdict of a verifier that fetched all three lists; the office's own database is not in it.
";

pub(super) const OF_PAPERS: &str = "\
# Figures of the papers

Made by `cargo xtask bench papers`: generated certificates of the usual kind, each another, set one after another by one
thread of one warm process, then drawn at 180 dots an inch, their symbols decoded and their attachments compared. Nothing
is written to disk. A body's office has a program for this that keeps warm between certificates (`touchstone-documents
certificates`).
";

pub(super) const OF_THE_OFFICE: &str = "\
# Figures of the office

Made by `cargo xtask bench office`: a batch of cases that were taken in from a sheet, evaluated and judged as a body does
it, issued by one process, with a registry in another on the same machine that verifies, stores and logs what it is sent,
both on SQLite with every commit synced. A certificate counts when its receipt is stored. The key is in an encrypted file; keys
in tokens are in [BENCH.md](BENCH.md).
";

/// The whole page.
pub(crate) fn markdown(introduction: &str, machine: &[(&'static str, String)], groups: &[Group]) -> String {
    let mut text = format!("{introduction}\n| machine | |\n|---|---|\n");
    for (name, value) in machine {
        text.push_str(&format!("| {name} | {value} |\n"));
    }
    for group in groups {
        text.push_str(&format!(
            "\n## {}\n\n| what | floor | measured | ratio | target | |\n|---|---|---:|---:|---:|---|\n",
            group.heading
        ));
        for figure in &group.figures {
            text.push_str(&row(figure));
        }
    }
    text
}

fn row(figure: &Figure) -> String {
    let floor = figure
        .floor
        .as_ref()
        .map_or_else(String::new, |(what, ns)| format!("{what}: {}", time(*ns)));
    let ratio = figure.ratio.map_or_else(String::new, |[low, median, high]| {
        format!("{median:.2} ({low:.2}–{high:.2})")
    });
    let target = match figure.target {
        None => String::new(),
        Some(Target::AtLeast(bound)) => format!("≥ {bound}"),
        Some(Target::AtMost(bound)) => format!("≤ {bound}"),
    };
    let met = match figure.is_met() {
        None => "",
        Some(true) => "met",
        Some(false) => "**not met**",
    };
    format!(
        "| {} | {floor} | {} | {ratio} | {target} | {met} |\n",
        figure.what,
        quantity(&figure.measured)
    )
}

fn quantity(quantity: &Quantity) -> String {
    if quantity.unit == "ns" {
        return time(quantity.number);
    }
    let number = quantity.number;
    let digits = usize::from(number.fract() != 0.0);
    format!("{number:.digits$} {}", quantity.unit)
        .trim_end()
        .to_owned()
}

/// Three significant digits.
fn time(nanoseconds: f64) -> String {
    let (number, unit) = match nanoseconds {
        ns if ns < 1e3 => (ns, "ns"),
        ns if ns < 1e6 => (ns / 1e3, "µs"),
        ns => (ns / 1e6, "ms"),
    };
    let digits = match number {
        number if number < 10.0 => 2,
        number if number < 100.0 => 1,
        _ => 0,
    };
    format!("{number:.digits$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_read_well() {
        let figure = Figure {
            what: "thin verify".to_owned(),
            measured: Quantity {
                number: 43_210.0,
                unit: "ns".to_owned(),
            },
            floor: Some(("`verify_strict`".to_owned(), 34_567.0)),
            ratio: Some([0.79, 0.8, 0.81]),
            target: Some(Target::AtLeast(0.75)),
        };
        assert_eq!(
            row(&figure),
            "| thin verify | `verify_strict`: 34.6 µs | 43.2 µs | 0.80 (0.79–0.81) | ≥ 0.75 | met |\n"
        );
        let size = Figure {
            measured: Quantity::bytes(180_001),
            floor: None,
            ratio: None,
            target: Some(Target::at_most_bytes(180_000)),
            ..figure
        };
        assert_eq!(
            row(&size),
            "| thin verify |  | 180001 bytes |  | ≤ 180000 | **not met** |\n"
        );
    }

    #[test]
    fn times_have_three_digits() {
        for (nanoseconds, shown) in [(812.4, "812 ns"), (1_234.0, "1.23 µs"), (45_678_901.0, "45.7 ms")] {
            assert_eq!(time(nanoseconds), shown);
        }
    }
}
