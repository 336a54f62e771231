//! The record: data as the standards write it, its JSON Schemas and context, the lifecycle as a pure function.
//!
//! Nothing here does I/O, reads a clock or draws randomness. Every outside JSON enters through [`json::parse`].

mod base64;
pub mod budget;
pub mod city;
pub mod credential;
pub mod date_time;
pub mod decode;
pub mod did;
pub mod digest;
mod gzip;
pub mod industry;
pub mod jcs;
pub mod json;
pub mod lifecycle;
pub mod mark;
pub mod mismatch;
pub mod multibase;
pub mod multikey;
pub mod owner_record;
pub mod proof;
pub mod published;
pub mod record;
pub mod region;
pub mod scheme;
pub mod snapshot;
pub mod status;
pub mod status_list;
pub mod submission;
pub mod text;
mod text_form;
pub mod tlog;
pub mod trust_list;
pub mod uscc;
