//! The verify page is within everybody's reach: axe-core finds nothing in any state, in either language, light or dark,
//! on the narrowest screen and at twice the size.

use serde_json::{Value, json};
use touchstone_tests::road::absent::need;
use touchstone_tests::road::samples::walk;
use touchstone_tests::road::states::states;
use touchstone_tests::road::{Road, npm_modules, page_in_browser, run_browser};

#[test]
fn nothing_stands_in_anybodys_way() {
    let Some((browser, plan)) = page_in_browser() else {
        return;
    };
    let axe = npm_modules().filter(|modules| modules.join("axe-core").is_dir());
    let Some(_) = need("axe-core", "cargo xtask test installs it", axe) else {
        return;
    };
    let road = Road::open(&plan).unwrap();
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
