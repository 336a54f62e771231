//! Documents that cannot be signed hold up nothing but themselves.

use touchstone_issuer::{
    config::Folder,
    issue::{ApplicationRefused, issue, prepare_files},
    office::{Clock, Office},
    outbox::deliver,
    signing::sign_waiting,
    void::{VoidRequest, void},
};

use crate::{
    events::text,
    refused::altered,
    test_office::{TestOffice, demo},
};

/// Replaces a text of the body's file, which must be there.
fn edit_body(test: &TestOffice, from: &str, to: &str) {
    let path = Folder::new(test.folder.join("issuer")).body();
    let body = std::fs::read_to_string(&path).unwrap();
    assert!(body.contains(from), "{from}");
    std::fs::write(path, body.replace(from, to)).unwrap();
}

#[tokio::test]
async fn one_document_that_is_not_signed_holds_up_no_other() {
    let test = TestOffice::new().await;
    edit_body(
        &test,
        r#"    {
      "person": "YS-051""#,
        r#"    {"person": "YS-042", "offices": ["复核"], "from": "2018-01-01"},
    {
      "person": "YS-051""#,
    );
    let other = altered(&test, "other", |a| a["review"]["by"] = "YS-042".into());
    let files = [demo().join("applications/13-level-1.json"), other];
    {
        let (mut office, _) = test.open().await;
        prepare_files(&mut office, &files).await.unwrap();
    }
    // The first one's reviewer turns out never to have held the office.
    edit_body(&test, "YS-041", "YS-040");
    let (mut office, keys) = test.open().await;
    sign_waiting(&mut office, &keys).await.unwrap();
    let delivered = deliver(&mut office, &keys).await.unwrap();
    assert_eq!(
        delivered.documents, 4,
        "the other one and its lists: {delivered:?}"
    );
    assert_eq!(delivered.unsigned.len(), 1);
    assert!(
        delivered.unsigned[0].reason.contains("YS-041"),
        "{:?}",
        delivered.unsigned
    );
    let listed = office.store.credentials().await.unwrap();
    let hindered = listed
        .iter()
        .find(|it| it.stored.signed.is_none())
        .unwrap()
        .stored
        .clone();
    assert!(hindered.hindrance.unwrap().contains("officeHeld"));
    let (outcomes, _) = issue(&mut office, &keys, &files[..1]).await.unwrap();
    assert!(matches!(
        &outcomes[0].result,
        Err(ApplicationRefused::Unsigned { .. })
    ));

    let request = VoidRequest {
        number: hindered.number,
        version: None,
        event: None,
        person: text("YS-061"),
        office: text("主任"),
        reason: text("复核人无此职务"),
    };
    void(&mut office, &request).await.unwrap();
    assert!(deliver(&mut office, &keys).await.unwrap().is_whole());
}

#[tokio::test]
async fn the_key_s_window_is_judged_by_the_clock_of_the_signing() {
    let test = TestOffice::new().await;
    let file = demo().join("applications/13-level-1.json");
    {
        let (mut office, _) = test.open().await;
        prepare_files(&mut office, &[file]).await.unwrap();
    }
    let three_years = Clock::System.now().checked_add(3 * 366 * 86_400).unwrap();
    let folder = Folder::new(test.folder.join("issuer"));
    let mut office = Office::open(folder, Clock::Fixed(three_years)).await.unwrap();
    let keys = office.papers.unlock(&crate::test_office::passphrase()).unwrap();
    sign_waiting(&mut office, &keys).await.unwrap();
    let stored = office.store.credentials().await.unwrap().remove(0).stored;
    assert!(stored.signed.is_none());
    assert!(stored.hindrance.unwrap().contains("keyWindow"));
}
