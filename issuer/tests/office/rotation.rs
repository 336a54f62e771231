//! A new key put in use while what the old one signed verifies on; the same key with a new certificate; windows kept.

use touchstone_issuer::{
    ca::{CertificateRequest, CertificateWindow, Fingerprint, RootAuthority, read_certificate},
    ceremony::{Attendance, CeremonyError, CeremonyFolder, Terms},
    init::{DEMONSTRATION_ARC, YEAR},
    key_change::{KeyChangeError, KeyRequest, did_for, import_certificate, request_certificate, rotate},
    keys::{KeyError, KeyPlace},
    office::{Clock, OfficeError},
    owner_keys::{NewKey, OwnerKeysError, add_key, close_key},
    store::StoredCredential,
};
use touchstone_schemas::{date_time::Timestamp, text::Text, trust_list::DerCertificate};
use touchstone_verifier::{
    input::{Facts, LogProofPolicy, Policy, Request},
    path::{KeyPurpose, ProfileOids},
    report::{Answer, Report},
    verify,
};

use crate::test_office::{TestOffice, passphrase};

pub(crate) fn profile() -> ProfileOids {
    ProfileOids::under(&DEMONSTRATION_ARC.parse().unwrap())
}

/// What a verifier says of a certificate that the office delivered, under the trust list of now.
pub(crate) fn report(test: &TestOffice, stored: &StoredCredential, receipt: bool) -> Report {
    let list = std::fs::read_to_string(&test.report.trust_list).unwrap();
    verify(&Request {
        document: String::from_utf8(stored.signed.clone().unwrap()).unwrap(),
        facts: Facts {
            trust_list: Some(list),
            receipt: stored.receipt.clone().filter(|_| receipt),
            ..Facts::default()
        },
        now: Clock::System.now().checked_add(5).unwrap(),
        at: None,
        policy: Policy {
            owner_key: test.report.owner,
            owner_successor: None,
            log_proof: LogProofPolicy::WhenPresent,
        },
        need: None,
    })
}

pub(crate) fn answers(report: &Report) -> (Answer, Answer) {
    (report.genuine.answer, report.authorised.answer)
}

/// Asks for a certificate as the office does, and signs it as the root's keepers do.
pub(crate) async fn certified(
    test: &TestOffice,
    purpose: KeyPurpose,
    number: u32,
    place: &KeyPlace,
) -> DerCertificate {
    let (office, _) = test.open().await;
    let (secret, now) = (passphrase(), Clock::System.now());
    let method = did_for(&test.report.did, purpose).key(number);
    let body = &office.papers.body;
    let request = KeyRequest {
        names: touchstone_issuer::ca::BodyNames {
            name: &body.name,
            name_en: &body.name_en,
        },
        method: &method,
        purpose: &profile().of(purpose).to_string(),
        place,
    };
    let pem = request_certificate(&request, &test.unlocking(&secret)).unwrap();
    let request = CertificateRequest::read(pem.as_bytes()).unwrap();
    assert_eq!(request.method(), &method);
    let root = CeremonyFolder::new(&office.papers.folder.keys());
    let key = root.place().unwrap().open(&touchstone_issuer::keys::Unlocking {
        folder: root.path(),
        ..test.unlocking(&secret)
    });
    let people = ["张三", "李四"].map(|name| Text::parse(name).unwrap()).to_vec();
    let attendance = Attendance::new(people, now).unwrap();
    let purposes = profile();
    let terms = Terms {
        purpose,
        purposes: &purposes,
        window: CertificateWindow {
            from: now.checked_sub(60).unwrap(),
            until: now.checked_add(6 * YEAR).unwrap(),
        },
    };
    let key = key.unwrap();
    let other = Fingerprint::of(b"of another request");
    let refused = root.sign(&request, &terms, other, &key, &attendance);
    assert!(matches!(refused, Err(CeremonyError::FingerprintDiffers { .. })));
    root.sign(&request, &terms, request.fingerprint(), &key, &attendance)
        .unwrap()
}

/// The scheme owner lists a key from now on for two years.
pub(crate) fn listed(
    test: &TestOffice,
    purpose: KeyPurpose,
    certificate: &DerCertificate,
) -> Result<(), OwnerKeysError> {
    let now = Clock::System.now();
    let new = NewKey {
        issuer: &test.report.did,
        certificate,
        purpose,
        signs_from: now.checked_sub(30).unwrap(),
        signs_until: now.checked_add(2 * YEAR).unwrap(),
    };
    let path = &test.report.trust_list;
    let (_, list) = add_key(&std::fs::read(path).unwrap(), &test.owner(), &new, now)?;
    std::fs::write(path, list).unwrap();
    Ok(())
}

fn set_window(test: &TestOffice, until: Timestamp, now: Timestamp) -> Result<(), OwnerKeysError> {
    let path = &test.report.trust_list;
    let method = test.report.did.key(1);
    let list = close_key(&std::fs::read(path).unwrap(), &test.owner(), &method, until, now)?;
    std::fs::write(path, list).unwrap();
    Ok(())
}

#[tokio::test]
async fn a_new_key_is_live_while_old_certificates_verify() {
    let test = TestOffice::new().await;
    let old = test.issue_sample("13-level-1").await;
    let place: KeyPlace = "file:keys/issuing-2.pem".parse().unwrap();
    let (purpose, secret) = (KeyPurpose::IssueCredential, passphrase());
    let certificate = certified(&test, purpose, 2, &place).await;
    {
        let (mut office, _) = test.open().await;
        let (checked, path) =
            import_certificate(&office, &certificate, purpose, None, &test.unlocking(&secret)).unwrap();
        assert_eq!(checked.method, test.report.did.key(2));
        assert_eq!(
            read_certificate(&std::fs::read(path).unwrap()).unwrap(),
            certificate
        );
        // For the other purpose, for another key's place, and before it is listed: no.
        let other = import_certificate(
            &office,
            &certificate,
            KeyPurpose::SignStatus,
            None,
            &test.unlocking(&secret),
        );
        assert!(matches!(other, Err(KeyChangeError::Names { .. })));
        let first = "file:keys/issuing-1.pem".parse().unwrap();
        let foreign = import_certificate(
            &office,
            &certificate,
            purpose,
            Some(&first),
            &test.unlocking(&secret),
        );
        assert!(matches!(
            foreign,
            Err(KeyChangeError::Key(KeyError::Foreign { .. }))
        ));
        let early = rotate(&mut office, purpose, 2, None, &test.unlocking(&secret)).await;
        assert!(matches!(
            early,
            Err(KeyChangeError::Office(OfficeError::NotListed { .. }))
        ));
    }
    listed(&test, purpose, &certificate).unwrap();
    {
        let (mut office, _) = test.open().await;
        let method = rotate(&mut office, purpose, 2, None, &test.unlocking(&secret))
            .await
            .unwrap();
        assert_eq!(method, test.report.did.key(2));
    }
    let new = test.issue_sample("14-level-5").await;
    let method = |stored: &StoredCredential| {
        let signed: serde_json::Value = serde_json::from_slice(stored.signed.as_ref().unwrap()).unwrap();
        signed["proof"]["verificationMethod"].as_str().unwrap().to_owned()
    };
    assert_eq!(method(&old), test.report.did.key(1).to_string());
    assert_eq!(method(&new), test.report.did.key(2).to_string());
    for stored in [&old, &new] {
        for receipt in [true, false] {
            assert_eq!(
                answers(&report(&test, stored, receipt)),
                (Answer::Yes, Answer::Yes)
            );
        }
    }

    // The old key's window ends; what it signed before verifies on, what it signs afterwards does not.
    let now = Clock::System.now();
    let past = set_window(&test, now.checked_sub(1).unwrap(), now);
    assert!(matches!(past, Err(OwnerKeysError::EndsInPast { .. })));
    set_window(&test, now.checked_add(1).unwrap(), now).unwrap();
    let later = set_window(&test, now.checked_add(YEAR).unwrap(), now);
    assert!(matches!(later, Err(OwnerKeysError::NotSooner { .. })));
    for stored in [&old, &new] {
        assert_eq!(answers(&report(&test, stored, true)), (Answer::Yes, Answer::Yes));
    }
    let config = test.folder.join("issuer/issuer.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("issuing-key = 2", "issuing-key = 1")).unwrap();
    // The lint of windows would refuse in the office; a thief asks no lint.
    let stolen =
        touchstone_issuer::keys::open_key(&test.folder.join("issuer/keys/issuing-1.pem"), &secret).unwrap();
    let document = touchstone_schemas::json::parse(&old.unsecured, old.unsecured.len()).unwrap();
    let after = now.checked_add(3).unwrap();
    let sign = |data: &[u8; 64]| {
        Ok::<_, std::convert::Infallible>(ed25519_dalek::Signer::sign(&stolen, data).to_bytes())
    };
    let method = test.report.did.key(1).to_string();
    let signed = touchstone_verifier::proof::eddsa_jcs_2022::secure(document, after, &method, sign).unwrap();
    let late = StoredCredential {
        signed: Some(signed),
        receipt: None,
        ..old
    };
    assert_eq!(answers(&report(&test, &late, false)), (Answer::Yes, Answer::No));
}

#[tokio::test]
async fn a_key_keeps_its_number_with_a_new_certificate_and_no_other_key_takes_it() {
    let test = TestOffice::new().await;
    let old = test.issue_sample("13-level-1").await;
    let purpose = KeyPurpose::IssueCredential;
    let renewed = certified(&test, purpose, 1, &"file:keys/issuing-1.pem".parse().unwrap()).await;
    listed(&test, purpose, &renewed).unwrap();
    let new = test.issue_sample("14-level-5").await;
    for stored in [&old, &new] {
        assert_eq!(answers(&report(&test, stored, true)), (Answer::Yes, Answer::Yes));
    }
    let other = certified(&test, purpose, 1, &"file:keys/another.pem".parse().unwrap()).await;
    assert!(matches!(
        listed(&test, purpose, &other),
        Err(OwnerKeysError::OtherKey { .. })
    ));
    // A root of the same names that is nobody's.
    let (office, _) = test.open().await;
    let signer =
        |seed| touchstone_issuer::keys::Signer::from(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]));
    let (rogue, key) = (signer(1), signer(2));
    let names = touchstone_issuer::ca::BodyNames {
        name: &office.papers.body.name,
        name_en: &office.papers.body.name_en,
    };
    let now = Clock::System.now();
    let window = CertificateWindow {
        from: now.checked_sub(60).unwrap(),
        until: now.checked_add(6 * YEAR).unwrap(),
    };
    let root = RootAuthority::new(&rogue, names, window).unwrap();
    let method = test.report.did.key(3);
    let issue = profile().issue.to_string();
    let forged = root
        .certify(&key.verifying_key(), names, &method, &issue, window)
        .unwrap();
    let refused = listed(&test, purpose, &forged);
    assert!(matches!(
        refused,
        Err(OwnerKeysError::Certificate(KeyChangeError::Path(_)))
    ));
}

#[tokio::test]
async fn what_is_prepared_for_the_key_in_use_is_signed_first() {
    let test = TestOffice::new().await;
    let place: KeyPlace = "file:keys/issuing-2.pem".parse().unwrap();
    let certificate = certified(&test, KeyPurpose::IssueCredential, 2, &place).await;
    listed(&test, KeyPurpose::IssueCredential, &certificate).unwrap();
    let (mut office, keys) = test.open().await;
    let file = crate::test_office::demo().join("applications/13-level-1.json");
    touchstone_issuer::issue::prepare_files(&mut office, &[file])
        .await
        .unwrap();
    let secret = passphrase();
    let waits = rotate(
        &mut office,
        KeyPurpose::IssueCredential,
        2,
        None,
        &test.unlocking(&secret),
    )
    .await;
    assert!(matches!(waits, Err(KeyChangeError::Prepared { count: 1 })));
    touchstone_issuer::signing::sign_waiting(&mut office, &keys)
        .await
        .unwrap();
    rotate(
        &mut office,
        KeyPurpose::IssueCredential,
        2,
        None,
        &test.unlocking(&secret),
    )
    .await
    .unwrap();
}
