//! A secured credential as digits, and back.

use touchstone_schemas::budget::MAX_QR_DIGITS;
use touchstone_schemas::credential::{Credential, IssuerProfile, credential_contexts};
use touchstone_schemas::date_time::Timestamp;
use touchstone_schemas::multibase::{decode_base58btc, encode_base58btc};
use touchstone_schemas::proof::{DataIntegrityProof, ProofConfig};

use super::error::{Field, QrDecodeError, QrEncodeError};
use super::message::{Coded, Message};
use super::range_coder::{Decoder, Encoder};
use super::segments::{LARGEST_VERSION, symbol_bytes, symbol_version};
use super::text::TextModel;

/// The format version this build writes and reads: the first digit of a payload.
pub const FORMAT_VERSION: u8 = 1;

/// An issuer profile with its number in the trust list.
#[derive(Debug, Clone, Copy)]
pub struct ProfileRef<'a> {
    /// The number, from 1.
    pub number: u32,
    /// The facts.
    pub profile: &'a IssuerProfile,
}

/// A credential as digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    digits: String,
    base: String,
    version: u8,
}

impl Payload {
    /// The digits: what stands behind `#` in the link.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// The link without its digits, `https://<registry>/v#`: the byte segment of the symbol.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The whole link.
    #[must_use]
    pub fn link(&self) -> String {
        format!("{}{}", self.base, self.digits)
    }

    /// The smallest symbol version at level M that holds the link.
    #[must_use]
    pub const fn symbol_version(&self) -> u8 {
        self.version
    }

    /// Bytes that the link takes in a symbol, headers included.
    #[must_use]
    pub fn symbol_bytes(&self) -> usize {
        symbol_bytes(self.base.len(), self.digits.len())
    }
}

/// A credential read from digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The facts.
    pub credential: Credential,
    /// The proof over them.
    pub proof: DataIntegrityProof,
    /// Number of the issuer profile used.
    pub profile: u32,
    /// The JCS bytes of the secured credential, as issued.
    pub document: Vec<u8>,
}

/// Writes a secured credential as digits. The same credential always gives the same digits.
///
/// # Errors
/// [`QrEncodeError`] when issuer or proof are not what the profile gives, a field is outside its bounds, or the
/// symbol would exceed version [`LARGEST_VERSION`].
pub fn encode(
    credential: &Credential,
    proof: &DataIntegrityProof,
    profile: ProfileRef<'_>,
) -> Result<Payload, QrEncodeError> {
    if credential.issuer != *profile.profile || profile.number == 0 {
        return Err(QrEncodeError::OtherIssuer {
            number: profile.number,
        });
    }
    let parts = ProofParts::of(proof, credential).ok_or(QrEncodeError::OtherProof)?;
    let mut encoder = Encoder::new();
    let mut message = Message::new(&mut encoder, TextModel::primed());
    let given = Given {
        credential,
        parts: &parts,
        profile: profile.number,
    };
    let issuer = |_| Some(profile.profile.clone());
    let written = message
        .secured(Some(&given), &issuer)
        .map_err(QrEncodeError::from)?;
    let back = (&written.credential, written.parts.proof(&written.credential));
    if back != (credential, proof.clone()) {
        return Err(QrEncodeError::OtherProof);
    }
    let digits = format!("{FORMAT_VERSION}{}", encoder.finish());
    let base = payload_base(profile.profile);
    match symbol_version(base.len(), digits.len()) {
        Some(version) => Ok(Payload {
            digits,
            base,
            version,
        }),
        None => {
            let bytes = symbol_bytes(base.len(), digits.len());
            Err(QrEncodeError::TooLarge {
                bytes,
                limit: LARGEST_VERSION,
            })
        }
    }
}

/// Digits that the 512 bits of a signature take alone.
const FEWEST_DIGITS: usize = 154;

/// Reads digits. `profiles` gives the issuer profile of a number, as the trust list at hand has it.
///
/// # Errors
/// [`QrDecodeError`]; [`QrDecodeError::is_unknown`] tells what a later build or trust list may read.
pub fn decode(
    digits: &str,
    profiles: &dyn Fn(u32) -> Option<IssuerProfile>,
) -> Result<Decoded, QrDecodeError> {
    check_digits(digits)?;
    let (version, fraction) = digits.split_at_checked(1).ok_or(QrDecodeError::Empty)?;
    let found = version.parse().unwrap_or(0);
    if found == 0 {
        // Versions count from 1: there is none of which a later build would know more.
        return Err(QrDecodeError::NotCanonical);
    }
    if found != FORMAT_VERSION {
        return Err(QrDecodeError::UnknownVersion {
            found,
            known: FORMAT_VERSION,
        });
    }
    // Before a profile that is not known here could be blamed.
    if fraction.len() < FEWEST_DIGITS {
        return Err(QrDecodeError::Incomplete);
    }
    let model = TextModel::primed();
    let secured = Message::new(&mut Decoder::new(fraction), model.clone()).secured(None, profiles)?;
    let mut encoder = Encoder::new();
    let mut message = Message::new(&mut encoder, model);
    let given = Given {
        credential: &secured.credential,
        parts: &secured.parts,
        profile: secured.profile,
    };
    let issuer = |_| Some(secured.credential.issuer.clone());
    message
        .secured(Some(&given), &issuer)
        .map_err(|_| QrDecodeError::NotCanonical)?;
    if encoder.finish() != fraction {
        return Err(QrDecodeError::NotCanonical);
    }
    let SecuredParts {
        credential,
        parts,
        profile,
    } = secured;
    // What no symbol of this format holds was never issued in one.
    let base = payload_base(&credential.issuer);
    if symbol_version(base.len(), digits.len()).is_none() {
        return Err(QrDecodeError::TooLong {
            found: digits.len(),
            limit: MAX_QR_DIGITS,
        });
    }
    let proof = parts.proof(&credential);
    let document = credential.secured_with(&proof);
    Ok(Decoded {
        credential,
        proof,
        profile,
        document,
    })
}

/// The link without its digits.
fn payload_base(profile: &IssuerProfile) -> String {
    format!("{}/v#", profile.registry.as_str())
}

fn check_digits(digits: &str) -> Result<(), QrDecodeError> {
    if digits.is_empty() {
        return Err(QrDecodeError::Empty);
    }
    let limit = MAX_QR_DIGITS;
    if digits.len() > limit {
        return Err(QrDecodeError::TooLong {
            found: digits.chars().count(),
            limit,
        });
    }
    match digits
        .chars()
        .enumerate()
        .find(|(_, character)| !character.is_ascii_digit())
    {
        Some((position, found)) => Err(QrDecodeError::NotADigit { position, found }),
        None => Ok(()),
    }
}

/// What a proof holds beyond what follows from the credential.
struct ProofParts {
    created: Timestamp,
    key: u32,
    signature: [u8; 64],
}

/// What is encoded.
struct Given<'a> {
    credential: &'a Credential,
    parts: &'a ProofParts,
    profile: u32,
}

/// What was coded.
struct SecuredParts {
    credential: Credential,
    parts: ProofParts,
    profile: u32,
}

impl ProofParts {
    /// The parts of a proof, if the rest follows from them and the credential.
    fn of(proof: &DataIntegrityProof, credential: &Credential) -> Option<Self> {
        let (_, fragment) = proof.verification_method.rsplit_once('#')?;
        let key = fragment.strip_prefix("key-")?.parse().ok()?;
        let signature = decode_base58btc(&proof.proof_value).ok()?;
        let parts = Self {
            created: proof.created,
            key,
            signature,
        };
        (key > 0 && parts.proof(credential) == *proof).then_some(parts)
    }

    fn proof(&self, credential: &Credential) -> DataIntegrityProof {
        let contexts = credential_contexts().map(str::to_owned).to_vec();
        let method = credential.issuer.id.key(self.key).to_string();
        let config = ProofConfig::eddsa_jcs_2022(Some(contexts), self.created, method);
        DataIntegrityProof::new(config, encode_base58btc(&self.signature))
    }
}

impl Message<'_> {
    fn secured(
        &mut self,
        given: Option<&Given<'_>>,
        profiles: &dyn Fn(u32) -> Option<IssuerProfile>,
    ) -> Coded<SecuredParts> {
        let number = self
            .small(given.map(|given| given.profile.saturating_sub(1)))?
            .saturating_add(1);
        let issuer = profiles(number).ok_or(QrDecodeError::UnknownProfile { number })?;
        let credential = self.credential(given.map(|given| given.credential), issuer)?;
        let key = self
            .small(given.map(|given| given.parts.key.saturating_sub(1)))?
            .saturating_add(1);
        let created = given.map(|given| given.parts.created);
        let created = self.instant(created, credential.valid_from, Field::Proof)?;
        let signature = self.bytes(given.map(|given| &given.parts.signature))?;
        Ok(SecuredParts {
            credential,
            parts: ProofParts {
                created,
                key,
                signature,
            },
            profile: number,
        })
    }
}
