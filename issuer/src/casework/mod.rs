//! Casework: how an application becomes a decided case (ISO/IEC 17065 §7.3–7.7; DOMAIN §3).
//!
//! A case is the fold of its acts: [`Case`] is computed from an append-only, hash-chained journal by a pure function
//! with a transition table, so what is shown is what was done. Reviews, approvals, decisions and signing opinions are
//! signatures by each person's own key over the digest of a [`Bundle`]; [`DecidedCase`] exists only where all of them
//! hold for the evidence as it is now. Who may do what follows from [`Personnel`], the fold of a journal of its own.
//! [`desk`] carries acts out on the database; nothing here knows a command line or HTTP.

mod act;
mod applying;
pub mod batch;
mod bundle;
mod case;
mod check;
mod contents;
mod decided;
pub mod desk;
mod document;
mod entitlement;
mod evaluation;
pub mod following;
mod form;
mod issue;
mod journal_end;
mod paper;
mod passage;
mod personnel;
mod personnel_deeds;
mod role;
mod separation;
mod transition;
mod unlawful;
mod workflow;

pub(crate) use act::contents;
pub use act::{Act, ActError, Actor, Content, Deputising};
pub(crate) use applying::{applied, applied_on_paper, begin_case};
pub use batch::{
    Batch, BatchApproval, BatchBundle, BatchBundleError, BatchContent, BatchFilled, BatchJudged, BatchOpened,
    BatchShare, BatchUnlawful, CaseNumbers,
};
pub(crate) use bundle::TYPE as APPROVAL_TYPE;
pub use bundle::{Approval, ApprovalRefused, ApprovalSignature, Bundle, Evidence, WaivedStage};
pub use case::{Case, GivenApproval, StageRecord, StageState, Status, Team};
pub(crate) use check::check_rows;
pub use check::{JournalFault, check_journals};
pub use contents::{
    Amended, Applied, Assigned, Attached, Attachment, AttachmentPurpose, CaseContent, Closed, Consent,
    Decision, DecisionOutcome, Declared, Done, Issued, Judged, Opinion, Recommendation, Returned, Review,
    SeparationRules, Verdict, Waived,
};
pub(crate) use decided::check_signature;
pub use decided::{DecidedCase, NotSignable};
pub use desk::{CaseworkError, Intake};
pub use entitlement::{Charge, Entitlement, NotEntitled, entitlement};
pub use evaluation::{Evaluation, ReportReference, SubDomainFinding};
pub use form::Form;
pub(crate) use issue::store_decided;
pub use issue::{IssueCaseError, issue_case, prepare_decided_case};
pub(crate) use journal_end::{ClockBehind, JournalEnd, OutOfPlace, journal_errors};
pub use paper::{History, HistoryError, PaperCertificate, PastEvent};
pub use passage::{Passage, PassageError};
pub use personnel::{DatedPersonName, Mandate, Person, PersonKey, Personnel, RoleGrant};
pub use personnel_deeds::{
    KeyGiven, KeyRetired, MandateEnded, MandateGiven, PersonAdded, PersonnelContent, Renamed, RoleEnded,
    RoleGiven,
};
pub use role::Role;
pub(crate) use separation::Part;
pub use separation::{Conflict, Separation};
pub use unlawful::{PersonnelUnlawful, Unlawful};
pub use workflow::{StageKind, StageRule, Workflow, WorkflowError, Workflows};
