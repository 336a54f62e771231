//! What must never be in the module a phone loads first: servers, databases, schema validators, the certificate
//! builder, message catalogues, documents, pictures, hardware keys.

use super::Fault;
use crate::command;
use crate::error::Error;
use crate::wasm::{PACKAGE, PLATFORM};
use crate::workspace::Workspace;

/// A name, or with a closing `*` the beginning of one.
const FORBIDDEN: &[&str] = &[
    "aws-lc*",
    "axum*",
    "clap",
    "cryptoki*",
    "fluent*",
    "getrandom",
    "hyper*",
    "image",
    "jsonschema",
    "krilla*",
    "lopdf",
    "pdf*",
    "png",
    "printpdf",
    "rand",
    "regex",
    "ring",
    "rqrr",
    "sqlx*",
    "tokio*",
    "touchstone-readers",
    "tracing-subscriber",
    "typst*",
    "ureq",
    "x509-cert",
];

/// Shows the way to each forbidden crate. `cargo tree` is asked, not `cargo metadata`: the latter joins the features
/// that every other member switches on, and so finds crates that this build never sees. Procedural macros run on
/// the host and add nothing but their output.
pub(crate) fn check(workspace: &Workspace) -> Result<Vec<Fault>, Error> {
    let tree = command::read(
        command::cargo()
            .args([
                "tree",
                "--package",
                PACKAGE,
                "--target",
                PLATFORM,
                "--edges",
                "normal,no-proc-macro",
            ])
            .args(["--prefix", "depth", "--format", " {p}"])
            .current_dir(&workspace.root),
    )?;
    Ok(forbidden_ways(&tree)
        .into_iter()
        .map(|way| Fault::new(PACKAGE, way))
        .collect())
}

/// Reads lines `<depth> <name> v<version> …`, each under the last line of lesser depth.
fn forbidden_ways(tree: &str) -> Vec<String> {
    let mut way: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for line in tree.lines() {
        let mut words = line.split_whitespace();
        let depth = words.next().and_then(|word| word.parse::<usize>().ok());
        let (Some(depth), Some(name)) = (depth, words.next()) else {
            continue;
        };
        way.truncate(depth);
        way.push(name);
        if is_forbidden(name) {
            found.push(way.join(" → "));
        }
    }
    found
}

fn is_forbidden(name: &str) -> bool {
    FORBIDDEN
        .iter()
        .any(|forbidden| match forbidden.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name == *forbidden,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_is_shown() {
        let tree = "0 page v0.1.0 (x)\n1 verifier v0.1.0\n2 sha2 v0.11.1\n1 bindings v1.0.0\n2 ring v0.17.0\n3 cc v1.0.0\n";
        assert_eq!(forbidden_ways(tree), ["page → bindings → ring"]);
    }

    #[test]
    fn names_and_families() {
        assert!(is_forbidden("tokio-util"));
        assert!(is_forbidden("x509-cert"));
        assert!(!is_forbidden("rustls-webpki"));
        assert!(!is_forbidden("ed25519-dalek"));
    }
}
