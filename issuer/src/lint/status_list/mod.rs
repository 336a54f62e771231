//! Rules of Bitstring Status List 1.0.

pub(super) mod messages;
pub(super) mod purposes;
