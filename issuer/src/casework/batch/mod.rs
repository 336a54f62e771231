//! Batches: many cases drawn up from one sheet, and taken through their stages together.
//!
//! A batch is a journal of its own beside those of its cases. What is done to all of them is an act in each case, so a
//! case of a batch is read, checked and signed as any other; a judgement is one signature over the bundles of all, of
//! which each case keeps its share.

mod bundle;
mod contents;
pub mod desk;
mod fold;
mod numbers;

pub use bundle::{BatchApproval, BatchBundle, BatchBundleError, BatchShare};
pub use contents::{BatchContent, BatchFilled, BatchJudged, BatchOpened};
pub use desk::BatchError;
pub use fold::{Batch, BatchUnlawful, GivenBatchApproval};
pub use numbers::CaseNumbers;
