//! Every route and every role: what the gate lets through, as one table.

use std::fmt::Write as _;

use touchstone_issuer::{console::Route, office::Clock};

use super::{
    super::staff::evaluated,
    browser::{Browser, everybody, hired, staffed, start},
};

/// For each route a letter a person, nobody first: `.` let through to what the route does, `s` sent to sign in, `-` refused.
const GOLDEN: &str = include_str!("routes.txt");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_is_for_whom_the_table_says_and_nobody_else() {
    let test = hired().await;
    let (mut office, _) = test.open().await;
    evaluated(&mut office, "01-in-force", 3).await;
    drop(office);
    let running = start(&test, Clock::System).await;
    let staff = staffed(&running);
    let mut found = "# nobody".to_owned();
    for person in everybody() {
        write!(found, " {person}").unwrap();
    }
    // Whoever signs out is out for what comes after.
    let (last, others): (Vec<&Route>, Vec<&Route>) =
        Route::ALL.iter().partition(|route| **route == Route::SignOut);
    for route in others.into_iter().chain(last) {
        let path = route
            .path()
            .replace("{number}", "1")
            .replace("{token}", &"0".repeat(64))
            .replace("{digest}", &"0".repeat(64))
            .replace("{part}", "technology.data");
        write!(found, "\n{} {} ", route.method(), route.path()).unwrap();
        let visitors = everybody().map(|person| staff[person].clone());
        for mut browser in std::iter::once(Browser::new(&running)).chain(visitors) {
            let answer = match route.method().as_str() {
                "GET" => browser.get(&path),
                // Without any field of its own: what passes the gate is refused for the form.
                _ => browser.post(&path, &[]),
            };
            let mark = match (answer.status, answer.location()) {
                (303, "/sign-in") if answer.headers.contains_key("set-cookie") => '.',
                (303, "/sign-in") | (401, _) => 's',
                (403, _) => '-',
                (status, _) if status < 500 => '.',
                (status, _) => panic!("{path}: {status} {}", answer.body),
            };
            found.push(mark);
        }
    }
    found.push('\n');
    assert_eq!(found, GOLDEN, "the table is now:\n{found}");
}
