//! Statements as pages to read and to print, and the statement that something is not here.

use askama::Template;
use touchstone_schemas::{jcs::to_canonical, record};
use touchstone_verifier::{
    reason::QuestionName,
    report::Answer,
    statement::{Standing, StatementReport},
    view::CredentialView,
};

use super::{
    Bilingual, Catalogue, Coverage,
    catalogue::Told,
    certificate::Tone,
    label,
    verify::{QuestionRow, question_row, shortened},
};
use crate::{http::App, record::CertificateRecord, statement::Absence};

/// What a statement is about.
#[derive(Clone, Debug)]
pub struct StatementAbout<'a> {
    /// The record it was made from.
    pub record: &'a CertificateRecord,
    /// The instant or day, as it was asked.
    pub asked: &'a str,
    /// The name under which the statement is downloaded.
    pub file: &'a str,
    /// The pin under which it was checked here.
    pub owner_key: String,
}

#[derive(Template)]
#[template(path = "statement.html")]
struct StatementPage<'a> {
    number: String,
    version: u32,
    asked: &'a str,
    from: String,
    until: String,
    known: Side,
    shown: Side,
    questions: Vec<QuestionRow>,
    test: bool,
    known_at: String,
    recorded: Option<String>,
    view: Option<CredentialView>,
    changes: Vec<Change>,
    owner_key: &'a str,
    file: &'a str,
}

/// One clock's answer.
pub(super) struct Side {
    pub(super) answer: String,
    pub(super) tone: Tone,
    pub(super) word: Bilingual,
    pub(super) state: Option<Bilingual>,
    pub(super) held: bool,
    pub(super) reasons: Vec<Told>,
}

/// An event that was in effect or on record within the period or before it.
struct Change {
    what: Bilingual,
    why: Bilingual,
    effective: String,
    recorded: String,
    late: bool,
}

/// Writes the page.
///
/// # Errors
/// When the template fails.
pub fn statement(about: &StatementAbout<'_>, report: &StatementReport) -> askama::Result<String> {
    let record = about.record;
    let changes = record.events.iter().map(|(event, bytes)| {
        let recorded = bytes.receipt.entry.recorded;
        Change {
            what: label::event(event.kind()),
            why: label::event_reason(event.change.reason()),
            effective: label::instant(event.effective),
            recorded: label::instant(recorded),
            late: recorded > report.until,
        }
    });
    StatementPage {
        number: record.credential.number.to_string(),
        version: record.credential.version.get(),
        asked: about.asked,
        from: label::instant(report.from),
        until: label::instant(report.until),
        known: side(&report.known),
        shown: side(&report.shown),
        questions: vec![
            question_row(QuestionName::Genuine, &report.genuine),
            question_row(QuestionName::Authorised, &report.authorised),
        ],
        test: report.test,
        known_at: label::instant(report.known_at),
        recorded: report.recorded.map(label::instant),
        view: report.credential.clone(),
        changes: changes.collect(),
        owner_key: &about.owner_key,
        file: about.file,
    }
    .render()
}

pub(super) fn side(standing: &Standing) -> Side {
    let told = |reason| Catalogue::get().and_then(|catalogue| catalogue.reason(reason));
    Side {
        answer: label::name_of(standing.answer),
        tone: match standing.answer {
            Answer::Yes => Tone::Good,
            Answer::CouldNotTell => Tone::Caution,
            Answer::No => Tone::Bad,
        },
        word: label::in_force(standing.answer),
        state: standing
            .state
            .map(|state| label::of_catalogue(|catalogue| catalogue.state(state.name()))),
        held: standing.held,
        reasons: match standing.answer {
            Answer::CouldNotTell => {
                let texts = standing.reasons.iter().filter_map(told);
                texts.map(|texts| texts.title).collect()
            }
            Answer::Yes | Answer::No => Vec::new(),
        },
    }
}

#[derive(Template)]
#[template(path = "absence.html")]
struct AbsencePage<'a> {
    number: String,
    asked: String,
    absence: &'a Absence,
    made_at: String,
    proves: [Bilingual; 2],
    does_not_prove: [Bilingual; 3],
    coverage: Coverage,
}

/// Writes the page on a number that is not here.
///
/// # Errors
/// When the template fails.
pub async fn absence(app: &App, absence: &Absence, number: &str, asked: &str) -> askama::Result<String> {
    AbsencePage {
        number: shortened(number),
        asked: shortened(asked),
        absence,
        made_at: label::instant(absence.made_at),
        proves: label::ABSENCE_PROVES,
        does_not_prove: label::ABSENCE_DOES_NOT_PROVE,
        coverage: Coverage::of(app).await,
    }
    .render()
}

struct AbsenceJson<'a> {
    asked: String,
    checkpoint: &'a str,
    coverage: Coverage,
    does_not_prove: Vec<BilingualJson>,
    entries: u64,
    made_at: touchstone_schemas::date_time::Timestamp,
    number: String,
    proves: Vec<BilingualJson>,
}

record! { write AbsenceJson<'_> {
    "asked": asked,
    "checkpoint": checkpoint,
    "coverage": coverage,
    "doesNotProve": does_not_prove,
    "entries": entries,
    "madeAt": made_at,
    "number": number,
    "proves": proves,
} }

struct BilingualJson {
    en: &'static str,
    zh: &'static str,
}

record! { write BilingualJson {
    "en": en,
    "zh": zh,
} }

impl From<Bilingual> for BilingualJson {
    fn from(text: Bilingual) -> Self {
        Self {
            en: text.en,
            zh: text.zh,
        }
    }
}

/// The statement that a number is not here, as JCS bytes.
pub async fn absence_json(app: &App, absence: &Absence, number: &str, asked: &str) -> Vec<u8> {
    to_canonical(&AbsenceJson {
        asked: shortened(asked),
        checkpoint: &absence.checkpoint,
        coverage: Coverage::of(app).await,
        does_not_prove: label::ABSENCE_DOES_NOT_PROVE
            .into_iter()
            .map(Into::into)
            .collect(),
        entries: absence.entries,
        made_at: absence.made_at,
        number: shortened(number),
        proves: label::ABSENCE_PROVES.into_iter().map(Into::into).collect(),
    })
}
