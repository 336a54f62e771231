//! What is the same in every credential's written form, and what can be wrong with one.

use crate::decode::DecodeError;

/// VCDM 2.0 §4.3: always the first context.
pub const CREDENTIALS_V2_CONTEXT: &str = "https://www.w3.org/ns/credentials/v2";
/// The UNTP vocabulary, second context.
pub const UNTP_CONTEXT: &str = "https://vocabulary.uncefact.org/untp/0.7.0/context/";
/// Our own context, last.
pub const TOUCHSTONE_CONTEXT_V1: &str = "https://w3id.org/touchstone/context/v1";
/// Our JSON Schema.
pub const SCHEMA_V1: &str = "https://w3id.org/touchstone/schema/v1";

/// The exact contexts of a credential, in order.
#[must_use]
pub fn credential_contexts() -> [&'static str; 3] {
    [CREDENTIALS_V2_CONTEXT, UNTP_CONTEXT, TOUCHSTONE_CONTEXT_V1]
}

/// Why a document is not a credential of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// A member that states a fact is missing or not of its form.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A member that follows from the others does not: id, URL, constant or repeated fact.
    #[error("{pointer} is {found}, but the other members give {expected}")]
    NotDerived {
        /// RFC 6901 pointer.
        pointer: String,
        /// What stands there (JSON), or `nothing`.
        found: String,
        /// What should stand there.
        expected: String,
    },
    /// A number is outside its bounds.
    #[error("{pointer} is {found}, wanted {lowest} to {highest}")]
    OutOfBounds {
        /// RFC 6901 pointer.
        pointer: String,
        /// What stands there.
        found: u64,
        /// Least allowed.
        lowest: u64,
        /// Most allowed.
        highest: u64,
    },
}
