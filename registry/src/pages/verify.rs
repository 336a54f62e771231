//! The registry's own answer, for a phone that cannot check by itself, and the page that asks for a number.

use askama::Template;
use touchstone_verifier::{
    reason::{Effect, QuestionName, Reason},
    report::{Answer, Headline, Question, Report},
    view::CredentialView,
};

use super::{Bilingual, Catalogue, Coverage, catalogue::ReasonTexts, certificate::Tone, label};
use crate::{http::App, record::CertificateRecord};

/// What the page is read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visitor {
    /// A browser.
    Browser,
    /// WeChat's, which is told how to open a real one.
    WeChat,
}

#[derive(Template)]
#[template(path = "form.html")]
struct FormPage {
    wechat: bool,
}

/// The page that asks for a number.
///
/// # Errors
/// When the template fails.
pub fn form(visitor: Visitor) -> askama::Result<String> {
    FormPage {
        wechat: visitor == Visitor::WeChat,
    }
    .render()
}

#[derive(Template)]
#[template(path = "answer.html")]
struct AnswerPage {
    wechat: bool,
    headline: Bilingual,
    headline_name: String,
    state: Option<Bilingual>,
    sentence: Bilingual,
    tone: Tone,
    test: bool,
    checked_at: String,
    status_as_of: Option<String>,
    questions: Vec<QuestionRow>,
    view: Option<CredentialView>,
    number: String,
    version: u32,
    successor: Option<(String, u32)>,
}

/// A question with its answer, for a page.
pub(super) struct QuestionRow {
    pub(super) name: String,
    pub(super) question: Bilingual,
    pub(super) answer: Bilingual,
    pub(super) answer_name: String,
    pub(super) reasons: Vec<(String, ReasonTexts)>,
}

/// The verifier's Report as a page, worded as the registry's answer.
///
/// # Errors
/// When the template fails.
pub fn answer(record: &CertificateRecord, report: &Report, visitor: Visitor) -> askama::Result<String> {
    let headline = label::name_of(report.headline);
    let test = report.test;
    let tone = match report.headline {
        Headline::InForce => Tone::Good,
        Headline::NotInForce | Headline::NotGenuine | Headline::NotAuthorised => Tone::Bad,
        Headline::CouldNotTell => Tone::Caution,
    };
    let state = report.state.map(label::name_of);
    let questions = [
        (QuestionName::Genuine, &report.genuine),
        (QuestionName::Authorised, &report.authorised),
        (QuestionName::InForce, &report.in_force),
    ];
    AnswerPage {
        wechat: visitor == Visitor::WeChat,
        headline: label::of_catalogue(|catalogue| catalogue.headline(&headline, test)),
        sentence: label::of_catalogue(|catalogue| catalogue.sentence(&headline)),
        state: state.map(|name| label::of_catalogue(|catalogue| catalogue.state(&name))),
        headline_name: headline,
        tone,
        test,
        checked_at: label::instant(report.checked_at),
        status_as_of: report.status_as_of.map(label::instant),
        questions: questions
            .into_iter()
            .map(|(name, question)| question_row(name, question))
            .collect(),
        view: report.credential.clone(),
        number: record.credential.number.to_string(),
        version: record.credential.version.get(),
        successor: record
            .successor()
            .map(|successor| (successor.number.to_string(), successor.version.get())),
    }
    .render()
}

/// A question with the reasons people must know: all of an answer that is not yes, notices else.
pub(super) fn question_row(name: QuestionName, question: &Question) -> QuestionRow {
    let name = label::name_of(name);
    let answer_name = label::name_of(question.answer);
    let told = |effect: Effect| question.answer != Answer::Yes || effect == Effect::Notice;
    let reasons = question
        .reasons
        .iter()
        .filter(|reason| told(reason.code.effect()));
    let text = |reason: &Reason| {
        let text = Catalogue::get().and_then(|catalogue| catalogue.reason(reason))?;
        Some((reason.code.code().to_owned(), text))
    };
    QuestionRow {
        question: label::of_catalogue(|catalogue| catalogue.question(&name)),
        answer: label::of_catalogue(|catalogue| catalogue.answer(&answer_name)),
        reasons: reasons.filter_map(text).collect(),
        name,
        answer_name,
    }
}

#[derive(Template)]
#[template(path = "not_here.html")]
struct NotHerePage {
    number: String,
    coverage: Coverage,
}

/// The page on a number that is not here. It says what this registry covers, and nothing about the paper.
///
/// # Errors
/// When the template fails.
pub async fn not_here(app: &App, number: &str) -> askama::Result<String> {
    NotHerePage {
        number: shortened(number),
        coverage: Coverage::of(app).await,
    }
    .render()
}

/// What somebody typed is shown again, shortened.
pub(super) fn shortened(typed: &str) -> String {
    typed.chars().take(40).collect()
}
