//! `cargo xtask bench`: figures against their floors and targets, into `docs/BENCH.md`.
//!
//! The native figures come from `tests/benches/figures`, those in WebAssembly from `tests/browser/bench.mjs` and a
//! build of the browser's module with entry points for it, the sizes of the first load from `wasm-verify/dist`.

mod figure;
mod machine;
mod report;

use std::path::Path;
use std::process::{Command, ExitCode};

use serde_json::Value;

use self::figure::{Figure, Group, Quantity, Target};
use crate::command;
use crate::error::Error;
use crate::progress::say;
use crate::wasm;
use crate::workspace::Workspace;

/// Rounds of a run that only shows that everything works.
const SMOKE_ROUNDS: &str = "5";

/// Options of `cargo xtask bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A few rounds only, and docs/BENCH.md stays as it is
    #[arg(long)]
    smoke: bool,
    /// Leave out what needs the WebAssembly compiler and Node
    #[arg(long)]
    native_only: bool,
}

/// Measures, prints the table, and writes it unless this is a smoke run or leaves something out.
#[expect(clippy::print_stdout, reason = "the table is the command's result")]
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<ExitCode, Error> {
    let folder = workspace.target.join("bench");
    // Everything is built before anything is measured.
    let modules = if arguments.native_only {
        None
    } else {
        Some((wasm::ready(workspace)?, wasm::bench_module(workspace)?))
    };
    let rounds = arguments.smoke.then_some(SMOKE_ROUNDS);
    let mut groups = native(workspace, &folder, rounds)?;
    if let Some((dist, module)) = modules {
        groups.push(in_node(workspace, &folder, &module, rounds)?);
        groups.push(first_load(&dist)?);
    }
    let report = report::markdown(&machine::describe()?, &groups);
    println!("{report}");
    if !arguments.smoke && !arguments.native_only {
        let file = workspace.root.join("docs/BENCH.md");
        std::fs::write(&file, report).map_err(Error::file(&file))?;
        say("written to docs/BENCH.md");
    }
    Ok(ExitCode::SUCCESS)
}

fn native(workspace: &Workspace, folder: &Path, rounds: Option<&str>) -> Result<Vec<Group>, Error> {
    command::run(
        command::cargo()
            .args([
                "bench",
                "--package",
                "touchstone-tests",
                "--bench",
                "figures",
                "--",
            ])
            .arg(folder)
            .args(rounds)
            .current_dir(&workspace.root),
    )?;
    let file = folder.join("native.json");
    let text = std::fs::read_to_string(&file).map_err(Error::file(&file))?;
    let groups: Value = serde_json::from_str(&text).map_err(Error::json("native.json"))?;
    figure::groups(&groups).ok_or(Error::NotFigures { by: "native.json" })
}

fn in_node(
    workspace: &Workspace,
    folder: &Path,
    module: &Path,
    rounds: Option<&str>,
) -> Result<Group, Error> {
    say("measuring: WebAssembly in Node");
    let printed = command::read(
        Command::new("node")
            .arg(workspace.root.join("tests/browser/bench.mjs"))
            .arg(module)
            .arg(folder.join("samples.json"))
            .args(rounds),
    )?;
    let group: Value = serde_json::from_str(&printed).map_err(Error::json("bench.mjs"))?;
    figure::group(&group).ok_or(Error::NotFigures { by: "bench.mjs" })
}

fn first_load(dist: &Path) -> Result<Group, Error> {
    let parts = wasm::first_load(dist)?;
    let figure = |what: String, bytes: usize, target| Figure {
        what,
        measured: Quantity::bytes(bytes),
        floor: None,
        ratio: None,
        target,
    };
    let (first, later): (Vec<&wasm::Part>, Vec<&wasm::Part>) =
        parts.iter().partition(|part| part.is_first_load());
    let row = |when: &str, part: &wasm::Part| {
        figure(
            format!("{when}{} ({} bytes raw)", part.name(), part.raw()),
            part.gzip(),
            None,
        )
    };
    let total = first.iter().map(|part| part.gzip()).sum();
    let mut figures: Vec<Figure> = first.iter().map(|part| row("", part)).collect();
    figures.push(figure(
        "total".to_owned(),
        total,
        Some(Target::at_most_bytes(wasm::FIRST_LOAD_TARGET)),
    ));
    figures.extend(later.iter().map(|part| row("after the first verdict: ", part)));
    Ok(Group {
        heading: "First load of the verify page, gzip -9".to_owned(),
        figures,
    })
}
