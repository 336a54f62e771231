//! `cargo xtask demo`: the whole road on this machine, from sources to a verdict.
//!
//! `cargo xtask shots` walks it too, and pictures every state of the verify page.
//!
//! Needs → the browser's verifier → the programs → `touchstone-demo`, which does the walking.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use crate::command;
use crate::error::Error;
use crate::progress::{duration, say};
use crate::test::BINDGEN;
use crate::test::needs::Needs;
use crate::wasm;
use crate::workspace::Workspace;

/// As dear to compile as everything else together, and the demonstration prints no papers.
const TYPESETTER: &str = "touchstone-documents";

/// Options of `cargo xtask demo`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Verify every sample through the built page's WebAssembly against its expected verdict, then end
    #[arg(long)]
    check: bool,
}

/// Builds what is needed and walks the road.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<(), Error> {
    let start = Instant::now();
    say("1/4  what the demonstration needs");
    Needs::find_or_install_for_demo()?;
    let mut demo = built(workspace, start)?;
    if arguments.check {
        demo.arg("--check");
    }
    command::run(&mut demo)
}

/// Options of `cargo xtask shots`.
#[derive(Debug, clap::Args)]
pub(crate) struct ShotsArguments {
    /// Where the pictures go; target/shots when absent
    folder: Option<PathBuf>,
}

/// Pictures every state of the verify page, at 360 and 1440 pixels, in both languages.
pub(crate) fn shots(workspace: &Workspace, arguments: &ShotsArguments) -> Result<(), Error> {
    let start = Instant::now();
    say("1/4  what the pictures need");
    let needs = Needs::find_or_install(workspace)?;
    let mut demo = built(workspace, start)?;
    needs.tell(&mut demo);
    let own = || workspace.target.join("shots");
    demo.arg("--shots")
        .arg(arguments.folder.clone().unwrap_or_else(own));
    command::run(&mut demo)
}

/// Builds page and programs; gives the program that walks.
fn built(workspace: &Workspace, start: Instant) -> Result<Command, Error> {
    say("2/4  the browser's verifier");
    wasm::ready(workspace)?;
    say("3/4  the programs");
    command::run(
        command::cargo()
            .args(["build", "--workspace", "--bins"])
            .args(["--exclude", BINDGEN, "--exclude", TYPESETTER])
            .current_dir(&workspace.root),
    )?;
    say(&format!(
        "4/4  the road (all built in {})",
        duration(start.elapsed())
    ));
    Ok(Command::new(workspace.target.join("debug/touchstone-demo")))
}
