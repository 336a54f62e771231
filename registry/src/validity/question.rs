//! What is asked: a row each, from JSON (`{"items":[…],"at"?:…}`) or from the first column of a CSV.

use std::collections::HashMap;

use touchstone_schemas::{
    budget::{MAX_VALIDITY_BYTES, MAX_VALIDITY_ROWS},
    credential::{CredentialNumber, NumberError},
    json::{self, JsonError, Value},
    uscc::{Uscc, UsccError},
};

use super::csv::{CsvFault, CsvRows};

/// Characters of a row that are said again in the answer; a number has at most 32.
const ECHO_CHARS: usize = 40;
/// What the heading of a column of numbers or codes may be; one with other letters than ours is a heading as well.
const HEADINGS: [&str; 6] = [
    "NUMBER",
    "USCC",
    "ITEM",
    "ITEMS",
    "CERTIFICATE",
    "CERTIFICATENUMBER",
];

/// What a row asks about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A certificate.
    Number(CredentialNumber),
    /// Every certificate of a legal entity and its units.
    Holder(Uscc),
    /// A certificate, or when there is none of that number, a legal entity: some texts can be either.
    Either(CredentialNumber, Uscc),
}

/// Why a row asks nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    /// Nothing in it.
    #[error("the row is empty")]
    Empty,
    /// An item that is no string.
    #[error("the item is not a string")]
    NotText,
    /// Neither form.
    #[error("neither a certificate number nor a unified social credit code: {0}")]
    Form(NumberError),
    /// A code nobody holds here, whose check character is wrong: perhaps a slip of the pen.
    #[error("no certificate of this code is here, and {0}")]
    CheckCharacter(UsccError),
    /// The same code again: its certificates stand at the first.
    #[error("the code of row {first} again")]
    Repeated {
        /// The first row with it.
        first: u32,
    },
    /// More than one column: nothing but the number or code is wanted.
    #[error("{found} columns hold something, wanted one")]
    Columns {
        /// Columns that are not empty.
        found: usize,
    },
    /// Not CSV.
    #[error(transparent)]
    Csv(#[from] CsvFault),
}

impl RowFault {
    /// Its code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotText => "notText",
            Self::Form(_) => "notANumberOrCode",
            Self::CheckCharacter(_) => "checkCharacter",
            Self::Repeated { .. } => "repeated",
            Self::Columns { .. } => "tooManyColumns",
            Self::Csv(_) => "malformedRow",
        }
    }
}

/// A row of the question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which: the item's place, or the row of the sheet, both from 1.
    pub row: u32,
    /// Its text as it came, shortened.
    pub text: String,
    /// What it asks.
    pub asked: Result<Asked, RowFault>,
}

/// The whole question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its rows in order, at most [`MAX_VALIDITY_ROWS`].
    pub rows: Vec<Row>,
    /// The instant or day asked about, as it came.
    pub at: Option<String>,
}

/// Why a body is no question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// Not strict JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Not the object wanted.
    #[error("wanted {{\"items\":[…]}}, and perhaps \"at\", a string")]
    Shape {
        /// Where it is not, a JSON pointer.
        pointer: &'static str,
    },
    /// No row.
    #[error("no row is asked about")]
    NoRow,
    /// Too many rows.
    #[error("more than {MAX_VALIDITY_ROWS} rows")]
    TooManyRows,
}

/// Reads a question in JSON.
///
/// # Errors
/// [`QuestionError`]; a bad item is a fault of its row alone.
pub fn read_json(body: &[u8]) -> Result<Question, QuestionError> {
    let value = json::parse(body, MAX_VALIDITY_BYTES)?;
    let shape = |pointer| QuestionError::Shape { pointer };
    let object = value.as_object().ok_or(shape(""))?;
    let items = object
        .get("items")
        .and_then(Value::as_array)
        .ok_or(shape("/items"))?;
    let at = match object.get("at") {
        Some(at) => Some(at.as_str().ok_or(shape("/at"))?.to_owned()),
        None => None,
    };
    if object.len() > 1 + usize::from(at.is_some()) {
        return Err(shape(""));
    }
    let mut reader = Reader::default();
    for (row, item) in (1..).zip(items) {
        match item.as_str() {
            Some(text) => reader.push(row, text)?,
            None => reader.push_fault(row, "", RowFault::NotText)?,
        }
    }
    reader.finish(at)
}

/// Reads a question in CSV, the number or code in the first column; a heading is skipped. A sheet in another encoding
/// than UTF-8 is read as well: numbers and codes are the same bytes in all of them.
///
/// # Errors
/// [`QuestionError`]; a bad row is a fault of its own alone.
pub fn read_csv(body: &[u8]) -> Result<Question, QuestionError> {
    let text = String::from_utf8_lossy(body);
    let mut reader = Reader::default();
    for (row, cells) in (1..).zip(CsvRows::of(&text)) {
        let cells = match cells {
            Ok(cells) => cells,
            Err(fault) => {
                reader.push_fault(row, "", fault.into())?;
                continue;
            }
        };
        let first = cells.first().map_or("", String::as_str);
        let filled = cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        if filled == 0 || (row == 1 && is_heading(first)) {
            continue;
        }
        if filled > 1 {
            reader.push_fault(row, first, RowFault::Columns { found: filled })?;
        } else {
            reader.push(row, first)?;
        }
    }
    reader.finish(None)
}

fn is_heading(cell: &str) -> bool {
    let cell = CredentialNumber::normalize(cell).replace('_', "");
    // A number that is misread, in letters of another script too, still has its digits.
    let word = !cell.is_ascii() && !cell.bytes().any(|byte| byte.is_ascii_digit());
    word || HEADINGS.contains(&cell.as_str())
}

#[derive(Default)]
struct Reader {
    rows: Vec<Row>,
    codes: HashMap<Uscc, u32>,
}

impl Reader {
    fn push(&mut self, row: u32, text: &str) -> Result<(), QuestionError> {
        let asked = asked(text).and_then(|asked| {
            if let Asked::Holder(code) | Asked::Either(_, code) = &asked {
                let first = *self.codes.entry(*code).or_insert(row);
                if first != row {
                    return Err(RowFault::Repeated { first });
                }
            }
            Ok(asked)
        });
        self.put(row, text, asked)
    }

    fn push_fault(&mut self, row: u32, text: &str, fault: RowFault) -> Result<(), QuestionError> {
        self.put(row, text, Err(fault))
    }

    fn put(&mut self, row: u32, text: &str, asked: Result<Asked, RowFault>) -> Result<(), QuestionError> {
        if self.rows.len() == MAX_VALIDITY_ROWS {
            return Err(QuestionError::TooManyRows);
        }
        let text = text.chars().take(ECHO_CHARS).collect();
        self.rows.push(Row { row, text, asked });
        Ok(())
    }

    fn finish(self, at: Option<String>) -> Result<Question, QuestionError> {
        if self.rows.is_empty() {
            return Err(QuestionError::NoRow);
        }
        Ok(Question { rows: self.rows, at })
    }
}

/// A text as people type it: white space dropped, full-width letters made half-width, upper case.
fn asked(text: &str) -> Result<Asked, RowFault> {
    let text = CredentialNumber::normalize(text);
    if text.is_empty() {
        return Err(RowFault::Empty);
    }
    match (CredentialNumber::parse(&text), Uscc::parse_as_printed(&text)) {
        (Ok(number), Ok(code)) => Ok(Asked::Either(number, code)),
        (Ok(number), Err(_)) => Ok(Asked::Number(number)),
        (Err(_), Ok(code)) => Ok(Asked::Holder(code)),
        (Err(error), Err(_)) => Err(RowFault::Form(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "CQC26ZNZ000123R0";
    const CODE: &str = "91350100M000100Y43";

    fn faults(question: &Question) -> Vec<(u32, &'static str)> {
        let rows = question.rows.iter();
        rows.map(|row| (row.row, row.asked.as_ref().map_or_else(RowFault::code, |_| "")))
            .collect()
    }

    #[test]
    fn items_are_rows_and_a_bad_one_is_its_own_fault() {
        let body = format!(
            r#"{{"at":"2026-03-01","items":["{NUMBER}"," ｃｑｃ26znz000123R0","{CODE}",7,"","编号","{CODE}"]}}"#
        );
        let question = read_json(body.as_bytes()).unwrap();
        assert_eq!(question.at.as_deref(), Some("2026-03-01"));
        assert_eq!(
            faults(&question),
            [
                (1, ""),
                (2, ""),
                (3, ""),
                (4, "notText"),
                (5, "empty"),
                (6, "notANumberOrCode"),
                (7, "repeated")
            ]
        );
        assert_eq!(question.rows[0].asked, question.rows[1].asked);
    }

    #[test]
    fn what_is_no_question_says_where() {
        for (body, wanted) in [
            (&b"[]"[..], QuestionError::Shape { pointer: "" }),
            (b"{}", QuestionError::Shape { pointer: "/items" }),
            (b"{\"items\":1}", QuestionError::Shape { pointer: "/items" }),
            (
                b"{\"items\":[\"x\"],\"at\":1}",
                QuestionError::Shape { pointer: "/at" },
            ),
            (
                b"{\"items\":[\"x\"],\"to\":1}",
                QuestionError::Shape { pointer: "" },
            ),
            (b"{\"items\":[]}", QuestionError::NoRow),
        ] {
            assert_eq!(read_json(body), Err(wanted));
        }
        let deep = format!("{{\"items\":{}{}}}", "[".repeat(100), "]".repeat(100));
        assert!(matches!(read_json(deep.as_bytes()), Err(QuestionError::Json(_))));
        let many = "X\n".repeat(MAX_VALIDITY_ROWS + 1);
        assert_eq!(read_csv(many.as_bytes()), Err(QuestionError::TooManyRows));
        assert_eq!(
            read_csv(&many.as_bytes()[2..]).unwrap().rows.len(),
            MAX_VALIDITY_ROWS
        );
        assert_eq!(read_csv(b"\n\n"), Err(QuestionError::NoRow));
    }

    #[test]
    fn sheets_are_read_with_or_without_heading_and_in_other_encodings() {
        for heading in ["", "number\n", "证书编号\r\n", "Certificate_Number,\n"] {
            let sheet = format!("{heading}{NUMBER}\n\n{NUMBER},某公司\n\"{CODE}\"\na\"b\n");
            let question = read_csv(sheet.as_bytes()).unwrap();
            let skipped = u32::from(!heading.is_empty());
            assert_eq!(
                faults(&question),
                [(1, ""), (3, "tooManyColumns"), (4, ""), (5, "malformedRow")]
                    .map(|(row, fault)| (row + skipped, fault)),
                "{heading}"
            );
        }
        // 证书编号 in GBK.
        let mut sheet = b"\xd6\xa4\xca\xe9\xb1\xe0\xba\xc5\r\n".to_vec();
        sheet.extend_from_slice(NUMBER.as_bytes());
        assert_eq!(faults(&read_csv(&sheet).unwrap()), [(2, "")]);
    }
}
