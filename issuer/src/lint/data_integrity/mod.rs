//! Rules of VC Data Integrity 1.0 and the cryptosuite eddsa-jcs-2022.

pub(super) mod canonical_form;
pub(super) mod created;
pub(super) mod i_json;
pub(super) mod unsecured;
pub(super) mod verification_method;
