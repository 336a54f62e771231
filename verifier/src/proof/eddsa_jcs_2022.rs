//! The cryptosuite `eddsa-jcs-2022` (Data Integrity EdDSA Cryptosuites 1.0 §3.3): Ed25519 over the SHA-256 of the
//! proof options' JCS bytes followed by that of the document's.
//!
//! Reading takes a document apart into the unsecured document and its proof; signing is given as a closure that sees
//! the 64 bytes to be signed, so that a key may live in another process or device.

use std::borrow::Cow;

use ed25519_dalek::VerifyingKey;
use sha2::{Digest, Sha256};
use touchstone_schemas::{
    date_time::{DateTimeError, Timestamp},
    jcs::to_canonical,
    json::{Object, Value},
    multibase::{MultibaseError, decode_base58btc, encode_base58btc},
    proof::{Cryptosuite, DataIntegrityProof, PROOF_PURPOSE, PROOF_TYPE, ProofConfig},
};

use super::ed25519::{self, SignatureError};

/// The members of a proof that are texts; with `@context` they are all it may have.
const TEXT_MEMBERS: [&str; 6] = [
    "created",
    "cryptosuite",
    "proofPurpose",
    "proofValue",
    "type",
    "verificationMethod",
];

/// A proof as a document carries it: well-formed, of this suite, for assertions; its signature not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof<'a> {
    /// When it was made, by the signer's clock.
    pub created: Timestamp,
    /// The key, as a DID URL.
    pub verification_method: Cow<'a, str>,
    /// The signature.
    pub signature: [u8; 64],
    /// JCS bytes of the options: the proof without `proofValue` (§3.3.5).
    options: Vec<u8>,
}

/// A document taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Secured<'a> {
    /// The document without its `proof`.
    pub document: Value<'a>,
    /// Its one proof.
    pub proof: Proof<'a>,
}

/// Why a document's proof cannot be checked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The document is not an object.
    #[error("the document is not an object")]
    NotAnObject,
    /// No `proof` (VC Data Integrity §2.1).
    #[error("the document has no proof")]
    Missing,
    /// More proofs than the document may have.
    #[error("the document has {found} proofs, wanted at most {limit}")]
    Several {
        /// Proofs found.
        found: usize,
        /// Proofs allowed.
        limit: usize,
    },
    /// A suite that this build does not know, alone or beside others.
    #[error("cryptosuite {found:?} is not known to this build")]
    UnknownCryptosuite {
        /// Its name.
        found: String,
    },
    /// A proof that is no object, or an array where one proof is wanted.
    #[error("the proof is not an object")]
    Shape,
    /// A member that no proof of ours has.
    #[error("the proof has the unknown member {name:?}")]
    UnknownMember {
        /// Its name.
        name: String,
    },
    /// A member is absent or not a string.
    #[error("the proof's {member} is absent or not a string")]
    Member {
        /// Its name.
        member: &'static str,
    },
    /// Another type of proof.
    #[error("the proof's type is {found:?}, wanted {PROOF_TYPE:?}")]
    Type {
        /// The type found.
        found: String,
    },
    /// Another purpose (§3.3.2, VC Data Integrity §4.4).
    #[error("the proof's purpose is {found:?}, wanted {PROOF_PURPOSE:?}")]
    Purpose {
        /// The purpose found.
        found: String,
    },
    /// `@context` of proof and document differ (§3.3.2 step 4).
    #[error("the proof's @context is not that of the document")]
    Context,
    /// `created` is not an instant in our one form.
    #[error("the proof's created: {0}")]
    Created(#[from] DateTimeError),
    /// `proofValue` is not base58btc of 64 bytes (§3.3.2 step 3).
    #[error("the proof's proofValue: {0}")]
    Value(#[from] MultibaseError),
}

/// Takes apart a document that must have exactly one proof, written as an object.
///
/// # Errors
/// [`ProofError`]. A suite this build does not know is reported before anything else, so that a document of a later
/// time is never taken for a bad one.
pub fn split_proof(mut document: Value<'_>) -> Result<Secured<'_>, ProofError> {
    let object = document.as_object_mut().ok_or(ProofError::NotAnObject)?;
    match object.remove("proof").ok_or(ProofError::Missing)? {
        Value::Array(proofs) => {
            known_suites(&proofs)?;
            match proofs.len() {
                0 => Err(ProofError::Missing),
                1 => Err(ProofError::Shape),
                found => Err(ProofError::Several { found, limit: 1 }),
            }
        }
        proof => {
            known_suites(std::slice::from_ref(&proof))?;
            let proof = read_proof(proof, object.get("@context"))?;
            Ok(Secured { document, proof })
        }
    }
}

/// Takes apart a document whose `proof` is an array of 1 to `limit` proofs: a trust list.
///
/// # Errors
/// [`ProofError`], as [`split_proof`].
pub fn split_proofs(
    mut document: Value<'_>,
    limit: usize,
) -> Result<(Value<'_>, Vec<Proof<'_>>), ProofError> {
    let object = document.as_object_mut().ok_or(ProofError::NotAnObject)?;
    let Value::Array(proofs) = object.remove("proof").ok_or(ProofError::Missing)? else {
        return Err(ProofError::Shape);
    };
    known_suites(&proofs)?;
    match proofs.len() {
        0 => return Err(ProofError::Missing),
        found if found > limit => return Err(ProofError::Several { found, limit }),
        _ => {}
    }
    let context = object.get("@context");
    let proofs = proofs
        .into_iter()
        .map(|proof| read_proof(proof, context))
        .collect::<Result<_, _>>()?;
    Ok((document, proofs))
}

/// Fails on the first proof of the known type whose suite has another name than ours.
fn known_suites(proofs: &[Value<'_>]) -> Result<(), ProofError> {
    for proof in proofs.iter().filter_map(Value::as_object) {
        let text = |name| proof.get(name).and_then(Value::as_str);
        match text("cryptosuite") {
            Some(found) if text("type") == Some(PROOF_TYPE) && Cryptosuite::of_name(found).is_none() => {
                return Err(ProofError::UnknownCryptosuite {
                    found: found.to_owned(),
                });
            }
            _ => {}
        }
    }
    Ok(())
}

fn read_proof<'a>(proof: Value<'a>, context: Option<&Value<'a>>) -> Result<Proof<'a>, ProofError> {
    let Value::Object(mut members) = proof else {
        return Err(ProofError::Shape);
    };
    for (name, _) in members.iter() {
        if name != "@context" && !TEXT_MEMBERS.contains(&name) {
            return Err(ProofError::UnknownMember {
                name: name.to_owned(),
            });
        }
    }
    if members.get("@context") != context {
        return Err(ProofError::Context);
    }
    let found = text(&members, "type")?;
    if found != PROOF_TYPE {
        return Err(ProofError::Type {
            found: found.to_string(),
        });
    }
    text(&members, "cryptosuite")?;
    let found = text(&members, "proofPurpose")?;
    if found != PROOF_PURPOSE {
        return Err(ProofError::Purpose {
            found: found.to_string(),
        });
    }
    let created = text(&members, "created")?.parse()?;
    let verification_method = text(&members, "verificationMethod")?.clone();
    let signature = decode_base58btc(text(&members, "proofValue")?)?;
    members.remove("proofValue");
    Ok(Proof {
        created,
        verification_method,
        signature,
        options: Value::Object(members).to_canonical_bytes(),
    })
}

fn text<'m, 'a>(members: &'m Object<'a>, member: &'static str) -> Result<&'m Cow<'a, str>, ProofError> {
    match members.get(member) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(ProofError::Member { member }),
    }
}

/// The bytes that are signed (§3.3.4): SHA-256 of the options, then SHA-256 of the document.
#[must_use]
pub fn hash_data(canonical_document: &[u8], canonical_proof_config: &[u8]) -> [u8; 64] {
    let mut hashes = [0; 64];
    let (options, document) = hashes.split_at_mut(32);
    options.copy_from_slice(&Sha256::digest(canonical_proof_config));
    document.copy_from_slice(&Sha256::digest(canonical_document));
    hashes
}

/// Checks a proof over the JCS bytes of the unsecured document (§3.3.2).
///
/// # Errors
/// When the key did not sign this document with these options.
pub fn verify_proof(
    canonical_document: &[u8],
    proof: &Proof<'_>,
    key: &VerifyingKey,
) -> Result<(), SignatureError> {
    ed25519::verify(
        key,
        &hash_data(canonical_document, &proof.options),
        &proof.signature,
    )
}

/// Why no proof was made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreateProofError<E> {
    /// The document is not an object.
    #[error("the document is not an object")]
    NotAnObject,
    /// The document has a proof already.
    #[error("the document has a proof already")]
    AlreadySecured,
    /// The options' `@context` is not the document's.
    #[error("the @context of document and proof differ")]
    Context,
    /// The signer failed.
    #[error("the signer: {0}")]
    Sign(E),
}

/// Makes a proof of an unsecured document (§3.3.1). `sign` is given the 64 bytes of [`hash_data`].
///
/// # Errors
/// [`CreateProofError`]: what the signer said, or a document or options that do not fit each other.
pub fn create_proof<E>(
    document: &Value<'_>,
    config: ProofConfig,
    sign: impl FnOnce(&[u8; 64]) -> Result<[u8; 64], E>,
) -> Result<DataIntegrityProof, CreateProofError<E>> {
    let object = document.as_object().ok_or(CreateProofError::NotAnObject)?;
    if object.get("proof").is_some() {
        return Err(CreateProofError::AlreadySecured);
    }
    if config.context.as_deref().map(context_value).as_ref() != object.get("@context") {
        return Err(CreateProofError::Context);
    }
    let data = hash_data(&document.to_canonical_bytes(), &to_canonical(&config));
    let signature = sign(&data).map_err(CreateProofError::Sign)?;
    Ok(DataIntegrityProof::new(config, encode_base58btc(&signature)))
}

/// Signs an unsecured document whose `@context`, if any, is an array of strings, and gives the JCS bytes of the
/// signed document: what is stored, logged and served.
///
/// # Errors
/// As [`create_proof`].
pub fn secure<E>(
    document: Value<'_>,
    created: Timestamp,
    verification_method: &str,
    sign: impl FnOnce(&[u8; 64]) -> Result<[u8; 64], E>,
) -> Result<Vec<u8>, CreateProofError<E>> {
    let config = ProofConfig::eddsa_jcs_2022(context_of(&document), created, verification_method.to_owned());
    let proof = create_proof(&document, config, sign)?;
    Ok(attach(document, proof_value(&proof)))
}

/// The JCS bytes of a document with these proofs as an array: a trust list.
#[must_use]
pub fn attach_proofs(document: Value<'_>, proofs: &[DataIntegrityProof]) -> Vec<u8> {
    attach(document, Value::Array(proofs.iter().map(proof_value).collect()))
}

fn attach<'a>(mut document: Value<'a>, proof: Value<'a>) -> Vec<u8> {
    if let Some(object) = document.as_object_mut() {
        object.insert("proof", proof);
    }
    document.to_canonical_bytes()
}

/// The `@context` of a document, where it is an array of strings.
fn context_of(document: &Value<'_>) -> Option<Vec<String>> {
    let entries = document.as_object()?.get("@context")?.as_array()?;
    entries
        .iter()
        .map(|entry| entry.as_str().map(str::to_owned))
        .collect()
}

fn context_value(context: &[String]) -> Value<'_> {
    Value::Array(
        context
            .iter()
            .map(|entry| Value::String(Cow::Borrowed(entry.as_str())))
            .collect(),
    )
}

fn proof_value(proof: &DataIntegrityProof) -> Value<'static> {
    let string = |text: &str| Value::String(Cow::Owned(text.to_owned()));
    let mut object = Object::new();
    if let Some(context) = &proof.context {
        object.insert(
            "@context",
            Value::Array(context.iter().map(|entry| string(entry)).collect()),
        );
    }
    object.insert("type", string(&proof.proof_type));
    object.insert("cryptosuite", string(&proof.cryptosuite));
    object.insert("created", string(&proof.created.to_string()));
    object.insert("verificationMethod", string(&proof.verification_method));
    object.insert("proofPurpose", string(&proof.proof_purpose));
    object.insert("proofValue", string(&proof.proof_value));
    Value::Object(object)
}
