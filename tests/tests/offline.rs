//! The verify page with a bad network and with none: whatever fails, it is never green where nobody knows; what was kept is
//! used with its age, and nothing older than what was seen.
#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};
use touchstone_tests::road::samples::demo_folder;
use touchstone_tests::road::{Road, page_in_browser, run_browser};

/// The status lists that a certificate stands in, trust list, snapshot and log head, by path, as the registry has them now.
fn facts_of(road: &Road, credential: &str) -> Value {
    let tree: Value = serde_json::from_str(credential).unwrap();
    let entries = tree
        .pointer("/credentialStatus")
        .and_then(Value::as_array)
        .unwrap();
    let urls = entries
        .iter()
        .filter_map(|entry| entry.get("statusListCredential")?.as_str());
    let paths = urls
        .map(|url| url.replacen(road.base(), "", 1))
        .chain(["/trust.json".to_owned()]);
    let of_the_register = [("/snapshot", "application/vc"), ("/log/checkpoint", "text/plain")];
    let paths = paths
        .map(|path| (path, "application/json"))
        .chain(of_the_register.map(|(path, accept)| (path.to_owned(), accept)));
    let facts = paths.map(|(path, accept)| {
        let body = road.get(&path, accept).unwrap();
        (path, Value::String(body))
    });
    Value::Object(facts.collect())
}

#[test]
fn without_network_the_page_is_honest() {
    let Some((browser, plan)) = page_in_browser() else {
        return;
    };
    let road = Road::open(&plan).unwrap();
    let demo = demo_folder();
    let applications = ["applications/01-in-force.json", "applications/08-withdrawn.json"];
    let issued = road.issue(&applications.map(|name| demo.join(name))).unwrap();
    let [in_force, withdrawn] = issued.as_slice() else {
        unreachable!("two were issued")
    };
    road.snapshot().unwrap();
    let older = facts_of(&road, &in_force.credential().unwrap());
    let change = "status withdraw --decision 示范决定-08-撤销 --decided-by 认证决定 --decider YS-071 \
                  --reason graveNonconformity --legal-basis CQC96-831151-2020";
    let change: Vec<&str> = change.split_whitespace().collect();
    road.change(withdrawn, &change).unwrap();
    road.refresh().unwrap();
    road.snapshot().unwrap();
    let input = road.at("offline.json");
    let told = json!({
        "base": road.base(), "link": in_force.link().unwrap(), "other": withdrawn.link().unwrap(), "older": older,
    });
    std::fs::write(&input, told.to_string()).unwrap();
    let found: Value = serde_json::from_str(&run_browser(&browser, "offline.mjs", &input).unwrap()).unwrap();
    assert_eq!(found["faults"], json!([]), "{}", found["faults"]);
    eprintln!("{} looks with a bad network or none", found["checked"]);
}
