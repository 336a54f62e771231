//! A file is split before it passes 600 lines.

use super::{Fault, Source};

const LIMIT: usize = 600;
/// Hand-written code; data, documents and lock files may be longer.
const CODE: [&str; 8] = [".rs", ".js", ".mjs", ".ts", ".css", ".html", ".sql", ".sh"];

/// Counts lines.
pub(crate) fn check(sources: &[Source]) -> Vec<Fault> {
    sources
        .iter()
        .filter(|source| CODE.iter().any(|ending| source.path.ends_with(ending)))
        .filter_map(|source| {
            let lines = source.lines().count();
            (lines > LIMIT).then(|| {
                Fault::new(
                    source.path.as_str(),
                    format!("{lines} lines; split it at {LIMIT}"),
                )
            })
        })
        .collect()
}
