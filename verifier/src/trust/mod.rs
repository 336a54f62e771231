//! Trust: the scheme owner's list, opened (DESIGN §4 "Trust list").
//!
//! [`open_trust_list`] checks who signed the list and whether it goes back behind one seen before; the
//! [`TrustContext`] it gives answers who may sign what, and keeps what has been verified once.

mod keys;
mod owner;
mod owner_record;

use std::sync::OnceLock;

use touchstone_schemas::{
    date_time::Timestamp,
    did::Did,
    trust_list::{TrustList, TrustedIssuer},
};

use self::keys::KeyCache;
pub use self::{
    keys::{KeyLookup, ListedKey},
    owner::{OwnerRefused, TrustListRefused, open_trust_list},
    owner_record::{OwnerRecordRefused, open_key_retirement, open_verifier_release},
};
use crate::{
    log_check::LogContext,
    path::{KeyPurpose, PinnedRoot, ProfileOids},
};

/// How far clocks may differ, in seconds, before an instant counts as future (a policy figure).
pub const CLOCK_SKEW_SECONDS: i64 = 600;

/// An authentic trust list, with what was verified under it so far.
#[derive(Debug)]
pub struct TrustContext {
    list: TrustList,
    purposes: ProfileOids,
    issuers: Vec<IssuerCache>,
    /// By verification method; a list holds a handful.
    keys: Vec<(String, KeyPlace)>,
}

/// What was verified of an issuer.
#[derive(Debug, Default)]
struct IssuerCache {
    roots: OnceLock<Vec<PinnedRoot>>,
    log: OnceLock<Option<LogContext>>,
}

/// Where a key stands in the list, and what was verified of it.
#[derive(Debug)]
struct KeyPlace {
    issuer: usize,
    purpose: KeyPurpose,
    position: usize,
    cache: KeyCache,
}

/// How the list stands to the time now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Currency {
    /// It counts.
    Current,
    /// It is out of date: whether an issuer is authorised cannot be told.
    Expired,
    /// It was made in the future, by this clock.
    FromFuture,
}

impl TrustContext {
    fn new(list: TrustList, purposes: ProfileOids) -> Self {
        let mut keys = Vec::new();
        for (issuer, listed) in list.issuers.iter().enumerate() {
            let sets = [
                (KeyPurpose::IssueCredential, &listed.issuing_keys),
                (KeyPurpose::SignStatus, &listed.status_keys),
            ];
            for (purpose, set) in sets {
                for (position, key) in set.iter().enumerate() {
                    let place = KeyPlace {
                        issuer,
                        purpose,
                        position,
                        cache: KeyCache::default(),
                    };
                    keys.push((key.verification_method.to_string(), place));
                }
            }
        }
        let issuers = list.issuers.iter().map(|_| IssuerCache::default()).collect();
        Self {
            list,
            purposes,
            issuers,
            keys,
        }
    }

    /// The list itself.
    #[must_use]
    pub fn list(&self) -> &TrustList {
        &self.list
    }

    /// How the list stands to the time now.
    #[must_use]
    pub fn currency(&self, now: Timestamp) -> Currency {
        if self.list.issued.seconds_since(now) > CLOCK_SKEW_SECONDS {
            Currency::FromFuture
        } else if now > self.list.valid_until {
            Currency::Expired
        } else {
            Currency::Current
        }
    }

    /// The body with that DID.
    #[must_use]
    pub fn issuer(&self, did: &Did) -> Option<&TrustedIssuer> {
        self.list.issuer(did)
    }

    /// The key a verification method names, and what the list says of it.
    #[must_use]
    pub fn key(&self, verification_method: &str) -> KeyLookup<'_> {
        let did = verification_method
            .split_once('#')
            .map_or(verification_method, |(did, _)| did);
        let listed = self.keys.iter().find(|(method, _)| method == verification_method);
        let Some((_, place)) = listed else {
            let known = self
                .list
                .issuers
                .iter()
                .any(|issuer| issuer.id.as_str() == did || issuer.status_authority.as_str() == did);
            return if known {
                KeyLookup::KeyUnknown
            } else {
                KeyLookup::DidUnknown
            };
        };
        match ListedKey::at(self, place) {
            Some(key) => KeyLookup::Listed(key),
            None => KeyLookup::KeyUnknown,
        }
    }

    /// The log of an issuer, its key checked; `None` when the list's key is unusable.
    #[must_use]
    pub fn log(&self, issuer: &Did) -> Option<&LogContext> {
        let (listed, cache) = self
            .list
            .issuers
            .iter()
            .zip(&self.issuers)
            .find(|(listed, _)| listed.id == *issuer)?;
        cache
            .log
            .get_or_init(|| LogContext::new(&listed.log).ok())
            .as_ref()
    }
}
