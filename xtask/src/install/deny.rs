//! cargo-deny, compiled once into `target/tools`: two minutes on two cores.

use std::path::PathBuf;

use crate::command;
use crate::error::Error;
use crate::progress::say;
use crate::workspace::Workspace;

/// The version whose own lock file is used.
const VERSION: &str = "0.20.2";

/// The program: the one on `PATH`, else ours.
pub(crate) fn cargo_deny(workspace: &Workspace) -> Result<PathBuf, Error> {
    if let Some(program) = command::find_program("cargo-deny") {
        return Ok(program);
    }
    let tools = workspace.target.join("tools");
    let program = tools.join("bin/cargo-deny");
    if !program.is_file() {
        say(&format!(
            "compiling cargo-deny {VERSION} into target/tools: some two minutes, once"
        ));
        command::run(
            command::cargo()
                .args([
                    "install",
                    "cargo-deny",
                    "--locked",
                    "--quiet",
                    "--version",
                    VERSION,
                    "--root",
                ])
                .arg(&tools)
                .current_dir(&workspace.root),
        )?;
    }
    Ok(program)
}
