//! Complaints and appeals (ISO/IEC 17065 §7.13): received, acknowledged, decided by somebody who had no part in what they
//! are about, closed when the complainant was told. Journals as for cases; the decision is a signature over the journal.

mod check;
mod contents;
pub mod desk;
mod log;
pub mod mismatch;
mod unlawful;

pub use check::{ComplaintFault, check_complaints};
pub use contents::{
    Acknowledged, ComplaintContent, ComplaintDecision, ComplaintKind, ComplaintOutcome, Concern, Decided,
    Received, Told, complaint_bundle,
};
pub use desk::{ComplaintError, ComplaintRequest};
pub use log::{Complaint, ComplaintStatus};
pub use unlawful::ComplaintUnlawful;
