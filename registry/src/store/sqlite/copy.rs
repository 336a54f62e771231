//! A copy of a database that is written to meanwhile.

use std::path::Path;

use sqlx::{ConnectOptions, Connection};

use super::{SqliteStore, exists, options};
use crate::store::{Place, StoreError};

impl SqliteStore {
    /// Copies a database into a new file, as of one moment, however much is written meanwhile.
    pub(in crate::store) async fn copy_file(from: &Path, to: &Path) -> Result<(), StoreError> {
        exists(from)?;
        if to.exists() {
            return Err(StoreError::Exists {
                place: Place::File(to.to_owned()),
            });
        }
        let name = to
            .to_str()
            .ok_or_else(|| sqlx::Error::Configuration(format!("{} is not UTF-8", to.display()).into()))?;
        // One read transaction.
        let mut database = options(from).read_only(true).connect().await?;
        let copied = sqlx::query("VACUUM INTO ?")
            .bind(name)
            .execute(&mut database)
            .await;
        database.close().await?;
        copied?;
        // Opened once, it is as the registry keeps it, so that `fsck` can read it without a start.
        options(to).connect().await?.close().await?;
        Ok(())
    }
}
