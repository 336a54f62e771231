//! One version table: members write `name = { workspace = true }`, and share the workspace's lints.

use toml::{Table, Value};

use super::Fault;
use crate::error::Error;
use crate::workspace::Workspace;

const TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// Reads every member's manifest.
pub(crate) fn check(workspace: &Workspace) -> Result<Vec<Fault>, Error> {
    let mut faults = Vec::new();
    for package in workspace.metadata.workspace_packages() {
        let path = package.manifest_path.as_std_path();
        let text = std::fs::read_to_string(path).map_err(Error::file(path))?;
        let manifest: Table = text.parse().map_err(|source| Error::Toml {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        faults.extend(judge(&format!("{}'s Cargo.toml", package.name), &manifest));
    }
    Ok(faults)
}

fn judge(place: &str, manifest: &Table) -> Vec<Fault> {
    let mut faults = Vec::new();
    let targets = manifest.get("target").and_then(Value::as_table);
    let manifests = targets
        .into_iter()
        .flat_map(Table::values)
        .filter_map(Value::as_table);
    for tables in std::iter::once(manifest).chain(manifests) {
        for name in TABLES {
            let dependencies = tables.get(name).and_then(Value::as_table);
            for (dependency, value) in dependencies.into_iter().flatten() {
                if !is_inherited(value) {
                    let says = format!(
                        "{name}.{dependency} must come from the root's version table: workspace = true"
                    );
                    faults.push(Fault::new(place, says));
                }
            }
        }
    }
    if !manifest.get("lints").is_some_and(is_inherited) {
        faults.push(Fault::new(place, "[lints] workspace = true is missing"));
    }
    faults
}

fn is_inherited(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_versions_and_missing_lints_are_faults() {
        let manifest: Table = r#"
            [dependencies]
            good = { workspace = true }
            bad = "1"
            [target.'cfg(unix)'.dev-dependencies]
            worse = { version = "2" }
        "#
        .parse()
        .unwrap();
        let says: Vec<String> = judge("x", &manifest)
            .into_iter()
            .map(|fault| fault.says)
            .collect();
        assert_eq!(says.len(), 3);
        assert!(says[0].starts_with("dependencies.bad"));
        assert!(says[1].starts_with("dev-dependencies.worse"));
        assert!(says[2].starts_with("[lints]"));
    }
}
