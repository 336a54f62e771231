//! Preparing: what the issuing key may sign, and the only way to get one (DESIGN §2 invariant 8).
//!
//! A [`PreparedCredential`] is made from a decided case, or under a test root from an application file; it and a
//! [`PreparedEvent`] are made by passing every lint, carry their approvals, and are consumed by signing. Preparing is a pure function of the file, the office's data and the clock, so that after a crash the
//! same bytes are prepared again and compared with the stored ones.

mod approvals;
mod case;
mod credential;
mod difference;
mod event;
mod terms;
mod warrant;

pub use approvals::{Duty, DutyKind, Side};
pub use case::{CaseFile, KeyWindow, Predecessor, Recertified, Register, SchemeData};
pub use credential::{Allocation, PreparedCredential};
pub(crate) use credential::{grade_texts, scheme_texts};
pub use difference::{Difference, Particular, differences, reason_of};
pub use event::{EventCase, EventRequest, PreparedEvent};
pub use terms::CertificatePeriod;
pub use warrant::{EventWarrant, TestRoot, Warrant};
