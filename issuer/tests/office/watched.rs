//! The log watched: what it holds beside, instead of or without what the office signed is an alarm, and signing waits.

use touchstone_issuer::{
    alarms::{LiftError, lift_alarms},
    issue::{IssueError, issue},
    may_sign::MayNotSign,
    outbox::deliver,
    signing::{SigningError, sign_waiting},
    store::{AlarmKind, Finding},
    void::{VoidRequest, void},
    watch::{Round, WatchError},
};
use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    digest::Sha256Digest,
    text::Text,
    tlog::entry::{Entry, Record},
};

use crate::{
    log_server::{Kept, LogMood, Mood},
    test_office::{TestOffice, demo},
};

fn kinds(round: &Round) -> Vec<AlarmKind> {
    round
        .raised
        .iter()
        .map(|finding: &Finding| finding.kind)
        .collect()
}

fn text(text: &str) -> Text {
    Text::parse(text).unwrap()
}

/// An entry under the office's name, of a certificate it never gave.
fn foreign(kept: &Kept) -> Entry {
    let mut entry = kept.entries.last().unwrap().clone();
    entry.digest = Sha256Digest::of(b"never signed");
    entry.record = Record::Credential {
        number: CredentialNumber::parse("CQC26ZNZ990001R0").unwrap(),
        version: Version::FIRST,
    };
    entry
}

async fn is_blocked(test: &TestOffice) -> bool {
    let (mut office, keys) = test.open().await;
    let file = demo().join("applications/14-level-5.json");
    match issue(&mut office, &keys, &[file]).await {
        Err(IssueError::Signing(SigningError::NotNow(MayNotSign::Alarms { .. }))) => true,
        Err(error) => panic!("{error}"),
        Ok(_) => false,
    }
}

#[tokio::test]
async fn an_entry_the_office_never_signed_alarms_and_blocks_until_a_person_says_why_not() {
    let test = TestOffice::new().await;
    test.issue_sample("13-level-1").await;
    let round = test.watch().await.round().await.unwrap();
    assert_eq!(
        (round.size, round.entries, round.own, round.standing),
        (4, 4, 4, 0)
    );
    assert_eq!(test.watch().await.round().await.unwrap().entries, 0);

    {
        let mut kept = test.server.kept.lock().unwrap();
        let entry = foreign(&kept);
        kept.entries.push(entry);
    }
    let round = test.watch().await.round().await.unwrap();
    assert_eq!(kinds(&round), [AlarmKind::Unknown]);
    assert!(
        round.raised[0].detail.contains("CQC26ZNZ990001R0"),
        "{:?}",
        round.raised
    );
    assert!(is_blocked(&test).await);
    // Found once, and standing all the same.
    let again = test.watch().await.round().await.unwrap();
    assert_eq!((again.raised.len(), again.standing), (0, 1));

    let (mut office, keys) = test.open().await;
    let refused = lift_alarms(&mut office, &text("YS-099"), &text("主任"), &text("查清")).await;
    assert!(matches!(refused, Err(LiftError::NotEntitled { .. })));
    let person = office.papers.body.staff[0].clone();
    let reason = text("演练条目，已核实");
    let lifted = lift_alarms(&mut office, &person.person, &person.offices[0], &reason);
    assert_eq!(lifted.await.unwrap(), 1);
    let lifted = lift_alarms(&mut office, &person.person, &person.offices[0], &reason);
    assert!(matches!(lifted.await, Err(LiftError::None)));
    // What waited goes out under its number.
    sign_waiting(&mut office, &keys).await.unwrap();
    assert_eq!(deliver(&mut office, &keys).await.unwrap().documents, 1);
    let alarms = office.store.alarms().await.unwrap();
    assert_eq!(
        alarms[0].lifted.as_ref().unwrap().reason.as_str(),
        "演练条目，已核实"
    );
    drop(office);
    let round = test.watch().await.round().await.unwrap();
    assert_eq!((round.raised.len(), round.standing), (0, 0));
}

#[tokio::test]
async fn an_altered_and_a_missing_entry_alarm() {
    let test = TestOffice::new().await;
    test.issue_sample("13-level-1").await;
    // Before anybody watched, the log was rewritten: where the certificate stood there is another of its number.
    {
        let mut kept = test.server.kept.lock().unwrap();
        let credential = |entry: &Entry| matches!(entry.record, Record::Credential { .. });
        let place = kept.entries.iter().position(credential).unwrap();
        kept.entries[place].digest = Sha256Digest::of(b"another");
    }
    let round = test.watch().await.round().await.unwrap();
    assert_eq!(kinds(&round), [AlarmKind::Altered, AlarmKind::Missing]);
    assert!(is_blocked(&test).await);
}

#[tokio::test]
async fn what_was_given_up_has_no_place_in_the_log() {
    let test = TestOffice::new().await;
    test.issue_sample("13-level-1").await;
    test.server.will(&[Mood::Refuses("contentRefused")]);
    let (mut office, keys) = test.open().await;
    let file = demo().join("applications/14-level-5.json");
    issue(&mut office, &keys, &[file]).await.unwrap();
    let refused = office.store.credentials().await.unwrap().remove(1).stored;
    let request = VoidRequest {
        number: refused.number.clone(),
        version: None,
        event: None,
        person: text("YS-061"),
        office: text("主任"),
        reason: text("登记处拒绝"),
    };
    void(&mut office, &request).await.unwrap();
    drop(office);
    assert_eq!(test.watch().await.round().await.unwrap().standing, 0);
    {
        let mut kept = test.server.kept.lock().unwrap();
        let mut entry = foreign(&kept);
        entry.digest = Sha256Digest::of(&refused.signed.unwrap());
        entry.record = Record::Credential {
            number: refused.number,
            version: refused.version,
        };
        kept.entries.push(entry);
    }
    let round = test.watch().await.round().await.unwrap();
    assert_eq!(kinds(&round), [AlarmKind::Unknown]);
}

#[tokio::test]
async fn two_histories_alarm() {
    let test = TestOffice::new().await;
    test.issue_sample("13-level-1").await;
    test.watch().await.round().await.unwrap();
    {
        let mut kept = test.server.kept.lock().unwrap();
        kept.entries[0].digest = Sha256Digest::of(b"another");
        let entry = foreign(&kept);
        kept.entries.push(entry);
    }
    let round = test.watch().await.round().await.unwrap();
    assert_eq!(kinds(&round), [AlarmKind::Forked]);
    assert_eq!(
        (round.size, round.standing),
        (4, 1),
        "nothing of the other history is taken"
    );
    assert!(is_blocked(&test).await);
}

#[tokio::test]
async fn a_log_that_went_back_alarms() {
    let test = TestOffice::new().await;
    test.issue_sample("13-level-1").await;
    test.server.kept.lock().unwrap().entries.truncate(2);
    // Never watched before: the receipts alone say how far the log was.
    let round = test.watch().await.round().await.unwrap();
    assert_eq!(kinds(&round), [AlarmKind::WentBack]);
    assert!(is_blocked(&test).await);
}

#[tokio::test]
async fn entries_that_the_checkpoint_does_not_sign_alarm() {
    let test = TestOffice::new().await;
    test.issue_sample("13-level-1").await;
    test.server.kept.lock().unwrap().log = LogMood::WrongBundles;
    let round = test.watch().await.round().await.unwrap();
    assert_eq!(kinds(&round), [AlarmKind::BundleAltered]);
}

#[tokio::test]
async fn a_registry_that_is_away_is_told_and_no_alarm() {
    let test = TestOffice::new().await;
    test.issue_sample("13-level-1").await;
    test.server.kept.lock().unwrap().log = LogMood::Away;
    let away = test.watch().await.round().await;
    assert!(matches!(away, Err(WatchError::Away(_))), "{away:?}");
    test.server.kept.lock().unwrap().log = LogMood::Impostor;
    let impostor = test.watch().await.round().await;
    assert!(matches!(impostor, Err(WatchError::Checkpoint(_))), "{impostor:?}");
    assert!(!is_blocked(&test).await);
}
