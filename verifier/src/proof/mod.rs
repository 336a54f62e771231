//! Proofs over canonical bytes.

pub mod ed25519;
pub mod eddsa_jcs_2022;
