//! What is to be done for certificates, kept for the worklist.

use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::Date,
};

use super::{
    Store, StoreError, StoredCredential,
    error::read_back,
    sql::{self, Row, Session},
};
use crate::after_issue::{Obligation, ObligationKind};

/// Days for which what is over is kept: a worklist can be looked at for a day that is past.
const KEPT_DAYS: i32 = 30;

/// Where a page of the worklist ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorklistCursor {
    /// Day of the last row.
    pub due: Date,
    /// Its credential's row.
    pub credential: i64,
    /// Its kind.
    pub kind: ObligationKind,
}

/// A row of the worklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedObligation {
    /// Row of the credential.
    pub credential: i64,
    /// 证书编号.
    pub number: CredentialNumber,
    /// Version.
    pub version: Version,
    /// The holder's unified social credit code.
    pub holder: String,
    /// The holder's name.
    pub holder_name: String,
    /// The scheme edition.
    pub edition: String,
    /// What is to be done.
    pub obligation: Obligation,
}

impl ListedObligation {
    fn of(row: &Row) -> Result<Self, StoreError> {
        let stored = StoredCredential::of(row)?;
        let facts = stored.credential()?;
        Ok(Self {
            credential: stored.id,
            holder: facts.holder.uscc.to_string(),
            holder_name: facts.holder.name.to_string(),
            edition: facts.scheme.edition.to_string(),
            number: stored.number,
            version: stored.version,
            obligation: obligation_of(row, stored.id)?,
        })
    }

    /// Where a page ends with it.
    #[must_use]
    pub const fn cursor(&self) -> WorklistCursor {
        WorklistCursor {
            due: self.obligation.due,
            credential: self.credential,
            kind: self.obligation.kind,
        }
    }
}

fn obligation_of(row: &Row, id: i64) -> Result<Obligation, StoreError> {
    let date = |column: &'static str| -> Result<Date, StoreError> {
        read_back(row.try_get::<String>(column)?.parse(), "obligation", column, id)
    };
    let kind: String = row.try_get("kind")?;
    let grace: Option<String> = row.try_get("grace_until")?;
    let grace = grace.map(|day| read_back(day.parse(), "obligation", "grace_until", id));
    Ok(Obligation {
        kind: read_back(
            ObligationKind::of_name(&kind).ok_or(kind),
            "obligation",
            "kind",
            id,
        )?,
        opens: date("opens")?,
        due: date("due")?,
        grace_until: grace.transpose()?,
        closes: date("closes")?,
    })
}

impl Store {
    /// Obligations that are open on a day, by the day they are due, at most `limit`, after `after`; of one kind when one
    /// is named.
    ///
    /// # Errors
    /// What the database says.
    pub async fn worklist(
        &mut self,
        on: Date,
        kind: Option<ObligationKind>,
        after: Option<WorklistCursor>,
        limit: u32,
    ) -> Result<Vec<ListedObligation>, StoreError> {
        let rows = sql::query(
            "SELECT obligation.*, credential.* FROM obligation JOIN credential USING (credential_id)
             WHERE opens <= $1 AND closes >= $1 AND ($2 IS NULL OR kind = $2)
             AND ($3 IS NULL OR (due, obligation.credential_id, kind) > ($3, $4, $5))
             ORDER BY due, obligation.credential_id, kind LIMIT $6",
        )
        .bind(on.to_string())
        .bind(kind.map(ObligationKind::name))
        .bind(after.map(|after| after.due.to_string()))
        .bind(after.map(|after| after.credential))
        .bind(after.map(|after| after.kind.name()))
        .bind(limit)
        .fetch_all(&mut self.connection().await?)
        .await?;
        rows.iter().map(ListedObligation::of).collect()
    }

    /// Certificates whose obligations are to be worked out anew, at most `limit`.
    pub(crate) async fn stale_obligations(&mut self, limit: u32) -> Result<Vec<i64>, StoreError> {
        let rows: Vec<(i64,)> =
            sql::query_as("SELECT credential_id FROM obligation_stale ORDER BY credential_id LIMIT $1")
                .bind(limit)
                .fetch_all(&mut self.connection().await?)
                .await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Puts the obligations of certificates in the place of those before, all of them in one commit.
    pub(crate) async fn keep_obligations(
        &mut self,
        worked_out: &[(i64, Vec<Obligation>)],
    ) -> Result<(), StoreError> {
        let mut unit = self.begin().await?;
        for (credential, obligations) in worked_out {
            for statement in [
                "DELETE FROM obligation WHERE credential_id = $1",
                "DELETE FROM obligation_stale WHERE credential_id = $1",
            ] {
                sql::query(statement).bind(credential).execute(&mut unit).await?;
            }
            for obligation in obligations {
                insert(&mut unit, *credential, obligation).await?;
            }
        }
        unit.commit().await?;
        Ok(())
    }

    /// Forgets what was over long before a day.
    pub(crate) async fn forget_obligations(&mut self, today: Date) -> Result<(), StoreError> {
        let Some(before) = today.add_days(-KEPT_DAYS) else {
            return Ok(());
        };
        sql::query("DELETE FROM obligation WHERE closes < $1")
            .bind(before.to_string())
            .execute(&mut self.connection().await?)
            .await?;
        Ok(())
    }
}

async fn insert(
    connection: &mut Session<'_>,
    credential: i64,
    obligation: &Obligation,
) -> Result<(), StoreError> {
    // Two confirmations of one day are one obligation.
    sql::query("INSERT INTO obligation VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING")
        .bind(credential)
        .bind(obligation.kind.name())
        .bind(obligation.opens.to_string())
        .bind(obligation.due.to_string())
        .bind(obligation.grace_until.map(|day| day.to_string()))
        .bind(obligation.closes.to_string())
        .execute(connection)
        .await?;
    Ok(())
}
