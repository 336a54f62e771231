//! What a verification is given. Nothing is fetched here: each shell fetches in its own way what
//! [`crate::needs()`] names, and hands the bytes over unread.

use serde::{Deserialize, Serialize};
use touchstone_schemas::{
    credential::Level,
    date_time::{Date, Timestamp},
    multikey::Multikey,
    tlog::Hash,
};

/// A verification request. Its JSON form is the interface of the browser and of `POST /verify`-like shells;
/// documents travel as text, exactly as they were received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Request {
    /// The credential: JSON text, a link `https://<host>/v#<digits>`, or the digits of a QR payload.
    pub document: String,
    /// Facts somebody fetched.
    #[serde(default)]
    pub facts: Facts,
    /// The time now, by the shell's clock.
    pub now: Timestamp,
    /// The instant the question is about; `now` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Whom the verifier trusts, and what it demands.
    pub policy: Policy,
    /// The fourth question; not asked when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
}

/// Facts, unverified: the verifier checks every one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Facts {
    /// The trust list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust_list: Option<String>,
    /// Status lists, in any order.
    pub status_lists: Vec<String>,
    /// A snapshot of all states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// Events of the certificate with their receipts.
    pub events: Vec<LoggedDocument>,
    /// The credential's receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// Consistency proof (hashes, base64) between the tree of the receipt and the point at which the signing key was
    /// retired; without it a receipt of a retired key counts only into the tree of that very point.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub retirement_consistency: Vec<Hash>,
    /// Newest sequences seen before, so that nobody goes back.
    pub seen: Seen,
}

/// A signed document and its receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct LoggedDocument {
    /// The document.
    pub document: String,
    /// The receipt ([`touchstone_schemas::submission::Receipt`] as JSON).
    pub receipt: String,
}

/// The newest sequences a client has seen (THREATS: never go back).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Seen {
    /// Of the trust list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust_list: Option<u64>,
    /// Of status lists, by id.
    pub status_lists: std::collections::BTreeMap<String, u64>,
    /// Of the snapshot, by id.
    pub snapshots: std::collections::BTreeMap<String, u64>,
    /// The newest signed time seen: a floor for `now`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_floor: Option<Timestamp>,
}

/// Whom a verifier trusts, and what it demands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Policy {
    /// The scheme owner's key: the one pin from which all trust follows.
    pub owner_key: Multikey,
    /// Its announced successor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_successor: Option<Multikey>,
    /// Whether a credential must be proven to stand in the log.
    #[serde(default)]
    pub log_proof: LogProofPolicy,
}

/// Whether a log proof is demanded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LogProofPolicy {
    /// Checked where present; demanded only of retired keys.
    #[default]
    WhenPresent,
    /// Demanded.
    Required,
}

/// What somebody needs a certificate to cover.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Need {
    /// At least this level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// This standard, with edition: `GB/T 39116-2020`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard: Option<String>,
    /// A site whose name or address holds this text, or whose region code begins with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Valid throughout this day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}
