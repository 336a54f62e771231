//! Nothing unfinished, and no folder of one person's machine, enters the repository.

use super::{Fault, Source};

/// Written in halves so that this file passes its own rule.
const FORBIDDEN: [&str; 7] = [
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("FIX", "ME"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("C:\\Us", "ers"),
];

/// Looks at every line of every text file.
pub(crate) fn check(sources: &[Source]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for source in sources {
        for (number, line) in source.lines() {
            faults.extend(FORBIDDEN.iter().filter(|word| line.contains(*word)).map(|word| {
                Fault::new(
                    format!("{}:{number}", source.path),
                    format!("must not contain {word}"),
                )
            }));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn place_is_file_and_line() {
        let text = format!("fn main() {{\n    {}\n}}\n", concat!("todo", "!()"));
        let sources = [Source {
            path: "a.rs".to_owned(),
            text: Some(text),
        }];
        assert_eq!(check(&sources)[0].place, "a.rs:2");
    }
}
