//! The people and steps of the office's own tests.
#![expect(dead_code, reason = "shared with the office's tests, which use all of it")]

pub(crate) mod batch;
#[path = "../../../../issuer/tests/office/casework/staff.rs"]
pub(crate) mod staff;
