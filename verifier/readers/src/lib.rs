//! Certificates as people hold them: a picture of a QR code, a PDF file, a list of numbers in a sheet. Bytes in, what they
//! carry out.
//!
//! Nothing found here is believed: a text goes to the verifier like any other. These readers only look for one, in
//! bounded time and memory, and do no I/O.

pub mod budget;
pub mod code;
#[cfg(feature = "samples")]
pub mod distortions;
pub mod image;
pub mod pdf;
#[cfg(feature = "list")]
pub mod sheet;
#[cfg(feature = "samples")]
pub mod written_pdf;
