//! Files for a client by links that work once.

use touchstone_issuer::{
    casework::Role,
    download::{DownloadError, OfferedFile, offer_downloads},
    office::Clock,
};
use touchstone_schemas::credential::CredentialNumber;

use super::{
    super::staff::{now, own, text},
    browser::{Browser, hired, start},
};
use crate::test_office::TestOffice;

fn file(name: &str) -> OfferedFile {
    OfferedFile {
        name: text(name),
        bytes: name.as_bytes().to_vec(),
    }
}

async fn offered(
    test: &TestOffice,
    number: &CredentialNumber,
    files: &[OfferedFile],
    days: u32,
    role: Role,
) -> Result<Vec<String>, DownloadError> {
    let (mut office, _) = test.open().await;
    let by = own("受理", role);
    offer_downloads(&mut office.store, &by, (number, None), files, days, now()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_gives_its_file_once_to_whoever_asks_with_the_button() {
    let test = hired().await;
    let number = test.issue_sample("01-in-force").await.number;
    let files = [file("certificate.pdf"), file("credential.json")];
    let tokens = offered(&test, &number, &files, 14, Role::Clerk).await.unwrap();
    assert_eq!(tokens.len(), 2);
    let running = start(&test, Clock::System).await;
    let mut client = Browser::new(&running);
    let path = format!("/downloads/{}", tokens[0]);
    // Looking is not using: scanners of mail follow links.
    for _ in 0..3 {
        let shown = client.get(&path);
        assert!(shown.status == 200 && shown.body.contains("certificate.pdf"));
        assert!(
            shown.headers["referrer-policy"].contains("same-origin"),
            "{:?}",
            shown.headers
        );
    }
    let mut foreign = client.clone();
    foreign.sent_origin = Some("https://elsewhere.example".to_owned());
    foreign.fetch_site = Some("cross-site".to_owned());
    assert_eq!(foreign.post(&path, &[]).status, 403);
    let given = client.post(&path, &[]);
    assert_eq!((given.status, given.body.as_str()), (200, "certificate.pdf"));
    assert!(given.headers["content-disposition"].contains("attachment"));
    assert_eq!(client.post(&path, &[]).status, 404);
    assert_eq!(client.get(&path).status, 404);
    // The other one is its own; the database holds no token.
    let (mut office, _) = test.open().await;
    let stored = office
        .store
        .find_credential(&number, None)
        .await
        .unwrap()
        .unwrap();
    let listed = office.store.downloads(stored.id).await.unwrap();
    assert_eq!(listed.iter().filter(|link| link.used_at.is_some()).count(), 1);
    for name in ["issuer.sqlite", "issuer.sqlite-wal"] {
        let bytes = std::fs::read(test.folder.join("issuer").join(name)).unwrap();
        assert!(!bytes.windows(64).any(|window| window == tokens[1].as_bytes()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_expire_and_guesses_are_slowed_down() {
    let test = hired().await;
    let number = test.issue_sample("01-in-force").await.number;
    let files = [file("certificate.pdf")];
    let tokens = offered(&test, &number, &files, 1, Role::Clerk).await.unwrap();
    let path = format!("/downloads/{}", tokens[0]);
    let tomorrow = Clock::Fixed(now().checked_add(86_401).unwrap());
    let late = start(&test, tomorrow).await;
    assert_eq!(Browser::new(&late).post(&path, &[]).status, 404);
    let running = start(&test, Clock::System).await;
    let mut guesser = Browser::new(&running);
    let guess = format!("/downloads/{}", "0".repeat(64));
    let mut statuses = Vec::new();
    for _ in 0..24 {
        statuses.push(guesser.post(&guess, &[]).status);
    }
    assert_eq!((statuses[0], statuses.last()), (404, Some(&429)));
    // What is slowed down is the guessing, also where the link is right.
    assert_eq!(guesser.get(&path).status, 429);

    let unknown = CredentialNumber::parse("CQC26ZNZ999999R0").unwrap();
    let refused = offered(&test, &unknown, &files, 1, Role::Clerk).await;
    assert!(matches!(refused, Err(DownloadError::UnknownCertificate { .. })));
    let refused = offered(&test, &number, &files, 31, Role::Clerk).await;
    assert!(matches!(refused, Err(DownloadError::Days)));
    let refused = offered(&test, &number, &files, 1, Role::SurveillanceOfficer).await;
    assert!(matches!(refused, Err(DownloadError::NotEntitled(_))));
    let refused = offered(&test, &number, &files, 1, Role::Reviewer).await;
    assert!(matches!(refused, Err(DownloadError::Role { .. })));
    let refused = offered(&test, &number, &[file("a\"b.pdf")], 1, Role::Clerk).await;
    assert!(matches!(refused, Err(DownloadError::Name { .. })));
}
