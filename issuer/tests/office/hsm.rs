//! Keys in tokens: made there, found by URI, lost and found again; PINs given with care.

use std::process::{Command, Output};

use cryptoki::{
    context::Pkcs11,
    object::{Attribute, AttributeType, ObjectClass},
    session::UserType,
};
use touchstone_issuer::{
    issue::{IssueError, issue},
    key_change::rotate,
    keys::{KeyError, OwnerKey, Pin, PinFrom, TokenError, TokenKey},
    office::OfficeError,
    outbox::deliver,
    signing::{SigningError, sign_waiting},
};
use touchstone_verifier::{path::KeyPurpose, report::Answer};

use crate::{
    rotation::{answers, certified, listed, report},
    test_office::{TestOffice, demo, only, passphrase},
    token::{LABEL, PIN, TestToken, with_token},
};

const BOTH: [(KeyPurpose, &str); 2] = [
    (KeyPurpose::IssueCredential, "issuing-2"),
    (KeyPurpose::SignStatus, "status-2"),
];

/// An office whose keys were made in the token, certified by its root, listed and put in use.
async fn office_in(token: &TestToken) -> TestOffice {
    let test = TestOffice::new().await;
    for (purpose, name) in BOTH {
        let place = token.place(name);
        let certificate = certified(&test, purpose, 2, &place).await;
        listed(&test, purpose, &certificate).unwrap();
        let (mut office, _) = test.open().await;
        let secret = passphrase();
        rotate(&mut office, purpose, 2, Some(&place), &test.unlocking(&secret))
            .await
            .unwrap();
    }
    test
}

fn configure(test: &TestOffice, from: &str, to: &str) {
    let path = test.folder.join("issuer/issuer.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
}

fn token_error(error: &OfficeError) -> &TokenError {
    match error {
        OfficeError::Key(KeyError::Token(error)) => error,
        error => panic!("{error}"),
    }
}

/// `touchstone-issuer check-config`, as a process of its own.
fn check_config(test: &TestOffice) -> Output {
    Command::new(env!("CARGO_BIN_EXE_touchstone-issuer"))
        .arg("--dir")
        .arg(test.folder.join("issuer"))
        .arg("check-config")
        .output()
        .unwrap()
}

#[test]
fn a_key_is_made_in_the_token_found_again_and_bound_to_it() {
    with_token(
        "hsm::a_key_is_made_in_the_token_found_again_and_bound_to_it",
        async |token| {
            let uri = token.uri("issuing-1");
            let pin = Pin::read(&uri, &token.folder, PinFrom::Uri).unwrap();
            let made = TokenKey::create(&uri, pin.clone()).unwrap();
            let found = TokenKey::open(&uri, pin.clone()).unwrap();
            assert_eq!(made.verifying_key(), found.verifying_key());
            let again = TokenKey::create(&uri, pin.clone()).err().unwrap();
            assert!(
                matches!(again, KeyError::Token(TokenError::Exists { .. })),
                "{again}"
            );
            let none = TokenKey::open(&token.uri("issuing-2"), pin.clone())
                .err()
                .unwrap();
            assert!(matches!(none, TokenError::NoKey { .. }), "{none}");
            let mut elsewhere = uri.clone();
            elsewhere.token = Some("another".to_owned());
            let absent = TokenKey::open(&elsewhere, pin.clone()).err().unwrap();
            assert!(matches!(absent, TokenError::NoToken { .. }), "{absent}");
            elsewhere.module = "/nowhere/module.so".into();
            let module = TokenKey::open(&elsewhere, pin.clone()).err().unwrap();
            assert!(matches!(module, TokenError::Module { .. }), "{module}");

            // As the token itself has it; and a key that could leave it is not used.
            let context = Pkcs11::new(&token.module).unwrap();
            let slot = context.get_slots_with_initialized_token().unwrap()[0];
            let session = context.open_rw_session(slot).unwrap();
            let private = [Attribute::Class(ObjectClass::PRIVATE_KEY)];
            let key = session.find_objects(&private).unwrap()[0];
            let bound = [
                AttributeType::Sensitive,
                AttributeType::Extractable,
                AttributeType::AlwaysSensitive,
                AttributeType::NeverExtractable,
                AttributeType::Local,
            ];
            assert_eq!(
                session.get_attributes(key, &bound).unwrap(),
                [
                    Attribute::Sensitive(true),
                    Attribute::Extractable(false),
                    Attribute::AlwaysSensitive(true),
                    Attribute::NeverExtractable(true),
                    Attribute::Local(true),
                ]
            );
            let loose = [
                Attribute::Token(true),
                Attribute::Sensitive(false),
                Attribute::Extractable(true),
                Attribute::Sign(true),
                Attribute::Label("loose".into()),
            ];
            let public = [
                Attribute::Token(true),
                Attribute::EcParams(b"\x13\x0cedwards25519".to_vec()),
                Attribute::Label("loose".into()),
            ];
            let mechanism = cryptoki::mechanism::Mechanism::EccEdwardsKeyPairGen;
            session.generate_key_pair(&mechanism, &public, &loose).unwrap();
            let loose = TokenKey::open(&token.uri("loose"), pin).err().unwrap();
            assert!(matches!(loose, TokenError::Extractable { .. }), "{loose}");
        },
    );
}

#[test]
fn an_office_issues_with_keys_in_a_token_and_loses_nothing_when_it_is_gone() {
    with_token(
        "hsm::an_office_issues_with_keys_in_a_token_and_loses_nothing_when_it_is_gone",
        async |token| {
            let test = office_in(token).await;
            assert!(!test.open().await.0.papers.has_key_files());
            let first = test.issue_sample("13-level-1").await;
            assert_eq!(answers(&report(&test, &first, true)), (Answer::Yes, Answer::Yes));

            let (mut office, keys) = test.open().await;
            // Somebody logs the token out: a new session is opened, and nobody notices.
            let context = Pkcs11::new(&token.module).unwrap();
            let slot = context.get_slots_with_initialized_token().unwrap()[0];
            context.open_ro_session(slot).unwrap().logout().unwrap();
            let file = demo().join("applications/14-level-5.json");
            let (outcomes, _) = issue(&mut office, &keys, &[file]).await.unwrap();
            let second = only(outcomes);
            assert_eq!(answers(&report(&test, &second, true)), (Answer::Yes, Answer::Yes));

            // The token is taken out in the middle of the work.
            let file = demo().join("applications/15-two-sites.json");
            context.open_ro_session(slot).unwrap().logout().unwrap();
            {
                let _away = token.taken_out();
                let gone = issue(&mut office, &keys, std::slice::from_ref(&file))
                    .await
                    .unwrap_err();
                assert!(
                    matches!(
                        &gone,
                        IssueError::Signing(SigningError::Key(KeyError::Token(TokenError::Gone { .. })))
                    ),
                    "{gone}"
                );
                let waiting = office.store.unsigned_credentials().await.unwrap();
                assert_eq!(waiting.len(), 1, "prepared, numbered, nothing half-written");
            }
            // It is back: the same process goes on.
            sign_waiting(&mut office, &keys).await.unwrap();
            assert_eq!(deliver(&mut office, &keys).await.unwrap().documents, 1);
            let (outcomes, _) = issue(&mut office, &keys, &[file]).await.unwrap();
            assert_eq!(
                answers(&report(&test, &only(outcomes), true)),
                (Answer::Yes, Answer::Yes)
            );
        },
    );
}

#[test]
fn a_death_between_the_tokens_signature_and_the_record_signs_the_same_again() {
    with_token(
        "hsm::a_death_between_the_tokens_signature_and_the_record_signs_the_same_again",
        async |token| {
            let test = office_in(token).await;
            let file = demo().join("applications/13-level-1.json");
            {
                let (mut office, _) = test.open().await;
                touchstone_issuer::issue::prepare_files(&mut office, &[file])
                    .await
                    .unwrap();
                // All of it in the one file that is copied.
                office.store.close().await;
            }
            let database = test.folder.join("issuer/issuer.sqlite");
            let copy = test.folder.join("before.sqlite");
            std::fs::copy(&database, &copy).unwrap();
            let sign = async || {
                let (mut office, keys) = test.open().await;
                sign_waiting(&mut office, &keys).await.unwrap();
                let signed = office.store.credentials().await.unwrap().remove(0).stored.signed;
                office.store.close().await;
                signed.unwrap()
            };
            let signed = sign().await;
            // As if the process had died with the signature in hand.
            std::fs::copy(&copy, &database).unwrap();
            assert_eq!(sign().await, signed);
        },
    );
}

#[test]
fn a_key_that_is_missing_or_another_is_told() {
    with_token("hsm::a_key_that_is_missing_or_another_is_told", async |token| {
        let test = office_in(token).await;
        let unlock = async || {
            let folder = touchstone_issuer::config::Folder::new(test.folder.join("issuer"));
            let clock = touchstone_issuer::office::Clock::System;
            let office = touchstone_issuer::office::Office::open(folder, clock)
                .await
                .unwrap();
            office.papers.unlock(&passphrase()).err()
        };
        assert!(unlock().await.is_none());
        configure(&test, "object=issuing-2", "object=issuing-7");
        let missing = unlock().await.unwrap();
        assert!(
            matches!(token_error(&missing), TokenError::NoKey { .. }),
            "{missing}"
        );
        configure(&test, "object=issuing-7", "object=status-2");
        let other = unlock().await.unwrap();
        assert!(
            matches!(other, OfficeError::Key(KeyError::Foreign { .. })),
            "{other}"
        );
        configure(&test, "object=status-2", "object=issuing-2");
        let _away = token.taken_out();
        let told = check_config(&test);
        let said = String::from_utf8_lossy(&told.stderr);
        assert!(
            !told.status.success() && said.contains("no token \"示范机构\" is present"),
            "{said}"
        );
    });
}

#[test]
fn a_wrong_pin_is_tried_once_and_never_locks_the_token() {
    with_token(
        "hsm::a_wrong_pin_is_tried_once_and_never_locks_the_token",
        async |token| {
            let test = office_in(token).await;
            token.write_pin("pin", "not-the-pin");
            for wanted in [
                "refuses the PIN, and it is not tried again",
                // Another process, as after a restart: the token remembers, and no further try is made.
                "has seen a wrong PIN",
                "has seen a wrong PIN",
            ] {
                let told = check_config(&test);
                let said = String::from_utf8_lossy(&told.stderr);
                assert!(told.status.code() == Some(1) && said.contains(wanted), "{said}");
                assert!(said.contains(LABEL) && !said.contains("not-the-pin"), "{said}");
            }
            // The file put right, a person logs in once; then the office opens.
            token.write_pin("pin", PIN);
            let said = String::from_utf8(check_config(&test).stderr).unwrap();
            assert!(said.contains("--ask-pin"), "{said}");
            let context = Pkcs11::new(&token.module).unwrap();
            let arguments =
                cryptoki::context::CInitializeArgs::new(cryptoki::context::CInitializeFlags::OS_LOCKING_OK);
            // The library may be initialised in this process already.
            let _ = context.initialize(arguments);
            let slot = context.get_slots_with_initialized_token().unwrap()[0];
            let session = context.open_rw_session(slot).unwrap();
            let _ = session.logout();
            session
                .login(UserType::User, Some(&PIN.to_owned().into()))
                .unwrap();
            let told = check_config(&test);
            assert!(told.status.success(), "{told:?}");
            // A file that others may read is no file for a PIN.
            std::fs::set_permissions(
                token.folder.join("pin"),
                std::os::unix::fs::PermissionsExt::from_mode(0o644),
            )
            .unwrap();
            let said = String::from_utf8(check_config(&test).stderr).unwrap();
            assert!(said.contains("chmod 600"), "{said}");
        },
    );
}

#[test]
fn the_scheme_owners_key_may_be_in_a_token() {
    with_token("hsm::the_scheme_owners_key_may_be_in_a_token", async |token| {
        let folder = token.folder.join("owner");
        std::fs::create_dir(&folder).unwrap();
        let secret = passphrase();
        let unlocking = touchstone_issuer::keys::Unlocking {
            folder: &folder,
            passphrase: &secret,
            pin: PinFrom::Uri,
        };
        let made = OwnerKey::create_at(&token.place("owner"), &unlocking).unwrap();
        let found = OwnerKey::open(&folder, &secret).unwrap();
        assert_eq!(made.multikey(), found.multikey());
        assert_eq!(
            (found.next_sequence(0).unwrap(), found.next_sequence(0).unwrap()),
            (1, 2)
        );
    });
}
