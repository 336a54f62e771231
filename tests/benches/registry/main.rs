//! The figures of `docs/BENCH-REGISTRY.md`: a registry in a process of its own under load on loopback, against floors
//! measured in the same rounds. `registry FOLDER [smoke|LARGEST [ENGINE]]` writes `FOLDER/registry.json`, where the figures of
//! an engine that is left out stay as they are; the data sets it makes stay in the folder for the next run.
//!
//! The same program, called `registry serve …` or `registry floor …`, is the process measured.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark whose premises fail has nothing to report"
)]

mod child;
mod client;
mod data;
mod engine;
#[path = "../figures/figure.rs"]
#[expect(dead_code, reason = "shared with the other figures, which use all of it")]
mod figure;
#[path = "../../../verifier/tests/fixture/mod.rs"]
#[expect(dead_code, reason = "shared with the verifier's tests, which use all of it")]
mod fixture;
mod floor;
mod intake;
mod office;
mod overload;
mod reading;
#[path = "../figures/rounds.rs"]
#[expect(dead_code, reason = "shared with the other figures, which use all of it")]
mod rounds;
mod whole;
mod withdrawal;

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use crate::{
    data::DataSet,
    engine::{Engine, POSTGRESQL},
    figure::Figure,
};

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// Certificates in the small, middle and large data set.
    pub(crate) sizes: [u32; 3],
    /// Rounds of what alternates with its floor.
    pub(crate) rounds: usize,
    /// Seconds of one side of a round.
    pub(crate) seconds: u64,
    /// Certificates submitted in a round of intake.
    pub(crate) submissions: u32,
    /// Certificates withdrawn at once.
    pub(crate) withdrawn: u32,
    /// Seconds of overload.
    pub(crate) overload: u64,
}

const FULL: Scale = Scale {
    sizes: [10_000, 100_000, 1_000_000],
    rounds: 3,
    seconds: 3,
    submissions: 6_000,
    withdrawn: 100_000,
    overload: 60,
};

/// The same on a machine with room for fewer certificates.
fn with_largest(largest: u32) -> Scale {
    Scale {
        sizes: FULL.sizes.map(|size| size.min(largest)),
        withdrawn: FULL.withdrawn.min(largest / 2),
        ..FULL
    }
}

/// Everything once, to see that it works.
const SMOKE: Scale = Scale {
    sizes: [1_000, 2_000, 4_000],
    rounds: 1,
    seconds: 1,
    submissions: 500,
    withdrawn: 1_000,
    overload: 3,
};

/// Figures under one heading.
#[derive(Debug, Serialize)]
struct Group {
    heading: String,
    figures: Vec<Figure>,
}

fn main() {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match arguments.as_slice() {
        ["serve", config] => runtime.block_on(child::serve(Path::new(config))),
        ["floor", place] => runtime.block_on(floor::serve(place)),
        [folder] => runtime.block_on(measure(Path::new(folder), FULL, None)),
        [folder, "smoke"] => runtime.block_on(measure(Path::new(folder), SMOKE, None)),
        [folder, largest, engine @ ..] if largest.parse::<u32>().is_ok() && engine.len() < 2 => {
            let scale = with_largest(largest.parse().unwrap());
            runtime.block_on(measure(Path::new(folder), scale, engine.first().copied()));
        }
        _ => {
            eprintln!("usage: registry FOLDER [smoke|LARGEST [ENGINE]]");
            std::process::exit(64);
        }
    }
}

async fn measure(folder: &Path, scale: Scale, only: Option<&str>) {
    std::fs::create_dir_all(folder).unwrap();
    // Configurations count from their own folder.
    let folder = &folder.canonicalize().unwrap();
    let engines = Engine::all(folder, only);
    let mut report = Report::beside(folder.join("registry.json"), &engines);
    for engine in engines {
        of_engine(folder, &engine, scale, &mut report).await;
        engine.stop();
    }
}

/// The figures so far, each a group of some engine.
struct Report {
    file: PathBuf,
    groups: Vec<Value>,
}

impl Report {
    /// What a run before has left of engines that are not measured now.
    fn beside(file: PathBuf, engines: &[Engine]) -> Self {
        let before = std::fs::read(&file).unwrap_or_else(|_| b"[]".to_vec());
        let mut groups: Vec<Value> = serde_json::from_slice(&before).unwrap();
        groups.retain(|group| !engines.iter().any(|engine| is_of(group, engine.name())));
        Self { file, groups }
    }

    /// Adds figures and writes them all, so that a run cut short has something to show.
    fn add(&mut self, engine: &Engine, heading: &str, figures: Vec<Figure>) {
        let heading = format!("{heading}, {}", engine.name());
        let group = serde_json::to_value(Group { heading, figures }).unwrap();
        self.groups.push(group);
        self.groups.sort_by_key(|group| is_of(group, POSTGRESQL));
        let text = serde_json::to_vec_pretty(&self.groups).unwrap();
        std::fs::write(&self.file, text).unwrap();
    }
}

fn is_of(group: &Value, engine: &str) -> bool {
    group["heading"].as_str().unwrap().ends_with(engine)
}

async fn of_engine(folder: &Path, engine: &Engine, scale: Scale, report: &mut Report) {
    let say = |what: &str| eprintln!("{}: {what}", engine.name());
    let [small, middle, large] = scale.sizes;
    say("intake");
    report.add(engine, "Intake", intake::figures(folder, engine, scale).await);
    say("overload");
    report.add(engine, "Overload", overload::figures(folder, engine, scale).await);
    say("small and middle data sets");
    let small = DataSet::of_size(folder, engine, small).await;
    let middle = DataSet::of_size(folder, engine, middle).await;
    report.add(
        engine,
        "Memory, fewer certificates",
        vec![reading::memory(&middle, scale).await],
    );
    say("one withdrawal");
    report.add(engine, "A withdrawal", withdrawal::one(&middle, scale).await);
    say("large data set");
    let large = DataSet::of_size(folder, engine, large).await;
    say("reading");
    report.add(engine, "Reading", reading::figures(&large, scale).await);
    report.add(engine, "Growth", reading::growth(&small, &large, scale).await);
    report.add(engine, "Memory", vec![reading::memory(&large, scale).await]);
    say("the whole log");
    report.add(engine, "The whole log", whole::figures(&large).await);
    say("many withdrawals");
    report.add(engine, "Many withdrawals", withdrawal::many(&large, scale).await);
}

/// Where the programs and data of a run are.
pub(crate) fn fresh(folder: &Path, name: &str) -> PathBuf {
    let folder = folder.join(name);
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
