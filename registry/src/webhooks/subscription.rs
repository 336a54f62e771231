//! Who is told of what.

use std::{fmt, str::FromStr};

use touchstone_schemas::{
    credential::CredentialNumber,
    date_time::Timestamp,
    decode::{Decode, DecodeError, invalid, text},
    did::Did,
    jcs::Encode,
    json::Value,
    record,
    uscc::Uscc,
};

use super::{Secret, SecretError};
use crate::{
    changes::Among,
    ledger::{CredentialKey, HeldCredential},
};

/// Letters of an id.
const ID_LETTERS: usize = 12;

/// Names a subscription, and its folder: `sub_` and twelve hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SubscriptionId(String);

/// Why a text is no id of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id of a subscription is sub_ and {ID_LETTERS} digits of 0-9a-f")]
pub struct SubscriptionIdError;

impl SubscriptionId {
    /// A new one.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn generate() -> Result<Self, SecretError> {
        let mut bytes = [0_u8; 8];
        getrandom::fill(&mut bytes).map_err(SecretError::Random)?;
        let digits = format!("{:016x}", u64::from_be_bytes(bytes));
        Ok(Self(format!(
            "sub_{}",
            digits.get(..ID_LETTERS).unwrap_or(&digits)
        )))
    }
}

impl FromStr for SubscriptionId {
    type Err = SubscriptionIdError;

    fn from_str(text: &str) -> Result<Self, SubscriptionIdError> {
        let digits = text.strip_prefix("sub_").ok_or(SubscriptionIdError)?;
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if digits.len() == ID_LETTERS && digits.bytes().all(digit) {
            Ok(Self(text.to_owned()))
        } else {
            Err(SubscriptionIdError)
        }
    }
}

impl fmt::Display for SubscriptionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whose changes are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Of one certificate, in all its versions.
    Certificate(CredentialNumber),
    /// Of all certificates of one holder and its units.
    Holder(Uscc),
    /// Of all certificates of one body.
    Body(Did),
    /// Of all.
    Registry,
}

/// Why a text names no scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is no scope; wanted certificate:<number>, holder:<USCC>, body:<DID> or registry")]
pub struct ScopeError {
    /// The text found.
    pub found: String,
}

impl Scope {
    /// Among which its certificates are found.
    #[must_use]
    pub const fn among(&self) -> Among<'_> {
        match self {
            Self::Certificate(number) => Among::Number(number),
            Self::Holder(code) => Among::Holder(*code),
            Self::Body(_) | Self::Registry => Among::All,
        }
    }

    /// Whether a certificate is of it.
    #[must_use]
    pub fn concerns(&self, key: &CredentialKey, held: &HeldCredential) -> bool {
        match self {
            Self::Certificate(number) => key.0 == *number,
            Self::Holder(code) => held.facts.holder == *code,
            Self::Body(did) => *held.issuer == *did,
            Self::Registry => true,
        }
    }
}

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        let scope = match text.split_once(':') {
            None if text == "registry" => Some(Self::Registry),
            Some(("certificate", number)) => CredentialNumber::parse(number).ok().map(Self::Certificate),
            // As printed: a holder whose check character fails has certificates and a feed like any other.
            Some(("holder", code)) => Uscc::parse_as_printed(code).ok().map(Self::Holder),
            Some(("body", did)) => Did::parse(did).ok().map(Self::Body),
            _ => None,
        };
        scope.ok_or_else(|| ScopeError {
            found: text.to_owned(),
        })
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate(number) => write!(f, "certificate:{number}"),
            Self::Holder(code) => write!(f, "holder:{code}"),
            Self::Body(did) => write!(f, "body:{did}"),
            Self::Registry => f.write_str("registry"),
        }
    }
}

impl Decode for Scope {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        text(value, "a scope")?.parse().map_err(|error| invalid(&error))
    }
}

impl Encode for Scope {
    fn encode(&self, out: &mut Vec<u8>) {
        format_args!("{self}").encode(out);
    }
}

/// A subscription as its file has it.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// When it was made.
    pub created: Timestamp,
    /// What the operator calls it.
    pub label: String,
    /// Whose changes.
    pub scope: Scope,
    /// What signs.
    pub secret: Secret,
    /// Where to.
    pub url: String,
}

record! { Subscription {
    "created": created,
    "label": label,
    "scope": scope,
    "secret": secret,
    "url": url,
} }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_have_one_spelling() {
        for text in [
            "certificate:CQC26ZNZ000123R0",
            "holder:91350100M000100Y43",
            "holder:91350100M000100Y44",
            "body:did:web:cqc.example",
            "registry",
        ] {
            assert_eq!(text.parse::<Scope>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "registry:",
            "certificate:x",
            "holder:91350100M000100Y4",
            "holder:91350100M000100Y4O",
            "all",
        ] {
            assert!(text.parse::<Scope>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_id_names_no_other_folder() {
        let id = SubscriptionId::generate().unwrap();
        assert_eq!(id.to_string().parse::<SubscriptionId>().unwrap(), id);
        for text in [
            "",
            "sub_",
            "sub_../../../..",
            "sub_0123456789aG",
            "x_0123456789ab",
        ] {
            assert!(text.parse::<SubscriptionId>().is_err(), "{text}");
        }
    }
}
