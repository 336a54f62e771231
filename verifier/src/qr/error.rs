//! Why a payload does not read, or a credential does not fit.

use std::fmt;

use super::range_coder::Exhausted;

/// Why digits do not read as a credential.
///
/// [`Self::is_unknown`] separates what a later build may read from what nobody ever wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QrDecodeError {
    /// Nothing but the link.
    #[error("the payload is empty")]
    Empty,
    /// More digits than any symbol we print holds.
    #[error("the payload has {found} digits, at most {limit} are read")]
    TooLong {
        /// Digits found.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// A character other than 0 to 9.
    #[error("the payload holds {found:?} at character {position}, wanted digits 0 to 9")]
    NotADigit {
        /// Position in characters, from 0.
        position: usize,
        /// The character.
        found: char,
    },
    /// A format version of later builds.
    #[error("the payload is of format version {found}, this build reads version {known}")]
    UnknownVersion {
        /// The version found.
        found: u8,
        /// The version this build knows.
        known: u8,
    },
    /// An issuer profile that the trust list at hand does not hold.
    #[error("the payload names issuer profile {number}, which the trust list does not hold")]
    UnknownProfile {
        /// Its number.
        number: u32,
    },
    /// A scheme template of later builds.
    #[error("the payload names scheme template {number}, which this build does not know")]
    UnknownTemplate {
        /// Its number.
        number: u32,
    },
    /// The digits end, or run on, before the message is complete.
    #[error("the payload is cut or garbled: its message is incomplete")]
    Incomplete,
    /// A field reads as something that no credential holds.
    #[error("the payload gives no lawful {field}")]
    Value {
        /// The field.
        field: Field,
    },
    /// Another spelling of a credential than the one the encoder writes.
    #[error("the payload is not the one spelling of its credential")]
    NotCanonical,
}

impl QrDecodeError {
    /// True when the payload may be good and a later build or trust list may read it.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        matches!(
            self,
            Self::UnknownVersion { .. } | Self::UnknownProfile { .. } | Self::UnknownTemplate { .. }
        )
    }
}

/// Why a credential has no payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QrEncodeError {
    /// The issuer's facts are not those of the profile.
    #[error("the credential's issuer is not as profile {number} has it")]
    OtherIssuer {
        /// The profile's number.
        number: u32,
    },
    /// The proof is not one that follows from the credential, key number and signature.
    #[error("the proof is not an eddsa-jcs-2022 assertion by a numbered key of the credential's issuer")]
    OtherProof,
    /// A field is outside what a credential may hold.
    #[error("the {field} is outside what a credential may hold")]
    Value {
        /// The field.
        field: Field,
    },
    /// The symbol would be too dense to print and scan.
    #[error("the link takes {bytes} bytes of a symbol, more than version {limit} at level M holds")]
    TooLarge {
        /// Bytes that link and digits take in a symbol, headers included.
        bytes: usize,
        /// The largest version allowed.
        limit: u8,
    },
}

impl From<Exhausted> for QrDecodeError {
    fn from(_: Exhausted) -> Self {
        Self::Incomplete
    }
}

impl From<QrDecodeError> for QrEncodeError {
    /// Encoding runs the same rules as decoding; only bounds of values can fail there.
    fn from(error: QrDecodeError) -> Self {
        match error {
            QrDecodeError::Value { field } => Self::Value { field },
            _ => Self::Value { field: Field::Scheme },
        }
    }
}

/// A part of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Texts of the scheme edition.
    Scheme,
    /// Level and its texts.
    Grade,
    /// Certificate number.
    Number,
    /// Version.
    Version,
    /// The recertified certificate's number.
    Predecessor,
    /// First issue, issue, end of validity.
    Validity,
    /// Day of the assessment.
    AssessedOn,
    /// Day of the original decision on paper.
    Transcribed,
    /// Surveillance plan.
    Surveillance,
    /// Unified social credit code.
    CreditCode,
    /// The holder's name.
    HolderName,
    /// The holder's address.
    HolderAddress,
    /// A region.
    Region,
    /// The assessed unit.
    AssessedUnit,
    /// The scope.
    Scope,
    /// The industry.
    Industry,
    /// A site.
    Site,
    /// The report.
    Report,
    /// The confidence grade.
    Confidence,
    /// The note on technical support.
    TechnicalSupport,
    /// The signatory.
    Signatory,
    /// Place in the status lists.
    Status,
    /// The proof.
    Proof,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "scheme texts",
            Self::Grade => "grade",
            Self::Number => "certificate number",
            Self::Version => "version",
            Self::Predecessor => "predecessor's number",
            Self::Validity => "validity",
            Self::AssessedOn => "day of assessment",
            Self::Transcribed => "day of the original decision",
            Self::Surveillance => "surveillance plan",
            Self::CreditCode => "unified social credit code",
            Self::HolderName => "organisation name",
            Self::HolderAddress => "registered address",
            Self::Region => "region code",
            Self::AssessedUnit => "assessed unit",
            Self::Scope => "scope",
            Self::Industry => "industry",
            Self::Site => "site",
            Self::Report => "report",
            Self::Confidence => "confidence grade",
            Self::TechnicalSupport => "note on technical support",
            Self::Signatory => "signatory",
            Self::Status => "status list entry",
            Self::Proof => "proof",
        })
    }
}
