//! What an office goes by: its trust list, its root, its folder.

use touchstone_issuer::{
    config::Folder,
    init::{InitError, init},
    issue::{IssueError, issue},
    keys::OwnerKey,
    office::{Clock, Office, OfficeError},
    trust_list::{SignTrustListError, read_unverified, renew_trust_list},
};

use crate::test_office::{Root, TestOffice, demo, passphrase};

#[tokio::test]
async fn the_owner_renews_the_list_and_nobody_else_does() {
    let test = TestOffice::new().await;
    let present = std::fs::read(&test.report.trust_list).unwrap();
    let owner = OwnerKey::open(&test.folder.join("owner"), &passphrase()).unwrap();
    let now = Clock::System.now().checked_add(60).unwrap();
    let renewed = renew_trust_list(&present, &owner, now).unwrap();
    let list = read_unverified(&renewed).unwrap();
    assert_eq!((list.sequence, list.issued), (2, now));
    std::fs::write(&test.report.trust_list, &renewed).unwrap();
    test.open().await;

    let behind = renew_trust_list(&renewed, &owner, now.checked_sub(1).unwrap());
    assert!(matches!(behind, Err(SignTrustListError::ClockBehind { .. })));
    let stranger = OwnerKey::create(&test.folder, &passphrase()).unwrap();
    let foreign = renew_trust_list(&present, &stranger, now);
    assert!(matches!(foreign, Err(SignTrustListError::Foreign { .. })));
    std::fs::write(&test.report.trust_list, stranger.sign(&list).unwrap()).unwrap();
    let opened = Office::open(Folder::new(test.folder.join("issuer")), Clock::System).await;
    assert!(matches!(opened.err(), Some(OfficeError::TrustList(_))));
}

#[tokio::test]
async fn the_one_command_road_and_a_fixed_clock_need_a_test_root() {
    let test = TestOffice::under(Root::Real).await;
    let (mut office, keys) = test.open().await;
    let file = demo().join("applications/01-in-force.json");
    let refused = issue(&mut office, &keys, &[file]).await;
    assert!(matches!(refused, Err(IssueError::RealRoot)));
    drop(office);
    let fixed = Clock::Fixed("2026-01-01T00:00:00Z".parse().unwrap());
    let opened = Office::open(Folder::new(test.folder.join("issuer")), fixed).await;
    assert!(matches!(opened.err(), Some(OfficeError::FixedClock)));
}

#[tokio::test]
async fn init_overwrites_nothing_and_takes_no_example_arc_for_real() {
    let test = TestOffice::new().await;
    let mut request = test.init_request(Root::Test);
    let again = init(&request, &passphrase(), &passphrase(), Clock::System.now()).await;
    assert!(matches!(again, Err(InitError::NotEmpty { .. })));
    request.folder = test.folder.join("real");
    request.test = false;
    let example = init(&request, &passphrase(), &passphrase(), Clock::System.now()).await;
    assert!(matches!(example, Err(InitError::ExampleArc)));
}

#[tokio::test]
async fn papers_that_disagree_do_not_open() {
    let test = TestOffice::new().await;
    let folder = Folder::new(test.folder.join("issuer"));
    let body = std::fs::read_to_string(folder.body()).unwrap();
    std::fs::write(folder.body(), body.replace("示范路1号", "示范路2号")).unwrap();
    let opened = Office::open(folder.clone(), Clock::System).await;
    assert!(matches!(opened.err(), Some(OfficeError::NotListed { .. })));
    std::fs::write(folder.body(), body).unwrap();
    let config = std::fs::read_to_string(folder.config()).unwrap();
    std::fs::write(folder.config(), format!("{config}\nnickname = 1\n")).unwrap();
    assert!(matches!(
        Office::open(folder, Clock::System).await.err(),
        Some(OfficeError::Config(_))
    ));
}
