//! Sheets, and the steps of a batch.

pub(crate) use steps::{evaluated_batch, judged_batch};

#[path = "../../../../issuer/tests/office/casework/batch/staff.rs"]
mod steps;
