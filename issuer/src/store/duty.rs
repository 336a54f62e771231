//! Who did what on a file: the separation of duties stands in the database too (DESIGN §2 invariant 7).

use touchstone_schemas::text::Text;

use super::{
    Store, StoreError,
    error::read_back,
    journal::new_file,
    sql::{self, Session},
};
use crate::prepare::{Duty, DutyKind, Side};

/// A row of duties: person, duty, office, day, place, whether kept from the person's others, deputy.
type DutyRow = (String, String, Option<String>, String, i64, bool, Option<String>);

impl Store {
    /// The duties done on a file.
    ///
    /// # Errors
    /// What the database says.
    pub async fn duties(&mut self, case_file: i64) -> Result<Vec<Duty>, StoreError> {
        let rows: Vec<DutyRow> = sql::query_as(
            "SELECT person, duty, office, done_on, place, exclusive, through FROM duty
             WHERE case_file_id = $1 ORDER BY duty, place, person",
        )
        .bind(case_file)
        .fetch_all(&mut self.connection().await?)
        .await?;
        let duty = |(person, kind, office, on, place, exclusive, through): DutyRow| {
            let through = through.as_deref().map(Text::parse).transpose();
            let kind = DutyKind::of_name(&kind).ok_or(kind);
            let office = office.as_deref().map(Text::parse).transpose();
            Ok(Duty {
                kind: read_back(kind, "duty", "duty", case_file)?,
                person: read_back(Text::parse(&person), "duty", "person", case_file)?,
                office: read_back(office, "duty", "office", case_file)?,
                on: read_back(on.parse(), "duty", "done_on", case_file)?,
                place: read_back(u32::try_from(place), "duty", "place", case_file)?,
                exclusive,
                through: read_back(through, "duty", "through", case_file)?,
            })
        };
        rows.into_iter().map(duty).collect()
    }
}

/// Opens a file with the duties done on it.
pub(super) async fn insert_case_file(
    connection: &mut Session<'_>,
    duties: &[Duty],
) -> Result<i64, StoreError> {
    let id = new_file(connection).await?;
    for duty in duties {
        insert_duty(connection, id, duty).await?;
    }
    Ok(id)
}

async fn insert_duty(connection: &mut Session<'_>, case_file: i64, duty: &Duty) -> Result<(), StoreError> {
    let side = duty.kind.side();
    insert_participant(connection, case_file, &duty.person, side).await?;
    sql::query(
        "INSERT INTO duty (case_file_id, person, side, duty, office, done_on, place, exclusive, through)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(case_file)
    .bind(duty.person.as_str())
    .bind(side.name())
    .bind(duty.kind.name())
    .bind(duty.office.as_ref().map(|office| office.as_str()))
    .bind(duty.on.to_string())
    .bind(i64::from(duty.place))
    .bind(duty.exclusive)
    .bind(duty.through.as_ref().map(|deputy| deputy.as_str()))
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts a person on a side of a file. A second row for the person on the other side is refused by the key: that is the
/// separation of duties.
pub(super) async fn insert_participant(
    connection: &mut Session<'_>,
    case_file: i64,
    person: &Text,
    side: Side,
) -> Result<(), StoreError> {
    sql::query(
        "INSERT INTO participant (case_file_id, person, side) SELECT $1, $2, $3 WHERE NOT EXISTS
         (SELECT 1 FROM participant WHERE case_file_id = $1 AND person = $2 AND side = $3)",
    )
    .bind(case_file)
    .bind(person.as_str())
    .bind(side.name())
    .execute(connection)
    .await?;
    Ok(())
}
