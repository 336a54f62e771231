//! Tokens: shown once, never wider than their person, over when they expire or are revoked.

use touchstone_issuer::{
    casework::NotEntitled,
    config::Folder,
    office::Clock,
    token::{Scope, TokenError, TokenRequest, create_token, revoke_token},
};

use super::{
    super::{
        super::staff::{now, text},
        browser::{hired, start},
    },
    client::{Client, token},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_counts_until_it_expires_or_is_revoked() {
    let test = hired().await;
    let running = start(&test, Clock::System).await;
    let clerk = token(&test, "受理", &[Scope::Read]).await;
    let shown = Client::new(&running, Some(&clerk)).get("/api/token");
    assert_eq!(shown.status, 200, "{shown:?}");
    let shown = shown.json();
    assert_eq!(
        (&shown["person"], &shown["roles"]),
        (&"受理".into(), &serde_json::json!(["clerk"]))
    );
    let prefix = shown["prefix"].as_str().unwrap().to_owned();
    // Neither the secret nor anything that gives it is in the database.
    let secret = clerk.rsplit('_').next().unwrap();
    let database = Folder::new(test.folder.join("issuer")).database();
    let log = database.with_extension("sqlite-wal");
    for file in [&database, &log] {
        let bytes = std::fs::read(file).unwrap();
        assert!(
            !bytes.windows(secret.len()).any(|part| part == secret.as_bytes()),
            "{}",
            file.display()
        );
    }
    let later = start(&test, Clock::Fixed(now().checked_add(3_601).unwrap())).await;
    assert_eq!(Client::new(&later, Some(&clerk)).get("/api/token").status, 401);
    let wrong: String = clerk
        .chars()
        .rev()
        .take(1)
        .map(|last| if last == '0' { '1' } else { '0' })
        .collect();
    let wrong = format!("{}{wrong}", &clerk[..clerk.len() - 1]);
    for bad in [
        &*wrong,
        "",
        "touchstone_office_",
        &clerk[..clerk.len() - 2],
        &clerk.to_uppercase(),
        secret,
    ] {
        let refused = Client::new(&running, Some(bad)).get("/api/token");
        assert_eq!(
            (refused.status, &*refused.code()),
            (401, "unauthorised"),
            "{bad:?}"
        );
        assert_eq!(refused.headers["www-authenticate"], "Bearer");
    }
    let (mut office, _) = test.open().await;
    let stranger = revoke_token(&mut office.store, &prefix, &text("复核"), now()).await;
    assert!(
        matches!(stranger, Err(TokenError::NotEntitled(_))),
        "{stranger:?}"
    );
    revoke_token(&mut office.store, &prefix, &text("管理"), now())
        .await
        .unwrap();
    assert_eq!(Client::new(&running, Some(&clerk)).get("/api/token").status, 401);
    let again = revoke_token(&mut office.store, &prefix, &text("受理"), now()).await;
    assert!(matches!(again, Err(TokenError::Unknown { .. })), "{again:?}");
}

#[tokio::test]
async fn who_may_have_a_token_and_for_how_long() {
    let test = hired().await;
    let (mut office, _) = test.open().await;
    let request = |person: &str, by: &str, seconds: i64| TokenRequest {
        person: text(person),
        name: text("测试"),
        scopes: vec![Scope::Read],
        expires: now().checked_add(seconds).unwrap(),
        by: text(by),
    };
    for (person, by) in [("受理", "受理"), ("受理", "管理")] {
        create_token(&mut office.store, &request(person, by, 60), now())
            .await
            .unwrap();
    }
    let other = create_token(&mut office.store, &request("受理", "决定", 60), now()).await;
    assert!(
        matches!(other, Err(TokenError::NotEntitled(NotEntitled::Role { .. }))),
        "{other:?}"
    );
    let unknown = create_token(&mut office.store, &request("无此人", "管理", 60), now()).await;
    assert!(matches!(
        unknown,
        Err(TokenError::NotEntitled(NotEntitled::Unknown { .. }))
    ));
    for seconds in [0, 400 * 86_400] {
        let refused = create_token(&mut office.store, &request("受理", "受理", seconds), now()).await;
        assert!(matches!(refused, Err(TokenError::Expiry { .. })), "{refused:?}");
    }
    let none = TokenRequest {
        scopes: Vec::new(),
        ..request("受理", "受理", 60)
    };
    assert!(matches!(
        create_token(&mut office.store, &none, now()).await,
        Err(TokenError::NoScope)
    ));
    assert_eq!(office.store.tokens().await.unwrap().len(), 2);
}
