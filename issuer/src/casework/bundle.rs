//! What an approval is a signature over: everything judged, as canonical bytes under a name of their own.

use std::{fmt, str::FromStr};

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use touchstone_schemas::{
    budget::MAX_ACT_BYTES,
    decode::{Decode, DecodeError, invalid, text},
    digest::Sha256Digest,
    jcs::{Encode, ObjectWriter, to_canonical},
    json::{self, JsonError, Value},
    multibase::{MultibaseError, decode_base58btc, encode_base58btc},
    multikey::Multikey,
    record,
    text::Text,
};

use super::{Actor, Attachment, BatchShare, Content, Declared, Passage, Verdict};

/// Separates bundles, of cases and of measures, from every other document whose digest somebody signs.
pub(crate) const TYPE: &str = "TouchstoneApproval/1";

/// Separates what an approval signs from every other message under a person's key.
const DOMAIN: &[u8] = b"touchstone approval 1\0";

/// The evidence of a case: what must not change once somebody approved. Applications and evaluations are named by the
/// digest of their canonical bytes, files by that of theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The files.
    pub attachments: Vec<Attachment>,
    /// Number of the case.
    pub case: u32,
    /// The evaluators' declarations, by evaluator.
    pub declarations: std::collections::BTreeMap<String, Declared>,
    /// The evaluation, tailoring and weight set included.
    pub evaluation: Option<Sha256Digest>,
    /// The application.
    pub form: Sha256Digest,
    /// The level that follows.
    pub level: Option<u8>,
    /// The certificate on paper that is brought in.
    pub paper: Option<Sha256Digest>,
    /// The scheme edition.
    pub scheme: Text,
}

record! { Evidence {
    "attachments"? attachments,
    "case": case,
    "declarations"? declarations,
    "evaluation"? evaluation,
    "form": form,
    "level"? level,
    "paper"? paper,
    "scheme": scheme,
} }

impl Evidence {
    /// SHA-256 of its JCS bytes.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        Sha256Digest::of(&to_canonical(self))
    }
}

/// Everything a judgement is about, and the judgement itself.
#[derive(Clone, Debug)]
pub struct Bundle<'a> {
    /// Who judges.
    pub by: &'a Actor,
    /// Digests of the bundles approved before it in this round, in order.
    pub earlier: Vec<Sha256Digest>,
    /// What is judged.
    pub evidence: &'a Evidence,
    /// How often the case was returned: an approval of one round is none in the next.
    pub round: u32,
    /// Code of the stage.
    pub stage: &'a Text,
    /// What is said.
    pub verdict: &'a Verdict,
    /// The stages of the road that were waived: who signs says that these were rightly left out.
    pub waived: Vec<WaivedStage<'a>>,
}

/// A stage of the road that was waived.
#[derive(Clone, Debug)]
pub struct WaivedStage<'a> {
    /// By whom; a stage waived has somebody.
    pub by: Option<&'a Actor>,
    /// Why.
    pub reason: Option<&'a Passage>,
    /// Its code.
    pub stage: &'a Text,
}

impl Encode for WaivedStage<'_> {
    fn encode(&self, out: &mut Vec<u8>) {
        ObjectWriter::open(out)
            .optional("by", &self.by)
            .optional("reason", &self.reason)
            .member("stage", self.stage)
            .close();
    }
}

impl Encode for Bundle<'_> {
    fn encode(&self, out: &mut Vec<u8>) {
        ObjectWriter::open(out)
            .member("by", self.by)
            .member("earlier", &self.earlier)
            .member("evidence", self.evidence)
            .member("kind", self.verdict.kind())
            .member("round", &self.round)
            .member("stage", self.stage)
            .member("type", TYPE)
            .member("verdict", self.verdict)
            .member("waived", &self.waived)
            .close();
    }
}

impl Bundle<'_> {
    /// Its JCS bytes: what a person is given to sign.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        to_canonical(self)
    }

    /// SHA-256 of its JCS bytes.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        Sha256Digest::of(&self.to_bytes())
    }
}

/// An Ed25519 signature; its text form is base58btc with its multibase prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApprovalSignature([u8; 64]);

impl ApprovalSignature {
    /// Takes 64 bytes as they are.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// Whether it is one of that message under the key (RFC 8032 §5.1.7, strict).
    #[must_use]
    pub(super) fn verifies(&self, key: &Multikey, message: &[u8]) -> bool {
        VerifyingKey::from_bytes(key.as_bytes()).is_ok_and(|key| {
            key.verify_strict(message, &Signature::from_bytes(&self.0))
                .is_ok()
        })
    }
}

impl fmt::Display for ApprovalSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode_base58btc(&self.0))
    }
}

impl FromStr for ApprovalSignature {
    type Err = MultibaseError;

    fn from_str(text: &str) -> Result<Self, MultibaseError> {
        decode_base58btc(text).map(Self)
    }
}

impl Decode for ApprovalSignature {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        text(value, "a signature")?
            .parse()
            .map_err(|error| invalid(&error))
    }
}

impl Encode for ApprovalSignature {
    fn encode(&self, out: &mut Vec<u8>) {
        format_args!("{self}").encode(out);
    }
}

/// A signature by a person's own key over the digest of a bundle, or over those of a whole batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// That the bundle is one of the batch whose root was signed.
    pub batch: Option<BatchShare>,
    /// Digest of the bundle.
    pub bundle: Sha256Digest,
    /// The key.
    pub key: Multikey,
    /// The signature.
    pub signature: ApprovalSignature,
}

record! { Approval {
    "batch"? batch,
    "bundle": bundle,
    "key": key,
    "signature": signature,
} }

/// Why an approval does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalRefused {
    /// What is to be signed is not a bundle.
    #[error("this is not a bundle to approve: {0}")]
    Json(#[from] JsonError),
    /// Another kind of document.
    #[error("this is not a bundle to approve: its type is not {TYPE}")]
    Type,
    /// The key is not theirs, or did not count then.
    #[error("{key} is not a key of {person}, or did not count when the approval was given")]
    Key {
        /// The person.
        person: Text,
        /// The key.
        key: Multikey,
    },
    /// The signature does not hold (RFC 8032 §5.1.7).
    #[error("the approval of {person} does not verify under their key")]
    Signature {
        /// The person.
        person: Text,
    },
}

impl Approval {
    /// Signs a bundle with a person's own key; on the person's own machine, from the bundle's bytes alone.
    ///
    /// # Errors
    /// [`ApprovalRefused::Json`] or [`ApprovalRefused::Type`]: nothing but a bundle is signed.
    pub fn sign(bundle: &[u8], key: &SigningKey) -> Result<Self, ApprovalRefused> {
        let value = json::parse(bundle, MAX_ACT_BYTES)?;
        if value.pointer("/type").and_then(Value::as_str) != Some(TYPE) {
            return Err(ApprovalRefused::Type);
        }
        let bundle = Sha256Digest::of(&value.to_canonical_bytes());
        Ok(Self {
            batch: None,
            bundle,
            key: Multikey::from_bytes(key.verifying_key().to_bytes()),
            signature: ApprovalSignature(key.sign(&message(bundle)).to_bytes()),
        })
    }

    /// Whether the signature holds under the key it names. Whose key that is, is another question.
    #[must_use]
    pub fn verifies(&self) -> bool {
        let message = match &self.batch {
            None => Some(message(self.bundle)),
            Some(share) => share.message(self.bundle),
        };
        message.is_some_and(|message| self.signature.verifies(&self.key, &message))
    }
}

fn message(bundle: Sha256Digest) -> Vec<u8> {
    [DOMAIN, bundle.as_bytes()].concat()
}
