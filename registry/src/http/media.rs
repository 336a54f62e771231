//! Media types: what a client sends and what it would have.

use axum::http::{HeaderMap, StatusCode, header};

use super::Problem;
use crate::validity::WrittenForm;

/// The forms of a certificate's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RecordForm {
    /// `text/html`.
    Page,
    /// `application/json`.
    Json,
    /// `application/vc`.
    Credential,
}

impl RecordForm {
    /// What matches which form, the form preferred at equal weight first.
    const TYPES: [(Self, &'static [&'static str]); 3] = [
        (Self::Page, &["text/html", "application/xhtml+xml"]),
        (Self::Json, &["application/json"]),
        (Self::Credential, &["application/vc"]),
    ];

    /// The form an `Accept` header would have (RFC 9110 §12.5.1). A browser names `text/html`; a client that takes
    /// anything gets JSON. `None` when it takes none of them.
    pub(super) fn accepted(headers: &HeaderMap) -> Option<Self> {
        let accept = accept(headers);
        let mut best: Option<(u16, Self)> = None;
        for (form, types) in Self::TYPES {
            let weight = wanted(&accept, types);
            if weight > 0 && best.is_none_or(|(most, _)| weight > most) {
                best = Some((weight, form));
            }
        }
        let anything = || wanted(&accept, &["*/*", "application/*"]) > 0;
        match best {
            Some((_, form)) => Some(form),
            None if accept.is_empty() || anything() => Some(Self::Json),
            None => None,
        }
    }
}

/// The forms of what is either a page or JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageForm {
    /// `text/html`.
    Page,
    /// `application/json`.
    Json,
}

impl PageForm {
    /// The form asked for by name in the query (a link in a page cannot set a header), else by `Accept`.
    ///
    /// # Errors
    /// 400 for an unknown name, 406 for a client that takes neither.
    pub(super) fn wanted(named: Option<&str>, headers: &HeaderMap) -> Result<Self, Problem> {
        match named {
            Some("json") => return Ok(Self::Json),
            Some("html") => return Ok(Self::Page),
            Some(_) => return Err(Problem::query("format", 0, "wanted json or html")),
            None => {}
        }
        match RecordForm::accepted(headers) {
            Some(RecordForm::Page) => Ok(Self::Page),
            Some(RecordForm::Json) => Ok(Self::Json),
            Some(RecordForm::Credential) | None => {
                let status = StatusCode::NOT_ACCEPTABLE;
                let problem = Problem::new(status, "notAcceptable", "there is no such form of this");
                Err(problem.detail("text/html and application/json are served"))
            }
        }
    }
}

/// Whether a client would rather have a page than anything else we write: a browser that follows a link.
pub(super) fn is_for_people(headers: &HeaderMap) -> bool {
    headers.contains_key(header::ACCEPT) && RecordForm::accepted(headers) == Some(RecordForm::Page)
}

/// The weight of a media range in thousandths, when it is one of the types.
fn weight(range: &str, types: &[&str]) -> Option<u16> {
    let mut parts = range.split(';').map(str::trim);
    let name = parts.next()?.to_ascii_lowercase();
    if !types.contains(&name.as_str()) {
        return None;
    }
    let quality = parts.find_map(|part| part.strip_prefix("q="));
    Some(quality.map_or(1000, thousandths))
}

/// `0.8` → 800; anything else than RFC 9110's `qvalue` counts as 0.
fn thousandths(text: &str) -> u16 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    match (whole, digits) {
        ("1", true) if fraction.bytes().all(|byte| byte == b'0') => 1000,
        ("0", true) => format!("{fraction:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

/// Whether a body says it is JSON.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    content_type(headers).is_some_and(|name| name.eq_ignore_ascii_case("application/json"))
}

fn content_type(headers: &HeaderMap) -> Option<&str> {
    let media = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    media.split(';').next().map(str::trim)
}

/// The forms of a question about many certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CheckForm {
    /// `application/json`.
    Json,
    /// `text/csv`.
    Csv,
}

/// The form a question says it has.
///
/// # Errors
/// 415.
pub(super) fn check_form(headers: &HeaderMap) -> Result<CheckForm, Problem> {
    match content_type(headers) {
        Some(name) if name.eq_ignore_ascii_case("application/json") => Ok(CheckForm::Json),
        Some(name) if name.eq_ignore_ascii_case("text/csv") => Ok(CheckForm::Csv),
        _ => {
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            let problem = Problem::new(
                status,
                "unsupportedMediaType",
                "there is no such form of a question",
            );
            Err(problem.detail("application/json and text/csv are read"))
        }
    }
}

/// The form its answer is wanted in; that of the question for a client that takes anything.
///
/// # Errors
/// 406.
pub(super) fn check_answer_form(headers: &HeaderMap, asked_in: CheckForm) -> Result<WrittenForm, Problem> {
    let same = match asked_in {
        CheckForm::Json => WrittenForm::Json,
        CheckForm::Csv => WrittenForm::Csv,
    };
    let accept = accept(headers);
    let types: [(WrittenForm, &[&str]); 3] = [
        (WrittenForm::Json, &["application/json"]),
        (
            WrittenForm::JsonLines,
            &["application/x-ndjson", "application/jsonl"],
        ),
        (WrittenForm::Csv, &["text/csv"]),
    ];
    let weights = types.map(|(form, types)| (wanted(&accept, types), form == same, form));
    match weights
        .into_iter()
        .max_by_key(|(weight, same, _)| (*weight, *same))
    {
        Some((weight, _, form)) if weight > 0 => Ok(form),
        _ if accept.is_empty() || wanted(&accept, &["*/*", "application/*", "text/*"]) > 0 => Ok(same),
        _ => {
            let status = StatusCode::NOT_ACCEPTABLE;
            let problem = Problem::new(status, "notAcceptable", "there is no such form of this");
            Err(problem.detail("application/json, application/x-ndjson and text/csv are served"))
        }
    }
}

/// The media ranges of an `Accept` header.
fn accept(headers: &HeaderMap) -> Vec<&str> {
    let values = headers.get_all(header::ACCEPT).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect()
}

/// The greatest weight of one of the types; 0 when none is wanted.
fn wanted(accept: &[&str], types: &[&str]) -> u16 {
    let weights = accept.iter().filter_map(|range| weight(range, types));
    weights.max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(accept: &str) -> Option<RecordForm> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        RecordForm::accepted(&headers)
    }

    #[test]
    fn the_form_wanted_most_is_given() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for (accept, form) in [
            (browser, Some(RecordForm::Page)),
            ("*/*", Some(RecordForm::Json)),
            ("application/json", Some(RecordForm::Json)),
            (
                "application/vc, application/json;q=0.5",
                Some(RecordForm::Credential),
            ),
            ("text/html;q=0.1, application/json;q=0.2", Some(RecordForm::Json)),
            ("text/html;q=0, application/vc", Some(RecordForm::Credential)),
            ("image/png", None),
            ("text/html;q=2", None),
        ] {
            assert_eq!(accepted(accept), form, "{accept}");
        }
        assert_eq!(RecordForm::accepted(&HeaderMap::new()), Some(RecordForm::Json));
    }

    #[test]
    fn many_are_answered_in_the_form_of_the_question_unless_another_is_wanted() {
        use WrittenForm::{Csv, Json, JsonLines};
        for (accept, asked_in, form) in [
            ("", CheckForm::Csv, Some(Csv)),
            ("*/*", CheckForm::Json, Some(Json)),
            ("text/csv, application/json", CheckForm::Json, Some(Json)),
            ("text/csv, application/json", CheckForm::Csv, Some(Csv)),
            ("application/x-ndjson", CheckForm::Csv, Some(JsonLines)),
            ("text/csv, application/json;q=0.5", CheckForm::Json, Some(Csv)),
            ("image/png", CheckForm::Json, None),
        ] {
            let mut headers = HeaderMap::new();
            if !accept.is_empty() {
                headers.insert(header::ACCEPT, accept.parse().unwrap());
            }
            let found = check_answer_form(&headers, asked_in);
            assert_eq!(found.ok(), form, "{accept}");
        }
    }
}
