//! The worklist as a page.

use askama::Template;

use super::{Bilingual, certificate::Tone, label};
use crate::surveillance::{DueRow, DueState, Worklist};

#[derive(Template)]
#[template(path = "surveillance.html")]
struct WorklistPage<'a> {
    as_of: String,
    due_before: String,
    states: Vec<StateChoice>,
    rows: Vec<Row<'a>>,
    next: Option<String>,
}

struct StateChoice {
    name: &'static str,
    text: Bilingual,
    chosen: bool,
}

struct Row<'a> {
    row: &'a DueRow,
    state: Bilingual,
    tone: Tone,
    since: Option<String>,
}

/// Writes the page.
///
/// # Errors
/// When the template fails.
pub fn worklist(found: &Worklist, wanted: Option<DueState>) -> askama::Result<String> {
    let choice = |state: DueState| StateChoice {
        name: state.name(),
        text: label::due(state),
        chosen: wanted == Some(state),
    };
    let filter = wanted.map_or("", DueState::name);
    let next = found.next.as_ref();
    WorklistPage {
        as_of: label::instant(found.as_of),
        due_before: found.due_before.to_string(),
        states: DueState::ALL.into_iter().map(choice).collect(),
        rows: found.rows.iter().map(Row::from).collect(),
        next: next.map(|next| {
            let due_before = found.due_before;
            format!("/surveillance?due_before={due_before}&state={filter}&cursor={next}")
        }),
    }
    .render()
}

impl<'a> From<&'a DueRow> for Row<'a> {
    fn from(row: &'a DueRow) -> Self {
        Self {
            row,
            state: label::due(row.state),
            tone: match row.state {
                DueState::DueSoon => Tone::Good,
                DueState::OverdueInGrace | DueState::Suspended => Tone::Caution,
                DueState::Overdue | DueState::SuspensionPastEnd => Tone::Bad,
            },
            since: row.suspended_since.map(label::instant),
        }
    }
}
