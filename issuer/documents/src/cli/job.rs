//! Many certificates in one process: jobs in, answers out, a line each.

use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;
use touchstone_documents::Typesetter;
use touchstone_schemas::decode::read;
use touchstone_schemas::record;

use super::arguments::{Of, Seal};
use super::run::{Made, RunError, certificate};

/// Longest job, in bytes: three paths of the longest kind that Linux takes.
const MAX_JOB_BYTES: usize = 16 * 1024;

/// One certificate to print.
struct Job {
    credential: String,
    demonstration: bool,
    out: String,
    profile: u32,
    receipt: String,
}

record! { Job {
    "credential": credential,
    "demonstration": demonstration,
    "out": out,
    "profile": profile,
    "receipt": receipt,
} }

/// Does the jobs in order, until standard input ends. A job that fails is answered with its reason and holds up no other.
pub(super) fn work(setter: &Typesetter, seal: &Seal) -> Result<ExitCode, RunError> {
    let mut code = ExitCode::SUCCESS;
    let mut answers = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line.map_err(RunError::Pipe)?;
        let answer = match one(setter, seal, line.as_bytes()) {
            Ok((out, made)) => made.answer(&out),
            Err((out, error)) => {
                code = ExitCode::FAILURE;
                match out {
                    Some(out) => json!({ "error": error.to_string(), "out": out }),
                    None => json!({ "error": error.to_string() }),
                }
            }
        };
        writeln!(answers, "{answer}").map_err(RunError::Pipe)?;
        answers.flush().map_err(RunError::Pipe)?;
    }
    Ok(code)
}

fn one(
    setter: &Typesetter,
    seal: &Seal,
    line: &[u8],
) -> Result<(PathBuf, Made), (Option<String>, Box<RunError>)> {
    let job: Job = read(line, MAX_JOB_BYTES).map_err(|error| (None, Box::new(RunError::Job(error))))?;
    let of = Of {
        credential: PathBuf::from(job.credential),
        receipt: PathBuf::from(job.receipt),
        profile: job.profile,
        demonstration: job.demonstration,
    };
    let out = PathBuf::from(&job.out);
    match certificate(setter, &of, &out, seal) {
        Ok(made) => Ok((out, made)),
        Err(error) => Err((Some(job.out), Box::new(error))),
    }
}
