//! The files of the project: those git tracks, and new ones it does not ignore.

use std::process::Command;

use crate::command;
use crate::error::Error;
use crate::workspace::Workspace;

/// One file of the project.
#[derive(Debug)]
pub(crate) struct Source {
    /// Path from the root, with `/`.
    pub(crate) path: String,
    /// `None` for what is not UTF-8, such as pictures.
    pub(crate) text: Option<String>,
}

impl Source {
    /// Numbered lines, from 1; none where the file is not text.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .iter()
            .flat_map(|text| text.lines())
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }
}

/// Every file that is or would be in the repository and exists here.
pub(crate) fn all(workspace: &Workspace) -> Result<Vec<Source>, Error> {
    let listed = command::read(
        Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
                "--deduplicate",
            ])
            .current_dir(&workspace.root),
    )?;
    let mut sources = Vec::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        let file = workspace.root.join(path);
        if file.is_file() {
            let content = std::fs::read(&file).map_err(Error::file(&file))?;
            sources.push(Source {
                path: path.to_owned(),
                text: String::from_utf8(content).ok(),
            });
        }
    }
    Ok(sources)
}
