//! A stolen office: whoever has a copy of it signs on, the registry takes it, and the watch of the real one tells.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use touchstone_tests::road::absent::need;
use touchstone_tests::road::samples::demo_folder;
use touchstone_tests::road::{Finished, Road, RoadPlan, program};

/// The folders and files of an office, as a thief copies them.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap().path();
        let place = to.join(entry.file_name().unwrap());
        if entry.is_dir() {
            copy(&entry, &place);
        } else {
            std::fs::copy(&entry, &place).unwrap();
        }
    }
}

fn watch(road: &Road) -> (Option<i32>, Value) {
    let watched = Finished::of(road.office().unwrap().args(["--json", "watch", "--once"])).unwrap();
    let line = watched.out.lines().last().unwrap_or("null");
    (watched.code, serde_json::from_str(line).unwrap())
}

#[test]
fn a_copy_of_the_office_that_issues_is_found_and_the_office_stops() {
    if need(
        "the built programs",
        "cargo build --workspace --bins",
        program("touchstone-issuer"),
    )
    .is_none()
    {
        return;
    }
    let mut road = Road::open(&RoadPlan::default()).unwrap();
    let sample = |name: &str| demo_folder().join("applications").join(format!("{name}.json"));
    road.issue(&[sample("13-level-1")]).unwrap();
    let (code, seen) = watch(&road);
    assert_eq!(
        (code, seen["own"].as_u64(), seen["standing"].as_u64()),
        (Some(0), Some(4), Some(0)),
        "{seen}"
    );

    let office = road.at("issuer");
    let stolen = road.at("stolen");
    copy(&office, &stolen);
    let mut thief = Command::new(program("touchstone-issuer").unwrap());
    thief
        .arg("--dir")
        .arg(&stolen)
        .arg("--passphrase-file")
        .arg(road.at("office.passphrase"));
    let issued = Finished::of(thief.args(["issue", "--file"]).arg(sample("14-level-5"))).unwrap();
    assert_eq!(issued.code, Some(0), "the registry cannot tell: {issued:?}");

    let told = road.at("told.json");
    let config = office.join("issuer.toml");
    let mut text = std::fs::read_to_string(&config).unwrap();
    text.push_str(&format!(
        "\n[watch]\nrecheck-seconds = 0\nalarm-command = [\"tee\", \"{}\"]\n",
        told.display()
    ));
    std::fs::write(&config, text).unwrap();
    let (code, seen) = watch(&road);
    assert_eq!((code, seen["standing"].as_u64()), (Some(2), Some(1)), "{seen}");
    assert_eq!(seen["raised"][0]["kind"], "unknown", "{seen}");
    let told: Value = serde_json::from_slice(&std::fs::read(told).unwrap()).unwrap();
    assert_eq!(told, seen, "the operator's program got the round");

    let blocked = Finished::of(
        road.office()
            .unwrap()
            .args(["issue", "--file"])
            .arg(sample("15-two-sites")),
    )
    .unwrap();
    assert!(
        blocked.code == Some(1) && blocked.err.contains("alarms stand"),
        "{blocked:?}"
    );
    let lifted = Finished::of(road.office().unwrap().args([
        "lift-alarms",
        "--by",
        "YS-061",
        "--office",
        "主任",
        "--reason",
        "演练",
    ]))
    .unwrap();
    assert_eq!(lifted.code, Some(0), "{lifted:?}");

    // Without a registry nothing is seen, and that is not an alarm.
    road.stop_registry().unwrap();
    let away = Finished::of(road.office().unwrap().args(["watch", "--once"])).unwrap();
    assert!(
        away.code == Some(1) && away.err.contains("cannot be watched"),
        "{away:?}"
    );
    let alarms = Finished::of(road.office().unwrap().args(["--json", "alarms"])).unwrap();
    assert_eq!(alarms.out.lines().count(), 1, "{alarms:?}");
}
