//! The figures of `docs/BENCH.md` that this build can measure. `figures FOLDER [ROUNDS]` writes `FOLDER/native.json`,
//! and `FOLDER/samples.json` for those who measure the same work elsewhere.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark whose premises fail has nothing to report"
)]

mod bare;
mod figure;
#[path = "../../../verifier/tests/fixture/mod.rs"]
#[expect(dead_code, reason = "shared with the verifier's tests, which use all of it")]
mod fixture;
mod issuing;
mod parts;
mod qr;
mod rounds;
mod samples;
mod setting;
mod verifying;

use std::path::PathBuf;

use serde::Serialize;

use crate::{figure::Figure, setting::Setting};

/// Rounds when none are asked for; odd, so that a round is the median.
const ROUNDS: usize = 301;

/// Figures under one heading.
#[derive(Debug, Serialize)]
struct Group {
    heading: &'static str,
    figures: Vec<Figure>,
}

fn main() -> std::io::Result<()> {
    // Cargo adds `--bench`.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let Some(folder) = arguments.next().map(PathBuf::from) else {
        eprintln!("usage: figures FOLDER [ROUNDS]");
        std::process::exit(64);
    };
    let rounds = arguments.next().map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    eprintln!("making what is measured");
    let setting = Setting::new();
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("samples.json"), samples::samples(&setting))?;
    let mut groups = Vec::new();
    for (heading, measure) in GROUPS {
        eprintln!("measuring: {heading}");
        let figures = measure(&setting, rounds);
        groups.push(Group { heading, figures });
    }
    std::fs::write(folder.join("native.json"), serde_json::to_vec_pretty(&groups)?)
}

type Measure = fn(&Setting, usize) -> Vec<Figure>;

/// What is measured, in the order of the report.
const GROUPS: [(&str, Measure); 5] = [
    ("Verifying", verifying::figures),
    ("Parts of a verification", parts::figures),
    ("Issuing", issuing::figures),
    ("Canonical bytes", issuing::canonical),
    ("QR symbols", qr::figures),
];
