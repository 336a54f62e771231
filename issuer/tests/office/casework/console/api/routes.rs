//! Every route of the API, every role and every scope: what the door lets through, as one table.

use std::fmt::Write as _;

use touchstone_issuer::{console::api::ApiRoute, office::Clock, token::Scope};

use super::{
    super::{
        super::staff::evaluated,
        browser::{everybody, hired, start},
    },
    client::{Client, EVERYTHING, Reply, hire_everything, token},
};

/// For each route a letter a person with every scope, nobody first, and then a letter a scope of a person with every
/// role: `.` let through to what the route does, `s` no token that counts, `-` refused.
const GOLDEN: &str = include_str!("routes.txt");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_is_for_whom_the_table_says_and_nobody_else() {
    let test = hired().await;
    hire_everything(&test).await;
    let (mut office, _) = test.open().await;
    evaluated(&mut office, "01-in-force", 3).await;
    drop(office);
    let running = start(&test, Clock::System).await;
    let mut clients = vec![Client::new(&running, None)];
    let mut found = "# nobody".to_owned();
    for person in everybody() {
        clients.push(Client::new(
            &running,
            Some(&token(&test, person, &Scope::ALL).await),
        ));
        write!(found, " {person}").unwrap();
    }
    found.push_str(" |");
    for scope in Scope::ALL {
        clients.push(Client::new(
            &running,
            Some(&token(&test, EVERYTHING, &[scope]).await),
        ));
        write!(found, " {}", scope.name()).unwrap();
    }
    for route in ApiRoute::ALL {
        let path = route
            .path()
            .replace("{number}", "1")
            .replace("{digest}", &"0".repeat(64))
            .replace("{paper}", "qr.svg")
            .replace("{uscc}", "91320214MA1YX001XM");
        write!(found, "\n{} {} ", route.method(), route.path()).unwrap();
        for (place, client) in clients.iter().enumerate() {
            if place == clients.len() - Scope::ALL.len() {
                found.push('|');
            }
            let reply = match route.method().as_str() {
                "GET" => client.get(&path),
                // Without anything in it: what passes the door is refused for its form.
                _ => client.send(
                    &path,
                    &[("content-type", "application/json"), ("idempotency-key", "k")],
                    b"",
                ),
            };
            found.push(mark(&path, &reply));
        }
    }
    found.push('\n');
    assert_eq!(found, GOLDEN, "the table is now:\n{found}");
}

fn mark(path: &str, reply: &Reply) -> char {
    match reply.status {
        401 => 's',
        403 => {
            let code = reply.code();
            assert!(
                ["scopeMissing", "roleMissing"].contains(&&*code),
                "{path}: {code}"
            );
            '-'
        }
        status if status < 500 => '.',
        _ => panic!("{path}: {reply:?}"),
    }
}
