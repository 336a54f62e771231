//! Rules of RFC 5280 about the issuing key's certificate.

pub(super) mod basic_constraints;
pub(super) mod extended_key_usage;
pub(super) mod key_usage;
pub(super) mod serial_number;
pub(super) mod subject_alt_name;
pub(super) mod validity;

use crate::lint::Clause;

/// A certificate that does not read is judged no further.
pub(super) const FORM: Clause = Clause::new("certificateForm", "RFC 5280 §4.1; RFC 8410");
