//! A key's retirement before its time, said in the log itself (DESIGN §4 "Trust list", "Log").

use crate::{
    date_time::Timestamp,
    decode::{DecodeError, decode},
    did::{Did, VerificationMethod},
    json::Value,
    record,
    text::Text,
    tlog::{Hash, Origin, Record, TreeHead},
    trust_list::Retirement,
    words,
};

/// From which log index on a key's signatures count no longer. What verifiers go by is the same point in the trust
/// list; in the log it binds the registry, which takes nothing under the key from the entry on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRetirement {
    /// The first index no longer accepted, N.
    pub from: u64,
    /// When the owner decided.
    pub issued: Timestamp,
    /// The body whose key it is, or whose status authority's.
    pub issuer: Did,
    /// Origin of the log that N counts in.
    pub log: Origin,
    /// Why, for people.
    pub reason: Text,
    /// Root hash of the log at size N, base64.
    pub root_hash: Hash,
    /// Always `KeyRetirement`.
    pub record_type: KeyRetirementType,
    /// The key.
    pub verification_method: VerificationMethod,
}

record! { KeyRetirement {
    "from": from,
    "issued": issued,
    "issuer": issuer,
    "log": log,
    "reason": reason,
    "rootHash": root_hash,
    "type": record_type,
    "verificationMethod": verification_method,
} }

/// The one value of `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRetirementType {
    /// A key retirement in the format of this build.
    KeyRetirement,
}

words! { KeyRetirementType { KeyRetirement = "KeyRetirement" } }

impl KeyRetirement {
    /// Reads an unsecured key retirement (the document without its `proof`).
    ///
    /// # Errors
    /// [`DecodeError`]: a member is missing, unknown or of another form.
    pub fn from_document(document: &Value<'_>) -> Result<Self, DecodeError> {
        decode(document)
    }

    /// Size and root of the log at the retirement point.
    #[must_use]
    pub const fn point(&self) -> TreeHead {
        TreeHead {
            size: self.from,
            root: self.root_hash,
        }
    }

    /// The same point as a trust list names it.
    #[must_use]
    pub const fn retirement(&self) -> Retirement {
        Retirement {
            from: self.from,
            root_hash: self.root_hash,
        }
    }

    /// What its log entry says beside the body.
    #[must_use]
    pub fn record(&self) -> Record {
        Record::KeyRetirement {
            verification_method: self.verification_method.clone(),
            from: self.from,
        }
    }
}
