//! One statement on a list of firms: a page to print and file, and the file that proves it.

use askama::Template;
use touchstone_schemas::{
    credential::CredentialNumber, credential::Version, date_time::Timestamp, jcs::to_canonical, record,
};
use touchstone_verifier::statement::{Statement, StatementReport};

use super::{
    Bilingual, label,
    statement::{Side, side},
};
use crate::{record::CertificateRecord, statement::Period};

/// A certificate of a firm: what proves where it stood, and what that proof gave when it was checked here.
#[derive(Debug)]
pub struct FirmRow {
    /// What anybody can check.
    pub statement: Box<Statement>,
    /// The record it was made from.
    pub record: Box<CertificateRecord>,
    /// What the verifier said.
    pub report: StatementReport,
}

/// A statement on a list of firms.
#[derive(Debug)]
pub struct FirmsPage {
    /// What is asked about.
    pub period: Period,
    /// When it was made.
    pub made_at: Timestamp,
    /// The newest checkpoint then.
    pub checkpoint: String,
    /// The pin under which it was checked here.
    pub owner_key: String,
    /// Each firm as it was asked, with its certificates.
    pub firms: Vec<(String, Vec<FirmRow>)>,
}

#[derive(Template)]
#[template(path = "firms.html")]
struct Page<'a> {
    from: String,
    until: String,
    made_at: String,
    checkpoint: &'a str,
    owner_key: &'a str,
    firms: Vec<Firm<'a>>,
    certificates: usize,
    any_test: bool,
}

struct Firm<'a> {
    asked: &'a str,
    rows: Vec<Row>,
}

/// A line of the page. What is not genuine shows nothing of the document as fact.
struct Row {
    number: String,
    version: u32,
    holder: Option<String>,
    unit: Option<String>,
    level: Option<String>,
    valid: Option<String>,
    known: Side,
    shown: Side,
    index: String,
    last: Option<(Bilingual, String)>,
}

/// Writes the page.
///
/// # Errors
/// When the template fails.
pub fn firms(page: &FirmsPage) -> askama::Result<String> {
    let firms = page.firms.iter().map(|(asked, rows)| Firm {
        asked,
        rows: rows.iter().map(row).collect(),
    });
    let all = || page.firms.iter().flat_map(|(_, rows)| rows);
    Page {
        from: label::instant(page.period.from),
        until: label::instant(page.period.until),
        made_at: label::instant(page.made_at),
        checkpoint: &page.checkpoint,
        owner_key: &page.owner_key,
        firms: firms.collect(),
        certificates: all().count(),
        any_test: all().any(|row| row.report.test),
    }
    .render()
}

fn row(row: &FirmRow) -> Row {
    let FirmRow { record, report, .. } = row;
    let genuine = report.credential.is_some();
    let credential = &record.credential;
    let unit = credential.assessed_unit.as_ref();
    let events = record.events.iter().rev();
    let mut before = events.filter(|(event, _)| event.effective <= report.until);
    let last = before.next().map(|(event, bytes)| {
        let effective = label::instant(event.effective);
        let index = receipt_index(&bytes.receipt.proof);
        (label::event(event.kind()), format!("{effective} #{index}"))
    });
    Row {
        number: credential.number.to_string(),
        version: credential.version.get(),
        holder: genuine.then(|| credential.holder.name.to_string()),
        unit: unit.filter(|_| genuine).map(|unit| unit.name.to_string()),
        level: genuine.then(|| credential.grade.name.to_string()),
        valid: genuine.then(|| format!("{} – {}", credential.valid_from, credential.valid_until)),
        known: side(&report.known),
        shown: side(&report.shown),
        index: receipt_index(&record.credential_document.receipt.proof).to_owned(),
        last,
    }
}

/// The index that a tlog-proof names (C2SP tlog-proof, second line).
fn receipt_index(proof: &str) -> &str {
    let line = proof.lines().find_map(|line| line.strip_prefix("index "));
    line.unwrap_or("—")
}

struct FirmsJson<'a> {
    checkpoint: &'a str,
    firms: Vec<FirmJson<'a>>,
    from: Timestamp,
    made_at: Timestamp,
    until: Timestamp,
}

record! { write FirmsJson<'_> {
    "checkpoint": checkpoint,
    "firms": firms,
    "from": from,
    "madeAt": made_at,
    "until": until,
} }

struct FirmJson<'a> {
    asked: &'a str,
    certificates: Vec<RowJson<'a>>,
}

record! { write FirmJson<'_> {
    "asked": asked,
    "certificates": certificates,
} }

struct RowJson<'a> {
    number: &'a CredentialNumber,
    report: &'a StatementReport,
    statement: &'a Statement,
    version: Version,
}

record! { write RowJson<'_> {
    "number": number,
    "report": report,
    "statement": statement,
    "version": version,
} }

/// The same with the statements themselves, each of which `touchstone-verify` checks on its own.
#[must_use]
pub fn firms_json(page: &FirmsPage) -> Vec<u8> {
    let firms = page.firms.iter().map(|(asked, rows)| FirmJson {
        asked,
        certificates: rows
            .iter()
            .map(|row| RowJson {
                number: &row.record.credential.number,
                report: &row.report,
                statement: &row.statement,
                version: row.record.credential.version,
            })
            .collect(),
    });
    to_canonical(&FirmsJson {
        checkpoint: &page.checkpoint,
        firms: firms.collect(),
        from: page.period.from,
        made_at: page.made_at,
        until: page.period.until,
    })
}
