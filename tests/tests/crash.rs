//! `kill -9` at random moments of issuing 2,000 or more: no number lost or doubled, every receipt proves, fsck is clean.
//!
//! The moments come from a seed, which is printed; `TOUCHSTONE_CRASH_SEED` repeats one run.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use touchstone_schemas::credential::{CredentialNumber, Version};
use touchstone_schemas::did::Did;
use touchstone_schemas::digest::Sha256Digest;
use touchstone_schemas::tlog::Record;
use touchstone_tests::road::absent::need;
use touchstone_tests::road::samples::demo_folder;
use touchstone_tests::road::{Finished, Process, Road, RoadPlan, program};
use touchstone_verifier::log_check::Expected;
use touchstone_verifier::open_trust_list;

/// At first; doubled whenever a machine was done before it could be killed.
const CERTIFICATES: usize = 2_000;
/// Kills in the middle of the work.
const KILLS: usize = 20;
/// Kills that came too late; more than these, and the work is too short on this machine for the test to mean anything.
const MOST_TOO_LATE: usize = 4;
/// The test's own bound; what it usually takes is printed.
const LIMIT: Duration = Duration::from_secs(540);

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

fn seed() -> u64 {
    let given = std::env::var("TOUCHSTONE_CRASH_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(|| {
        let mut bytes = [0; 4];
        getrandom::fill(&mut bytes).unwrap();
        u32::from_le_bytes(bytes).into()
    });
    eprintln!("TOUCHSTONE_CRASH_SEED={seed}");
    seed
}

/// Those applications, each its own by its agreement.
fn write_applications(folder: &Path, places: Range<usize>) {
    let text = std::fs::read_to_string(demo_folder().join("applications/01-in-force.json")).unwrap();
    let mut application: Value = serde_json::from_str(&text).unwrap();
    let sheet = application
        .pointer("/evaluation/scores/file")
        .and_then(Value::as_str)
        .unwrap();
    let sheet = demo_folder().join("applications").join(sheet);
    *application.pointer_mut("/evaluation/scores/file").unwrap() = sheet.to_str().unwrap().into();
    for place in places {
        *application.pointer_mut("/agreement/reference").unwrap() = format!("示范合同-{place:04}").into();
        std::fs::write(folder.join(format!("{place:04}.json")), application.to_string()).unwrap();
    }
}

/// Which process is killed.
#[derive(Clone, Copy, Debug)]
enum Victim {
    Office,
    Registry,
    Both,
}

#[test]
fn nothing_is_lost_or_doubled_by_twenty_kills() {
    if need(
        "the built programs",
        "cargo build --workspace --bins",
        program("touchstone-issuer"),
    )
    .is_none()
    {
        return;
    }
    let start = Instant::now();
    let mut random = Random(seed());
    let mut road = Road::open(&RoadPlan::default()).unwrap();
    let folder = road.at("applications");
    std::fs::create_dir(&folder).unwrap();
    let mut certificates = CERTIFICATES;
    write_applications(&folder, 0..certificates);
    let issuing = |road: &Road| {
        let mut office = road.office().unwrap();
        office.args(["issue", "--file"]).arg(&folder);
        Process::start(&mut office, road.at("issue.log")).unwrap()
    };
    // Before anything else the office unlocks its keys, which is made to be slow.
    let unlocking = Instant::now();
    Finished::of(road.office().unwrap().arg("check-config"))
        .unwrap()
        .well("check-config")
        .unwrap();
    let unlocking = unlocking.elapsed();
    let (mut killed, mut too_late) = (0, 0);
    while killed < KILLS {
        assert!(
            start.elapsed() < LIMIT,
            "kill {killed} after {:?}",
            start.elapsed()
        );
        let mut office = issuing(&road);
        // Spread over the whole of the work: nothing prepared yet, half signed, half delivered.
        sleep(unlocking.mul_f64(0.9) + Duration::from_millis(random.below(1_500)));
        let victim = match random.below(3) {
            0 => Victim::Office,
            1 => Victim::Registry,
            _ => Victim::Both,
        };
        match office.ended().unwrap() {
            None => killed += 1,
            Some(code) => {
                let log = std::fs::read_to_string(road.at("issue.log")).unwrap();
                assert_eq!(code, 0, "ended by itself: {log}");
                too_late += 1;
                assert!(
                    too_late <= MOST_TOO_LATE,
                    "{certificates} certificates are no work for this machine"
                );
                write_applications(&folder, certificates..2 * certificates);
                certificates *= 2;
            }
        }
        match victim {
            Victim::Office => office.kill().unwrap(),
            Victim::Registry => {
                road.take_registry().unwrap().kill().unwrap();
                // The office finds nobody there for a moment, and either waits or gives up.
                sleep(Duration::from_millis(random.below(200)));
                road.start_registry().unwrap();
                sleep(Duration::from_millis(random.below(300)));
                office.kill().unwrap();
            }
            Victim::Both => {
                road.take_registry().unwrap().kill().unwrap();
                office.kill().unwrap();
                road.start_registry().unwrap();
            }
        }
        eprintln!(
            "kill {killed}, {too_late} too late: {victim:?} after {:?}",
            start.elapsed()
        );
    }
    let mut office = issuing(&road);
    office.wait_until(LIMIT, || false).unwrap_err();
    assert_eq!(
        office.ended().unwrap(),
        Some(0),
        "{}",
        std::fs::read_to_string(road.at("issue.log")).unwrap()
    );
    assert_eq!(killed, KILLS);
    everything_is_there_once(&mut road, &folder, certificates);
    eprintln!(
        "{certificates} certificates, {KILLS} kills in the middle of the work and {too_late} after it, {:?}",
        start.elapsed()
    );
}

/// The same command once more says what each application became; the log agrees.
fn everything_is_there_once(road: &mut Road, folder: &Path, certificates: usize) {
    let issued = road.issue(&[folder.to_owned()]).unwrap();
    assert_eq!(issued.len(), certificates);
    let numbers: BTreeSet<_> = issued.iter().map(|issued| issued.number.clone()).collect();
    assert_eq!(numbers.len(), certificates, "a number was given twice");
    let listed = Finished::of(road.office().unwrap().args(["--json", "list"]))
        .unwrap()
        .well("list")
        .unwrap();
    assert_eq!(
        listed.lines().count(),
        certificates,
        "a certificate on file that no application asked for"
    );
    // Numbers follow one another without a gap.
    let serials: Vec<u64> = numbers
        .iter()
        .map(|number| {
            number
                .get(number.len() - 8..number.len() - 2)
                .unwrap()
                .parse()
                .unwrap()
        })
        .collect();
    let (first, last) = (*serials.first().unwrap(), *serials.last().unwrap());
    assert_eq!(
        last - first + 1,
        u64::try_from(certificates).unwrap(),
        "{first} to {last}"
    );

    let trust = std::fs::read(road.trust_list()).unwrap();
    let trust = open_trust_list(&trust, &road.policy(), None).unwrap();
    let body = trust.list().issuers.first().unwrap().id.clone();
    let log = trust.log(&body).unwrap();
    let mut indices = BTreeSet::new();
    for certificate in &issued {
        let expected = Expected {
            issuer: &Did::parse(body.as_str()).unwrap(),
            digest: Sha256Digest::of(certificate.credential().unwrap().as_bytes()),
            record: Record::Credential {
                number: CredentialNumber::parse(&certificate.number).unwrap(),
                version: Version::FIRST,
            },
        };
        let logged = log
            .check_receipt(&certificate.text("receipt.json").unwrap(), &expected)
            .unwrap();
        assert!(
            indices.insert(logged.index),
            "{} shares its place in the log",
            certificate.number
        );
    }
    let record = road
        .get(
            &format!("/certificates/{}", issued.last().unwrap().number),
            "application/vc",
        )
        .unwrap();
    assert_eq!(record, issued.last().unwrap().credential().unwrap());
    road.stop_registry().unwrap();
    let checked = Finished::of(&mut road.registry("fsck").unwrap()).unwrap();
    assert_eq!(checked.code, Some(0), "{checked:?}");
}
