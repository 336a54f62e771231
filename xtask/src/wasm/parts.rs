//! The module in two parts: what ordinary verdicts run, and the rest.
//!
//! Which functions those are is found by running them: the requests of `wasm-verify/first-look.jsonl` are put to a copy
//! of the module that notes what runs. The parts together are the module, whatever was found.

use std::path::Path;
use std::process::Command;

use super::{dist, module, optimise, step};
use crate::command;
use crate::error::Error;
use crate::progress::say;
use crate::workspace::Workspace;

/// The first part has the module's name, the page fetches the rest by this one.
pub(super) const REST: &str = "verifier_rest.wasm";

/// Splits the module in `bound`.
pub(super) fn split(
    workspace: &Workspace,
    optimiser: Option<&Path>,
    work: &Path,
    bound: &Path,
) -> Result<(), Error> {
    let whole = module(bound);
    let counting = work.join("counting");
    dist::empty(&counting)?;
    step(workspace, &["count".as_ref(), &whole, &module(&counting)])?;
    let bindings = |folder: &Path| folder.join("verifier.js");
    std::fs::copy(bindings(bound), bindings(&counting)).map_err(Error::file(&bindings(bound)))?;
    let used = counting.join("used");
    std::fs::write(&used, functions_used(workspace, &counting)?).map_err(Error::file(&used))?;
    let rest = bound.join(REST);
    step(workspace, &["split".as_ref(), &whole, &used, &whole, &rest])?;
    optimise::order(optimiser, &whole)?;
    optimise::order(optimiser, &rest)
}

/// One mark a function: whether it has run. Without Node all count as run, and the rest is empty.
fn functions_used(workspace: &Workspace, counting: &Path) -> Result<String, Error> {
    let mut script = Command::new("node");
    script
        .arg(workspace.root.join("xtask/src/wasm/used.mjs"))
        .arg(counting)
        .arg(workspace.root.join("wasm-verify/first-look.jsonl"));
    if command::find_program("node").is_none() {
        say("SKIPPED: two parts (no Node on this machine finds out which functions a first look runs)");
        return Ok("all".to_owned());
    }
    command::read(&mut script)
}
