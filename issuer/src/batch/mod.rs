//! Many certificates at once: sheets of applications and evaluations taken in row by row, and whole batches issued.
//!
//! A row is taken in with everything it says or not at all, and what is wrong with the others is told by row and column.
//! What is done to the cases of a batch afterwards is in [`crate::casework::batch`].

mod application_row;
mod columns;
mod evaluation_row;
mod evaluations;
mod fault;
mod import;
mod issue;
mod paper_row;
mod past;
mod sheet_files;
mod table;
mod template;

pub use columns::{APPLICATION, Column, EVALUATION, PAPER};
pub use evaluations::{EvaluationRequest, evaluate};
pub use fault::{Fault, write_faults};
pub use import::{ImportError, ImportRequest, Imported, Rows, import};
pub use issue::{BatchIssued, IssueBatchError, issue_batch};
pub use sheet_files::SheetFiles;
pub use table::TableError;
pub use template::{TemplateError, template};
