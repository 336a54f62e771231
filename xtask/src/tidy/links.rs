//! Relative links in Markdown lead somewhere.

use std::path::{Component, Path, PathBuf};

use super::{Fault, Source};

/// Follows every `[…](target)` that is neither a URL nor a place on the same page.
pub(crate) fn check(sources: &[Source]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for source in sources.iter().filter(|source| source.path.ends_with(".md")) {
        for (number, line) in source.lines() {
            for target in targets(line).filter(|target| !leads_somewhere(&source.path, target, sources)) {
                let place = format!("{}:{number}", source.path);
                faults.push(Fault::new(place, format!("links to {target}, which is not here")));
            }
        }
    }
    faults
}

fn targets(line: &str) -> impl Iterator<Item = &str> {
    let parts = line.split("](").skip(1);
    let targets = parts.filter_map(|part| part.split([')', ' ']).next());
    targets.filter(|target| {
        !(target.contains("://") || target.starts_with('#') || target.starts_with("mailto:"))
    })
}

/// A file, or a folder with files in it.
fn leads_somewhere(from: &str, target: &str, sources: &[Source]) -> bool {
    let target = target.split_once('#').map_or(target, |(file, _)| file);
    let folder = Path::new(from).parent().unwrap_or(Path::new(""));
    let mut path = PathBuf::new();
    for component in folder.join(target).components() {
        match component {
            Component::ParentDir if !path.pop() => return false,
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    sources
        .iter()
        .any(|source| Path::new(&source.path).starts_with(&path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_folders_and_places_are_found_and_nothing_else() {
        let source = |path: &str, text: &str| Source {
            path: path.to_owned(),
            text: Some(text.to_owned()),
        };
        let text = "[a](API.md#x) [b](../README.md) [c](https://x.example/y.md) [d](#here)\n\
                    [e](GONE.md) and [f](../../README.md), ![g](pictures/) [h](pictures/none.png \"t\")";
        let sources = [
            source("docs/MAP.md", text),
            source("docs/API.md", ""),
            source("docs/pictures/page.png", ""),
            source("README.md", "[i](docs/) [j](doc/)"),
        ];
        let found: Vec<String> = check(&sources).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "docs/MAP.md:2: links to GONE.md, which is not here",
                "docs/MAP.md:2: links to ../../README.md, which is not here",
                "docs/MAP.md:2: links to pictures/none.png, which is not here",
                "README.md:1: links to doc/, which is not here",
            ]
        );
    }
}
