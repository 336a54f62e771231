//! An event that the registry refuses for good is given up, on record, and the decision is made anew: the programs
//! themselves, from the command line.
#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::Value;
use touchstone_schemas::date_time::Timestamp;
use touchstone_tests::road::absent::need;
use touchstone_tests::road::samples::demo_folder;
use touchstone_tests::road::{Finished, Road, RoadPlan, program};

const WITHDRAW: [&str; 12] = [
    "status",
    "withdraw",
    "--decision",
    "示范决定",
    "--decided-by",
    "认证决定",
    "--decider",
    "YS-071",
    "--reason",
    "graveNonconformity",
    "--legal-basis",
    "CQC96-831151-2020",
];

/// Runs a command of the office; gives its exit code and its last line of JSON.
fn office(road: &Road, arguments: &[&str]) -> (Option<i32>, Value) {
    let done = Finished::of(road.office().unwrap().arg("--json").args(arguments)).unwrap();
    let told = done.out.lines().last().unwrap_or("null");
    (done.code, serde_json::from_str(told).unwrap())
}

#[test]
fn a_refused_event_is_voided_and_blocks_nothing() {
    if need(
        "the built programs",
        "cargo build --workspace --bins",
        program("touchstone-registry"),
    )
    .is_none()
    {
        return;
    }
    let road = Road::open(&RoadPlan::default()).unwrap();
    let issued = road
        .issue(&[demo_folder().join("applications/08-withdrawn.json")])
        .unwrap();
    let number = issued[0].number.as_str();
    let withdraw = [&WITHDRAW[..], &["--number", number]].concat();

    // Decided by a clock an hour ahead: the registry takes no event of the future.
    let now = Timestamp::from_unix(jiff::Timestamp::now().as_second()).unwrap();
    let ahead = now.checked_add(3_600).unwrap().to_string();
    let early = [&["--clock", &ahead][..], &withdraw].concat();
    assert_eq!(office(&road, &early).0, Some(1), "kept in the outbox");
    let (code, told) = office(&road, &["deliver"]);
    assert_eq!((code, &told["refused"]), (Some(1), &1.into()), "{told}");
    let (_, listed) = office(&road, &["list"]);
    assert_eq!(
        (&listed["event"], &listed["standing"]),
        (&"withdrawn".into(), &"refused".into())
    );
    assert!(listed["refused"].as_str().unwrap().contains("eventFromFuture"));

    // The same decision with what it said before is blocked; another time is another content.
    let (code, told) = office(
        &road,
        &[&withdraw[..], &["--effective", &now.to_string()]].concat(),
    );
    assert_eq!(code, Some(2), "{told}");

    let void = [
        "void",
        "--number",
        number,
        "--event",
        "1",
        "--by",
        "YS-061",
        "--office",
        "主任",
        "--reason",
        "时钟有误",
    ];
    let (code, told) = office(&road, &void);
    assert_eq!(
        (code, &told["voided"]["by"]),
        (Some(0), &"YS-061".into()),
        "{told}"
    );
    let (code, told) = office(&road, &withdraw);
    assert_eq!(
        (code, &told["sequence"], &told["delivered"]),
        (Some(0), &1.into(), &true.into()),
        "{told}"
    );
    let record = road
        .get(&format!("/certificates/{number}"), "application/json")
        .unwrap();
    let record: Value = serde_json::from_str(&record).unwrap();
    assert_eq!(record["state"], "withdrawn");
    // What the registry has is not given up.
    assert_eq!(office(&road, &void).0, Some(2));
}
