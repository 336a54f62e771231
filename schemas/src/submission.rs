//! What an issuer hands to a registry, and what it gets back (DESIGN §3).

use crate::{json::Value, record, tlog::Entry};

/// The kinds of signed document a submission may hold, told apart by their `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentKind {
    /// A credential: `DigitalConformityCredential`.
    Credential,
    /// An event: `LifecycleEventCredential`.
    Event,
    /// A status list: `BitstringStatusListCredential`.
    StatusList,
    /// A snapshot: `StatusSnapshotCredential`.
    Snapshot,
    /// A key's retirement, by the scheme owner: `KeyRetirement`.
    KeyRetirement,
    /// A release of the verify page, by the scheme owner: `VerifierRelease`.
    VerifierRelease,
}

impl DocumentKind {
    /// The type that marks the kind.
    #[must_use]
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::Credential => "DigitalConformityCredential",
            Self::Event => "LifecycleEventCredential",
            Self::StatusList => "BitstringStatusListCredential",
            Self::Snapshot => "StatusSnapshotCredential",
            Self::KeyRetirement => "KeyRetirement",
            Self::VerifierRelease => "VerifierRelease",
        }
    }

    /// The kind of a document, by its `type`: an array in verifiable credentials, one word in the owner's records.
    #[must_use]
    pub fn of(document: &Value<'_>) -> Option<Self> {
        let is = |kind: Self, name: &Value<'_>| name.as_str() == Some(kind.type_name());
        match document.pointer("/type")? {
            Value::Array(types) => [Self::Credential, Self::Event, Self::StatusList, Self::Snapshot]
                .into_iter()
                .find(|kind| types.iter().any(|name| is(*kind, name))),
            name => [Self::KeyRetirement, Self::VerifierRelease]
                .into_iter()
                .find(|kind| is(*kind, name)),
        }
    }
}

/// What the registry answers for a document, once it is durable and sequenced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The log entry.
    pub entry: Entry,
    /// Its proof of inclusion, with a checkpoint: C2SP tlog-proof text.
    pub proof: String,
}

record! { Receipt { "entry": entry, "proof": proof } }

/// The registry's whole answer: a receipt for every document, in the order in which they were sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipts {
    /// The receipts.
    pub receipts: Vec<Receipt>,
}

record! { Receipts { "receipts": receipts } }
