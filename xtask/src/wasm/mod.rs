//! `cargo xtask wasm`: the browser's verifier, from Rust to `wasm-verify/dist`.
//!
//! compile → bindings (`xtask-bindgen`) → `wasm-opt` → the package → two parts → the readers likewise, each in one → join with
//! `wasm-verify/web` and `verifier/texts` → list the sizes.

mod compiler;
mod dist;
mod inputs;
mod optimise;
mod package;
mod parts;
mod readers;
mod sizes;
mod texts;
mod tree;

use std::path::{Path, PathBuf};
use std::time::Instant;

pub(crate) use self::compiler::Compiler;
pub(crate) use self::sizes::{Part, TARGET as FIRST_LOAD_TARGET, measure as first_load};
use crate::command;
use crate::error::Error;
use crate::install::npm;
use crate::progress::{duration, say};
use crate::workspace::Workspace;

/// The platform of the browser's verifier.
pub(crate) const PLATFORM: &str = "wasm32-unknown-unknown";
/// The package compiled for it.
pub(crate) const PACKAGE: &str = "touchstone-wasm-verify";
/// The page imports the bindings `verifier.js`; the module beside them is `verifier_bg.wasm` until it is split.
const NAME: &str = "verifier";

/// Options of `cargo xtask wasm`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Rust's optimisation level, to compare sizes; the profile's own when absent
    #[arg(long, value_parser = ["z", "s", "1", "2", "3"])]
    opt_level: Option<String>,
    /// Build even when nothing has changed since the last build
    #[arg(long)]
    force: bool,
}

/// Builds when something has changed, lists the sizes, and gives the folder to serve.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<PathBuf, Error> {
    let dist = build(workspace, arguments)?;
    let parts = sizes::measure(&dist)?;
    sizes::print(&parts);
    Ok(dist)
}

/// As [`run`] with the profile's settings, without the table: for commands that need the page built.
pub(crate) fn ready(workspace: &Workspace) -> Result<PathBuf, Error> {
    build(
        workspace,
        &Arguments {
            opt_level: None,
            force: false,
        },
    )
}

fn build(workspace: &Workspace, arguments: &Arguments) -> Result<PathBuf, Error> {
    let start = Instant::now();
    let work = workspace.target.join("wasm");
    let dist = workspace.root.join("wasm-verify/dist");
    let compiler = Compiler::choose()?;
    say(&format!("compiler for {PLATFORM}: {compiler}"));
    let optimiser = wasm_opt(workspace)?;
    let variant = format!(
        "{}\n{:?}\n{}",
        compiler.version()?,
        arguments.opt_level,
        optimiser.is_some()
    );
    let inputs = inputs::digest(&workspace.root, &variant)?;
    let package = workspace.root.join(package::FOLDER);
    if !arguments.force && package.is_dir() && dist::is_of(&work, &dist, &inputs)? {
        say("wasm-verify/dist is up to date");
        return Ok(dist);
    }
    dist::forget(&work)?;

    let compiled = compiler::compile(
        workspace,
        &compiler,
        PACKAGE,
        &work,
        arguments.opt_level.as_deref(),
        &[],
    )?;
    let bound = work.join("bound");
    bind(workspace, &compiled, &bound)?;
    optimise::shrink(optimiser.as_deref(), &module(&bound))?;
    package::assemble(&workspace.root, optimiser.as_deref(), &bound)?;
    parts::split(workspace, optimiser.as_deref(), &work, &bound)?;
    for module in &readers::MODULES {
        readers::add(workspace, &compiler, optimiser.as_deref(), &work, &bound, module)?;
    }
    dist::assemble(&workspace.root, &bound, &dist, bundler(workspace)?.as_deref())?;
    dist::record(&work, &dist, &inputs)?;
    say(&format!(
        "wasm-verify/dist built in {}",
        duration(start.elapsed())
    ));
    Ok(dist)
}

/// The module with the entry points for benchmarks, otherwise built as the page's; gives its folder.
pub(crate) fn bench_module(workspace: &Workspace) -> Result<PathBuf, Error> {
    let work = workspace.target.join("wasm");
    let compiled = compiler::compile(workspace, &Compiler::choose()?, PACKAGE, &work, None, &["bench"])?;
    let bound = work.join("bench");
    bind(workspace, &compiled, &bound)?;
    let optimiser = wasm_opt(workspace)?;
    optimise::shrink(optimiser.as_deref(), &module(&bound))?;
    optimise::order(optimiser.as_deref(), &module(&bound))?;
    // Node takes a file for a module by its folder's description.
    let description = bound.join("package.json");
    std::fs::write(&description, "{ \"type\": \"module\" }\n").map_err(Error::file(&description))?;
    Ok(bound)
}

/// JavaScript around the module. The step is compiled by the host's compiler like any other program here.
fn bind(workspace: &Workspace, compiled: &Path, bound: &Path) -> Result<(), Error> {
    dist::empty(bound)?;
    step(workspace, &["bind".as_ref(), compiled, bound, NAME.as_ref()])
}

/// Runs `xtask-bindgen`.
fn step(workspace: &Workspace, arguments: &[&Path]) -> Result<(), Error> {
    command::run(
        command::cargo()
            .args(["run", "--package", "xtask-bindgen", "--"])
            .args(arguments)
            .current_dir(&workspace.root),
    )
}

/// The module in a folder of bindings.
fn module(folder: &Path) -> PathBuf {
    folder.join(format!("{NAME}_bg.wasm"))
}

/// `wasm-opt` from npm's binaryen, else from `PATH`, else none: the build works without, about a tenth larger.
fn wasm_opt(workspace: &Workspace) -> Result<Option<PathBuf>, Error> {
    let from_npm = npm::node_modules(workspace)?.map(|modules| modules.join(".bin/wasm-opt"));
    Ok(from_npm.or_else(|| command::find_program("wasm-opt")))
}

/// `esbuild` from npm, else none: the page works without, with more and longer scripts.
fn bundler(workspace: &Workspace) -> Result<Option<PathBuf>, Error> {
    Ok(npm::node_modules(workspace)?.map(|modules| modules.join(".bin/esbuild")))
}
