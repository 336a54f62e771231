//! Drafts of the console's long forms.

use std::collections::BTreeMap;

use touchstone_schemas::{
    budget::MAX_ACT_BYTES, date_time::Timestamp, decode::read, jcs::to_canonical, text::Text,
};

use super::{Store, StoreError, error::read_back, sql};

/// What a draft is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DraftOf {
    /// A new application, begun by a person.
    Application(Text),
    /// A change of an application, begun by a person.
    Amendment(u32, Text),
    /// The evaluation of a case, begun by its evaluators together.
    Evaluation(u32),
}

impl DraftOf {
    fn name(&self) -> String {
        match self {
            Self::Application(person) => format!("application/{person}"),
            Self::Amendment(case, person) => format!("amendment/{case}/{person}"),
            Self::Evaluation(case) => format!("evaluation/{case}"),
        }
    }
}

/// A draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredDraft {
    /// Fields by name.
    pub(crate) fields: BTreeMap<String, String>,
    /// Who saved it last.
    pub(crate) person: String,
    /// When.
    pub(crate) saved: String,
}

impl Store {
    /// A draft.
    pub(crate) async fn draft(&mut self, of: &DraftOf) -> Result<Option<StoredDraft>, StoreError> {
        let row: Option<(String, String, String)> =
            sql::query_as("SELECT document, person, saved FROM console_draft WHERE name = $1")
                .bind(of.name())
                .fetch_optional(&mut self.connection().await?)
                .await?;
        let Some((document, person, saved)) = row else {
            return Ok(None);
        };
        let fields = read(document.as_bytes(), MAX_ACT_BYTES);
        Ok(Some(StoredDraft {
            fields: read_back(fields, "console_draft", "document", 0)?,
            person,
            saved,
        }))
    }

    /// Keeps these fields of a draft beside those it has; an empty one is taken out. Others of a team may save other
    /// parts of the same draft meanwhile.
    pub(crate) async fn save_draft(
        &mut self,
        of: &DraftOf,
        changed: &BTreeMap<String, String>,
        (person, now): (&Text, Timestamp),
    ) -> Result<(), StoreError> {
        let mut unit = self.begin().await?;
        let known: Option<(String,)> = sql::query_as("SELECT document FROM console_draft WHERE name = $1")
            .bind(of.name())
            .fetch_optional(&mut unit)
            .await?;
        let mut fields: BTreeMap<String, String> = match known {
            None => BTreeMap::new(),
            Some((document,)) => {
                let fields = read(document.as_bytes(), MAX_ACT_BYTES);
                read_back(fields, "console_draft", "document", 0)?
            }
        };
        fields.extend(changed.clone());
        fields.retain(|_, value| !value.is_empty());
        let document = String::from_utf8_lossy(&to_canonical(&fields)).into_owned();
        sql::query(
            "INSERT INTO console_draft (name, document, person, saved) VALUES ($1, $2, $3, $4) ON CONFLICT (name)
             DO UPDATE SET document = excluded.document, person = excluded.person, saved = excluded.saved",
        )
        .bind(of.name())
        .bind(document)
        .bind(person.as_str())
        .bind(now.to_string())
        .execute(&mut unit)
        .await?;
        Ok(unit.commit().await?)
    }

    /// Throws a draft away.
    pub(crate) async fn drop_draft(&mut self, of: &DraftOf) -> Result<(), StoreError> {
        sql::query("DELETE FROM console_draft WHERE name = $1")
            .bind(of.name())
            .execute(&mut self.connection().await?)
            .await?;
        Ok(())
    }
}
