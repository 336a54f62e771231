//! From an application file to a certificate whose verdict is "demonstration: would be in force".

use touchstone_issuer::{issue::issue, qr::Symbol};
use touchstone_schemas::{credential::Version, status::StatusPurpose};
use touchstone_verifier::{
    input::{Facts, LogProofPolicy, Policy, Request},
    report::{Headline, Report},
    verify,
};

use crate::test_office::{TestOffice, demo, only};

/// The verifier's report on a document, given what the office and the registry publish.
pub(crate) fn report(test: &TestOffice, document: String, receipt: Option<String>) -> Report {
    let kept = test.server.kept.lock().unwrap();
    let mut lists: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
    for raw in &kept.raw {
        let text = String::from_utf8(raw.clone()).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        if value["type"][1] == "BitstringStatusListCredential" {
            lists.insert(value["id"].as_str().unwrap().to_owned(), text);
        }
    }
    verify(&Request {
        document,
        facts: Facts {
            trust_list: Some(std::fs::read_to_string(&test.report.trust_list).unwrap()),
            status_lists: lists.into_values().collect(),
            receipt,
            ..Facts::default()
        },
        now: touchstone_issuer::office::Clock::System.now(),
        at: None,
        policy: Policy {
            owner_key: test.report.owner,
            owner_successor: None,
            log_proof: LogProofPolicy::Required,
        },
        need: None,
    })
}

#[tokio::test]
async fn every_demonstration_sample_is_issued_and_verifies() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    let mut files: Vec<_> = std::fs::read_dir(demo().join("applications"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.to_string_lossy().contains("superseded-v2"))
        .collect();
    files.sort();
    assert!(files.len() >= 15);
    let (outcomes, delivered) = issue(&mut office, &keys, &files).await.unwrap();
    assert_eq!(delivered.refused, Vec::new());
    let awaiting = awaiting_surveillance();
    for outcome in outcomes {
        let name = outcome.path.file_stem().unwrap().to_string_lossy().into_owned();
        let stored = outcome
            .result
            .unwrap_or_else(|refused| panic!("{name}: {refused:#?}"));
        let document = String::from_utf8(stored.signed.unwrap()).unwrap();
        let report = report(&test, document, stored.receipt);
        let expected = match name.as_str() {
            "05-overdue" => Headline::CouldNotTell,
            _ if awaiting.contains(&name) => Headline::CouldNotTell,
            "11-expired" => Headline::NotInForce,
            _ => Headline::InForce,
        };
        assert_eq!(report.headline, expected, "{name}: {:#?}", report);
        assert!(report.test);
    }
    let lists = &test.server.kept.lock().unwrap().lists;
    let message = lists
        .iter()
        .rfind(|list| list.purpose == StatusPurpose::Message)
        .unwrap();
    let overdue: Vec<u8> = message.bits.nonzero().map(|(_, code)| code).collect();
    assert_eq!(
        (overdue.len(), overdue.iter().filter(|code| **code == 2).count()),
        // 04 is in its grace, 05 past it.
        (awaiting.len() + 2, awaiting.len() + 1)
    );
}

/// The samples that are overdue until the event by which they pass their surveillance is there.
fn awaiting_surveillance() -> Vec<String> {
    let text = std::fs::read_to_string(demo().join("samples.json")).unwrap();
    let samples: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let passes =
        |sample: &&serde_json::Value| sample["measures"].to_string().contains("\"surveillancePassed\"");
    let name = |sample: &serde_json::Value| {
        let path = std::path::PathBuf::from(sample["application"].as_str().unwrap());
        path.file_stem().unwrap().to_string_lossy().into_owned()
    };
    samples.iter().filter(passes).map(name).collect()
}

#[tokio::test]
async fn the_symbol_reads_back_to_the_same_bytes() {
    let test = TestOffice::new().await;
    let stored = test.issue_sample("01-in-force").await;
    assert_eq!((stored.version, stored.receipt.is_some()), (Version::FIRST, true));
    let signed = stored.signed.unwrap();
    let symbol = Symbol::of(&signed, 1).unwrap();
    assert!((1..=19).contains(&symbol.version()));
    assert!(symbol.svg().starts_with("<?xml"));
    let png = image::load_from_memory(&symbol.png().unwrap())
        .unwrap()
        .to_luma8();
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(
        usize::try_from(png.width()).unwrap(),
        usize::try_from(png.height()).unwrap(),
        |x, y| {
            png.get_pixel(u32::try_from(x).unwrap(), u32::try_from(y).unwrap())
                .0[0]
        },
    );
    let (meta, link) = prepared.detect_grids()[0].decode().unwrap();
    assert_eq!(
        (link.as_str(), meta.version.0),
        (symbol.link(), usize::try_from(symbol.version()).unwrap())
    );
    let digits = link.strip_prefix(&format!("{}/v#", test.server.url)).unwrap();
    let (office, _) = test.open().await;
    let profile = office.papers.profile().unwrap().clone();
    let decoded =
        touchstone_verifier::qr::decode(digits, &|number| (number == 1).then(|| profile.clone())).unwrap();
    assert_eq!(decoded.document, signed);
}

#[tokio::test]
async fn one_application_file_gives_one_number() {
    let test = TestOffice::new().await;
    let first = test.issue_sample("13-level-1").await;
    let second = test.issue_sample("13-level-1").await;
    assert_eq!(first, second);
    let (mut office, keys) = test.open().await;
    let file = demo().join("applications/13-level-1.json");
    let (outcomes, delivered) = issue(&mut office, &keys, &[file]).await.unwrap();
    assert_eq!((only(outcomes), delivered.documents), (first, 0));
    assert_eq!(test.server.kept.lock().unwrap().credentials.len(), 1);
}

#[tokio::test]
async fn list_places_are_drawn_at_random_and_lists_are_refreshed_alone() {
    let test = TestOffice::new().await;
    test.issue_sample("13-level-1").await;
    test.issue_sample("14-level-5").await;
    let (mut office, keys) = test.open().await;
    let delivered = touchstone_issuer::lifecycle_actions::refresh(&mut office, &keys)
        .await
        .unwrap();
    assert_eq!(delivered.documents, 3);
    let kept = test.server.kept.lock().unwrap();
    let sequences: Vec<u64> = kept.lists.iter().map(|list| list.sequence).collect();
    assert_eq!(sequences, vec![1, 1, 1, 2, 2, 2]);
    let indexes: Vec<u32> = kept
        .credentials
        .values()
        .map(|credential| credential.status.index)
        .collect();
    assert!(indexes[0].abs_diff(indexes[1]) > 1);
}

#[tokio::test]
async fn a_snapshot_shows_every_certificate_and_is_of_the_log_that_has_them() {
    let test = TestOffice::new().await;
    test.issue_sample("13-level-1").await;
    test.issue_sample("14-level-5").await;
    let (mut office, keys) = test.open().await;
    let first = touchstone_issuer::snapshot::snapshot(&mut office, &keys)
        .await
        .unwrap();
    let second = touchstone_issuer::snapshot::snapshot(&mut office, &keys)
        .await
        .unwrap();
    assert_eq!((first.sequence, first.certificates, second.sequence), (1, 2, 2));
    let kept = test.server.kept.lock().unwrap();
    let snapshot = kept.snapshots.first().unwrap();
    // Everything issued stands below the size it names, and it is not of a log that does not exist yet.
    assert_eq!(snapshot.log_size, first.index);
    for (shown, (key, credential)) in snapshot.states.iter().zip(&kept.credentials) {
        assert_eq!((&shown.number, shown.version), (&key.0, key.1));
        assert_eq!(shown.message, touchstone_schemas::status::StatusMessage::InForce);
        assert_eq!(shown.next_due, credential.surveillance.first_due);
    }
}
