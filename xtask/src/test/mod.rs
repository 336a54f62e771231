//! `cargo xtask test`: every check and test, in the order that fails soonest, the test runner last.

pub(crate) mod needs;
mod tally;

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use self::needs::Needs;
use self::tally::Tally;
use crate::command;
use crate::error::Error;
use crate::install::deny;
use crate::progress::{duration, say};
use crate::workspace::Workspace;
use crate::{tidy, wasm};

/// The crate whose tests drive built programs and a browser.
const END_TO_END: &str = "touchstone-tests";
/// Dear to compile, without tests, and already built by the step that runs it.
pub(crate) const BINDGEN: &str = "xtask-bindgen";

/// Options of `cargo xtask test`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only formatting, lints, house rules and the tests that need no built programs and no browser
    #[arg(long)]
    quick: bool,
}

/// Runs every step even after one has failed, then says which did.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<ExitCode, Error> {
    let needs = if arguments.quick {
        Needs::for_quick()
    } else {
        Needs::find_or_install(workspace)?
    };
    let mut steps = Steps {
        workspace,
        failed: Vec::new(),
        tally: Tally::default(),
    };
    steps.cargo("format", &["fmt", "--all", "--check"]);
    steps.run("house rules", |steps| tidy::run(steps.workspace));
    steps.cargo(
        "lints",
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ],
    );
    if !arguments.quick {
        steps.run("documentation", |steps| document(steps.workspace));
        steps.run("dependencies", |steps| {
            let skipped = check_dependencies(steps.workspace)?;
            steps.tally.skipped.extend(skipped);
            Ok(())
        });
        steps.run("browser's verifier", |steps| {
            wasm::ready(steps.workspace).map(drop)
        });
        steps.cargo(
            "programs",
            &["build", "--workspace", "--bins", "--exclude", BINDGEN],
        );
        steps.run("demonstration", |steps| {
            let program = steps.workspace.target.join("debug/touchstone-demo");
            command::run_telling(Command::new(program).arg("--check"))
        });
        steps.run("examples in documentation", |steps| {
            let mut cargo = command::cargo();
            cargo
                .args(["test", "--doc", "--workspace", "--no-fail-fast"])
                .current_dir(&steps.workspace.root);
            steps.tally += tally::libtest(&mut cargo)?;
            Ok(())
        });
    }
    steps.run("tests", |steps| {
        steps.tally += run_tests(steps.workspace, &needs, arguments.quick)?;
        Ok(())
    });
    Ok(steps.finish())
}

/// The steps run so far.
#[derive(Debug)]
struct Steps<'a> {
    workspace: &'a Workspace,
    /// The steps that failed, each with the reason, where it is not told by the tests counted.
    failed: Vec<(&'static str, Option<Error>)>,
    tally: Tally,
}

impl Steps<'_> {
    fn cargo(&mut self, name: &'static str, arguments: &[&str]) {
        self.run(name, |steps| {
            command::run(
                command::cargo()
                    .args(arguments)
                    .current_dir(&steps.workspace.root),
            )
        });
    }

    fn run(&mut self, name: &'static str, step: impl FnOnce(&mut Self) -> Result<(), Error>) {
        say(&format!("── {name}"));
        let (start, failed_before) = (Instant::now(), self.tally.failed);
        let outcome = step(self);
        let time = duration(start.elapsed());
        match outcome {
            Ok(()) if self.tally.failed == failed_before => say(&format!("── {name}: ok, {time}")),
            Ok(()) => {
                say(&format!("── {name}: FAILED after {time}"));
                self.failed.push((name, None));
            }
            Err(error) => {
                say(&format!("── {name}: FAILED after {time}: {error}"));
                self.failed.push((name, Some(error)));
            }
        }
    }

    /// The closing line stands alone and last, for people and machines that read no more than that.
    #[expect(clippy::print_stdout, reason = "the closing line is the command's result")]
    fn finish(self) -> ExitCode {
        for skipped in &self.tally.skipped {
            say(&format!("SKIPPED: {skipped}"));
        }
        // Said again: the steps stand far above in the log.
        for (name, error) in &self.failed {
            let reason = error.as_ref().map(|error| format!(": {error}"));
            say(&format!("failed: {name}{}", reason.unwrap_or_default()));
        }
        println!("{}", self.tally);
        if self.failed.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

fn document(workspace: &Workspace) -> Result<(), Error> {
    command::run(
        command::cargo()
            .args([
                "doc",
                "--workspace",
                "--no-deps",
                "--document-private-items",
                "--quiet",
            ])
            .env("RUSTDOCFLAGS", "-D warnings")
            .current_dir(&workspace.root),
    )
}

/// Licences, sources and duplicates need no network; the advisory database does. Gives what could not be checked.
fn check_dependencies(workspace: &Workspace) -> Result<Option<String>, Error> {
    let Ok(program) = deny::cargo_deny(workspace) else {
        let what = "licences, sources and advisories of dependencies (cargo-deny could not be installed)";
        return Ok(Some(what.to_owned()));
    };
    let deny = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command::run(command.args(arguments).current_dir(&workspace.root))
    };
    deny(&["--log-level", "error", "check", "bans", "licenses", "sources"])?;
    if deny(&["fetch", "db"]).is_err() {
        let what = "advisories of dependencies (the advisory database could not be fetched)";
        return Ok(Some(what.to_owned()));
    }
    deny(&["--log-level", "error", "--offline", "check", "advisories"])?;
    Ok(None)
}

/// nextest where it is installed, else cargo's own runner.
fn run_tests(workspace: &Workspace, needs: &Needs, quick: bool) -> Result<Tally, Error> {
    let mut cargo = command::cargo();
    cargo.current_dir(&workspace.root);
    let with_nextest = command::find_program("cargo-nextest").is_some();
    if with_nextest {
        cargo.args(["nextest", "run", "--workspace", "--profile", "ci"]);
    } else {
        say("cargo-nextest is absent: using cargo test (cargo install cargo-nextest makes this quicker)");
        cargo.args([
            "test",
            "--workspace",
            "--lib",
            "--bins",
            "--tests",
            "--no-fail-fast",
        ]);
    }
    cargo.args(["--exclude", BINDGEN]);
    if quick {
        cargo.args(["--exclude", END_TO_END]);
    }
    needs.tell(&mut cargo);
    if !with_nextest {
        // What a test that passed has said, too: it may have skipped.
        cargo.args(["--", "--show-output"]);
    }
    if with_nextest {
        // nextest keeps its reports below the root, whatever cargo's target folder is.
        nextest(&mut cargo, &workspace.root.join("target/nextest/ci/junit.xml"))
    } else {
        tally::libtest(&mut cargo)
    }
}

/// The report of an earlier run is removed first, so that it cannot stand in for this one's.
fn nextest(cargo: &mut Command, report: &Path) -> Result<Tally, Error> {
    if report.exists() {
        std::fs::remove_file(report).map_err(Error::file(report))?;
    }
    let outcome = command::run(cargo);
    match (outcome, report.exists()) {
        (Err(error), false) => Err(error),
        (Err(error), true) => {
            let tally = tally::junit(report)?;
            if tally.failed == 0 { Err(error) } else { Ok(tally) }
        }
        (Ok(()), _) => tally::junit(report),
    }
}
