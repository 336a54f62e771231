//! The people and steps of the office's own tests.
#![expect(
    dead_code,
    unused_imports,
    reason = "shared with the office's tests, which use all of it"
)]

#[path = "../../../issuer/tests/office/casework/staff.rs"]
pub(crate) mod staff;

/// Sheets, and the steps of a batch.
pub(crate) mod batch {
    pub(crate) use steps::{evaluated_batch, judged_batch};

    #[path = "../../../../../issuer/tests/office/casework/batch/staff.rs"]
    mod steps;
}
