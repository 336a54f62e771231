//! Every limit on hostile input is in the one `budget.rs` of its pure crate, with its source beside it.

use super::{Fault, Source};

const PURE: [&str; 3] = ["schemas/src/", "verifier/src/", "verifier/readers/src/"];

/// Looks for constants named `MAX_…` elsewhere.
pub(crate) fn check(sources: &[Source]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for source in sources {
        let below = PURE.iter().find_map(|folder| source.path.strip_prefix(folder));
        if below.is_none_or(|path| path == "budget.rs") {
            continue;
        }
        faults.extend(
            source
                .lines()
                .filter(|(_, line)| is_limit(line))
                .map(|(number, line)| {
                    let says = format!("a limit outside src/budget.rs: {}", line.trim());
                    Fault::new(format!("{}:{number}", source.path), says)
                }),
        );
    }
    faults
}

/// `MAX_SAFE_…` describes the number format itself (RFC 7493 §2.2), not what we are willing to spend.
fn is_limit(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    words
        .windows(2)
        .any(|pair| matches!(pair, ["const" | "static", name] if name.starts_with("MAX_") && !name.starts_with("MAX_SAFE_")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_budget_holds_limits() {
        let source = |path: &str| Source {
            path: path.to_owned(),
            text: Some("/// Depth.\npub(crate) const MAX_DEPTH: usize = 32;\n".to_owned()),
        };
        let sources = [
            source("schemas/src/budget.rs"),
            source("schemas/src/json/parse.rs"),
            source("registry/src/intake.rs"),
        ];
        let places: Vec<String> = check(&sources).into_iter().map(|fault| fault.place).collect();
        assert_eq!(places, ["schemas/src/json/parse.rs:2"]);
    }
}
