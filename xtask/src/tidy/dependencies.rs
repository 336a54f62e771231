//! Dependencies between the crates run one way:
//! `schemas ← {verifier, readers} ← {documents, wasm-verify, registry, issuer, cli} ← tests`; the readers know the record's
//! budget and dates alone. The issuer runs the typesetter as a program; linked, it would be compiled before every test of
//! the issuer.
//! The rule covers build and test dependencies too.

use std::collections::BTreeMap;

use cargo_metadata::Metadata;

use super::Fault;

const RECORD: &[&str] = &["touchstone-schemas"];
const CORE: &[&str] = &["touchstone-schemas", "touchstone-verifier"];
const READING: &[&str] = &["touchstone-schemas", "touchstone-verifier", "touchstone-readers"];
const KEEPING: &[&str] = &["touchstone-schemas", "touchstone-verifier", "touchstone-database"];
const OFFICE: &[&str] = &[
    "touchstone-schemas",
    "touchstone-verifier",
    "touchstone-readers",
    "touchstone-database",
];

/// Each crate with the crates of this workspace it may name.
const ALLOWED: &[(&str, &[&str])] = &[
    ("touchstone-schemas", &[]),
    ("touchstone-verifier", RECORD),
    ("touchstone-readers", RECORD),
    ("touchstone-database", &[]),
    ("touchstone-verify", READING),
    ("touchstone-registry", KEEPING),
    ("touchstone-documents", CORE),
    ("touchstone-issuer", OFFICE),
    ("touchstone-wasm-verify", CORE),
    ("touchstone-wasm-readers", &["touchstone-readers"]),
    (
        "touchstone-wasm-sheets",
        &["touchstone-schemas", "touchstone-readers"],
    ),
    (
        "touchstone-tests",
        &[
            "touchstone-schemas",
            "touchstone-verifier",
            "touchstone-readers",
            "touchstone-registry",
            "touchstone-issuer",
            "touchstone-wasm-verify",
        ],
    ),
    ("xtask", CORE),
    ("xtask-bindgen", &[]),
];

/// Compares every manifest with the table.
pub(crate) fn check(metadata: &Metadata) -> Vec<Fault> {
    let members: Vec<_> = metadata.workspace_packages();
    let edges: Vec<(&str, Vec<&str>)> = members
        .iter()
        .map(|package| {
            let inside = package
                .dependencies
                .iter()
                .map(|dependency| dependency.name.as_str())
                .filter(|name| members.iter().any(|member| member.name.as_str() == *name))
                .collect();
            (package.name.as_str(), inside)
        })
        .collect();
    compare(&edges)
}

fn compare(edges: &[(&str, Vec<&str>)]) -> Vec<Fault> {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let mut faults = Vec::new();
    for (package, dependencies) in edges {
        match allowed.get(package) {
            None => faults.push(Fault::new(
                *package,
                "a crate without a place: give it a line in docs/DECISIONS.md and in this rule's table",
            )),
            Some(allowed) => faults.extend(dependencies.iter().filter(|name| !allowed.contains(name)).map(
                |name| {
                    Fault::new(
                        *package,
                        format!("must not depend on {name}; it may on {allowed:?}"),
                    )
                },
            )),
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_direction_and_unknown_crate_are_faults() {
        let edges = [
            ("touchstone-verifier", vec!["touchstone-schemas"]),
            ("touchstone-schemas", vec!["touchstone-verifier"]),
            ("touchstone-issuer", vec!["touchstone-registry"]),
            ("touchstone-extra", vec![]),
        ];
        let places: Vec<String> = compare(&edges).into_iter().map(|fault| fault.place).collect();
        assert_eq!(
            places,
            ["touchstone-schemas", "touchstone-issuer", "touchstone-extra"]
        );
    }
}
