//! The audit trail of a case, as a page, as a table, and as it is stored.

use askama::Template;
use axum::response::Response;
use touchstone_schemas::{date_time::Date, digest::Sha256Digest};

use super::{acts::seen, download, page, words};
use crate::{
    casework::{Act, CaseContent, Content},
    console::{Console, gate::Call, language::Said, page::Frame, refused::Refused},
};

#[derive(Template)]
#[template(path = "console/trail.html")]
struct TrailPage<'a> {
    frame: &'a Frame,
    number: u32,
    rows: Vec<Row>,
}

struct Row {
    sequence: u32,
    at: String,
    who: String,
    role: Option<Said>,
    act: Said,
    digest: Sha256Digest,
    document: String,
}

async fn acts(console: &Console, call: &Call) -> Result<(u32, Vec<Act<CaseContent>>), Refused> {
    let number = seen(console, call).await?.number();
    Ok((number, console.store().await.case_acts(number).await?))
}

pub(super) async fn page_of(console: &Console, call: &Call) -> Result<Response, Refused> {
    let (number, acts) = acts(console, call).await?;
    let (language, personnel) = (call.frame.language, &call.visitor()?.personnel);
    let row = |act: &Act<CaseContent>| {
        let (zh, en) = words::act(act.content.kind());
        let document = act.to_bytes();
        Row {
            sequence: act.sequence,
            at: act.at.to_string(),
            who: act
                .by
                .as_ref()
                .map_or_else(String::new, |by| words::who(personnel, by, Date::of(act.at))),
            role: act.by.as_ref().map(|by| {
                let (zh, en) = words::role(by.role);
                language.t(zh, en)
            }),
            act: language.t(zh, en),
            digest: Sha256Digest::of(&document),
            document: String::from_utf8_lossy(&document).into_owned(),
        }
    };
    page(&TrailPage {
        frame: &call.frame,
        number,
        rows: acts.iter().map(row).collect(),
    })
}

pub(super) async fn table(console: &Console, call: &Call) -> Result<Response, Refused> {
    let (number, acts) = acts(console, call).await?;
    let mut out = "sequence,at,kind,person,role,onBehalfOf,digest,document\r\n".to_owned();
    for act in &acts {
        let document = act.to_bytes();
        let by = act.by.as_ref();
        let cells = [
            act.sequence.to_string(),
            act.at.to_string(),
            act.content.kind().to_owned(),
            by.map_or_else(String::new, |by| by.person.to_string()),
            by.map_or_else(String::new, |by| by.role.name().to_owned()),
            by.and_then(|by| by.delegator())
                .map_or_else(String::new, ToString::to_string),
            Sha256Digest::of(&document).to_string(),
            String::from_utf8_lossy(&document).into_owned(),
        ];
        out.push_str(&cells.map(|text| cell(&text)).join(","));
        out.push_str("\r\n");
    }
    Ok(download(
        &format!("case-{number}-trail.csv"),
        "text/csv; charset=utf-8",
        out.into_bytes(),
    ))
}

/// A cell (RFC 4180) that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

pub(super) async fn records(console: &Console, call: &Call) -> Result<Response, Refused> {
    let (number, acts) = acts(console, call).await?;
    let acts: Vec<String> = acts
        .iter()
        .map(|act| String::from_utf8_lossy(&act.to_bytes()).into_owned())
        .collect();
    let out = format!("[{}]\n", acts.join(",\n"));
    Ok(download(
        &format!("case-{number}-trail.json"),
        "application/json",
        out.into_bytes(),
    ))
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
        assert_eq!(cell("@SUM(A1)"), "\"'@SUM(A1)\"");
        assert_eq!(cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
    }
}
