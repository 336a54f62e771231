//! After issue: what is decided on certificates in force (ISO/IEC 17065 §7.9–7.11; DOMAIN §2).
//!
//! A measure is the fold of its acts, as a case is: a surveillance officer opens and proposes it, an evaluator verifies a
//! correction, somebody who did neither decides, and the office's program carries it out. Every statement is a signature
//! by the person's own key over the journal up to then. An event is prepared from a [`DecidedMeasure`], from the decided
//! case of the certificate that follows, or under a test root; nothing else is signed.

mod carry_out;
mod check;
mod contents;
mod decided;
pub mod desk;
mod grounds;
mod measure;
mod obligation;
mod proposal;
mod statement;
mod terms;
mod unlawful;
mod worklist;

pub use carry_out::{CarriedOutMeasures, CarryOutError, carry_out, prepare_measures};
pub use check::{MeasureFault, check_measures};
pub use contents::{CarriedOut, CertificateReference, Dropped, MeasureContent, Opened};
pub use decided::{DecidedMeasure, MeasureNotSignable};
pub use desk::{MeasureError, MeasureRequest};
pub use grounds::{EventGrounds, GroundsError};
pub use measure::{GivenStatement, Measure, MeasureStatus};
pub use obligation::{
    Facts, Obligation, ObligationKind, SURVEILLANCE_NOTICE_DAYS, Task, Urgency, obligations,
};
pub use proposal::{MeasureKind, Proposal};
pub use statement::{
    MeasureDecision, MeasureOutcome, Proposed, Signed, Statement, Verification, measure_bundle,
};
pub use terms::ProposalTerms;
pub use unlawful::MeasureUnlawful;
pub use worklist::refresh_obligations;
