//! What the scheme owner signs beside the trust list, for the log: plain signed records like the list itself, with no
//! `@context`, `proof` an array of one, or of two while the owner's key changes.

mod key_retirement;
mod verifier_release;

pub use key_retirement::{KeyRetirement, KeyRetirementType};
pub use verifier_release::{ReleasedFile, VerifierRelease, VerifierReleaseError, VerifierReleaseType};
