//! The answer for people: verdict first, then whose certificate it is, then the questions with their reasons.

use std::fmt::Write as _;
use std::io::IsTerminal as _;

use touchstone_schemas::date_time::{Date, Timestamp};
use touchstone_verifier::reason::Reason;
use touchstone_verifier::report::{Answer, Headline, Question, Report, StateName};
use touchstone_verifier::statement::{Standing, StatementReport};
use touchstone_verifier::view::CredentialView;

use crate::arguments::Language;
use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::{IN_FORCE, NOT};

/// The texts used here besides verdicts, states, questions, answers and reasons; a test finds each in both languages.
#[cfg(test)]
pub(crate) const LABELS: [&str; 22] = [
    "page.statement.known",
    "page.statement.shown",
    "page.statement.notHeld",
    "page.statement.period",
    "page.statement.knownAt",
    "page.statusAsOf",
    "page.checkedAt",
    "page.clock",
    "page.demonstration",
    "page.whatToDo",
    "page.number",
    "page.version",
    "page.unit",
    "page.fromTo",
    "page.levels.3.name",
    "page.fields.scope",
    "page.fields.standards",
    "page.fields.validity",
    "page.fields.body",
    "headlines.inForce.test",
    "headlines.inForce.sentence",
    "states.withdrawn",
];

const CHINA_OFFSET_SECONDS: i64 = 8 * 3_600;
const DAY_SECONDS: i64 = 86_400;

/// Whether the terminal shows colours; icon and word stand beside them always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Coloured,
}

impl Style {
    /// Of standard output: colours on a terminal, unless nobody wants them (no-color.org).
    pub(crate) fn of_output() -> Self {
        let coloured = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        if coloured { Self::Coloured } else { Self::Plain }
    }
}

/// How good the news is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tone {
    Good,
    Bad,
    Unsure,
}

/// The whole answer, with a newline at its end.
pub(crate) fn report(report: &Report, catalogue: &Catalogue, style: Style) -> String {
    let mut out = String::new();
    verdict(&mut out, report, catalogue, style);
    if let Some(credential) = &report.credential {
        whose(&mut out, credential, catalogue);
    }
    out.push('\n');
    let asked = [
        ("genuine", &report.genuine),
        ("authorised", &report.authorised),
        ("inForce", &report.in_force),
    ];
    let need = report
        .covers_need
        .as_ref()
        .map(|question| ("coversNeed", question));
    for (name, question) in asked.into_iter().chain(need) {
        answered(&mut out, name, question, catalogue, style);
    }
    out
}

/// One of many, on a line: the verdict, what was given, number and holder where they are known, or why there is none.
pub(crate) fn row(
    name: &str,
    answer: Result<&Report, &Error>,
    exit: u8,
    catalogue: &Catalogue,
    style: Style,
) -> String {
    let tone = match exit {
        IN_FORCE => Tone::Good,
        NOT => Tone::Bad,
        _ => Tone::Unsure,
    };
    let (verdict, rest) = match answer {
        Ok(report) => (word(report, catalogue), report.credential.as_ref().map(known_by)),
        Err(error) => (
            catalogue.text("headlines.couldNotTell.word"),
            Some(error.to_string()),
        ),
    };
    let mut out = String::new();
    tinted(&mut out, &format!("{} {verdict}", icon(tone)), tone, style);
    let mut row = out.trim_end().to_owned();
    for part in std::iter::once(name.to_owned()).chain(rest) {
        row.push('\t');
        row.push_str(&printable(&part));
    }
    row
}

fn known_by(credential: &CredentialView) -> String {
    format!("{} · {}", credential.number, credential.holder.name)
}

/// How many came to what.
pub(crate) fn counts([in_force, not, open]: [usize; 3], catalogue: &Catalogue) -> String {
    let parts = [
        (Tone::Good, in_force, "inForce"),
        (Tone::Bad, not, "notInForce"),
        (Tone::Unsure, open, "couldNotTell"),
    ];
    let parts = parts.map(|(tone, count, headline)| {
        let word = catalogue.text(&format!("headlines.{headline}.word"));
        format!("{} {word}: {count}", icon(tone))
    });
    parts.join(" · ")
}

/// The whole answer on a statement: both clocks, then whose certificate it is, then what carries it.
pub(crate) fn statement(report: &StatementReport, catalogue: &Catalogue, style: Style) -> String {
    let mut out = String::new();
    let period = [("from", instant(report.from)), ("until", instant(report.until))];
    line(&mut out, &catalogue.with("page.statement.period", period));
    for (label, standing) in [("known", &report.known), ("shown", &report.shown)] {
        stood(&mut out, label, standing, catalogue, style);
    }
    if report.test {
        line(&mut out, &format!("  {}", catalogue.text("page.demonstration")));
    }
    let known_at = [("at", instant(report.known_at))];
    line(
        &mut out,
        &format!("  {}", catalogue.with("page.statement.knownAt", known_at)),
    );
    if let Some(credential) = &report.credential {
        whose(&mut out, credential, catalogue);
    }
    out.push('\n');
    for (name, question) in [("genuine", &report.genuine), ("authorised", &report.authorised)] {
        answered(&mut out, name, question, catalogue, style);
    }
    out
}

fn stood(out: &mut String, label: &str, standing: &Standing, catalogue: &Catalogue, style: Style) {
    let (tone, answer) = match standing.answer {
        Answer::Yes => (Tone::Good, "yes"),
        Answer::No => (Tone::Bad, "no"),
        Answer::CouldNotTell => (Tone::Unsure, "couldNotTell"),
    };
    let answer = catalogue.text(&format!("answers.{answer}"));
    let state = match standing.state {
        Some(state) => format!(" · {}", catalogue.text(&format!("states.{}", state_name(state)))),
        None if standing.held => String::new(),
        None => format!(" · {}", catalogue.text("page.statement.notHeld")),
    };
    let asked = catalogue.text(&format!("page.statement.{label}"));
    tinted(
        out,
        &format!("{} {asked}: {answer}{state}", icon(tone)),
        tone,
        style,
    );
    if standing.answer == Answer::CouldNotTell {
        for reason in &standing.reasons {
            line(out, &format!("    {}", reason_text(reason, "title", catalogue)));
        }
    }
}

fn verdict(out: &mut String, report: &Report, catalogue: &Catalogue, style: Style) {
    let tone = match report.headline {
        Headline::InForce if report.test => Tone::Unsure,
        Headline::InForce => Tone::Good,
        Headline::CouldNotTell => Tone::Unsure,
        Headline::NotInForce | Headline::NotGenuine | Headline::NotAuthorised => Tone::Bad,
    };
    tinted(
        out,
        &format!("{} {}", icon(tone), word(report, catalogue)),
        tone,
        style,
    );
    line(out, &format!("  {}", sentence(report, catalogue)));
    if report.test {
        line(out, &format!("  {}", catalogue.text("page.demonstration")));
    }
    let time = |label: &str, at: Timestamp| {
        format!(
            "  {}  {} ({})",
            catalogue.text(label),
            instant(at),
            catalogue.text("page.clock")
        )
    };
    if let Some(as_of) = report.status_as_of {
        line(out, &time("page.statusAsOf", as_of));
    }
    line(out, &time("page.checkedAt", report.checked_at));
}

/// The verdict in one word; of what is not in force, the state.
fn word(report: &Report, catalogue: &Catalogue) -> String {
    match (report.headline, report.state) {
        (Headline::NotInForce, Some(state)) => catalogue.text(&format!("states.{}", state_name(state))),
        (Headline::InForce, _) if report.test => catalogue.text("headlines.inForce.test"),
        (headline, _) => catalogue.text(&format!("headlines.{}.word", headline_name(headline))),
    }
}

/// Why, in a sentence: the most telling reason of the first question not answered with yes.
fn sentence(report: &Report, catalogue: &Catalogue) -> String {
    let questions = [
        Some(&report.genuine),
        Some(&report.authorised),
        Some(&report.in_force),
        report.covers_need.as_ref(),
    ];
    let open = questions
        .into_iter()
        .flatten()
        .find(|question| question.answer != Answer::Yes);
    match open.and_then(|question| question.reasons.first()) {
        Some(reason) => reason_text(reason, "cause", catalogue),
        None => catalogue.text(&format!("headlines.{}.sentence", headline_name(report.headline))),
    }
}

fn whose(out: &mut String, credential: &CredentialView, catalogue: &Catalogue) {
    let chinese = catalogue.language() == Language::Chinese;
    let either = |native: &str, english: Option<&str>| match english {
        Some(english) if !chinese => format!("{english} · {native}"),
        _ => native.to_owned(),
    };
    let holder = &credential.holder;
    out.push('\n');
    line(
        out,
        &format!(
            "  {}",
            either(
                holder.name.as_str(),
                holder.name_en.as_ref().map(|name| name.as_str())
            )
        ),
    );
    if let Some(unit) = &credential.assessed_unit {
        let name = either(
            unit.name.as_str(),
            unit.name_en.as_ref().map(|name| name.as_str()),
        );
        line(
            out,
            &format!("  {}", catalogue.with("page.unit", [("unit", name)])),
        );
    }
    let grade = &credential.grade;
    let level = match catalogue.language() {
        Language::Chinese => format!("{} {}", grade.name, grade.stage),
        Language::English => catalogue.text(&format!("page.levels.{}.name", grade.level.get())),
    };
    line(out, &format!("  {level} {}", grade.stars));
    let standards: Vec<&str> = credential
        .standards
        .iter()
        .map(|standard| standard.number.as_str())
        .collect();
    let version = catalogue.with("page.version", [("version", credential.version.to_string())]);
    let validity = [
        ("from", credential.valid_from.to_string()),
        ("until", credential.valid_until.to_string()),
    ];
    let facts = [
        ("page.number", format!("{} · {version}", credential.number)),
        (
            "page.fields.scope",
            either(
                credential.scope.as_str(),
                credential.scope_en.as_ref().map(|scope| scope.as_str()),
            ),
        ),
        ("page.fields.standards", standards.join(", ")),
        ("page.fields.validity", catalogue.with("page.fromTo", validity)),
        (
            "page.fields.body",
            either(
                credential.issuer.name.as_str(),
                Some(credential.issuer.name_en.as_str()),
            ),
        ),
    ];
    for (label, fact) in facts {
        line(out, &format!("  {}: {fact}", catalogue.text(label)));
    }
}

fn answered(out: &mut String, name: &str, question: &Question, catalogue: &Catalogue, style: Style) {
    let (tone, answer) = match question.answer {
        Answer::Yes => (Tone::Good, "yes"),
        Answer::No => (Tone::Bad, "no"),
        Answer::CouldNotTell => (Tone::Unsure, "couldNotTell"),
    };
    let asked = catalogue.text(&format!("questions.{name}"));
    let answer = catalogue.text(&format!("answers.{answer}"));
    tinted(out, &format!("{} {asked}: {answer}", icon(tone)), tone, style);
    for reason in &question.reasons {
        line(
            out,
            &format!(
                "    {} [{}]",
                reason_text(reason, "title", catalogue),
                reason.code.code()
            ),
        );
        if question.answer != Answer::Yes {
            line(out, &format!("      {}", reason_text(reason, "cause", catalogue)));
            let action = reason_text(reason, "action", catalogue);
            line(
                out,
                &format!("      {} {action}", catalogue.text("page.whatToDo")),
            );
            let facts: Vec<String> = reason
                .facts
                .iter()
                .map(|(name, fact)| format!("{name}: {fact}"))
                .collect();
            if !facts.is_empty() {
                line(out, &format!("      ({})", facts.join(" · ")));
            }
        }
    }
}

fn reason_text(reason: &Reason, part: &str, catalogue: &Catalogue) -> String {
    let facts = reason.facts.iter().map(|(name, fact)| (name, fact.to_owned()));
    catalogue.with(&format!("reasons.{}.{part}", reason.code.code()), facts)
}

const fn headline_name(headline: Headline) -> &'static str {
    match headline {
        Headline::InForce => "inForce",
        Headline::NotInForce => "notInForce",
        Headline::NotGenuine => "notGenuine",
        Headline::NotAuthorised => "notAuthorised",
        Headline::CouldNotTell => "couldNotTell",
    }
}

const fn state_name(state: StateName) -> &'static str {
    match state {
        StateName::NotYetValid => "notYetValid",
        StateName::Valid => "valid",
        StateName::OverdueInGrace => "overdueInGrace",
        StateName::SurveillanceOverdue => "surveillanceOverdue",
        StateName::Suspended => "suspended",
        StateName::Withdrawn => "withdrawn",
        StateName::Cancelled => "cancelled",
        StateName::Superseded => "superseded",
        StateName::Expired => "expired",
    }
}

const fn icon(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "✔",
        Tone::Bad => "✘",
        Tone::Unsure => "?",
    }
}

/// A line in the colour of its tone (ECMA-48 §8.3.117, bold).
fn tinted(out: &mut String, text: &str, tone: Tone, style: Style) {
    let colour = match (style, tone) {
        (Style::Plain, _) => return line(out, text),
        (Style::Coloured, Tone::Good) => 32,
        (Style::Coloured, Tone::Bad) => 31,
        (Style::Coloured, Tone::Unsure) => 33,
    };
    // Writing to a String cannot fail.
    let _ = writeln!(out, "\u{1b}[1;{colour}m{}\u{1b}[0m", printable(text));
}

fn line(out: &mut String, text: &str) {
    out.push_str(&printable(text));
    out.push('\n');
}

/// The text without what would command a terminal or turn the direction of reading: reasons quote hostile documents.
pub(crate) fn printable(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .map(|c| if c.is_control() || turns(c) { '\u{fffd}' } else { c })
        .collect()
}

/// An instant on the clock of China, by which certificates go.
fn instant(at: Timestamp) -> String {
    let in_day = (at.unix() + CHINA_OFFSET_SECONDS).rem_euclid(DAY_SECONDS);
    format!(
        "{} {:02}:{:02}",
        Date::of(at),
        in_day / 3_600,
        in_day % 3_600 / 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_on_the_clock_of_china() {
        assert_eq!(
            instant("2026-03-01T17:05:09Z".parse().unwrap()),
            "2026-03-02 01:05"
        );
        assert_eq!(
            instant("1970-01-01T00:00:00Z".parse().unwrap()),
            "1970-01-01 08:00"
        );
    }

    #[test]
    fn nothing_quoted_commands_the_terminal() {
        let mut out = String::new();
        tinted(&mut out, "a\u{1b}[2Jb\r\nc\u{202e}d", Tone::Bad, Style::Coloured);
        assert_eq!(
            out,
            "\u{1b}[1;31ma\u{fffd}[2Jb\u{fffd}\u{fffd}c\u{fffd}d\u{1b}[0m\n"
        );
    }
}
