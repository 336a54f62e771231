//! What a verification is given. Nothing is fetched here: each shell fetches in its own way what
//! [`needs()`](crate::needs()) names, and hands the bytes over unread.

use touchstone_schemas::{
    credential::Level,
    date_time::{Date, Timestamp},
    decode::{Decode, DecodeError, Optional},
    jcs::Omit,
    json::Value,
    multikey::Multikey,
    record,
    tlog::Hash,
    words,
};

/// A verification request. Its JSON form is the interface of the browser and of `POST /verify`-like shells;
/// documents travel as text, exactly as they were received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The credential: JSON text, a link `https://<host>/v#<digits>`, or the digits of a QR payload.
    pub document: String,
    /// Facts somebody fetched.
    pub facts: Facts,
    /// The time now, by the shell's clock.
    pub now: Timestamp,
    /// The instant the question is about; `now` when absent.
    pub at: Option<Timestamp>,
    /// Whom the verifier trusts, and what it demands.
    pub policy: Policy,
    /// The fourth question; not asked when absent.
    pub need: Option<Need>,
}

record! { Request {
    "at"? at,
    "document": document,
    "facts"? facts,
    "need"? need,
    "now": now,
    "policy": policy,
} }

/// Facts, unverified: the verifier checks every one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The trust list.
    pub trust_list: Option<String>,
    /// Status lists, in any order.
    pub status_lists: Vec<String>,
    /// A snapshot of all states.
    pub snapshot: Option<String>,
    /// Events of the certificate with their receipts.
    pub events: Vec<LoggedDocument>,
    /// The credential's receipt.
    pub receipt: Option<String>,
    /// Consistency proof (hashes, base64) between the tree of the receipt and the point at which the signing key was
    /// retired; without it a receipt of a retired key counts only into the tree of that very point.
    pub retirement_consistency: Vec<Hash>,
    /// Tiles of the log, from which that proof is computed where it is not given.
    pub log_tiles: Vec<LogTile>,
    /// Newest sequences seen before, so that nobody goes back.
    pub seen: Seen,
}

record! { Facts {
    "events"? events,
    "logTiles"? log_tiles,
    "receipt"? receipt,
    "retirementConsistency"? retirement_consistency,
    "seen"? seen,
    "snapshot"? snapshot,
    "statusLists"? status_lists,
    "trustList"? trust_list,
} }

/// Left out: nothing was fetched.
impl Optional for Facts {
    fn absent() -> Self {
        Self::default()
    }

    fn present(value: &Value<'_>) -> Result<Self, DecodeError> {
        Self::decode(value)
    }
}

impl Omit for Facts {
    fn is_absent(&self) -> bool {
        *self == Self::default()
    }
}

/// A signed document and its receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedDocument {
    /// The document.
    pub document: String,
    /// The receipt ([`touchstone_schemas::submission::Receipt`] as JSON).
    pub receipt: String,
}

record! { LoggedDocument {
    "document": document,
    "receipt": receipt,
} }

/// A tile of hashes of a log (C2SP tlog-tiles).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogTile {
    /// Where it was asked for, as [`needs()`](crate::needs()) names it.
    pub url: String,
    /// Its hashes, each 32 bytes of the file.
    pub hashes: Vec<Hash>,
}

record! { LogTile {
    "hashes": hashes,
    "url": url,
} }

/// The newest sequences a client has seen (THREATS: never go back).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Of the trust list.
    pub trust_list: Option<u64>,
    /// Of status lists, by id.
    pub status_lists: std::collections::BTreeMap<String, u64>,
    /// Of the snapshot, by id.
    pub snapshots: std::collections::BTreeMap<String, u64>,
    /// The newest signed time seen: a floor for `now`.
    pub clock_floor: Option<Timestamp>,
}

record! { Seen {
    "clockFloor"? clock_floor,
    "snapshots"? snapshots,
    "statusLists"? status_lists,
    "trustList"? trust_list,
} }

/// Left out: nothing was seen before.
impl Optional for Seen {
    fn absent() -> Self {
        Self::default()
    }

    fn present(value: &Value<'_>) -> Result<Self, DecodeError> {
        Self::decode(value)
    }
}

impl Omit for Seen {
    fn is_absent(&self) -> bool {
        *self == Self::default()
    }
}

/// Whom a verifier trusts, and what it demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The scheme owner's key: the one pin from which all trust follows.
    pub owner_key: Multikey,
    /// Its announced successor.
    pub owner_successor: Option<Multikey>,
    /// Whether a credential must be proven to stand in the log.
    pub log_proof: LogProofPolicy,
}

record! { Policy {
    "logProof"? log_proof,
    "ownerKey": owner_key,
    "ownerSuccessor"? owner_successor,
} }

/// Whether a log proof is demanded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogProofPolicy {
    /// Checked where present; demanded only of retired keys.
    #[default]
    WhenPresent,
    /// Demanded.
    Required,
}

words! { LogProofPolicy { WhenPresent = "whenPresent", Required = "required" } }

/// Left out: the usual policy.
impl Optional for LogProofPolicy {
    fn absent() -> Self {
        Self::default()
    }

    fn present(value: &Value<'_>) -> Result<Self, DecodeError> {
        Self::decode(value)
    }
}

impl Omit for LogProofPolicy {
    fn is_absent(&self) -> bool {
        *self == Self::default()
    }
}

/// What somebody needs a certificate to cover.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// At least this level.
    pub level: Option<Level>,
    /// This standard, with edition: `GB/T 39116-2020`.
    pub standard: Option<String>,
    /// A site whose name or address holds this text, or whose region code begins with it.
    pub site: Option<String>,
    /// Valid throughout this day.
    pub date: Option<Date>,
}

record! { Need {
    "date"? date,
    "level"? level,
    "site"? site,
    "standard"? standard,
} }
