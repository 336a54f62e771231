//! `cargo xtask tidy`: the house rules that lints cannot express. One file a rule.

mod budget;
mod dependencies;
mod file_length;
mod forbidden_words;
mod links;
mod rooms;
mod source;
mod texts;
mod threats;
mod versions;
mod wasm_tree;

use std::fmt;

use self::source::Source;
use crate::error::Error;
use crate::progress::say;
use crate::workspace::Workspace;

/// One breach of a rule: where, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    place: String,
    says: String,
}

impl Fault {
    fn new(place: impl Into<String>, says: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            says: says.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.says)
    }
}

/// Checks every rule; all faults are shown before it fails.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Error> {
    let sources = source::all(workspace)?;
    let architecture = workspace.root.join("docs/ARCHITECTURE.md");
    let rules: [(&str, Vec<Fault>); 10] = [
        (
            "dependencies run one way",
            dependencies::check(&workspace.metadata),
        ),
        (
            "no forbidden crate in the browser's verifier",
            wasm_tree::check(workspace)?,
        ),
        (
            "versions come from the workspace's table",
            versions::check(workspace)?,
        ),
        (
            "limits on hostile input are in budget.rs",
            budget::check(&sources),
        ),
        (
            "every reason code has Chinese and English texts",
            texts::check(&sources),
        ),
        ("no file is too long", file_length::check(&sources)),
        ("no forbidden words", forbidden_words::check(&sources)),
        ("relative links lead somewhere", links::check(&sources)),
        ("threats cited are in docs/THREATS.md", threats::check(&sources)),
        (
            "every file has a room in docs/ARCHITECTURE.md",
            rooms::check(&architecture, &sources),
        ),
    ];
    let mut faults = 0;
    for (rule, found) in rules {
        say(&format!(
            "{} {rule}",
            if found.is_empty() { "ok    " } else { "FAILED" }
        ));
        for fault in &found {
            say(&format!("         {fault}"));
        }
        faults += found.len();
    }
    if faults == 0 {
        Ok(())
    } else {
        Err(Error::Untidy { faults })
    }
}
