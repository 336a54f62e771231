//! `touchstone-demo`: the whole road on this machine, with throw-away keys.
//!
//! Makes registry and office, walks every sample, shows each with its verdict, and serves until Ctrl-C. With `--check`
//! every sample goes through the built page's WebAssembly; the exit code tells whether each got the verdict expected. With
//! `--shots FOLDER` every state of the page is pictured there, at 360 and 1440 pixels, in both languages.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use qrcode::render::unicode::Dense1x2;
use touchstone_tests::road::samples::{Sample, Shown, offer, walk};
use touchstone_tests::road::states::states;
use touchstone_tests::road::{Browser, Checker, Failure, Road, RoadPlan, dist, node, run_browser};
use touchstone_verifier::input::Facts;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let task = match arguments.as_slice() {
        [] => Task::Serve,
        [only] if only == "--check" => Task::Check,
        [option, folder] if option == "--shots" => Task::Shots(folder.into()),
        _ => {
            eprintln!("usage: touchstone-demo [--check | --shots FOLDER]");
            return ExitCode::from(64);
        }
    };
    match run(&task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What is done once every sample has walked.
enum Task {
    Serve,
    Check,
    Shots(PathBuf),
}

fn run(task: &Task) -> Result<bool, Failure> {
    let page = dist().ok_or("the verify page is not built: cargo xtask wasm")?;
    let node = node().ok_or("node is absent: the page's WebAssembly cannot be run here")?;
    say(
        "建立登记处与发证机构：临时密钥，仅用于本次演示 · registry and body with throw-away keys, for this run alone",
    );
    let mut road = Road::open(&RoadPlan {
        page: Some(page.clone()),
        ..RoadPlan::default()
    })?;
    say(&format!("登记处 registry       {}", road.base()));
    say(&format!("方案所有者 owner (pin) {}", road.owner()));
    let samples = walk(&road, &mut say)?;
    let mut checker = Checker::start(&node, &page)?;
    let as_expected = table(&road, &samples, &mut checker)?;
    offer(&road, &samples)?;
    if let Task::Shots(folder) = task {
        shots(&road, &samples, folder)?;
        road.stop_registry()?;
        return Ok(as_expected);
    }
    if matches!(task, Task::Check) {
        road.stop_registry()?;
        say(if as_expected {
            "每个样例都如预期 · every sample as expected"
        } else {
            "有样例不如预期 · not every sample as expected"
        });
        return Ok(as_expected);
    }
    invite(&road, &samples)?;
    serve_until_interrupted(&mut road)?;
    Ok(as_expected)
}

/// Pictures every state of the page.
fn shots(road: &Road, samples: &[Sample], folder: &Path) -> Result<(), Failure> {
    let browser = Browser::find().ok_or("Node, Chromium or playwright-core is absent")?;
    std::fs::create_dir_all(folder)?;
    let folder = folder.canonicalize()?;
    road.snapshot()?;
    let input = road.at("states.json");
    let states = states(samples);
    let count = states.len();
    let told = serde_json::json!({ "base": road.base(), "shots": folder, "cases": states });
    std::fs::write(&input, told.to_string())?;
    let found: Vec<serde_json::Value> = serde_json::from_str(&run_browser(&browser, "states.mjs", &input)?)?;
    for state in &found {
        if state.get("faults") != Some(&serde_json::json!([])) {
            return Err(state.to_string().into());
        }
    }
    say(&format!(
        "{count} 种状态 · states of the page: {}",
        folder.display()
    ));
    Ok(())
}

/// Verifies every sample by the page's WebAssembly and prints the table; whether all came out as expected.
fn table(road: &Road, samples: &[Sample], checker: &mut Checker) -> Result<bool, Failure> {
    let facts = road.facts()?;
    say("");
    let heading = [
        ("样例 sample", 28),
        ("结论 verdict", 14),
        ("状态 state", 20),
        ("证书编号 number", 16),
    ];
    say(&heading.map(|(text, width)| padded(text, width)).concat());
    let mut all = true;
    for sample in samples {
        let verdict = verdict(road, sample, &facts, checker)?;
        let told = |name: &str| verdict.get(name).and_then(serde_json::Value::as_str);
        let found = (told("headline"), told("state"));
        let expected = (
            Some(sample.expected.headline.as_str()),
            sample.expected.state.as_deref(),
        );
        let as_expected = found == expected;
        all &= as_expected;
        let number = sample
            .issued
            .as_ref()
            .map_or("–", |issued| issued.number.as_str());
        let (headline, state) = (found.0.unwrap_or("–"), found.1.unwrap_or("–"));
        let mark = if as_expected { "✔" } else { "✘" };
        say(&format!(
            "{:<28} {headline:<14} {state:<20} {number:<16} {mark}",
            sample.name
        ));
        if !as_expected {
            say(&format!("  expected {expected:?}, found {verdict}"));
        }
    }
    Ok(all)
}

/// A heading in a column: a Chinese character takes two places.
fn padded(text: &str, width: usize) -> String {
    let taken: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    format!("{text}{} ", " ".repeat(width.saturating_sub(taken)))
}

fn verdict(
    road: &Road,
    sample: &Sample,
    facts: &Facts,
    checker: &mut Checker,
) -> Result<serde_json::Value, Failure> {
    let mut facts = facts.clone();
    if let Some(issued) = &sample.issued {
        facts.receipt = Some(issued.text("receipt.json")?);
    }
    let request = road.request(&sample.shown, facts)?;
    Ok(serde_json::from_slice(&checker.verify(&request)?.report)?)
}

/// The links to open, the files to put into the page's box, and a QR code of the first.
fn invite(road: &Road, samples: &[Sample]) -> Result<(), Failure> {
    say("");
    say(
        "打开链接查验，或把文件内容贴入查验页 · open a link, or paste a file's content into the verify page:",
    );
    let mut first = None;
    for sample in samples {
        match &sample.shown {
            Shown::Link(link) => {
                first = first.or(Some(link));
                say(&format!("  {:<24} {link}", sample.name));
            }
            Shown::Document(document) => {
                let path = road.at(&format!("{}.json", sample.name));
                std::fs::write(&path, document)?;
                say(&format!("  {:<24} {}", sample.name, path.display()));
            }
        }
    }
    if let Some(link) = first {
        say("");
        say(&symbol(link)?);
        say(link);
    }
    say("");
    for (name, path) in [
        ("查验 verify", "/v"),
        ("目录 directory", "/certificates"),
        ("监督 surveillance", "/surveillance"),
        ("统计 statistics", "/statistics"),
        ("接口 API", "/api"),
    ] {
        say(&format!("{} {}{path}", padded(name, 18), road.base()));
    }
    say("Ctrl-C 结束，密钥与数据随之删除 · Ctrl-C ends it; keys and data are removed");
    Ok(())
}

/// A QR symbol for a terminal: black on white where colours are at hand, else light where the symbol is light, for
/// the dark terminals that most have.
fn symbol(link: &str) -> Result<String, Failure> {
    let code = qrcode::QrCode::with_error_correction_level(link, qrcode::EcLevel::M)?;
    let mut renderer = code.render::<Dense1x2>();
    if std::io::stdout().is_terminal() {
        let lines = renderer.build();
        let coloured = lines
            .lines()
            .map(|line| format!("\u{1b}[38;5;16;48;5;231m{line}\u{1b}[0m"));
        Ok(coloured.collect::<Vec<_>>().join("\n"))
    } else {
        Ok(renderer
            .dark_color(Dense1x2::Light)
            .light_color(Dense1x2::Dark)
            .build())
    }
}

fn serve_until_interrupted(road: &mut Road) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut registry = road.take_registry()?;
    runtime.block_on(async {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted?,
            _ = terminate.recv() => {}
        }
        Ok::<(), Failure>(())
    })?;
    // Ctrl-C at a terminal reaches the registry too: it may have ended by itself.
    if registry.ended()?.is_none() {
        registry.stop()
    } else {
        Ok(())
    }
}

fn say(line: &str) {
    // A closed pipe is no reason to fail.
    let _ = writeln!(std::io::stdout(), "{line}");
}
