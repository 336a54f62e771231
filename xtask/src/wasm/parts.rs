//! The module in two parts: what ordinary verdicts run, and the rest.
//!
//! Which functions those are is found by running them: the requests of `wasm-verify/first-look.jsonl` are put to a copy
//! of the module that notes what runs. The parts together are the module, whatever was found.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::{dist, module, optimise, step, tree};
use crate::command;
use crate::error::Error;
use crate::progress::say;
use crate::workspace::Workspace;

/// How the file of the rest begins; what follows is its digest.
pub(super) const REST: &str = "verifier-rest.";
const FIRST: &str = "verifier-first.";
/// The script that holds both digests, for the page's loader.
const DIGESTS: &str = "digests.js";

/// Splits the module in `bound` into two files, each named by its SHA-256.
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
    let build = tree::digest(work, &BTreeSet::from([whole.clone(), used.clone()]))?;
    let parts = [FIRST, REST].map(|name| work.join(format!("{name}wasm")));
    let [first, rest] = &parts;
    let arguments: [&Path; 6] = ["split".as_ref(), &whole, &used, build.as_ref(), first, rest];
    step(workspace, &arguments)?;
    std::fs::remove_file(&whole).map_err(Error::file(&whole))?;
    let mut script = "// SHA-256 of the module's two parts, which are named by it.\n".to_owned();
    for (part, (name, constant)) in parts.iter().zip([(FIRST, "FIRST"), (REST, "REST")]) {
        optimise::order(optimiser, part)?;
        let digest = tree::file_digest(part)?;
        let named = bound.join(format!("{name}{digest}.wasm"));
        std::fs::rename(part, &named).map_err(Error::file(&named))?;
        script.push_str(&format!("export const {constant} = \"{digest}\";\n"));
    }
    let digests = bound.join(DIGESTS);
    std::fs::write(&digests, script).map_err(Error::file(&digests))
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
