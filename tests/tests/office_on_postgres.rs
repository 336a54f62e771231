//! The office with its records on a PostgreSQL server: from application to receipt, with the server killed in between.
#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::Value;
use touchstone_tests::postgres::PostgresServer;
use touchstone_tests::road::absent::need;
use touchstone_tests::road::samples::demo_folder;
use touchstone_tests::road::{Finished, Road, RoadPlan, program};

/// Runs a command of the office, which must succeed; gives what it says.
fn office(road: &Road, arguments: &[&str]) -> String {
    let done = Finished::of(road.office().unwrap().arg("--json").args(arguments)).unwrap();
    done.well("touchstone-issuer").unwrap()
}

#[test]
fn from_application_to_receipt_on_a_server_that_dies_in_between() {
    let programs = need(
        "the built programs",
        "cargo build --workspace --bins",
        program("touchstone-issuer").and(program("touchstone-registry")),
    );
    let server = need(
        "PostgreSQL",
        "Debian: apt-get install postgresql",
        PostgresServer::own(),
    );
    let (Some(_), Some(mut server)) = (programs, server) else {
        return;
    };
    let road = Road::open(&RoadPlan {
        office_database: Some(server.database()),
        ..RoadPlan::default()
    })
    .unwrap();
    assert!(!road.at("issuer/issuer.sqlite").exists());
    let at_work = road.open_office().unwrap();
    let application = |name: &str| demo_folder().join(format!("applications/{name}.json"));
    let first = road
        .bring_to_certificate(&at_work, &application("01-in-force"), None)
        .unwrap();
    // What was acknowledged is there after a crash of the server, and the office that kept running goes on by itself.
    server.kill();
    server.start();
    let second = road
        .bring_to_certificate(&at_work, &application("13-level-1"), None)
        .unwrap();
    at_work.stop().unwrap();
    for issued in [&first, &second] {
        let receipt: Value = serde_json::from_str(&issued.text("receipt.json").unwrap()).unwrap();
        assert!(receipt["proof"].is_string(), "{receipt}");
        let record = road
            .get(&format!("/certificates/{}", issued.number), "application/json")
            .unwrap();
        assert!(record.contains(&issued.number));
    }
    let listed = office(&road, &["list"]);
    let delivered = listed
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| {
            [&first, &second]
                .iter()
                .any(|it| line["number"] == it.number.as_str())
        })
        .count();
    assert_eq!(delivered, 2, "{listed}");
    office(&road, &["check-journal"]);
    office(&road, &["recheck"]);
}
