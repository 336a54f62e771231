//! Checking many certificates at once: numbers and unified social credit codes, each row answered with states out of
//! the ledger, in order. Numbers, states and days alone: no document is read and nobody is named.

mod answer;
mod csv;
mod question;
mod written;

pub use answer::{CheckResult, CheckedCertificate, CheckedRow};
pub use question::{Asked, Question, QuestionError, Row, RowFault, read_csv, read_json};
pub use written::{Written, WrittenForm};
