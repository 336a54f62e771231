//! Every file has a room: `docs/ARCHITECTURE.md` maps the whole repository, and the map is checked.
//!
//! The map is the fenced block whose info string is `rooms`. Each line that is not blank is
//!
//! ```text
//! <glob>  <what lives there>
//! ```
//!
//! with at least one space between them. A glob is a path from the root; `*` stands for any characters within
//! one name, `**` as a whole name for any number of names, and a closing `/` for everything below that folder.
//! A room needs a description, at least one file, and a first name without `*`: one room for everything would
//! say nothing.

use std::path::Path;

use super::{Fault, Source};

const PLACE: &str = "docs/ARCHITECTURE.md";

/// Compares the map with the files, both ways.
pub(crate) fn check(architecture: &Path, sources: &[Source]) -> Vec<Fault> {
    let paths: Vec<&str> = sources.iter().map(|source| source.path.as_str()).collect();
    match std::fs::read_to_string(architecture) {
        Ok(text) => compare(&text, &paths),
        Err(error) => vec![Fault::new(PLACE, format!("cannot be read: {error}"))],
    }
}

fn compare(text: &str, paths: &[&str]) -> Vec<Fault> {
    let Some(rooms) = rooms(text) else {
        return vec![Fault::new(
            PLACE,
            "has no closed fenced block with the info string `rooms`",
        )];
    };
    let mut faults = Vec::new();
    for (number, line) in &rooms {
        let place = format!("{PLACE}:{number}");
        let (glob, description) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        if description.trim().is_empty() {
            faults.push(Fault::new(
                &place,
                format!("{glob} does not say what lives there"),
            ));
        }
        if glob.contains('/') && glob.split('/').next().is_some_and(|first| first.contains('*'))
            || glob == "**"
        {
            faults.push(Fault::new(
                &place,
                format!("{glob} begins with *: name the folder"),
            ));
        }
        if !paths.iter().any(|path| matches(glob, path)) {
            faults.push(Fault::new(&place, format!("no file matches {glob}")));
        }
    }
    let has_room = |path: &str| {
        rooms.iter().any(|(_, line)| {
            line.split_whitespace()
                .next()
                .is_some_and(|glob| matches(glob, path))
        })
    };
    faults.extend(
        paths
            .iter()
            .filter(|path| !has_room(path))
            .map(|path| Fault::new(*path, format!("has no room in {PLACE}"))),
    );
    faults
}

/// The numbered lines of the block; `None` where it is absent or not closed.
fn rooms(text: &str) -> Option<Vec<(usize, &str)>> {
    let mut lines = text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim()));
    lines.find(|(_, line)| *line == "```rooms")?;
    let mut rooms = Vec::new();
    for (number, line) in lines {
        if line == "```" {
            return Some(rooms);
        }
        if !line.is_empty() {
            rooms.push((number, line));
        }
    }
    None
}

fn matches(glob: &str, path: &str) -> bool {
    let below = format!("{glob}**");
    let glob = if glob.ends_with('/') { &below } else { glob };
    let globs: Vec<&str> = glob.split('/').collect();
    let names: Vec<&str> = path.split('/').collect();
    names_match(&globs, &names)
}

fn names_match(globs: &[&str], names: &[&str]) -> bool {
    match (globs, names) {
        ([], []) => true,
        (["**", rest @ ..], _) => (0..=names.len())
            .any(|skipped| names.get(skipped..).is_some_and(|names| names_match(rest, names))),
        ([glob, globs @ ..], [name, names @ ..]) => name_matches(glob, name) && names_match(globs, names),
        _ => false,
    }
}

fn name_matches(glob: &str, name: &str) -> bool {
    match glob.split_once('*') {
        None => glob == name,
        Some((head, tail)) => name.strip_prefix(head).is_some_and(|rest| {
            rest.char_indices()
                .map(|(index, _)| index)
                .chain([rest.len()])
                .any(|index| rest.get(index..).is_some_and(|rest| name_matches(tail, rest)))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (glob, path) in [
            ("Cargo.toml", "Cargo.toml"),
            ("schemas/", "schemas/src/json/mod.rs"),
            ("schemas/**", "schemas/Cargo.toml"),
            ("*/Cargo.toml", "schemas/Cargo.toml"),
            ("verifier/**/*.rs", "verifier/src/lib.rs"),
            ("verifier/**/*.rs", "verifier/build.rs"),
            ("docs/*.md", "docs/证书.md"),
        ] {
            assert!(matches(glob, path), "{glob} {path}");
        }
        for (glob, path) in [
            ("schemas/*", "schemas/src/lib.rs"),
            ("schemas", "schemas/lib.rs"),
            ("*.md", "docs/API.md"),
            ("docs/*.md", "docs/API.mdx"),
        ] {
            assert!(!matches(glob, path), "{glob} {path}");
        }
    }

    #[test]
    fn map_and_files_are_compared_both_ways() {
        let text =
            "# Map\n```rooms\nCargo.toml  members\nschemas/    the record\nold/        gone\n**\n```\n";
        let faults: Vec<String> = compare(text, &["Cargo.toml", "schemas/src/lib.rs"])
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            faults,
            [
                "docs/ARCHITECTURE.md:5: no file matches old/",
                "docs/ARCHITECTURE.md:6: ** does not say what lives there",
                "docs/ARCHITECTURE.md:6: ** begins with *: name the folder",
            ]
        );
        let faults = compare(
            "```rooms\nCargo.toml  members\n```\n",
            &["Cargo.toml", "stray.txt"],
        );
        assert_eq!(
            faults[0].to_string(),
            "stray.txt: has no room in docs/ARCHITECTURE.md"
        );
        assert_eq!(compare("```rooms\nCargo.toml x\n", &[]).len(), 1);
    }
}
