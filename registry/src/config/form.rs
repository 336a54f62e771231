//! The form of a configuration: sections, their keys, and everything that is wrong with them.

use std::path::Path;

use super::{
    ConfigError, ENVIRONMENT_PREFIX, IntakeConfig, LimitsConfig, ListenConfig, LogConfig, PagesConfig,
    RegistryConfig, RegulatorsConfig, StatisticsConfig, StoreConfig, TrustConfig, WebhooksConfig,
};
use crate::Role;

/// The section whose values are numbers.
const NUMBERS: &str = "limits";

/// Everything that is wrong with the form of a configuration, one after the other: each section is read by itself, and
/// what a section's reading stumbles over is told and taken out before it is read again.
#[must_use]
pub fn faults_of_form(path: &Path, environment: &[(String, String)]) -> Vec<(String, String)> {
    let here = path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return vec![(here, error.to_string())],
    };
    let mut table: toml::Table = match text.parse() {
        Ok(table) => table,
        Err(error) => return vec![(here, error.to_string())],
    };
    let mut faults = Vec::new();
    for (name, value) in environment {
        if let Some(rest) = name.strip_prefix(ENVIRONMENT_PREFIX)
            && let Err(error) = set(&mut table, name, rest, value.clone())
        {
            faults.push((name.clone(), error.to_string()));
        }
    }
    let role = role_in(&table);
    for (name, needed, read) in SECTIONS {
        let of_role = (name == "log").then(|| role.needs());
        let needed: Vec<&str> = needed.iter().copied().chain(of_role).collect();
        match table.remove(name) {
            Some(toml::Value::Table(section)) => {
                faults.extend(faults_of_section(name, &section, &needed, read));
            }
            Some(_) => faults.push((name.to_owned(), "is a section, not a value".to_owned())),
            None => faults.extend(faults_of_section(name, &toml::Table::new(), &needed, read)),
        }
    }
    let unknown = |name: &String| (name.clone(), "is no section of the configuration".to_owned());
    faults.extend(table.keys().map(unknown));
    faults
}

/// The role a configuration names; the usual one where it names none that there is.
fn role_in(table: &toml::Table) -> Role {
    let named = table.get("registry").and_then(|registry| registry.get("role"));
    let role = named.and_then(|role| role.clone().try_into().ok());
    role.unwrap_or_default()
}

/// Reads a section by itself.
type ReadSection = fn(toml::Table) -> Result<(), toml::de::Error>;

fn reads<T: serde::de::DeserializeOwned>(section: toml::Table) -> Result<(), toml::de::Error> {
    section.try_into::<T>().map(drop)
}

/// The sections: name, the keys without which there is none, how it is read.
const SECTIONS: [(&str, &[&str], ReadSection); 11] = [
    ("registry", &["base"], reads::<RegistryConfig>),
    ("listen", &["public", "private"], reads::<ListenConfig>),
    ("store", &["database"], reads::<StoreConfig>),
    ("log", &["origin", "checkpoint_file"], reads::<LogConfig>),
    ("trust", &["list"], reads::<TrustConfig>),
    ("intake", &["token_sha256"], reads::<IntakeConfig>),
    ("pages", &[], reads::<PagesConfig>),
    ("statistics", &[], reads::<StatisticsConfig>),
    ("webhooks", &[], reads::<WebhooksConfig>),
    ("regulators", &[], reads::<RegulatorsConfig>),
    (NUMBERS, &[], reads::<LimitsConfig>),
];

/// Every key there is, as `section.key`.
#[must_use]
pub fn keys() -> Vec<String> {
    // Whoever reads a key that there is not is told which there are.
    let unknown = toml::Table::from_iter([("?".to_owned(), toml::Value::Boolean(true))]);
    let mut keys = Vec::new();
    for (name, _, read) in SECTIONS {
        let told = read(unknown.clone()).err();
        let told = told.as_ref().map(|error| error.message()).unwrap_or_default();
        let words = told.split('`').skip(3).step_by(2);
        keys.extend(words.map(|key| format!("{name}.{key}")));
    }
    keys
}

/// Each key is read alone: what is wrong with it is told before that others are missing.
fn faults_of_section(
    name: &str,
    section: &toml::Table,
    needed: &[&str],
    read: ReadSection,
) -> Vec<(String, String)> {
    let place = |key: &str| format!("{name}.{key}");
    let missing = needed.iter().filter(|key| !section.contains_key(**key));
    let mut faults: Vec<(String, String)> =
        missing.map(|key| (place(key), "is missing".to_owned())).collect();
    for (key, value) in section {
        let alone = toml::Table::from_iter([(key.clone(), value.clone())]);
        match read(alone) {
            Err(error) if !error.message().starts_with("missing field") => {
                faults.push((place(key), error.message().to_owned()));
            }
            _ => {}
        }
    }
    faults
}

/// Puts a variable's value in its place. Which keys a section has is for the typed reading to say.
pub(super) fn set(table: &mut toml::Table, name: &str, rest: &str, value: String) -> Result<(), ConfigError> {
    let unknown = || ConfigError::UnknownVariable {
        name: name.to_owned(),
    };
    let (section, key) = rest.split_once('_').ok_or_else(unknown)?;
    let (section, key) = (section.to_ascii_lowercase(), key.to_ascii_lowercase());
    if !SECTIONS.iter().any(|(name, ..)| *name == section) {
        return Err(unknown());
    }
    let value = if section == NUMBERS {
        match value.parse() {
            Ok(number) => toml::Value::Integer(number),
            Err(_) => {
                return Err(ConfigError::NotANumber {
                    name: name.to_owned(),
                    found: value,
                });
            }
        }
    } else {
        toml::Value::String(value)
    };
    let place = table
        .entry(section)
        .or_insert_with(|| toml::Value::Table(toml::Table::new()));
    place.as_table_mut().ok_or_else(unknown)?.insert(key, value);
    Ok(())
}
