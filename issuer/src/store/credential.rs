//! Credentials: prepared, signed, delivered.

use touchstone_schemas::{
    budget::MAX_CREDENTIAL_BYTES,
    credential::{Credential, CredentialNumber, Version},
    date_time::Timestamp,
    digest::Sha256Digest,
    json,
    status::StatusAllocation,
    status_list::MIN_ENTRIES,
    text::Text,
};

use super::{
    Store, StoreError, Void,
    duty::insert_case_file,
    error::read_back,
    sql::{self, Row, Session},
};
use crate::{keys::SignedDocument, prepare::PreparedCredential};

/// Entries of a list from which on the next list begins: half, so that a free index is found at once and an
/// index still hides among many.
const FILL: i64 = 65_536;

/// A credential on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCredential {
    /// Its row.
    pub id: i64,
    /// 证书编号.
    pub number: CredentialNumber,
    /// Version.
    pub version: Version,
    /// Where its status stands.
    pub status: StatusAllocation,
    /// When it was prepared.
    pub prepared_at: Timestamp,
    /// The bytes to be signed.
    pub unsecured: Vec<u8>,
    /// Why it could not be signed when that was last tried.
    pub hindrance: Option<String>,
    /// The signed document.
    pub signed: Option<Vec<u8>>,
    /// The registry's receipt, as JSON.
    pub receipt: Option<String>,
    /// When the log recorded it.
    pub recorded: Option<Timestamp>,
}

/// A line of the office's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedCredential {
    /// The credential.
    pub stored: StoredCredential,
    /// Its facts.
    pub credential: Credential,
    /// What the registry said when it refused it.
    pub refusal: Option<String>,
    /// How it was given up.
    pub void: Option<Void>,
}

impl StoredCredential {
    pub(super) fn of(row: &Row) -> Result<Self, StoreError> {
        let id: i64 = row.try_get("credential_id")?;
        let text = |column: &'static str| row.try_get::<String>(column);
        let small = |column: &'static str| -> Result<u32, StoreError> {
            read_back(
                u32::try_from(row.try_get::<i64>(column)?),
                "credential",
                column,
                id,
            )
        };
        let recorded: Option<String> = row.try_get("recorded")?;
        let recorded = recorded
            .map(|text| read_back(text.parse(), "credential", "recorded", id))
            .transpose()?;
        Ok(Self {
            id,
            number: read_back(
                CredentialNumber::parse(&text("number")?),
                "credential",
                "number",
                id,
            )?,
            version: read_back(Version::try_from(small("version")?), "credential", "version", id)?,
            status: StatusAllocation {
                list: small("list")?,
                index: small("list_index")?,
            },
            prepared_at: read_back(text("prepared_at")?.parse(), "credential", "prepared_at", id)?,
            unsecured: row.try_get("unsecured")?,
            hindrance: row.try_get("hindrance")?,
            signed: row.try_get("signed")?,
            receipt: row.try_get("receipt")?,
            recorded,
        })
    }

    /// The facts.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub fn credential(&self) -> Result<Credential, StoreError> {
        let document = read_back(
            json::parse(&self.unsecured, MAX_CREDENTIAL_BYTES),
            "credential",
            "unsecured",
            self.id,
        )?;
        read_back(
            Credential::from_document(&document),
            "credential",
            "unsecured",
            self.id,
        )
    }
}

impl Store {
    /// The credential issued from the application with this digest, unless it was voided.
    ///
    /// # Errors
    /// What the database says.
    pub async fn credential_of_application(
        &mut self,
        digest: Sha256Digest,
    ) -> Result<Option<StoredCredential>, StoreError> {
        let row = sql::query(
            "SELECT credential.* FROM credential JOIN application USING (application_id)
             WHERE application.digest = $1 AND void_id IS NULL",
        )
        .bind(digest.to_string())
        .fetch_optional(&mut self.connection().await?)
        .await?;
        row.as_ref().map(StoredCredential::of).transpose()
    }

    /// A credential by its row.
    ///
    /// # Errors
    /// What the database says.
    pub async fn credential(&mut self, id: i64) -> Result<StoredCredential, StoreError> {
        let row = sql::query("SELECT * FROM credential WHERE credential_id = $1")
            .bind(id)
            .fetch_one(&mut self.connection().await?)
            .await?;
        StoredCredential::of(&row)
    }

    /// A credential by number and version; the newest version when none is named. What was voided is passed over.
    ///
    /// # Errors
    /// What the database says.
    pub async fn find_credential(
        &mut self,
        number: &CredentialNumber,
        version: Option<Version>,
    ) -> Result<Option<StoredCredential>, StoreError> {
        let row = sql::query(
            "SELECT * FROM credential WHERE number = $1 AND ($2 IS NULL OR version = $2) AND void_id IS NULL
             ORDER BY version DESC LIMIT 1",
        )
        .bind(number.as_str())
        .bind(version.map(|version| i64::from(version.get())))
        .fetch_optional(&mut self.connection().await?)
        .await?;
        row.as_ref().map(StoredCredential::of).transpose()
    }

    /// The newest version of which an event was made on that decision.
    ///
    /// # Errors
    /// What the database says.
    pub async fn credential_of_decision(
        &mut self,
        number: &CredentialNumber,
        decision: &Text,
    ) -> Result<Option<StoredCredential>, StoreError> {
        let row = sql::query(
            "SELECT * FROM credential WHERE number = $1 AND void_id IS NULL AND EXISTS
             (SELECT 1 FROM event WHERE event.credential_id = credential.credential_id
              AND event.decision = $2 AND event.void_id IS NULL)
             ORDER BY version DESC LIMIT 1",
        )
        .bind(number.as_str())
        .bind(decision.as_str())
        .fetch_optional(&mut self.connection().await?)
        .await?;
        row.as_ref().map(StoredCredential::of).transpose()
    }

    /// Every credential, by number and version, those voided too.
    ///
    /// # Errors
    /// What the database says.
    pub async fn credentials(&mut self) -> Result<Vec<ListedCredential>, StoreError> {
        let rows = sql::query(
            "SELECT credential.*, void.*,
             (SELECT coalesce(problem, '') FROM submission JOIN submission_document USING (submission_id)
              WHERE submission_document.credential_id = credential.credential_id AND stage = 'refused') AS refusal
             FROM credential LEFT JOIN void USING (void_id) ORDER BY number, version, credential_id",
        )
        .fetch_all(&mut self.connection().await?)
        .await?;
        let listed = |row: &Row| {
            let stored = StoredCredential::of(row)?;
            let credential = stored.credential()?;
            Ok(ListedCredential {
                credential,
                refusal: row.try_get("refusal")?,
                void: Void::of(row)?,
                stored,
            })
        };
        rows.iter().map(listed).collect()
    }

    /// Credentials of a status list that the registry has, and those of a submission about to be made.
    ///
    /// # Errors
    /// What the database says.
    pub async fn credentials_of_list(
        &mut self,
        list: u32,
        submission: i64,
    ) -> Result<Vec<StoredCredential>, StoreError> {
        let rows = sql::query(
            "SELECT * FROM credential WHERE list = $1 AND (receipt IS NOT NULL OR credential_id IN
             (SELECT credential_id FROM submission_document WHERE submission_id = $2 AND credential_id IS NOT NULL))",
        )
        .bind(i64::from(list))
        .bind(submission)
        .fetch_all(&mut self.connection().await?)
        .await?;
        rows.iter().map(StoredCredential::of).collect()
    }

    /// Signed credentials after a row, at most so many, in order of their rows, those voided too.
    ///
    /// # Errors
    /// What the database says.
    pub async fn signed_credentials(
        &mut self,
        after: i64,
        limit: u32,
    ) -> Result<Vec<StoredCredential>, StoreError> {
        let rows = sql::query(
            "SELECT * FROM credential WHERE credential_id > $1 AND signed IS NOT NULL
             ORDER BY credential_id LIMIT $2",
        )
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(&mut self.connection().await?)
        .await?;
        rows.iter().map(StoredCredential::of).collect()
    }

    /// Credentials prepared and not yet signed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn unsigned_credentials(&mut self) -> Result<Vec<StoredCredential>, StoreError> {
        let rows = sql::query(
            "SELECT * FROM credential WHERE signed IS NULL AND void_id IS NULL ORDER BY credential_id",
        )
        .fetch_all(&mut self.connection().await?)
        .await?;
        rows.iter().map(StoredCredential::of).collect()
    }
}

/// Draws a free place in the status lists at random: neighbours in a list say nothing about each other.
pub(crate) async fn allocate_index(connection: &mut Session<'_>) -> Result<StatusAllocation, StoreError> {
    let (mut list,): (i64,) = sql::query_as("SELECT coalesce(max(list), 1) FROM credential")
        .fetch_one(connection)
        .await?;
    let mut counted = false;
    loop {
        // 131,072 is a power of two: every index is equally likely.
        let index = getrandom::u32().map_err(StoreError::Random)? % MIN_ENTRIES;
        let taken: Option<(i64,)> =
            sql::query_as("SELECT credential_id FROM credential WHERE list = $1 AND list_index = $2")
                .bind(list)
                .bind(i64::from(index))
                .fetch_optional(connection)
                .await?;
        if taken.is_none() {
            let list = u32::try_from(list).map_err(|_| StoreError::Exhausted {
                what: "the status lists",
            })?;
            return Ok(StatusAllocation { list, index });
        }
        // A list is counted where a draw meets a place that is given: the fuller, the sooner, and hardly ever an empty
        // one. Counting for each certificate would take longer the more there are.
        if !counted {
            let (given,): (i64,) = sql::query_as("SELECT count(*) FROM credential WHERE list = $1")
                .bind(list)
                .fetch_one(connection)
                .await?;
            counted = true;
            if given >= FILL {
                list += 1;
            }
        }
    }
}

/// Stores what is about to be signed, with its approvals and the lints it passed.
pub(crate) async fn insert_credential(
    connection: &mut Session<'_>,
    application: i64,
    prepared: &PreparedCredential,
) -> Result<i64, StoreError> {
    let credential = prepared.credential();
    let case_file = insert_case_file(connection, prepared.approvals()).await?;
    let (id,): (i64,) = sql::query_as(
        "INSERT INTO credential
         (case_file_id, application_id, number, version, list, list_index, holder, prepared_at, unsecured, lints)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING credential_id",
    )
    .bind(case_file)
    .bind(application)
    .bind(credential.number.as_str())
    .bind(i64::from(credential.version.get()))
    .bind(i64::from(credential.status.list))
    .bind(i64::from(credential.status.index))
    .bind(credential.holder.uscc.to_string())
    .bind(prepared.prepared_at().to_string())
    .bind(prepared.unsecured())
    .bind(prepared.lints().join(" "))
    .fetch_one(connection)
    .await?;
    Ok(id)
}

/// Whether a number was given to a credential; `None` when never.
pub(crate) async fn number_given(
    connection: &mut Session<'_>,
    number: &CredentialNumber,
) -> Result<Option<Given>, StoreError> {
    let (rows, live): (i64, i64) = sql::query_as(
        "SELECT count(*), count(*) FILTER (WHERE void_id IS NULL) FROM credential WHERE number = $1",
    )
    .bind(number.as_str())
    .fetch_one(connection)
    .await?;
    Ok(match (rows, live) {
        (0, _) => None,
        (_, 0) => Some(Given::Voided),
        _ => Some(Given::Live),
    })
}

/// What a number was given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// A credential that stands.
    Live,
    /// One that was voided: nobody has it, and nobody gets it again.
    Voided,
}

/// Stores a signed credential.
pub(crate) async fn store_signed_credential(
    connection: &mut Session<'_>,
    id: i64,
    signed: &SignedDocument,
) -> Result<(), StoreError> {
    sql::query(
        "UPDATE credential SET signed = $1, digest = $2, hindrance = NULL
         WHERE credential_id = $3 AND signed IS NULL AND void_id IS NULL",
    )
    .bind(signed.bytes())
    .bind(signed.digest().to_string())
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}
