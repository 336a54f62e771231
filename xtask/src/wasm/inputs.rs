//! Whether the last build is still the right one: a digest over everything the build reads.

use std::collections::BTreeSet;
use std::path::Path;

use super::tree;
use crate::error::Error;

/// Files and folders the browser's verifier is made of, and the steps that make it.
const INPUTS: [&str; 9] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "schemas",
    "verifier",
    "wasm-verify",
    "xtask/bindgen",
    "xtask/npm",
    "xtask/src/wasm",
];
/// Folders inside those that the build does not read.
const OUTSIDE: [&str; 7] = [
    "cli",
    "dist",
    "fuzz",
    "node_modules",
    "package",
    "target",
    "tests",
];

/// The digest; `variant` is what else decides the outcome (compiler, options), line by line.
pub(crate) fn digest(root: &Path, variant: &str) -> Result<String, Error> {
    let mut files = BTreeSet::new();
    for input in INPUTS {
        files.append(&mut tree::files(&root.join(input), &OUTSIDE)?);
    }
    Ok(format!("{}\n{}", variant.trim_end(), tree::digest(root, &files)?))
}
