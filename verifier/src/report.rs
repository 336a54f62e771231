//! The answer: a Report. Every shell gives the same one, byte for byte ([`Report::to_json`]).

use touchstone_schemas::{date_time::Timestamp, jcs::to_canonical, record, words};

use crate::{
    reason::{Effect, Reason, ReasonCode},
    view::CredentialView,
};

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Could not tell.
    CouldNotTell,
}

words! { Answer {
    Yes = "yes",
    No = "no",
    CouldNotTell = "couldNotTell",
} }

/// A question with its answer and reasons, the most telling first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The answer.
    pub answer: Answer,
    /// Why, by rank.
    pub reasons: Vec<Reason>,
}

record! { write Question {
    "answer": answer,
    "reasons": reasons,
} }

/// The verdict in one word (DESIGN §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Headline {
    /// Genuine, authorised, in force.
    InForce,
    /// Genuine and authorised, and not in force.
    NotInForce,
    /// Not genuine.
    NotGenuine,
    /// Not issued by an authorised body.
    NotAuthorised,
    /// Something needed could not be checked.
    CouldNotTell,
}

words! { Headline {
    InForce = "inForce",
    NotInForce = "notInForce",
    NotGenuine = "notGenuine",
    NotAuthorised = "notAuthorised",
    CouldNotTell = "couldNotTell",
} }

/// The state behind questions 3's answer, where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateName {
    /// 未生效.
    NotYetValid,
    /// 有效.
    Valid,
    /// 监督逾期（宽限期内）.
    OverdueInGrace,
    /// 监督逾期.
    SurveillanceOverdue,
    /// 暂停.
    Suspended,
    /// 撤销.
    Withdrawn,
    /// 注销.
    Cancelled,
    /// 已换发.
    Superseded,
    /// 过期失效.
    Expired,
}

words! { StateName {
    NotYetValid = "notYetValid",
    Valid = "valid",
    OverdueInGrace = "overdueInGrace",
    SurveillanceOverdue = "surveillanceOverdue",
    Suspended = "suspended",
    Withdrawn = "withdrawn",
    Cancelled = "cancelled",
    Superseded = "superseded",
    Expired = "expired",
} }

/// The Report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The verdict in one word.
    pub headline: Headline,
    /// The state, where it is known.
    pub state: Option<StateName>,
    /// Whether the issuer is a demonstration: an `inForce` then reads "would be in force".
    pub test: bool,
    /// When this was checked, by the shell's clock or the clock floor.
    pub checked_at: Timestamp,
    /// The instant the answers are about.
    pub at: Timestamp,
    /// The instant whose status is known: the `validFrom` of the oldest list or snapshot counted.
    pub status_as_of: Option<Timestamp>,
    /// Until when that status counts.
    pub status_until: Option<Timestamp>,
    /// 真伪.
    pub genuine: Question,
    /// 发证资质.
    pub authorised: Question,
    /// 当前状态.
    pub in_force: Question,
    /// 覆盖范围, where a need was given.
    pub covers_need: Option<Question>,
    /// What the certificate says; only when it is genuine.
    pub credential: Option<CredentialView>,
    /// How it was checked; only when it is genuine.
    pub evidence: Option<Evidence>,
}

record! { write Report {
    "at": at,
    "authorised": authorised,
    "checkedAt": checked_at,
    "coversNeed"? covers_need,
    "credential"? credential,
    "evidence"? evidence,
    "genuine": genuine,
    "headline": headline,
    "inForce": in_force,
    "state"? state,
    "statusAsOf"? status_as_of,
    "statusUntil"? status_until,
    "test": test,
} }

/// How a credential was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// SHA-256 of the credential's JCS bytes, hex.
    pub digest: String,
    /// The key that signed it.
    pub verification_method: String,
    /// When it was signed, by the issuer's clock.
    pub created: Timestamp,
    /// SHA-256 of the root certificate's public key info, hex.
    pub root_fingerprint: Option<String>,
    /// Sequence of the trust list.
    pub trust_list_sequence: Option<u64>,
    /// Place in the log, where proven.
    pub log_index: Option<u64>,
    /// When the log recorded it, where proven.
    pub recorded: Option<Timestamp>,
    /// The status lists and snapshot that were counted: what a shell may remember as seen.
    pub status: Vec<CountedStatus>,
}

record! { write Evidence {
    "created": created,
    "digest": digest,
    "logIndex"? log_index,
    "recorded"? recorded,
    "rootFingerprint"? root_fingerprint,
    "status"? status,
    "trustListSequence"? trust_list_sequence,
    "verificationMethod": verification_method,
} }

/// A status list or snapshot that was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedStatus {
    /// Its id.
    pub id: String,
    /// Its sequence.
    pub sequence: u64,
    /// The instant it is about.
    pub valid_from: Timestamp,
}

record! { write CountedStatus {
    "id": id,
    "sequence": sequence,
    "validFrom": valid_from,
} }

impl Question {
    /// The question answered from its reasons: no beats could-not-tell beats yes; without a `Yes` reason it is
    /// could-not-tell.
    #[must_use]
    pub fn from_reasons(given: Vec<Reason>) -> Self {
        // What decides the answer comes first, then by rank. They are few: each is put in its place.
        let mut reasons: Vec<Reason> = Vec::with_capacity(given.len());
        for reason in given {
            let rank = |reason: &Reason| (reason.code.effect(), reason.code);
            let place = reasons.partition_point(|before| rank(before) <= rank(&reason));
            reasons.insert(place, reason);
        }
        let has = |effect: Effect| reasons.iter().any(|reason| reason.code.effect() == effect);
        let answer = if has(Effect::No) {
            Answer::No
        } else if has(Effect::CouldNotTell) || !has(Effect::Yes) {
            Answer::CouldNotTell
        } else {
            Answer::Yes
        };
        if answer != Answer::Yes {
            reasons.retain(|reason| reason.code.effect() != Effect::Yes);
        }
        Self { answer, reasons }
    }

    /// The most telling reason.
    #[must_use]
    pub fn first_code(&self) -> Option<ReasonCode> {
        self.reasons.first().map(|reason| reason.code)
    }
}

impl Report {
    /// The Report as JCS bytes.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        to_canonical(self)
    }
}
