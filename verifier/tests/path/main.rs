//! Certification paths from outside: certificates made by another library, asked about through the public door.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod certificates;
mod end_entity;
mod hostile;
mod roots;
mod search;
