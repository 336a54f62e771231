//! A comment that cites `THREATS T15` cites a row of `docs/THREATS.md`, and no row has the number of another.

use std::collections::BTreeSet;

use super::{Fault, Source};

const TABLE: &str = "docs/THREATS.md";
const CITATION: &str = concat!("THREATS", " T");

/// Compares the numbers cited with the table's.
pub(crate) fn check(sources: &[Source]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut rows = BTreeSet::new();
    let table = sources.iter().find(|source| source.path == TABLE);
    for (number, line) in table.into_iter().flat_map(Source::lines) {
        let Some(cell) = line.strip_prefix('|').and_then(|rest| rest.split('|').next()) else {
            continue;
        };
        if let Some(threat) = threat(cell.trim())
            && !rows.insert(threat)
        {
            let place = format!("{TABLE}:{number}");
            faults.push(Fault::new(place, format!("has a second row T{threat}")));
        }
    }
    if rows.is_empty() {
        faults.push(Fault::new(TABLE, "has no row with a number, `| T1 | … |`"));
    }
    for source in sources {
        for (number, line) in source.lines() {
            let cited = line.split(CITATION).skip(1).flat_map(numbers);
            for threat in cited.filter(|threat| !rows.contains(threat)) {
                let place = format!("{}:{number}", source.path);
                faults.push(Fault::new(
                    place,
                    format!("cites T{threat}, a row that {TABLE} lacks"),
                ));
            }
        }
    }
    faults
}

/// The numbers of `15, T27): …`, the first T being gone.
fn numbers(rest: &str) -> Vec<u32> {
    let parts = rest
        .split(", ")
        .map(|part| part.strip_prefix('T').unwrap_or(part));
    let digits = parts.map_while(|part| {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        Some((part.get(..end)?.parse().ok()?, end == part.len()))
    });
    let mut found = Vec::new();
    for (number, whole) in digits {
        found.push(number);
        if !whole {
            break;
        }
    }
    found
}

fn threat(cell: &str) -> Option<u32> {
    cell.strip_prefix('T')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citations_and_rows_are_compared() {
        let source = |path: &str, text: String| Source {
            path: path.to_owned(),
            text: Some(text),
        };
        let sources = [
            source(
                TABLE,
                "| no. | attack |\n|---|---|\n| T1 | a |\n| T15 | b |\n| T1 | c |\n".to_owned(),
            ),
            source(
                "a.rs",
                format!("// ({CITATION}15, T27): seen\n// {CITATION}1, and 9 others {CITATION}3."),
            ),
        ];
        let found: Vec<String> = check(&sources).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "docs/THREATS.md:5: has a second row T1",
                "a.rs:1: cites T27, a row that docs/THREATS.md lacks",
                "a.rs:2: cites T3, a row that docs/THREATS.md lacks",
            ]
        );
    }
}
