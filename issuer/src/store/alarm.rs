//! Alarms: what was found wrong in the log, and who lifted it, why.

use touchstone_schemas::{date_time::Timestamp, text::Text};

use super::{
    Store, StoreError,
    error::read_back,
    sql::{self, Row, Session},
};

/// What was found wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlarmKind {
    /// The log holds an entry under the office's name that the office never signed.
    Unknown,
    /// The log holds another document of a name that the office gave.
    Altered,
    /// The log does not hold what it gave a receipt for, or not where the receipt says.
    Missing,
    /// The log shows two histories.
    Forked,
    /// The log shows fewer entries than before.
    WentBack,
    /// The log serves entries that its own checkpoint does not sign.
    BundleAltered,
}

impl AlarmKind {
    const ALL: [Self; 6] = [
        Self::Unknown,
        Self::Altered,
        Self::Missing,
        Self::Forked,
        Self::WentBack,
        Self::BundleAltered,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Altered => "altered",
            Self::Missing => "missing",
            Self::Forked => "forked",
            Self::WentBack => "wentBack",
            Self::BundleAltered => "bundleAltered",
        }
    }
}

/// Something found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind of wrong.
    pub kind: AlarmKind,
    /// What it is about; the same thing is found once.
    pub subject: String,
    /// For people.
    pub detail: String,
}

/// An alarm on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Its row.
    pub id: i64,
    /// What was found.
    pub finding: Finding,
    /// When.
    pub raised_at: Timestamp,
    /// How it was lifted; while it is not, the office signs nothing.
    pub lifted: Option<Lifting>,
}

/// Who lifted an alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifting {
    /// When.
    pub at: Timestamp,
    /// The person.
    pub person: Text,
    /// The office held.
    pub office: Text,
    /// Why.
    pub reason: Text,
}

impl Alarm {
    fn of(row: &Row) -> Result<Self, StoreError> {
        let id: i64 = row.try_get("alarm_id")?;
        let text = |column: &'static str| row.try_get::<String>(column);
        let kind = text("kind")?;
        let kind = AlarmKind::ALL
            .into_iter()
            .find(|known| known.name() == kind)
            .ok_or(kind);
        let optional = |column: &'static str| row.try_get::<Option<String>>(column);
        let lifted = match optional("lifted_at")? {
            None => None,
            Some(at) => Some(Lifting {
                at: read_back(at.parse(), "alarm", "lifted_at", id)?,
                person: read_back(Text::parse(&text("person")?), "alarm", "person", id)?,
                office: read_back(Text::parse(&text("office")?), "alarm", "office", id)?,
                reason: read_back(Text::parse(&text("reason")?), "alarm", "reason", id)?,
            }),
        };
        Ok(Self {
            id,
            finding: Finding {
                kind: read_back(kind, "alarm", "kind", id)?,
                subject: text("subject")?,
                detail: text("detail")?,
            },
            raised_at: read_back(text("raised_at")?.parse(), "alarm", "raised_at", id)?,
            lifted,
        })
    }
}

impl Store {
    /// Every alarm, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn alarms(&mut self) -> Result<Vec<Alarm>, StoreError> {
        let rows = sql::query("SELECT * FROM alarm ORDER BY alarm_id")
            .fetch_all(&mut self.connection().await?)
            .await?;
        rows.iter().map(Alarm::of).collect()
    }

    /// The alarms that stand, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn standing_alarms(&mut self) -> Result<Vec<Alarm>, StoreError> {
        let rows = sql::query("SELECT * FROM alarm WHERE lifted_at IS NULL ORDER BY alarm_id")
            .fetch_all(&mut self.connection().await?)
            .await?;
        rows.iter().map(Alarm::of).collect()
    }

    /// Lifts every alarm that stands; gives how many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn lift_alarms(&mut self, lifting: &Lifting) -> Result<u64, StoreError> {
        let lifted = sql::query(
            "UPDATE alarm SET lifted_at = $1, person = $2, office = $3, reason = $4 WHERE lifted_at IS NULL",
        )
        .bind(lifting.at.to_string())
        .bind(lifting.person.as_str())
        .bind(lifting.office.as_str())
        .bind(lifting.reason.as_str())
        .execute(&mut self.connection().await?)
        .await?;
        Ok(lifted)
    }
}

/// Raises an alarm; whether it is new. The same thing found again, lifted or not, is no new alarm.
pub(crate) async fn raise_alarm(
    connection: &mut Session<'_>,
    finding: &Finding,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let raised = sql::query(
        "INSERT INTO alarm (kind, subject, detail, raised_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (kind, subject) DO NOTHING",
    )
    .bind(finding.kind.name())
    .bind(&finding.subject)
    .bind(&finding.detail)
    .bind(now.to_string())
    .execute(connection)
    .await?;
    Ok(raised > 0)
}
