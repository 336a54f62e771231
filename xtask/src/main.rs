//! Developer commands: `cargo xtask demo | shots | wasm | test | bench | tidy | fuzz`.

mod bench;
mod command;
mod demo;
mod error;
mod fuzz;
mod install;
mod progress;
mod test;
mod tidy;
mod wasm;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Error;
use crate::workspace::Workspace;

/// Developer commands of Touchstone.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build everything, walk sample organisations down the whole road on this machine, and serve the result
    Demo(demo::Arguments),
    /// Picture every state of the verify page at 360 and 1440 pixels in both languages
    Shots(demo::ShotsArguments),
    /// Build the browser's verifier into wasm-verify/dist and list the sizes of the first load
    Wasm(wasm::Arguments),
    /// Run every check and test, installing what they need
    Test(test::Arguments),
    /// Measure against floors and targets, into docs/BENCH.md
    Bench(bench::Arguments),
    /// Fuzz everything that reads outside bytes
    Fuzz(fuzz::Arguments),
    /// Check the house rules that lints cannot express
    Tidy,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments.task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> Result<ExitCode, Error> {
    let workspace = Workspace::load()?;
    match task {
        Task::Demo(arguments) => demo::run(&workspace, arguments).map(|()| ExitCode::SUCCESS),
        Task::Shots(arguments) => demo::shots(&workspace, arguments).map(|()| ExitCode::SUCCESS),
        Task::Wasm(arguments) => wasm::run(&workspace, arguments).map(|_| ExitCode::SUCCESS),
        Task::Test(arguments) => test::run(&workspace, arguments),
        Task::Bench(arguments) => bench::run(&workspace, arguments),
        Task::Fuzz(arguments) => fuzz::run_targets(&workspace, arguments).map(|()| ExitCode::SUCCESS),
        Task::Tidy => tidy::run(&workspace).map(|()| ExitCode::SUCCESS),
    }
}
