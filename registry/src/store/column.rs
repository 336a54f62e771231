//! Values of columns, the same in both engines.

use sqlx::migrate::Migrator;
use touchstone_schemas::{
    credential::{CredentialNumber, RegistryBase, Version},
    status::StatusPurpose,
    tlog::Origin,
};

use super::{Identity, StoreError};

/// A number as both engines count.
pub(super) fn to_sql(found: u64) -> Result<i64, StoreError> {
    i64::try_from(found).map_err(|_| StoreError::TooLarge { found })
}

/// A number of a row.
pub(super) fn from_sql<T: TryFrom<i64>>(
    table: &'static str,
    column: &'static str,
    found: i64,
) -> Result<T, StoreError> {
    T::try_from(found).map_err(|_| StoreError::Value {
        table,
        column,
        found: found.to_string(),
    })
}

/// A credential's key.
pub(super) fn credential_key(
    table: &'static str,
    number: String,
    version: i64,
) -> Result<(CredentialNumber, Version), StoreError> {
    let value = |column, found| StoreError::Value { table, column, found };
    let parsed = u32::try_from(version)
        .ok()
        .and_then(|version| Version::try_from(version).ok());
    Ok((
        CredentialNumber::parse(&number).map_err(|_| value("number", number))?,
        parsed.ok_or_else(|| value("version", version.to_string()))?,
    ))
}

/// A status purpose.
pub(super) fn status_purpose(found: String) -> Result<StatusPurpose, StoreError> {
    StatusPurpose::of_name(&found).ok_or(StoreError::Value {
        table: "status_list",
        column: "purpose",
        found,
    })
}

/// Which log a database holds.
pub(super) fn identity(origin: String, key: String, base: String) -> Result<Identity, StoreError> {
    let value = |column, found| StoreError::Value {
        table: "log_identity",
        column,
        found,
    };
    Ok(Identity {
        origin: Origin::parse(&origin).map_err(|_| value("origin", origin))?,
        log_key: key.parse().map_err(|_| value("log_key", key))?,
        base: RegistryBase::parse(&base).map_err(|_| value("registry_base", base))?,
    })
}

/// A schema of at least the version of our newest migration.
pub(super) fn check_schema(found: Option<i64>, migrations: &Migrator) -> Result<(), StoreError> {
    let wanted = migrations.iter().map(|migration| migration.version).max();
    match (found.unwrap_or_default(), wanted.unwrap_or_default()) {
        (found, wanted) if found < wanted => Err(StoreError::SchemaBehind { found, wanted }),
        _ => Ok(()),
    }
}
