//! Data Integrity proofs (VC Data Integrity 1.0 §2.1, Data Integrity EdDSA Cryptosuites 1.0 §3.3).

use crate::{date_time::Timestamp, record};

/// The only proof type.
pub const PROOF_TYPE: &str = "DataIntegrityProof";
/// The only proof purpose.
pub const PROOF_PURPOSE: &str = "assertionMethod";

/// The cryptosuites this build knows: a closed set with room (SM2 will come beside Ed25519).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cryptosuite {
    /// `eddsa-jcs-2022`: Ed25519 over SHA-256 of JCS.
    EddsaJcs2022,
}

impl Cryptosuite {
    /// Its registered name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EddsaJcs2022 => "eddsa-jcs-2022",
        }
    }

    /// The suite of that name, if this build knows it.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        (name == Self::EddsaJcs2022.name()).then_some(Self::EddsaJcs2022)
    }
}

/// A proof's options: all of the proof but `proofValue`. Its JCS bytes are hashed first
/// (EdDSA Cryptosuites §3.3.5). `@context` repeats that of the secured document (§3.3.1 step 2) and is
/// absent where the document has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofConfig {
    /// The document's `@context`.
    pub context: Option<Vec<String>>,
    /// Always [`PROOF_TYPE`].
    pub proof_type: String,
    /// Name of the suite.
    pub cryptosuite: String,
    /// When the proof was made.
    pub created: Timestamp,
    /// The key, as a DID URL.
    pub verification_method: String,
    /// Always [`PROOF_PURPOSE`].
    pub proof_purpose: String,
}

record! { ProofConfig {
    "@context"? context,
    "created": created,
    "cryptosuite": cryptosuite,
    "proofPurpose": proof_purpose,
    "type": proof_type,
    "verificationMethod": verification_method,
} }

impl ProofConfig {
    /// The options of a proof to be made with `eddsa-jcs-2022`.
    #[must_use]
    pub fn eddsa_jcs_2022(
        context: Option<Vec<String>>,
        created: Timestamp,
        verification_method: String,
    ) -> Self {
        Self {
            context,
            proof_type: PROOF_TYPE.to_owned(),
            cryptosuite: Cryptosuite::EddsaJcs2022.name().to_owned(),
            created,
            verification_method,
            proof_purpose: PROOF_PURPOSE.to_owned(),
        }
    }
}

/// A proof as it stands in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataIntegrityProof {
    /// The document's `@context`.
    pub context: Option<Vec<String>>,
    /// Always [`PROOF_TYPE`].
    pub proof_type: String,
    /// Name of the suite.
    pub cryptosuite: String,
    /// When the proof was made.
    pub created: Timestamp,
    /// The key, as a DID URL.
    pub verification_method: String,
    /// Always [`PROOF_PURPOSE`].
    pub proof_purpose: String,
    /// The signature: base58btc multibase of 64 bytes.
    pub proof_value: String,
}

record! { DataIntegrityProof {
    "@context"? context,
    "created": created,
    "cryptosuite": cryptosuite,
    "proofPurpose": proof_purpose,
    "proofValue": proof_value,
    "type": proof_type,
    "verificationMethod": verification_method,
} }

impl DataIntegrityProof {
    /// The proof of these options with that value.
    #[must_use]
    pub fn new(config: ProofConfig, proof_value: String) -> Self {
        Self {
            context: config.context,
            proof_type: config.proof_type,
            cryptosuite: config.cryptosuite,
            created: config.created,
            verification_method: config.verification_method,
            proof_purpose: config.proof_purpose,
            proof_value,
        }
    }
}
