//! Our own JSON-LD context and JSON Schema, as published at `https://w3id.org/touchstone/…`: compiled in, never fetched.

/// `https://w3id.org/touchstone/context/v1`.
pub const CONTEXT_V1: &str = include_str!("../data/context-v1.json");
/// `https://w3id.org/touchstone/schema/v1`.
pub const SCHEMA_V1: &str = include_str!("../data/schema-v1.json");
