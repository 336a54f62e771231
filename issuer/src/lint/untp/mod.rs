//! Rules of the UNTP Digital Conformity Credential 0.7.0.

pub(super) mod assessment;
pub(super) mod attestation;
pub(super) mod endorsement;
pub(super) mod evidence;
pub(super) mod facilities;
pub(super) mod party;
pub(super) mod references;
pub(super) mod score;
