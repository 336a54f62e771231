//! What an act on a measure says: a closed set.

use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    digest::Sha256Digest,
    record,
    text::Text,
};

use super::{Proposal, Signed};
use crate::casework::{Attached, Passage, contents};

contents! {
    /// What an act on a measure says.
    MeasureContent {
        /// The measure begins.
        Opened(Opened) = "opened",
        /// Evidence is attached.
        Attached(Attached) = "attached",
        /// Somebody says something, and signs it.
        Signed(Signed) = "signed",
        /// The event is prepared for signing.
        CarriedOut(CarriedOut) = "carriedOut",
        /// It is given up.
        Dropped(Dropped) = "dropped",
    }
}

/// The certificate a measure is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateReference {
    /// SHA-256 of the signed credential.
    pub digest: Sha256Digest,
    /// 证书编号.
    pub number: CredentialNumber,
    /// The scheme edition.
    pub scheme: Text,
    /// Version.
    pub version: Version,
}

record! { CertificateReference {
    "digest": digest,
    "number": number,
    "scheme": scheme,
    "version": version,
} }

/// A measure begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The certificate.
    pub certificate: CertificateReference,
    /// The office that decides, as the event will say.
    pub decided_by: Text,
    /// What led to it.
    pub grounds: Passage,
    /// What is proposed.
    pub proposal: Proposal,
}

record! { Opened {
    "certificate": certificate,
    "decidedBy": decided_by,
    "grounds": grounds,
    "proposal": proposal,
} }

/// The event is prepared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedOut {
    /// Its place among the certificate's events.
    pub sequence: u32,
    /// SHA-256 of the bytes to be signed.
    pub unsecured: Sha256Digest,
}

record! { CarriedOut { "sequence": sequence, "unsecured": unsecured } }

/// The measure is given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Why.
    pub reason: Passage,
}

record! { Dropped { "reason": reason } }
