//! `wasm-opt`: fewer bytes, and those in an order that compresses.

use std::path::Path;
use std::process::Command;

use crate::command;
use crate::error::Error;
use crate::progress::say;

/// The features both compilers switch on by default; nothing newer may appear in the output.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];
/// Inlining shrinks the module and yet costs a tenth of what travels: repeated code compresses. A lone trap is inlined.
const NO_INLINING: [&str; 3] = [
    "--always-inline-max-function-size=1",
    "--flexible-inline-max-function-size=0",
    "--one-caller-inline-max-function-size=0",
];

/// Makes the module smaller; functions keep their names for the steps that follow.
pub(super) fn shrink(optimiser: Option<&Path>, module: &Path) -> Result<(), Error> {
    if optimiser.is_none() {
        say("SKIPPED: wasm-opt (neither npm nor wasm-opt is on this machine); the page will be larger");
    }
    run(optimiser, module, &NO_INLINING, &["-Oz", "-g"])
}

/// Puts functions of like names side by side, where gzip sees what they have in common, and drops the names.
pub(super) fn order(optimiser: Option<&Path>, module: &Path) -> Result<(), Error> {
    run(
        optimiser,
        module,
        &["--reorder-functions-by-name"],
        &["--strip-producers"],
    )
}

fn run(optimiser: Option<&Path>, module: &Path, first: &[&str], then: &[&str]) -> Result<(), Error> {
    let Some(optimiser) = optimiser else { return Ok(()) };
    command::run(
        Command::new(optimiser)
            .args(FEATURES)
            .args(first)
            .args(then)
            .arg(module)
            .arg("-o")
            .arg(module),
    )
}
