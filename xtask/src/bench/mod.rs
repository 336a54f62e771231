//! `cargo xtask bench`: figures against their floors and targets, into `docs/BENCH.md`.
//!
//! The native figures come from `tests/benches/figures` and, of keys in tokens, `issuer/benches/token.rs`, those in WebAssembly from `tests/browser/bench.mjs` and a
//! build of the browser's module with entry points for it, the sizes of the first load from `wasm-verify/dist`.
//! `cargo xtask bench registry` measures the service under load, by `tests/benches/registry`, into
//! `docs/BENCH-REGISTRY.md`; `cargo xtask bench office` the office, by `tests/benches/office`, into `docs/BENCH-OFFICE.md`;
//! `cargo xtask bench papers` the typesetter, by `issuer/documents/benches`, into
//! `docs/BENCH-PAPERS.md`.

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

/// The crates that hold benchmarks.
const TESTS: &str = "touchstone-tests";
const ISSUER: &str = "touchstone-issuer";
const DOCUMENTS: &str = "touchstone-documents";

/// What is measured.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum What {
    /// The registry under load; takes an hour and 16 GB of disk, of which 11 stay for the next run
    Registry,
    /// A batch issued by the office, with the registry beside it; takes minutes to bring ten thousand cases so far
    Office,
    /// Certificates set and read back; compiles the typesetter, which takes a quarter of an hour the first time
    Papers,
}

/// Options of `cargo xtask bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What is measured; the verifier, the issuer and the browser's module when nothing is said
    what: Option<What>,
    /// A few rounds only, and the page of figures stays as it is
    #[arg(long)]
    smoke: bool,
    /// Leave out what needs the WebAssembly compiler and Node
    #[arg(long)]
    native_only: bool,
    /// Certificates in the registry's largest data set, a million when nothing is said; of the office's batch, ten thousand
    #[arg(long)]
    largest: Option<u32>,
    /// The registry's engine to measure alone; the other's figures stay as they are
    #[arg(long, requires = "largest")]
    engine: Option<Engine>,
}

/// Engines of the registry.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Engine {
    Sqlite,
    Postgresql,
}

impl Engine {
    const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgresql => "postgresql",
        }
    }
}

/// Measures, prints the table, and writes it unless this is a smoke run or leaves something out.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<ExitCode, Error> {
    let folder = workspace.target.join("bench");
    match arguments.what {
        Some(What::Registry) => return registry(workspace, &folder, arguments),
        Some(What::Office) => return office(workspace, &folder, arguments),
        Some(What::Papers) => return papers(workspace, &folder, arguments),
        None => {}
    }
    // Everything is built before anything is measured.
    let modules = if arguments.native_only {
        None
    } else {
        Some((wasm::ready(workspace)?, wasm::bench_module(workspace)?))
    };
    let rounds = rounds(arguments);
    let mut groups = native(workspace, &folder, &rounds)?;
    if let Some((dist, module)) = modules {
        groups.push(in_node(workspace, &folder, &module, &rounds)?);
        groups.push(first_load(&dist)?);
    }
    let report = report::markdown(report::INTRODUCTION, &machine::describe()?, &groups);
    let keep = !arguments.smoke && !arguments.native_only;
    publish(workspace, &report, keep.then_some("docs/BENCH.md"))
}

/// How many rounds, when not all of them.
fn rounds(arguments: &Arguments) -> Vec<String> {
    let few = arguments.smoke.then(|| SMOKE_ROUNDS.to_owned());
    few.into_iter().collect()
}

/// The registry under load. What it was measured on is described before: afterwards it would be the load itself.
fn registry(workspace: &Workspace, folder: &Path, arguments: &Arguments) -> Result<ExitCode, Error> {
    let machine = machine::describe()?;
    let folder = folder.join("registry");
    let mut extent = extent(arguments);
    extent.extend(arguments.engine.map(|engine| engine.name().to_owned()));
    let groups = measured(workspace, (TESTS, "registry"), &folder, &extent, "registry.json")?;
    let report = report::markdown(report::OF_THE_REGISTRY, &machine, &groups);
    let page = (!arguments.smoke).then_some("docs/BENCH-REGISTRY.md");
    publish(workspace, &report, page)
}

/// The office issuing a batch.
fn office(workspace: &Workspace, folder: &Path, arguments: &Arguments) -> Result<ExitCode, Error> {
    let machine = machine::describe()?;
    let extent = extent(arguments);
    let groups = measured(workspace, (TESTS, "office"), folder, &extent, "office.json")?;
    let report = report::markdown(report::OF_THE_OFFICE, &machine, &groups);
    let page = extent.is_empty().then_some("docs/BENCH-OFFICE.md");
    publish(workspace, &report, page)
}

/// How much, when not all of it.
fn extent(arguments: &Arguments) -> Vec<String> {
    let part = match arguments.largest {
        Some(largest) => Some(largest.to_string()),
        None => arguments.smoke.then(|| "smoke".to_owned()),
    };
    part.into_iter().collect()
}

/// The typesetter, in one process.
fn papers(workspace: &Workspace, folder: &Path, arguments: &Arguments) -> Result<ExitCode, Error> {
    let machine = machine::describe()?;
    let rounds = rounds(arguments);
    let measured_by = (DOCUMENTS, "papers");
    let groups = measured(workspace, measured_by, folder, &rounds, "papers.json")?;
    let report = report::markdown(report::OF_PAPERS, &machine, &groups);
    let page = (!arguments.smoke).then_some("docs/BENCH-PAPERS.md");
    publish(workspace, &report, page)
}

/// Prints a report, and writes it to its page.
#[expect(clippy::print_stdout, reason = "the table is the command's result")]
fn publish(workspace: &Workspace, report: &str, page: Option<&str>) -> Result<ExitCode, Error> {
    println!("{report}");
    if let Some(page) = page {
        let file = workspace.root.join(page);
        std::fs::write(&file, report).map_err(Error::file(&file))?;
        say(&format!("written to {page}"));
    }
    Ok(ExitCode::SUCCESS)
}

fn native(workspace: &Workspace, folder: &Path, rounds: &[String]) -> Result<Vec<Group>, Error> {
    let mut groups = measured(workspace, (TESTS, "figures"), folder, rounds, "native.json")?;
    groups.extend(measured(
        workspace,
        (ISSUER, "token"),
        folder,
        rounds,
        "token.json",
    )?);
    Ok(groups)
}

/// Runs a benchmark of a crate and reads the figures it leaves in the folder.
fn measured(
    workspace: &Workspace,
    (package, bench): (&str, &str),
    folder: &Path,
    extent: &[String],
    left: &'static str,
) -> Result<Vec<Group>, Error> {
    command::run(
        command::cargo()
            .args(["bench", "--package", package, "--bench", bench, "--"])
            .arg(folder)
            .args(extent)
            .current_dir(&workspace.root),
    )?;
    let file = folder.join(left);
    let text = std::fs::read_to_string(&file).map_err(Error::file(&file))?;
    let groups: Value = serde_json::from_str(&text).map_err(Error::json(left))?;
    figure::groups(&groups).ok_or(Error::NotFigures { by: left })
}

fn in_node(workspace: &Workspace, folder: &Path, module: &Path, rounds: &[String]) -> Result<Group, Error> {
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
        heading: "First load of the verify page, gzip as it is sent".to_owned(),
        figures,
    })
}
