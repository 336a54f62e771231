//! Rules of ISO/IEC 17065, as DOMAIN §3 tells them.

pub(super) mod accreditation_evidence;
pub(super) mod agreement;
pub(super) mod claims;
pub(super) mod contents;
pub(super) mod decision;
pub(super) mod document_members;
pub(super) mod effective_date;
pub(super) mod event_decision;
pub(super) mod impartiality;
pub(super) mod offices;
pub(super) mod order;
pub(super) mod recognition_claim;
pub(super) mod signatory;
