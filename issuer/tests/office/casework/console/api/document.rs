//! The document of the API is the router's, and names every problem.

use std::{collections::BTreeSet, path::Path};

use serde_json::Value;
use touchstone_issuer::{
    console::api::{ApiAccess, ApiRoute, Code},
    office::Clock,
};

use super::{
    super::browser::{hired, start},
    client::Client,
};

async fn described() -> (Value, String) {
    let test = hired().await;
    let running = start(&test, Clock::System).await;
    let client = Client::new(&running, None);
    let document = client.get("/api/openapi.json");
    assert_eq!(
        (document.status, &*document.headers["cache-control"]),
        (200, "no-store")
    );
    let page = client.get("/api");
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    let text = String::from_utf8(document.body)
        .unwrap()
        .replace(&running.origin, "https://office.example");
    (
        serde_json::from_str(&text).unwrap(),
        String::from_utf8(page.body).unwrap(),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_document_is_the_one_that_was_looked_at_and_describes_every_route() {
    let (document, page) = described().await;
    let mut ids = BTreeSet::new();
    for route in ApiRoute::ALL {
        let method = route.method().as_str().to_ascii_lowercase();
        let operation = &document["paths"][route.path()][&*method];
        let id = operation["operationId"]
            .as_str()
            .unwrap_or_else(|| panic!("{route:?}"));
        assert!(ids.insert(id.to_owned()), "{id} twice");
        assert_eq!(
            operation["security"].is_array(),
            route.access() != ApiAccess::Open,
            "{route:?}"
        );
        assert!(
            page.contains(&format!("id=\"{id}\"")) && page.contains(route.path()),
            "{route:?}"
        );
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let described = parameters.iter().filter(|parameter| parameter["in"] == "path");
        let described: BTreeSet<&str> = described.map(|one| one["name"].as_str().unwrap()).collect();
        let braces: BTreeSet<&str> = route
            .path()
            .split('{')
            .skip(1)
            .map(|rest| rest.split('}').next().unwrap())
            .collect();
        assert_eq!(described, braces, "{route:?}");
    }
    assert!(!page.contains("<script") && !page.contains("style="));
    let mut open = vec![&document];
    while let Some(value) = open.pop() {
        if let Some(Value::String(reference)) = value.get("$ref") {
            let place = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(place).is_some(), "{reference}");
        }
        match value {
            Value::Object(members) => open.extend(members.values()),
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    insta::assert_json_snapshot!("office-openapi", document);
}

#[test]
fn every_problem_is_documented() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/API.md")).unwrap();
    let table = text
        .split_once("| status | the office's code | when |")
        .unwrap()
        .1;
    let table = table.split("\n\n").next().unwrap();
    let mut documented = BTreeSet::new();
    for row in table.lines().skip(2) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        for code in cells[2].split('`').skip(1).step_by(2) {
            let listed = Code::ALL.iter().find(|it| it.name() == code);
            let listed = listed.unwrap_or_else(|| panic!("{code} of docs/API.md is no code"));
            assert_eq!(cells[1], listed.status().to_string(), "{code}");
            documented.insert(code.to_owned());
        }
    }
    for code in Code::ALL {
        assert!(
            documented.contains(code.name()),
            "{} is not in docs/API.md",
            code.name()
        );
    }
    let names: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(names.len(), Code::ALL.len());
}
