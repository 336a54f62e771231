//! The built verify page, with the pin of one road, and the package beside it.

use std::path::{Path, PathBuf};

use touchstone_schemas::jcs::to_canonical;
use touchstone_verifier::input::Policy;

use super::Failure;
use super::program::workspace;

/// `wasm-verify/dist`, when `cargo xtask wasm` has built it.
#[must_use]
pub fn dist() -> Option<PathBuf> {
    let dist = workspace().join("wasm-verify/dist");
    ["index.html", "verifier.js"]
        .iter()
        .all(|name| dist.join(name).is_file())
        .then_some(dist)
}

/// `wasm-verify/package`, the package of npm, when `cargo xtask wasm` has built it.
#[must_use]
pub fn package() -> Option<PathBuf> {
    let package = workspace().join("wasm-verify/package");
    package.join("verifier.wasm").is_file().then_some(package)
}

/// Copies the page to `to` and gives it a pin, as a body does that builds its own page.
///
/// # Errors
/// What the system says.
pub fn page_with_pin(page: &Path, to: &Path, policy: &Policy) -> Result<PathBuf, Failure> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(page)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            page_with_pin(&entry.path(), &to.join(entry.file_name()), policy)?;
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    std::fs::write(to.join("policy.json"), to_canonical(policy))?;
    Ok(to.to_owned())
}
