//! Servers that would lose what they acknowledged.

use sqlx::PgConnection;

/// Settings without which a commit need not outlive a loss of power (PostgreSQL §19.5.1).
const NEEDED: [&str; 2] = ["fsync", "full_page_writes"];

/// A server that does not keep what it acknowledges.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the database server has {setting} {found}: a loss of power would lose what was acknowledged")]
pub struct NotDurable {
    /// The server's setting.
    pub setting: &'static str,
    /// What it is set to.
    pub found: String,
}

impl NotDurable {
    /// What makes this server one of them, if anything does.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub async fn of(server: &mut PgConnection) -> Result<Option<Self>, sqlx::Error> {
        for setting in NEEDED {
            let found: String = sqlx::query_scalar("SELECT current_setting($1)")
                .bind(setting)
                .fetch_one(&mut *server)
                .await?;
            if found != "on" {
                return Ok(Some(Self { setting, found }));
            }
        }
        Ok(None)
    }
}
