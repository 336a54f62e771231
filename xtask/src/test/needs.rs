//! What the tests need besides Rust: found, or installed where this process may, else listed for the reader.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::find_program;
use crate::error::{Error, Missing};
use crate::install::{debian, npm};
use crate::progress::say;
use crate::wasm::Compiler;
use crate::workspace::Workspace;

/// Names under which a Chromium is found; the variable `TOUCHSTONE_CHROMIUM` comes first.
const CHROMIUM: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Where the tests find what is not Rust.
#[derive(Debug)]
pub(crate) struct Needs {
    chromium: Option<PathBuf>,
    node_modules: Option<PathBuf>,
}

/// One thing to be present, and Debian's packages for it.
struct Need {
    what: &'static str,
    packages: &'static [&'static str],
    present: fn() -> bool,
}

/// Beside the needs: what few tests use, and say aloud that they are skipped without.
const SOFTHSM: Need = Need {
    what: "SoftHSM (keys in tokens; TOUCHSTONE_PKCS11_MODULE names another module)",
    packages: &["softhsm2"],
    present: || {
        std::env::var_os("TOUCHSTONE_PKCS11_MODULE").is_some() || find_program("softhsm2-util").is_some()
    },
};

/// Node runs the browser's verifier outside browsers; npm brings `wasm-opt`.
const NODE: Need = Need {
    what: "Node with npm (WebAssembly in Node, browser tests)",
    packages: &["nodejs", "npm"],
    present: || find_program("node").is_some() && find_program("npm").is_some(),
};

const NEEDS: [Need; 5] = [
    Need {
        what: "git",
        packages: &["git"],
        present: || find_program("git").is_some(),
    },
    NODE,
    Need {
        what: "Chromium (browser tests; TOUCHSTONE_CHROMIUM names another)",
        packages: &["chromium"],
        present: || chromium().is_some(),
    },
    Need {
        what: "PostgreSQL (its tests start a server of their own; DATABASE_URL names another)",
        packages: &["postgresql"],
        present: has_postgres,
    },
    Need {
        what: "fonts with Chinese characters, Noto CJK (papers, browser tests)",
        packages: &["fonts-noto-cjk"],
        present: has_chinese_font,
    },
];

impl Needs {
    /// Nothing: quick tests are Rust alone.
    pub(crate) fn for_quick() -> Self {
        Self {
            chromium: chromium(),
            node_modules: None,
        }
    }

    /// Everything, installed where absent.
    pub(crate) fn find_or_install(workspace: &Workspace) -> Result<Self, Error> {
        if find_or_install(&NEEDS)? == Found::AllPresent {
            say("git, Node, Chromium, PostgreSQL and fonts are present: nothing to install");
        }
        find_or_install_softhsm();
        Ok(Self {
            chromium: chromium(),
            node_modules: npm::node_modules(workspace)?,
        })
    }

    /// What the demonstration needs: no browser, only Node.
    pub(crate) fn find_or_install_for_demo() -> Result<(), Error> {
        if find_or_install(&[NODE])? == Found::AllPresent {
            say("Node is present: nothing to install");
        }
        Ok(())
    }

    /// `TOUCHSTONE_CHROMIUM`: the browser. `TOUCHSTONE_NODE_MODULES`: the folder with playwright-core.
    pub(crate) fn tell(&self, command: &mut Command) {
        if let Some(chromium) = &self.chromium {
            command.env("TOUCHSTONE_CHROMIUM", chromium);
        }
        if let Some(node_modules) = &self.node_modules {
            command.env("TOUCHSTONE_NODE_MODULES", node_modules);
        }
    }
}

/// Where it cannot be had, the rest is tested all the same.
fn find_or_install_softhsm() {
    if (SOFTHSM.present)() {
        return;
    }
    if debian::can_install()
        && let Err(error) = debian::install(SOFTHSM.packages)
    {
        say(&format!("{}: {error}", SOFTHSM.what));
    }
    if !(SOFTHSM.present)() {
        let how = debian::by_hand(SOFTHSM.packages);
        say(&format!("SKIPPED: {} is absent: {how}", SOFTHSM.what));
    }
}

/// Whether anything had to be installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    AllPresent,
    Installed,
}

/// Finds these needs and the compiler for WebAssembly, or installs them where this process may.
fn find_or_install(needs: &[Need]) -> Result<Found, Error> {
    let absent: Vec<&Need> = needs.iter().filter(|need| !(need.present)()).collect();
    if !absent.is_empty() && debian::can_install() {
        let packages = absent.iter().flat_map(|need| need.packages);
        debian::install(&packages.copied().collect::<Vec<_>>())?;
    }
    let still_absent = absent.iter().filter(|need| !(need.present)());
    let mut missing: Vec<Missing> = still_absent
        .map(|need| Missing {
            what: need.what,
            how: debian::by_hand(need.packages),
        })
        .collect();
    match Compiler::choose() {
        Ok(compiler) => say(&format!("WebAssembly: {compiler}")),
        Err(Error::Missing { missing: compiler }) => missing.extend(compiler),
        Err(error) => return Err(error),
    }
    match (missing.is_empty(), absent.is_empty()) {
        (false, _) => Err(Error::Missing { missing }),
        (true, true) => Ok(Found::AllPresent),
        (true, false) => Ok(Found::Installed),
    }
}

fn chromium() -> Option<PathBuf> {
    std::env::var_os("TOUCHSTONE_CHROMIUM")
        .map(PathBuf::from)
        .filter(|path| path.is_file())
        .or_else(|| CHROMIUM.into_iter().find_map(find_program))
}

/// Debian keeps the server's programs beside the path.
fn has_postgres() -> bool {
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    std::env::var_os("DATABASE_URL").is_some()
        || find_program("initdb").is_some()
        || debian
            .map(|version| version.path().join("bin/initdb"))
            .any(|initdb| initdb.is_file())
}

/// fontconfig knows on every system; Debian's own place is asked where fontconfig's tools are absent.
fn has_chinese_font() -> bool {
    Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").is_file()
        || Command::new("fc-list")
            .arg(":lang=zh")
            .output()
            .is_ok_and(|output| !output.stdout.is_empty())
}
