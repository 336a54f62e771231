//! `cargo xtask fuzz`: coverage-guided fuzzing of everything that reads outside bytes.
//!
//! The targets are libFuzzer programs built by this toolchain with instrumentation switched on by hand, so neither a
//! nightly toolchain nor `cargo fuzz` is needed. Nothing in the fuzzed crates is `unsafe`, so no sanitizer is used.

use std::process::Command;

use crate::command::{cargo, run};
use crate::error::Error;
use crate::workspace::Workspace;

/// Every target in `tests/fuzz/targets/`.
const TARGETS: [&str; 7] = [
    "strict_json",
    "credential",
    "trust_list",
    "status_list",
    "checkpoint",
    "qr_payload",
    "chain",
];

/// What libFuzzer needs compiled in.
const INSTRUMENTATION: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Targets to run; all when none is named
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(TARGETS))]
    targets: Vec<String>,
    /// How long each target runs
    #[arg(long, default_value_t = 300)]
    seconds: u32,
}

/// Builds the targets, writes what they start from, and runs one after the other.
pub(crate) fn run_targets(workspace: &Workspace, arguments: &Arguments) -> Result<(), Error> {
    let folder = workspace.root.join("tests/fuzz");
    let corpus = folder.join("corpus");
    run(cargo()
        .args([
            "run",
            "--package",
            "touchstone-tests",
            "--bin",
            "fuzz_seeds",
            "--",
        ])
        .arg(&corpus)
        .current_dir(&workspace.root))?;
    let target = workspace.target.join("fuzz");
    run(cargo()
        .args(["build", "--release", "--bins", "--target", HOST])
        .env("CARGO_TARGET_DIR", &target)
        .env("RUSTFLAGS", INSTRUMENTATION)
        .current_dir(&folder))?;
    let names: Vec<&str> = match arguments.targets.as_slice() {
        [] => TARGETS.to_vec(),
        named => named.iter().map(String::as_str).collect(),
    };
    for name in names {
        eprintln!("{name}: {} s", arguments.seconds);
        let program = target.join(HOST).join("release").join(name);
        let artifacts = folder.join("artifacts");
        std::fs::create_dir_all(&artifacts).map_err(Error::file(&artifacts))?;
        run(Command::new(program)
            .arg(format!("-max_total_time={}", arguments.seconds))
            .args([
                "-rss_limit_mb=2048",
                "-timeout=10",
                "-max_len=65536",
                "-print_final_stats=1",
            ])
            .arg(format!("-artifact_prefix={}/{name}-", artifacts.display()))
            .arg(corpus.join(name)))?;
    }
    Ok(())
}

/// The instrumentation applies to code for a target, not to build scripts; naming the target keeps them apart.
const HOST: &str = "x86_64-unknown-linux-gnu";
