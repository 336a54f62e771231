//! The firms that a statement is asked about: certificate numbers and unified social credit codes, in order.

use touchstone_schemas::{
    credential::CredentialNumber,
    decode::{DecodeError, ReadError, read},
    record,
    uscc::Uscc,
};

use super::Regions;
use crate::{ledger::CredentialKey, tlog::Shared};

/// Most firms of a statement (policy).
pub const MOST_ASKED: usize = 100;
/// Most certificates of a statement (policy): some megabytes as a file.
pub const MOST_CERTIFICATES: usize = 300;

/// What is asked: numbers and codes, and perhaps an instant or day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// An instant, or a day in China; now when absent.
    pub at: Option<String>,
    /// Numbers and codes.
    pub of: Vec<String>,
}

record! { Asked {
    "at"? at,
    "of": of,
} }

/// Why a body asks nothing that is answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FirmsError {
    /// Not of its form.
    #[error(transparent)]
    Form(#[from] ReadError),
    /// Nothing or too much.
    #[error("{found} firms are asked about, wanted 1 to {MOST_ASKED}")]
    Count {
        /// How many.
        found: usize,
    },
    /// Neither number nor code.
    #[error("{found:?} is neither a certificate number nor a unified social credit code")]
    Neither {
        /// The place in the list, from 0.
        place: usize,
        /// The text found.
        found: String,
    },
    /// More certificates than one statement holds.
    #[error("these firms have {found} certificates, at most {MOST_CERTIFICATES} are stated at once")]
    TooMany {
        /// How many.
        found: usize,
    },
}

impl FirmsError {
    /// Where in the body.
    #[must_use]
    pub fn pointer(&self) -> Option<String> {
        match self {
            Self::Form(ReadError::Decode(error)) => Some(DecodeError::pointer(error).to_owned()),
            Self::Neither { place, .. } => Some(format!("/of/{place}")),
            Self::Count { .. } => Some("/of".to_owned()),
            Self::Form(_) | Self::TooMany { .. } => None,
        }
    }
}

impl Asked {
    /// Reads a body.
    ///
    /// # Errors
    /// [`FirmsError::Form`], [`FirmsError::Count`].
    pub fn read(bytes: &[u8], limit: usize) -> Result<Self, FirmsError> {
        let asked: Self = read(bytes, limit)?;
        let found = asked.of.len();
        if (1..=MOST_ASKED).contains(&found) {
            Ok(asked)
        } else {
            Err(FirmsError::Count { found })
        }
    }
}

/// What a text may name: eighteen characters can be both.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Firm {
    number: Option<CredentialNumber>,
    code: Option<Uscc>,
}

/// The certificates of each firm asked about that are of the regions, in order of number; none where there is none, or
/// none there: which of the two is not told.
///
/// # Errors
/// [`FirmsError::Neither`], [`FirmsError::TooMany`].
pub fn find_asked(
    shared: &Shared,
    regions: &Regions,
    asked: &[String],
) -> Result<Vec<Vec<CredentialKey>>, FirmsError> {
    let firms: Vec<Firm> = asked
        .iter()
        .enumerate()
        .map(|(place, text)| firm(place, text))
        .collect::<Result<_, _>>()?;
    let published = shared.read();
    let ledger = &published.ledger;
    let theirs = |key: &CredentialKey| {
        ledger
            .credential(key)
            .is_some_and(|held| regions.concern(ledger, key, held))
    };
    let of_number = |number: &CredentialNumber| {
        let versions = ledger.versions(number).into_iter();
        let keys = versions.map(|version| (number.clone(), version));
        keys.filter(theirs).collect::<Vec<CredentialKey>>()
    };
    let of_firm = |Firm { number, code }: &Firm| {
        let mut keys = number.as_ref().map(of_number).unwrap_or_default();
        let own = code.iter().flat_map(|code| ledger.of_holder(*code));
        keys.extend(own.filter(|key| theirs(key)).cloned());
        keys.sort_unstable();
        keys
    };
    let found: Vec<Vec<CredentialKey>> = firms.iter().map(of_firm).collect();
    let count = found.iter().map(Vec::len).sum();
    if count > MOST_CERTIFICATES {
        return Err(FirmsError::TooMany { found: count });
    }
    Ok(found)
}

fn firm(place: usize, text: &str) -> Result<Firm, FirmsError> {
    // Codes whose check character fails are in lawful use.
    let code = Uscc::parse_as_printed(text).ok();
    let number = CredentialNumber::parse(text).ok();
    if code.is_none() && number.is_none() {
        return Err(FirmsError::Neither {
            place,
            found: text.to_owned(),
        });
    }
    Ok(Firm { number, code })
}
