//! The document of the API is the router's, and names every problem.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde_json::Value;
use touchstone_registry::{
    http::{Protection, routes},
    openapi::PROBLEMS,
};

use crate::app::TestApp;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_document_and_the_router_have_the_same_addresses() {
    let mut app = TestApp::start().await;
    let document = app.get("/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], "https://registry.example");
    let wanted: BTreeSet<(String, String)> = routes()
        .iter()
        .filter(|route| route.protection != Protection::PrivateListener)
        .map(|route| {
            (
                route.path.replace("{*", "{"),
                route.method.as_str().to_ascii_lowercase(),
            )
        })
        .collect();
    let mut found = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            found.insert((path.clone(), method.clone()));
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} twice");
            // What is in braces is described, and nothing else.
            let braces: BTreeSet<&str> = path
                .split('{')
                .skip(1)
                .map(|rest| rest.split('}').next().unwrap())
                .collect();
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let described = parameters.iter().filter(|parameter| parameter["in"] == "path");
            let described: BTreeSet<&str> = described.map(|one| one["name"].as_str().unwrap()).collect();
            assert_eq!(described, braces, "{path}");
        }
    }
    assert_eq!(
        found, wanted,
        "describe an address in registry/src/openapi/, one file a resource"
    );
    for route in &routes() {
        let scheme = match route.protection {
            Protection::IntakeToken => "intakeToken",
            Protection::RegulatorToken => "regulatorToken",
            _ => continue,
        };
        let method = route.method.as_str().to_ascii_lowercase();
        let operation = &document["paths"][route.path][method];
        assert_eq!(
            operation["security"][0][scheme],
            Value::Array(Vec::new()),
            "{}",
            route.path
        );
    }
    // Whoever reads it as a page finds each address.
    let page = app.get_with("/api", &[("accept", "text/html")]).await.text();
    for path in document["paths"].as_object().unwrap().keys() {
        assert!(page.contains(path.as_str()), "{path}");
    }
    assert!(
        !page.contains("<script") && !page.contains("style="),
        "the page is self-contained"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reference_leads_somewhere() {
    let mut app = TestApp::start().await;
    let document = app.get("/openapi.json").await.json();
    let mut open = vec![&document];
    let mut seen = 0;
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    let place = reference
                        .strip_prefix('#')
                        .expect("a reference into the document");
                    assert!(document.pointer(place).is_some(), "{reference}");
                    seen += 1;
                }
                open.extend(members.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    assert!(seen > 20, "{seen}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_document_is_the_one_that_was_looked_at() {
    let mut app = TestApp::start().await;
    let document = app.get("/openapi.json").await.json();
    app.stop().await;
    insta::assert_json_snapshot!("openapi", document);
}

/// The codes that the sources give, with the files that give them: a camel-case word followed by a title.
fn codes_in_sources() -> BTreeMap<String, String> {
    let mut codes = BTreeMap::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let parts: Vec<&str> = text.split('"').collect();
            for (place, word) in parts.iter().enumerate().skip(1).step_by(2) {
                let camel = word.starts_with(|first: char| first.is_ascii_lowercase())
                    && word.chars().all(|one| one.is_ascii_alphabetic());
                let between = parts.get(place + 1).copied().unwrap_or_default();
                let title = parts.get(place + 2).copied().unwrap_or_default();
                let titled = between.trim() == "," && title.contains(' ');
                let named = between
                    .trim_start()
                    .trim_start_matches(',')
                    .trim_start()
                    .starts_with("title");
                if camel && (titled || named) {
                    codes.insert((*word).to_owned(), path.display().to_string());
                }
            }
        }
    }
    codes
}

#[test]
fn every_problem_is_listed_and_documented() {
    let listed: BTreeMap<&str, u16> = PROBLEMS
        .iter()
        .map(|problem| (problem.code, problem.status))
        .collect();
    assert_eq!(listed.len(), PROBLEMS.len(), "a code stands twice in the list");
    let sources = codes_in_sources();
    for (code, file) in &sources {
        assert!(
            listed.contains_key(code.as_str()),
            "{code} of {file} is not in registry/src/openapi/problems.rs"
        );
    }
    for code in listed.keys() {
        assert!(sources.contains_key(*code), "{code} is listed and never given");
    }
    // The table of docs/API.md: `| 400, 408 | `bodyCutShort`, `bodyTooSlow` | … |`.
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/API.md")).unwrap();
    let table = text.split_once("| status | code | when |").unwrap().1;
    let table = table.split("\n\n").next().unwrap();
    let mut documented = BTreeSet::new();
    for row in table.lines().skip(2) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let codes: Vec<&str> = cells[2].split('`').skip(1).step_by(2).collect();
        for code in codes {
            let status = listed
                .get(code)
                .unwrap_or_else(|| panic!("{code} of docs/API.md is not in the list"));
            assert!(
                cells[1].contains(&status.to_string()),
                "{code}: {} in docs/API.md, {status} in the list",
                cells[1]
            );
            documented.insert(code.to_owned());
        }
    }
    for code in listed.keys() {
        assert!(
            documented.contains(*code),
            "{code} is not in the table of docs/API.md"
        );
    }
}
