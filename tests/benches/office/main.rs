//! The figures of `docs/BENCH-OFFICE.md`: a batch of decided cases numbered, signed, stored and receipted, with the
//! registry in a process of its own on the same machine. `office FOLDER [CASES]` writes `FOLDER/office.json`.
//!
//! The same program, called `registry FOLDER`, is the registry's process.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark whose premises fail has nothing to report"
)]

mod casework;
mod ed25519;
#[path = "../figures/figure.rs"]
#[expect(dead_code, reason = "shared with the other figures, which use all of it")]
mod figure;
mod house;
mod resident;
#[path = "../figures/rounds.rs"]
#[expect(dead_code, reason = "shared with the other figures, which use all of it")]
mod rounds;
mod test_office;

use std::{path::Path, time::Instant};

use serde_json::json;
use touchstone_issuer::{
    batch::issue_batch,
    config::Folder,
    office::{Clock, Office},
};

use crate::{
    casework::{batch, staff},
    figure::{Figure, Target},
    house::House,
    resident::Resident,
};

/// Cases of a batch when nothing is said.
const CASES: usize = 10_000;
/// Cases of a run that only shows that everything works.
const SMOKE: usize = 50;

fn main() {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match arguments.as_slice() {
        ["registry", folder] => runtime.block_on(house::serve(Path::new(folder))),
        [folder] => runtime.block_on(measure(Path::new(folder), CASES)),
        [folder, "smoke"] => runtime.block_on(measure(Path::new(folder), SMOKE)),
        [folder, cases] if cases.parse::<usize>().is_ok() => {
            runtime.block_on(measure(Path::new(folder), cases.parse().unwrap()));
        }
        _ => {
            eprintln!("usage: office FOLDER [smoke|CASES]");
            std::process::exit(64);
        }
    }
}

async fn measure(folder: &Path, cases: usize) {
    std::fs::create_dir_all(folder).unwrap();
    let folder = folder.canonicalize().unwrap();
    let house = House::build(&folder.join("office")).await;
    let mut office = Office::open(Folder::new(house.office()), Clock::System)
        .await
        .unwrap();
    let keys = office.papers.unlock(&house.passphrase).unwrap();
    staff::hire(&mut office.store).await;
    eprintln!("{cases} cases: taken in and evaluated");
    let began = Instant::now();
    let number = batch::evaluated_batch(&mut office, house.folder(), cases).await;
    let taken_in = began.elapsed().as_secs_f64();
    eprintln!("judged");
    let began = Instant::now();
    batch::judged_batch(&mut office, number).await;
    let judged = began.elapsed().as_secs_f64();
    eprintln!("issued");
    let resident = Resident::watch();
    let began = Instant::now();
    let issued = issue_batch(&mut office, &keys, number, &mut |prepared, total, _| {
        if prepared % 1_000 == 0 {
            eprintln!("{prepared} of {total}");
        }
    })
    .await
    .unwrap();
    let seconds = began.elapsed().as_secs_f64();
    let most = resident.most_mib();
    assert_eq!((issued.refused.len(), issued.prepared.len()), (0, cases));
    assert!(issued.delivered.is_whole());
    drop(office);
    drop(house);
    #[expect(clippy::cast_precision_loss, reason = "counts below 2^53")]
    let rate = cases as f64 / seconds;
    let tenth = |seconds: f64| (seconds * 10.0).round() / 10.0;
    let whole = cases >= CASES;
    let figures = vec![
        Figure::number(
            format!("{cases} decided cases of a batch: numbered, linted, signed, stored, receipted"),
            rate.round(),
            "/s",
            whole.then_some(Target::AtLeast(500.0)),
        ),
        Figure::number(
            "the key alone, on one core",
            ed25519::signatures_a_second().round(),
            "/s",
            None,
        ),
        Figure::number(
            "the office's memory at the most while it issues",
            most.round(),
            "MiB",
            whole.then_some(Target::AtMost(300.0)),
        ),
        Figure::number(
            format!("before: {cases} rows taken in, declared on and evaluated, twice the second sheet"),
            tenth(taken_in),
            "s",
            None,
        ),
        Figure::number("before: judged five times", tenth(judged), "s", None),
    ];
    let groups = json!([{ "heading": "A batch is issued, SQLite, key in a file", "figures": figures }]);
    let text = serde_json::to_vec_pretty(&groups).unwrap();
    std::fs::write(folder.join("office.json"), text).unwrap();
}
