//! The compact, lossless QR codec: a secured credential as decimal digits, and back (DESIGN §4 "QR").
//!
//! `https://<registry>/v#<digits>`. The first digit is the format version; the others are one decimal fraction, the
//! arithmetic code of the credential's facts in a fixed order ([`schema`]). What follows from the numbered issuer
//! profile, the numbered scheme template or earlier facts is not written; texts go through a model that has read a
//! compiled-in dictionary ([`text`]). Decoding gives the same JCS bytes, so the same proof verifies, and re-encodes
//! and compares, so that a credential has one payload only.

mod alphabet;
mod codec;
mod decimal;
mod dictionary;
mod error;
mod frequency;
mod identifiers;
mod logistic;
mod message;
mod opinion;
mod past;
mod range_coder;
mod schema;
mod segments;
mod template;
mod text;

pub use codec::{Decoded, FORMAT_VERSION, Payload, ProfileRef, decode, encode};
pub use error::{Field, QrDecodeError, QrEncodeError};
pub use segments::{LARGEST_VERSION, symbol_bytes, symbol_version};
