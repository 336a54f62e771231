//! Status entries of a credential (Bitstring Status List 1.0 §2.1).

use std::fmt;

use crate::{credential::RegistryBase, words};

/// What a status list tells. Each credential stands in one list of every purpose, at the same index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StatusPurpose {
    /// Final: withdrawn, cancelled or superseded.
    Revocation,
    /// Suspended.
    Suspension,
    /// The state in words ([`StatusMessage`]), three bits an entry.
    Message,
}

// A credential lists them in this order.
words! { StatusPurpose { Revocation = "revocation", Suspension = "suspension", Message = "message" } }

impl StatusPurpose {
    /// Bits an entry (`statusSize`).
    #[must_use]
    pub const fn size(self) -> u8 {
        match self {
            Self::Revocation | Self::Suspension => 1,
            Self::Message => 3,
        }
    }
}

impl fmt::Display for StatusPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The messages of the message list, in the order of their codes (DESIGN §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StatusMessage {
    /// 有效.
    InForce,
    /// 监督逾期（宽限期内）.
    OverdueInGrace,
    /// 监督逾期.
    Overdue,
    /// 暂停.
    Suspended,
    /// 注销.
    Cancelled,
    /// 已换发.
    Superseded,
    /// 撤销.
    Withdrawn,
    /// Not used.
    Reserved,
}

impl StatusMessage {
    /// All messages; the place of each is its code.
    pub const ALL: [Self; 8] = [
        Self::InForce,
        Self::OverdueInGrace,
        Self::Overdue,
        Self::Suspended,
        Self::Cancelled,
        Self::Superseded,
        Self::Withdrawn,
        Self::Reserved,
    ];

    /// The code in the list, 0 to 7.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::InForce => 0,
            Self::OverdueInGrace => 1,
            Self::Overdue => 2,
            Self::Suspended => 3,
            Self::Cancelled => 4,
            Self::Superseded => 5,
            Self::Withdrawn => 6,
            Self::Reserved => 7,
        }
    }

    /// The message of that code.
    #[must_use]
    pub fn of_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// The text in a credential's `statusMessage`.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::InForce => "in force",
            Self::OverdueInGrace => "surveillance overdue, within grace",
            Self::Overdue => "surveillance overdue",
            Self::Suspended => "suspended",
            Self::Cancelled => "cancelled",
            Self::Superseded => "superseded",
            Self::Withdrawn => "withdrawn",
            Self::Reserved => "reserved",
        }
    }

    /// The bit of the revocation list that goes with this message.
    #[must_use]
    pub const fn revocation(self) -> bool {
        matches!(self, Self::Cancelled | Self::Superseded | Self::Withdrawn)
    }

    /// The bit of the suspension list that goes with this message.
    #[must_use]
    pub const fn suspension(self) -> bool {
        matches!(self, Self::Suspended)
    }

    /// The value an entry of this message has in the list of that purpose.
    #[must_use]
    pub const fn value(self, purpose: StatusPurpose) -> u8 {
        match purpose {
            StatusPurpose::Revocation => self.revocation() as u8,
            StatusPurpose::Suspension => self.suspension() as u8,
            StatusPurpose::Message => self.code(),
        }
    }
}

/// The place of a credential in the three lists: drawn at random, never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatusAllocation {
    /// Number of the list, from 1.
    pub list: u32,
    /// Index in it, from 0.
    pub index: u32,
}

/// The id and URL of a status list credential: `<registry>/status-lists/<purpose>/<list>`.
#[must_use]
pub fn status_list_id(registry: &RegistryBase, purpose: StatusPurpose, list: u32) -> String {
    format!("{}/status-lists/{purpose}/{list}", registry.as_str())
}
