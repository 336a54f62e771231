//! Issued certificates on paper: printed by the office's command, read back, verified.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::process::Command;

use serde_json::Value;
use touchstone_tests::road::absent::need;
use touchstone_tests::road::samples::demo_folder;
use touchstone_tests::road::{Finished, Road, RoadPlan, program};

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn issued_certificates_are_printed_in_one_run_and_what_their_pages_show_verifies() {
    let built = ["touchstone-registry", "touchstone-issuer", "touchstone-documents"]
        .iter()
        .all(|name| program(name).is_some());
    let built = built.then_some(());
    if need("the built programs", "cargo build --workspace --bins", built).is_none() {
        return;
    }
    let road = Road::open(&RoadPlan::default()).unwrap();
    let applications = demo_folder().join("applications");
    let issued = Finished::of(road.office().unwrap().args(["--json", "issue", "--file"]).args([
        applications.join("01-in-force.json"),
        applications.join("02-workshop.json"),
    ]))
    .unwrap();
    assert_eq!(issued.code, Some(0), "{issued:?}");
    let numbers: Vec<String> = lines(&issued.out)
        .iter()
        .filter_map(|line| Some(line["number"].as_str()?.to_owned()))
        .collect();
    assert_eq!(numbers.len(), 2, "{issued:?}");

    let out = road.at("papers");
    let mut document = road.office().unwrap();
    document.args(["--json", "document"]).args(&numbers);
    let printed = Finished::of(document.arg("--out").arg(&out)).unwrap();
    assert_eq!(printed.code, Some(0), "{printed:?}");
    for (line, number) in lines(&printed.out).iter().zip(&numbers) {
        assert_eq!((&line["pages"], line["file"].is_string()), (&1.into(), true));
        let file = |ending: &str| out.join(format!("{number}{ending}"));
        let checked = Finished::of(
            Command::new(program("touchstone-documents").unwrap())
                .arg("check")
                .arg("--pdf")
                .arg(file(".pdf"))
                .arg("--credential")
                .arg(file(".json"))
                .arg("--receipt")
                .arg(file(".receipt.json")),
        )
        .unwrap();
        assert_eq!(checked.code, Some(0), "{checked:?}");
        let link = std::fs::read_to_string(file(".link.txt")).unwrap();
        assert_eq!(lines(&checked.out)[0]["link"], link);
    }

    // A number nobody gave, and a certificate asked for twice: the same file again.
    let mut absent = road.office().unwrap();
    let absent = Finished::of(absent.args(["document", "CQC26ZNZ999999R0", "--out"]).arg(&out)).unwrap();
    assert_eq!(absent.code, Some(1));
    assert!(absent.err.contains("there is no such certificate"), "{absent:?}");
    let again = road.at("again");
    let mut document = road.office().unwrap();
    document.args(["document", &numbers[0], "--out"]).arg(&again);
    assert_eq!(Finished::of(&mut document).unwrap().code, Some(0));
    let pdf = |folder: &std::path::Path| std::fs::read(folder.join(format!("{}.pdf", numbers[0]))).unwrap();
    assert!(pdf(&out) == pdf(&again), "two prints differ");
}
