//! The trust list: who may issue what, with which keys, since when (DESIGN §4). Signed by the scheme owner.

use std::{fmt, str::FromStr};

use crate::{
    base64::STANDARD,
    credential::{IssuerProfile, RegistryBase},
    date_time::Timestamp,
    decode::{DecodeError, decode},
    did::{Did, VerificationMethod},
    json::Value,
    multikey::Multikey,
    record,
    text::Text,
    text_form::text_form,
    tlog::{Hash, Origin},
    words,
};

pub use crate::budget::MAX_LIFETIME_SECONDS;

/// A trust list. Of two, the one with the higher sequence holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustList {
    /// Always `TrustList`.
    pub list_type: TrustListType,
    /// Name of the scheme owner.
    pub owner: Text,
    /// Grows with every list.
    pub sequence: u64,
    /// When it was made.
    pub issued: Timestamp,
    /// After it, whether an issuer is authorised cannot be told.
    pub valid_until: Timestamp,
    /// The extended key usages of issuing and status certificates.
    pub key_purposes: KeyPurposes,
    /// The certification bodies.
    pub issuers: Vec<TrustedIssuer>,
}

record! { TrustList {
    "issued": issued,
    "issuers": issuers,
    "keyPurposes": key_purposes,
    "owner": owner,
    "sequence": sequence,
    "type": list_type,
    "validUntil": valid_until,
} }

/// The one value of `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustListType {
    /// A trust list in the format of this build.
    TrustList,
}

words! { TrustListType { TrustList = "TrustList" } }

/// Object identifiers of our two extended key usages, dotted decimal; arcs below 2^32.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPurposes {
    /// Signs credentials and events.
    pub issue: String,
    /// Signs status lists and snapshots.
    pub status: String,
}

record! { KeyPurposes {
    "issue": issue,
    "status": status,
} }

/// A certification body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedIssuer {
    /// Its DID.
    pub id: Did,
    /// The DID of its status authority.
    pub status_authority: Did,
    /// Whether its certificates are demonstrations.
    pub test: bool,
    /// Its names, dated.
    pub names: Vec<DatedName>,
    /// Root certificates, base64 of DER.
    pub roots: Vec<DerCertificate>,
    /// Intermediate certificates, base64 of DER.
    pub intermediates: Vec<DerCertificate>,
    /// Keys that sign credentials and events.
    pub issuing_keys: Vec<TrustedKey>,
    /// Keys that sign status lists and snapshots.
    pub status_keys: Vec<TrustedKey>,
    /// Schemes it may issue under, dated.
    pub schemes: Vec<DatedScheme>,
    /// Accreditations it may claim, dated.
    pub accreditations: Vec<DatedAccreditation>,
    /// Base URLs of its registries; a verifier fetches from these alone.
    pub registries: Vec<RegistryBase>,
    /// The log of its registry.
    pub log: TrustedLog,
    /// Recurring facts that its QR codes name by number.
    pub profiles: Vec<NumberedProfile>,
}

record! { TrustedIssuer {
    "accreditations"? accreditations,
    "id": id,
    "intermediates"? intermediates,
    "issuingKeys": issuing_keys,
    "log": log,
    "names": names,
    "profiles": profiles,
    "registries": registries,
    "roots": roots,
    "schemes": schemes,
    "statusAuthority": status_authority,
    "statusKeys": status_keys,
    "test": test,
} }

/// A name and the time it was borne.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatedName {
    /// The name.
    pub name: Text,
    /// The English name.
    pub name_en: Text,
    /// From when, inclusive.
    pub from: Timestamp,
    /// Until when, exclusive; open when absent.
    pub until: Option<Timestamp>,
}

record! { DatedName {
    "from": from,
    "name": name,
    "nameEn": name_en,
    "until"? until,
} }

/// A certificate: base64 of DER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DerCertificate(Vec<u8>);

/// A text that is not a [`DerCertificate`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a certificate: wanted base64 (standard alphabet, padded) of at most {limit} bytes")]
pub struct DerCertificateError {
    /// The limit.
    pub limit: usize,
}

/// A key, its certificate and the window in which it may sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    /// Its DID URL.
    pub verification_method: VerificationMethod,
    /// Its end-entity certificate.
    pub certificate: DerCertificate,
    /// It may sign from here, inclusive.
    pub signs_from: Timestamp,
    /// It may sign until here, exclusive.
    pub signs_until: Timestamp,
    /// Set when the key was retired before its time.
    pub retired: Option<Retirement>,
}

record! { TrustedKey {
    "certificate": certificate,
    "retired"? retired,
    "signsFrom": signs_from,
    "signsUntil": signs_until,
    "verificationMethod": verification_method,
} }

/// From which log index on a key's signatures count no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retirement {
    /// The first index no longer accepted, N.
    pub from: u64,
    /// Root hash of the log at size N, base64.
    pub root_hash: Hash,
}

record! { Retirement {
    "from": from,
    "rootHash": root_hash,
} }

/// A scheme and the time it may be issued under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatedScheme {
    /// Key of the scheme edition.
    pub edition: Text,
    /// From when, inclusive.
    pub from: Timestamp,
    /// Until when, exclusive; open when absent.
    pub until: Option<Timestamp>,
}

record! { DatedScheme {
    "edition": edition,
    "from": from,
    "until"? until,
} }

/// An accreditation or approval and the time it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatedAccreditation {
    /// What it is called, as a credential claims it.
    pub name: Text,
    /// The authority that gave it.
    pub authority: Text,
    /// Key of the scheme edition it covers.
    pub edition: Text,
    /// From when, inclusive.
    pub from: Timestamp,
    /// Until when, exclusive; open when absent.
    pub until: Option<Timestamp>,
}

record! { DatedAccreditation {
    "authority": authority,
    "edition": edition,
    "from": from,
    "name": name,
    "until"? until,
} }

/// A log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedLog {
    /// Its origin (C2SP tlog-checkpoint).
    pub origin: Origin,
    /// The key that signs its checkpoints.
    pub key: Multikey,
}

record! { TrustedLog {
    "key": key,
    "origin": origin,
} }

/// An issuer profile with its number: unique in the list, never changed or given again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberedProfile {
    /// The number, from 1.
    pub number: u32,
    /// The facts.
    pub profile: IssuerProfile,
}

record! { NumberedProfile {
    "number": number,
    "profile": profile,
} }

/// Why a document is not a trust list of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustListError {
    /// A member is missing, unknown or of another type.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// `validUntil` not after `issued`, or more than 90 days after it.
    #[error("the trust list is issued {issued} and valid until {valid_until}, wanted at most 90 days")]
    Lifetime {
        /// Issued.
        issued: Timestamp,
        /// Until.
        valid_until: Timestamp,
    },
    /// Two issuers, keys or profiles have the same name or number.
    #[error("{what} occurs twice in the trust list")]
    Repeated {
        /// What occurs twice.
        what: String,
    },
    /// A key belongs to another DID than the one it is listed under.
    #[error("key {method} is listed under {did}")]
    ForeignKey {
        /// The key.
        method: VerificationMethod,
        /// The DID it is listed under.
        did: Did,
    },
}

impl TrustList {
    /// Reads an unsecured trust list (the document without its `proof`).
    ///
    /// # Errors
    /// [`TrustListError`] names the first rule that is broken.
    pub fn from_document(document: &Value<'_>) -> Result<Self, TrustListError> {
        let list: Self = decode(document)?;
        list.check()?;
        Ok(list)
    }

    /// The rules that concern several members.
    ///
    /// # Errors
    /// As [`TrustList::from_document`].
    pub fn check(&self) -> Result<(), TrustListError> {
        let (issued, valid_until) = (self.issued, self.valid_until);
        if valid_until <= issued || valid_until.unix() - issued.unix() > MAX_LIFETIME_SECONDS {
            return Err(TrustListError::Lifetime { issued, valid_until });
        }
        let mut seen = std::collections::BTreeSet::new();
        let mut once = |what: String| {
            if seen.insert(what.clone()) {
                Ok(())
            } else {
                Err(TrustListError::Repeated { what })
            }
        };
        for issuer in &self.issuers {
            once(issuer.id.to_string())?;
            once(issuer.status_authority.to_string())?;
            for (did, keys) in [
                (&issuer.id, &issuer.issuing_keys),
                (&issuer.status_authority, &issuer.status_keys),
            ] {
                for key in keys {
                    once(key.verification_method.to_string())?;
                    if key.verification_method.did() != did {
                        return Err(TrustListError::ForeignKey {
                            method: key.verification_method.clone(),
                            did: did.clone(),
                        });
                    }
                }
            }
            for profile in &issuer.profiles {
                once(format!("profile {}", profile.number))?;
            }
        }
        Ok(())
    }

    /// The body with that DID.
    #[must_use]
    pub fn issuer(&self, did: &Did) -> Option<&TrustedIssuer> {
        self.issuers.iter().find(|issuer| issuer.id == *did)
    }

    /// The body whose status authority has that DID.
    #[must_use]
    pub fn issuer_of_status_authority(&self, did: &Did) -> Option<&TrustedIssuer> {
        self.issuers.iter().find(|issuer| issuer.status_authority == *did)
    }

    /// The profile with that number.
    #[must_use]
    pub fn profile(&self, number: u32) -> Option<&IssuerProfile> {
        self.issuers
            .iter()
            .flat_map(|issuer| &issuer.profiles)
            .find(|profile| profile.number == number)
            .map(|profile| &profile.profile)
    }
}

impl DerCertificate {
    /// A certificate of these bytes.
    ///
    /// # Errors
    /// When longer than the budget.
    pub fn new(der: Vec<u8>) -> Result<Self, DerCertificateError> {
        let limit = crate::budget::MAX_CERTIFICATE_BYTES;
        if der.len() > limit {
            Err(DerCertificateError { limit })
        } else {
            Ok(Self(der))
        }
    }

    /// The DER bytes.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for DerCertificate {
    type Err = DerCertificateError;

    fn from_str(text: &str) -> Result<Self, DerCertificateError> {
        let limit = crate::budget::MAX_CERTIFICATE_BYTES;
        Self::new(STANDARD.decode(text).map_err(|_| DerCertificateError { limit })?)
    }
}

impl fmt::Display for DerCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(&self.0))
    }
}

text_form!(DerCertificate, "a certificate: base64 of DER");
