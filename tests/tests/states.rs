//! The verify page is within everybody's reach: axe-core finds nothing in any state, in either language, light or dark,
//! on the narrowest screen and at twice the size.

use serde_json::{Value, json};
use touchstone_tests::road::absent::need;
use touchstone_tests::road::samples::walk;
use touchstone_tests::road::states::states;
use touchstone_tests::road::{Browser, Road, RoadPlan, dist, npm_modules, program, run_browser};

#[test]
fn nothing_stands_in_anybodys_way() {
    let built = program("touchstone-registry");
    let Some(_) = need("the built programs", "cargo build --workspace --bins", built) else {
        return;
    };
    let Some(page) = need("the built verify page", "cargo xtask wasm", dist()) else {
        return;
    };
    let how = "cargo xtask test installs Node, Chromium, playwright-core and axe-core";
    let axe = npm_modules().filter(|modules| modules.join("axe-core").is_dir());
    let Some(browser) = need(
        "Node, Chromium, playwright-core or axe-core",
        how,
        axe.and_then(|_| Browser::find()),
    ) else {
        return;
    };
    let road = Road::open(&RoadPlan {
        page: Some(page),
        ..RoadPlan::default()
    })
    .unwrap();
    let samples = walk(&road, &mut |_| {}).unwrap();
    road.snapshot().unwrap();
    let cases = states(&samples);
    assert!(cases.len() >= 24, "{}", cases.len());
    let input = road.at("states.json");
    std::fs::write(&input, json!({ "base": road.base(), "cases": cases }).to_string()).unwrap();
    let found = run_browser(&browser, "states.mjs", &input).unwrap();
    let found: Vec<Value> = serde_json::from_str(&found).unwrap();
    let faults: Vec<String> = found
        .iter()
        .flat_map(|state| {
            state["faults"]
                .as_array()
                .unwrap()
                .iter()
                .map(move |fault| format!("{}: {fault}", state["name"]))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    eprintln!("{} states of the page, in two languages", found.len());
}
