//! What a phone set to Chinese downloads to see the first verdict of a code or a number, part by part, and what comes
//! later.
#![expect(clippy::print_stdout, reason = "the table is the command's result")]

use std::path::Path;

use sha2::{Digest, Sha256};

use super::dist::PACKED;
use super::parts::REST;
use super::tree;
use crate::error::Error;

/// The most a first load should weigh, gzip, in bytes.
pub(crate) const TARGET: usize = 180_000;

/// What the first verdict does not wait for, by how its name begins: the module's rest follows it, the other language's
/// texts come when asked for, the rest of the texts when a word of it is needed, the other ways in and their worker when
/// somebody uses one, and what keeps the page for times without network after all that.
const LATER: [&str; 14] = [
    REST,
    "en.",
    "zh-CN.later.json",
    "ways.",
    "register.js",
    "bulk.",
    "mismatch.js",
    "readers.",
    "sheets.",
    "reader-worker.js",
    "bulk-worker.js",
    "offline-worker.js",
    "manifest.webmanifest",
    "icon.svg",
];

/// One file of the page.
#[derive(Debug)]
pub(crate) struct Part {
    name: String,
    raw: usize,
    gzip: usize,
    sha256: String,
}

impl Part {
    /// Its name below the folder served, without the digest that it may tell.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether the first verdict waits for it.
    pub(crate) fn is_first_load(&self) -> bool {
        !LATER.iter().any(|name| self.name.starts_with(name))
    }

    /// Bytes as it is.
    pub(crate) fn raw(&self) -> usize {
        self.raw
    }

    /// Bytes compressed.
    pub(crate) fn gzip(&self) -> usize {
        self.gzip
    }
}

/// Every file of the page; type declarations and package descriptions are not loaded by a browser.
pub(crate) fn measure(dist: &Path) -> Result<Vec<Part>, Error> {
    let mut parts = Vec::new();
    for file in tree::files(dist, &[])? {
        let name = tree::relative(dist, &file);
        let mut name: Vec<&str> = name.split('.').collect();
        name.retain(|part| !(part.len() == 64 && part.bytes().all(|byte| byte.is_ascii_hexdigit())));
        let name = name.join(".");
        if name.ends_with(".d.ts") || name.ends_with(PACKED) || name == "package.json" {
            continue;
        }
        let content = std::fs::read(&file).map_err(Error::file(&file))?;
        // As the registry sends it: what was packed ahead.
        let packed = dist.join(format!("{}{PACKED}", tree::relative(dist, &file)));
        let gzip = std::fs::read(&packed).map_err(Error::file(&packed))?;
        let sha256 = tree::hex(&Sha256::digest(&content));
        parts.push(Part {
            name,
            raw: content.len(),
            gzip: gzip.len(),
            sha256,
        });
    }
    Ok(parts)
}

/// The tables, the first load's total against the target, and the digest of every WebAssembly module.
pub(crate) fn print(parts: &[Part]) {
    let width = parts
        .iter()
        .map(|part| part.name.len())
        .chain([10])
        .max()
        .unwrap_or(10);
    let (first, later): (Vec<&Part>, Vec<&Part>) = parts.iter().partition(|part| part.is_first_load());
    let list = |title: &str, parts: &[&Part]| {
        println!("{title:width$} {:>11} {:>11}", "raw", "gzip");
        for part in parts {
            println!("{:width$} {:>9} B {:>9} B", part.name, part.raw, part.gzip);
        }
        let (raw, gzip) = parts
            .iter()
            .fold((0, 0), |(raw, gzip), part| (raw + part.raw, gzip + part.gzip));
        println!("{:width$} {raw:>9} B {gzip:>9} B", "total");
        gzip
    };
    let gzip = list("first load", &first);
    let verdict = if gzip <= TARGET { "within" } else { "OVER" };
    println!("{verdict} the target of {TARGET} B gzip");
    list("later", &later);
    for module in parts.iter().filter(|part| part.name.ends_with(".wasm")) {
        println!("SHA-256 {}  {}", module.sha256, module.name);
    }
}
