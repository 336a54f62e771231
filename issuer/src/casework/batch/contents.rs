//! What an act on a batch says: a closed set.

use touchstone_schemas::{digest::Sha256Digest, record, text::Text};

use super::super::{StageKind, act::contents};
use super::{BatchApproval, CaseNumbers};

contents! {
    /// What an act on a batch says.
    BatchContent {
        /// A sheet is taken in: the batch begins.
        Opened(BatchOpened) = "batchOpened",
        /// Every row of the sheet that has no fault is a case: no case joins any more.
        Filled(BatchFilled) = "batchFilled",
        /// One signature over the bundles of its cases.
        Judged(BatchJudged) = "batchJudged",
    }
}

/// A sheet is taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchOpened {
    /// SHA-256 of the sheet.
    pub file: Sha256Digest,
    /// What the batch is called.
    pub name: Text,
}

record! { BatchOpened { "file": file, "name": name } }

/// The batch has all its cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchFilled {
    /// The cases.
    pub cases: CaseNumbers,
    /// Rows of the sheet that were refused.
    pub refused: u32,
}

record! { BatchFilled { "cases": cases, "refused": refused } }

/// A judgement on the batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchJudged {
    /// The signature.
    pub approval: BatchApproval,
    /// The cases judged: those that waited in the stage.
    pub cases: CaseNumbers,
    /// Code of the stage.
    pub stage: Text,
    /// Kind of the stage.
    pub stage_kind: StageKind,
}

record! { BatchJudged {
    "approval": approval,
    "cases": cases,
    "stage": stage,
    "stageKind": stage_kind,
} }
