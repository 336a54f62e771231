//! Programs from npm, at the versions and digests of `xtask/npm/package-lock.json`, into `target/npm`.

use std::path::PathBuf;
use std::process::Command;

use crate::command;
use crate::error::Error;
use crate::progress::say;
use crate::workspace::Workspace;

/// The `node_modules` folder, filled; `None` where this machine has no npm.
pub(crate) fn node_modules(workspace: &Workspace) -> Result<Option<PathBuf>, Error> {
    let from = workspace.root.join("xtask/npm");
    let folder = workspace.target.join("npm");
    let modules = folder.join("node_modules");
    let wanted = from.join("package-lock.json");
    // npm writes its own record of a finished installation; ours is the copied lock file, written last.
    let installed = folder.join("installed-lock.json");
    let lock = std::fs::read(&wanted).map_err(Error::file(&wanted))?;
    if modules.is_dir() && std::fs::read(&installed).is_ok_and(|present| present == lock) {
        return Ok(Some(modules));
    }
    let Some(npm) = command::find_program("npm") else {
        return Ok(None);
    };
    say(
        "installing from npm into target/npm: axe-core, binaryen, esbuild, jsonld, playwright-core and a published context",
    );
    std::fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
    for name in ["package.json", "package-lock.json"] {
        let (source, copy) = (from.join(name), folder.join(name));
        std::fs::copy(&source, &copy).map_err(Error::file(&source))?;
    }
    command::run(
        Command::new(npm)
            .args([
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ])
            .current_dir(&folder),
    )?;
    std::fs::write(&installed, lock).map_err(Error::file(&installed))?;
    Ok(Some(modules))
}
