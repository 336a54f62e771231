//! The answer written, some hundred rows at a time, as its reader takes them: nothing of it is held whole.

use touchstone_schemas::{
    date_time::Timestamp,
    jcs::{ObjectWriter, to_canonical},
};

use super::{CheckedCertificate, CheckedRow, Question, Row, answer::answer};
use crate::csv::push_line;
use crate::{statement::Period, tlog::Shared};

/// Rows of a piece: some milliseconds for which the ledger is read at a time.
const PIECE_ROWS: usize = 200;
/// Columns of the CSV.
const HEADING: &[u8] =
    b"row,asked,result,number,version,state,state_since,level,valid_from,valid_until,successor,fault,detail\r\n";

/// The forms of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenForm {
    /// One JSON object.
    Json,
    /// A JSON object a row and line.
    JsonLines,
    /// RFC 4180 with a heading, a line for every certificate.
    Csv,
}

/// An answer in the writing: pieces of bytes, in order.
#[derive(Debug)]
pub struct Written {
    shared: Shared,
    rows: std::vec::IntoIter<Row>,
    form: WrittenForm,
    period: Period,
    /// No later event counts, also when it is recorded while the answer is written.
    as_of: Timestamp,
    next: Next,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Head,
    FirstRows,
    Rows,
    End,
}

impl Written {
    /// Answers a question: where each certificate stood throughout a period, as known now.
    #[must_use]
    pub fn new(
        shared: Shared,
        question: Question,
        period: Period,
        now: Timestamp,
        form: WrittenForm,
    ) -> Self {
        // The log's clock may be a little ahead of ours after ours stepped back.
        let as_of = now.max(shared.read().last_recorded);
        Self {
            shared,
            rows: question.rows.into_iter(),
            form,
            period,
            as_of,
            next: Next::Head,
        }
    }

    fn head(&self) -> Vec<u8> {
        match self.form {
            WrittenForm::Csv => HEADING.to_vec(),
            WrittenForm::JsonLines => Vec::new(),
            WrittenForm::Json => {
                let mut out = Vec::new();
                let mut object = ObjectWriter::open(&mut out);
                object.member("asOf", &self.as_of).object("at", |at| {
                    at.member("from", &self.period.from)
                        .member("until", &self.period.until);
                });
                object.name("rows").push(b'[');
                out
            }
        }
    }

    fn piece(&mut self, first: bool) -> Vec<u8> {
        let mut out = Vec::new();
        let published = self.shared.read();
        for (place, row) in self.rows.by_ref().take(PIECE_ROWS).enumerate() {
            let row = answer(&published.ledger, row, self.period, self.as_of);
            match self.form {
                WrittenForm::Csv => write_lines(&row, &mut out),
                WrittenForm::JsonLines => {
                    out.extend(to_canonical(&row));
                    out.push(b'\n');
                }
                WrittenForm::Json => {
                    if !(first && place == 0) {
                        out.push(b',');
                    }
                    out.extend(to_canonical(&row));
                }
            }
        }
        out
    }
}

impl Iterator for Written {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        if self.next == Next::Head {
            self.next = Next::FirstRows;
            let head = self.head();
            if !head.is_empty() {
                return Some(head);
            }
        }
        if self.next == Next::End {
            return None;
        }
        if self.rows.len() > 0 {
            let first = self.next == Next::FirstRows;
            self.next = Next::Rows;
            return Some(self.piece(first));
        }
        self.next = Next::End;
        (self.form == WrittenForm::Json).then(|| b"]}".to_vec())
    }
}

/// The lines of a row: one a certificate, and one of a row that has none.
fn write_lines(row: &CheckedRow, out: &mut Vec<u8>) {
    if row.certificates.is_empty() {
        write_line(row, None, out);
    }
    for certificate in &row.certificates {
        write_line(row, Some(certificate), out);
    }
}

fn write_line(row: &CheckedRow, certificate: Option<&CheckedCertificate>, out: &mut Vec<u8>) {
    let of = |pick: &dyn Fn(&CheckedCertificate) -> String| certificate.map_or_else(String::new, pick);
    let fault = row.fault.as_ref();
    let cells = [
        row.row.to_string(),
        row.asked.clone(),
        row.result.name().to_owned(),
        of(&|found| found.number.to_string()),
        of(&|found| found.version.to_string()),
        of(&|found| found.state.name().to_owned()),
        of(&|found| {
            found
                .state_since
                .map_or_else(String::new, |since| since.to_string())
        }),
        of(&|found| found.level.get().to_string()),
        of(&|found| found.valid_from.to_string()),
        of(&|found| found.valid_until.to_string()),
        of(&|found| {
            let successor = found.successor.as_ref();
            successor.map_or_else(String::new, |next| format!("{} {}", next.number, next.version))
        }),
        fault.map_or_else(String::new, |fault| fault.code.clone()),
        fault.map_or_else(String::new, |fault| fault.detail.clone()),
    ];
    let mut line = String::new();
    push_line(&mut line, cells);
    out.extend_from_slice(line.as_bytes());
}
