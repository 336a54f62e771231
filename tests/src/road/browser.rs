//! Chromium, driven by a script with playwright-core.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Failure;
use super::absent::need;
use super::check::node;
use super::house::RoadPlan;
use super::page::dist;
use super::program::{Finished, program, workspace};

const CHROMIUM: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// What drives a browser.
#[derive(Clone, Debug)]
pub struct Browser {
    node: PathBuf,
    chromium: PathBuf,
    node_modules: PathBuf,
}

impl Browser {
    /// Finds Node, Chromium (`TOUCHSTONE_CHROMIUM` first) and playwright-core ([`npm_modules`]).
    #[must_use]
    pub fn find() -> Option<Self> {
        let path = std::env::var_os("PATH")?;
        let chromium = std::env::var_os("TOUCHSTONE_CHROMIUM")
            .map(PathBuf::from)
            .or_else(|| {
                let programs = CHROMIUM.into_iter();
                programs
                    .flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)))
                    .find(|p| p.is_file())
            })?;
        let node_modules = npm_modules()?;
        node_modules.join("playwright-core").is_dir().then_some(Self {
            node: node()?,
            chromium,
            node_modules,
        })
    }
}

/// What a look at the page in a browser needs: the browser, and the plan of a road that serves the built page. Says
/// loudly what is absent.
#[must_use]
pub fn page_in_browser() -> Option<(Browser, RoadPlan)> {
    let built = program("touchstone-registry");
    need("the built programs", "cargo build --workspace --bins", built)?;
    let page = need("the built verify page", "cargo xtask wasm", dist())?;
    let how = "cargo xtask test installs Node, Chromium and playwright-core";
    let browser = need("Node, Chromium or playwright-core", how, Browser::find())?;
    let plan = RoadPlan {
        page: Some(page),
        ..RoadPlan::default()
    };
    Some((browser, plan))
}

/// The packages that `cargo xtask test` installs from npm; `TOUCHSTONE_NODE_MODULES` names another folder.
#[must_use]
pub fn npm_modules() -> Option<PathBuf> {
    let named = std::env::var_os("TOUCHSTONE_NODE_MODULES").map(PathBuf::from);
    named.or_else(|| {
        // target/debug/deps/<test>: three up is the target folder.
        let executable = std::env::current_exe().ok()?;
        executable
            .ancestors()
            .take(5)
            .map(|folder| folder.join("npm/node_modules"))
            .find(|folder| folder.is_dir())
    })
}

/// Runs a script of `tests/browser` with one JSON file of input; gives what it wrote.
///
/// # Errors
/// When it does not end well, with what it said.
pub fn run_browser(browser: &Browser, script: &str, input: &Path) -> Result<String, Failure> {
    let mut node = Command::new(&browser.node);
    node.arg(workspace().join("tests/browser").join(script))
        .arg(input)
        .env("TOUCHSTONE_CHROMIUM", &browser.chromium)
        .env("TOUCHSTONE_NODE_MODULES", &browser.node_modules);
    Finished::of(&mut node)?.well(script)
}
