//! Question 1, 真伪: strict parse, exact contexts, one proof, signature, closed-world schema.

use touchstone_schemas::{
    budget::MAX_CREDENTIAL_BYTES,
    credential::{Credential, CredentialError, TOUCHSTONE_CONTEXT_V1, credential_contexts},
    date_time::Timestamp,
    digest::Sha256Digest,
    json::{self, JsonErrorReason, Value},
};

use crate::{
    clock::Clock,
    document::read_document,
    path::{KeyPurpose, PathError, VerifiedKey},
    proof::eddsa_jcs_2022::{ProofError, Secured, split_proof, verify_proof},
    reason::{Reason, ReasonCode},
    trust::{KeyLookup, ListedKey, TrustContext},
};

/// A credential whose signature fits, and whose key the trust list names.
#[derive(Debug)]
pub(crate) struct GenuineCredential<'t> {
    pub(crate) credential: Credential,
    /// SHA-256 of the signed document's JCS bytes.
    pub(crate) digest: Sha256Digest,
    pub(crate) verification_method: String,
    pub(crate) created: Timestamp,
    pub(crate) key: ListedKey<'t>,
    pub(crate) path: Result<VerifiedKey, PathError>,
}

/// What question 1 comes to.
#[derive(Debug)]
pub(crate) enum Genuineness<'t> {
    /// Yes.
    Genuine(Box<GenuineCredential<'t>>),
    /// No, or could not tell: nothing of the document is fact.
    NotKnown {
        /// Why.
        reasons: Vec<Reason>,
        /// Set when the only thing wanting is a key to check with: why there is none.
        missing_key: Option<MissingKey>,
    },
}

/// Why there is no key to check a signature with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MissingKey {
    /// No trust list that counts.
    NoTrustList,
    /// The body is not listed.
    IssuerNotListed { issuer: String },
    /// The key is not listed.
    KeyNotListed { verification_method: String },
    /// The key is listed for status, not for credentials.
    StatusKey { verification_method: String },
    /// The key is listed with a certificate that gives none.
    Unusable { error: PathError },
}

/// Answers question 1.
pub(crate) fn judge_genuine<'t>(
    text: &str,
    trust: Option<&'t TrustContext>,
    clock: Clock,
) -> Genuineness<'t> {
    let not_known = |reasons| Genuineness::NotKnown {
        reasons,
        missing_key: None,
    };
    let json = match read_document(text, trust) {
        Ok(json) => json,
        Err(reason) => {
            // Without a list no profile is known: the list is what is wanting.
            let wanting = trust.is_none() && reason.code == ReasonCode::ProfileUnknown;
            let missing_key = wanting.then_some(MissingKey::NoTrustList);
            let reason = if wanting {
                Reason::new(ReasonCode::ListNotAtHand)
            } else {
                reason
            };
            return Genuineness::NotKnown {
                reasons: vec![reason],
                missing_key,
            };
        }
    };
    let document = match read_secured(&json) {
        Ok(document) => document,
        Err(reason) => return not_known(vec![reason]),
    };
    match judge_signature(document, trust, clock) {
        Ok(genuine) => genuine,
        Err(reason) => not_known(vec![reason]),
    }
}

/// A document with exact contexts and one proof, taken apart.
struct SecuredDocument<'a> {
    digest: Sha256Digest,
    secured: Secured<'a>,
}

fn read_secured(json: &[u8]) -> Result<SecuredDocument<'_>, Reason> {
    let value = json::parse(json, MAX_CREDENTIAL_BYTES).map_err(|error| {
        let code = match error.reason {
            JsonErrorReason::TooLong { .. } => ReasonCode::DocumentTooLarge,
            _ => ReasonCode::MalformedJson,
        };
        Reason::new(code)
            .with("offset", error.offset)
            .with("error", error.reason)
    })?;
    let context = check_context(&value);
    if let Err(reason) = &context
        && reason.code == ReasonCode::FormatNotSupported
    {
        return Err(reason.clone());
    }
    let mut canonical = Vec::with_capacity(json.len());
    value.write_canonical(&mut canonical);
    match split_proof(value) {
        // What is no document at all is called that, before a word on its contexts.
        Err(error @ (ProofError::UnknownCryptosuite { .. } | ProofError::NotAnObject)) => {
            Err(proof_reason(&error))
        }
        Err(error) => context.and(Err(proof_reason(&error))),
        Ok(secured) => context.map(|()| SecuredDocument {
            digest: Sha256Digest::of(&canonical),
            secured,
        }),
    }
}

/// The contexts must be exactly ours, in order. One of a later version of ours is of a later build.
fn check_context(document: &Value<'_>) -> Result<(), Reason> {
    let entries = document
        .as_object()
        .and_then(|object| object.get("@context"))
        .and_then(Value::as_array);
    let entries = entries.unwrap_or_default();
    if let Some(later) = entries
        .iter()
        .filter_map(Value::as_str)
        .find(|entry| is_later_version(entry))
    {
        return Err(Reason::new(ReasonCode::FormatNotSupported).with("found", later));
    }
    let expected = credential_contexts();
    if entries.len() == expected.len()
        && entries
            .iter()
            .zip(expected)
            .all(|(entry, expected)| entry.as_str() == Some(expected))
    {
        return Ok(());
    }
    let differing = (0..)
        .zip(entries)
        .find(|(position, entry)| entry.as_str() != expected.get(*position).copied());
    let position = differing.map_or(entries.len(), |(position, _)| position);
    Err(Reason::new(ReasonCode::WrongContext)
        .with("pointer", format_args!("/@context/{position}"))
        .with(
            "expected",
            expected.get(position).copied().unwrap_or("nothing more"),
        ))
}

/// Whether a context is ours with a higher version number than 1.
fn is_later_version(context: &str) -> bool {
    let Some(base) = TOUCHSTONE_CONTEXT_V1.strip_suffix("/v1") else {
        return false;
    };
    context
        .strip_prefix(base)
        .and_then(|rest| rest.strip_prefix("/v"))
        .is_some_and(|number| {
            let digits = number.bytes().all(|b| b.is_ascii_digit());
            digits && !number.starts_with('0') && !matches!(number, "" | "1")
        })
}

fn proof_reason(error: &ProofError) -> Reason {
    let code = match error {
        ProofError::NotAnObject => ReasonCode::UnexpectedContent,
        ProofError::Missing => ReasonCode::ProofMissing,
        ProofError::Several { .. } => ReasonCode::SeveralProofs,
        ProofError::UnknownCryptosuite { .. } => ReasonCode::FormatNotSupported,
        _ => ReasonCode::ProofMalformed,
    };
    Reason::new(code).with("error", error)
}

fn judge_signature<'t>(
    document: SecuredDocument<'_>,
    trust: Option<&'t TrustContext>,
    clock: Clock,
) -> Result<Genuineness<'t>, Reason> {
    let SecuredDocument {
        digest,
        secured: Secured { document, proof },
    } = document;
    let method = proof.verification_method.as_ref();
    check_method(&document, method)?;
    let content = Credential::from_document(&document);
    let mut reasons: Vec<Reason> = content.as_ref().err().map(content_reason).into_iter().collect();
    let key = match find_key(trust, method) {
        Ok(key) => key,
        Err(missing) => {
            let code = match missing {
                MissingKey::NoTrustList => ReasonCode::ListNotAtHand,
                _ => ReasonCode::NoKeyToCheckWith,
            };
            // Content that no key could vouch for needs no key to be refused.
            let missing_key = reasons.is_empty().then_some(missing);
            reasons.push(Reason::new(code).with("verificationMethod", method));
            return Ok(Genuineness::NotKnown { reasons, missing_key });
        }
    };
    // A key vouches for a certificate from when it signed it until the certificate ends: before, there was nothing to
    // vouch for, as for a certificate on paper that was taken over years later.
    let instant = content.as_ref().map_or(clock.at, |credential| {
        let signed = proof.created.min(clock.now);
        clock.at.max(signed).min(credential.valid_until.end())
    });
    let path = key.path(instant);
    let signed_by = path.as_ref().map(|path| *path.key()).ok().or_else(|| key.bare());
    let Some(public) = signed_by else {
        let missing = path.err().map(|error| MissingKey::Unusable { error });
        let missing_key = missing.filter(|_| reasons.is_empty());
        reasons.push(Reason::new(ReasonCode::NoKeyToCheckWith).with("verificationMethod", method));
        return Ok(Genuineness::NotKnown { reasons, missing_key });
    };
    if verify_proof(&document.to_canonical_bytes(), &proof, &public).is_err() {
        reasons.push(Reason::new(ReasonCode::SignatureInvalid).with("verificationMethod", method));
    }
    match content {
        Ok(credential) if reasons.is_empty() => Ok(Genuineness::Genuine(Box::new(GenuineCredential {
            credential,
            digest,
            verification_method: method.to_owned(),
            created: proof.created,
            key,
            path,
        }))),
        _ => Ok(Genuineness::NotKnown {
            reasons,
            missing_key: None,
        }),
    }
}

/// The method must be a key of the issuer named, in the one spelling of ours.
fn check_method(document: &Value<'_>, method: &str) -> Result<(), Reason> {
    let Some(issuer) = document.pointer("/issuer/id").and_then(Value::as_str) else {
        return Ok(());
    };
    let did = method.split_once('#').map_or(method, |(did, _)| did);
    if did != issuer {
        let reason = Reason::new(ReasonCode::ForeignVerificationMethod);
        return Err(reason.with("found", method).with("expected", issuer));
    }
    match touchstone_schemas::did::VerificationMethod::parse(method) {
        Ok(_) => Ok(()),
        Err(error) => Err(Reason::new(ReasonCode::ProofMalformed).with("error", error)),
    }
}

fn find_key<'t>(trust: Option<&'t TrustContext>, method: &str) -> Result<ListedKey<'t>, MissingKey> {
    let Some(trust) = trust else {
        return Err(MissingKey::NoTrustList);
    };
    match trust.key(method) {
        KeyLookup::Listed(key) if key.purpose == KeyPurpose::IssueCredential => Ok(key),
        KeyLookup::Listed(_) => Err(MissingKey::StatusKey {
            verification_method: method.to_owned(),
        }),
        KeyLookup::KeyUnknown => Err(MissingKey::KeyNotListed {
            verification_method: method.to_owned(),
        }),
        KeyLookup::DidUnknown => Err(MissingKey::IssuerNotListed {
            issuer: method.split_once('#').map_or(method, |(did, _)| did).to_owned(),
        }),
    }
}

fn content_reason(error: &CredentialError) -> Reason {
    let pointer = match error {
        CredentialError::Decode(error) => error.pointer(),
        CredentialError::NotDerived { pointer, .. } | CredentialError::OutOfBounds { pointer, .. } => pointer,
    };
    Reason::new(ReasonCode::UnexpectedContent)
        .with("pointer", pointer)
        .with("error", error)
}
