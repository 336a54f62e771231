//! X.509 structures signed by a [`Signer`], whose private key the builder never sees.

use const_oid::ObjectIdentifier;
use der::asn1::BitString;
use ed25519_dalek::VerifyingKey;
use x509_cert::{
    builder::Builder,
    spki::{self, AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier},
};

use super::CaError;
use crate::keys::Signer;

/// id-Ed25519 (RFC 8410 §3), as key and as signature algorithm, without parameters.
pub(super) const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// What a builder asks of a signer: its public key and algorithm.
struct PublicHalf(VerifyingKey);

impl ed25519_dalek::ed25519::signature::KeypairRef for PublicHalf {
    type VerifyingKey = VerifyingKey;
}

impl AsRef<VerifyingKey> for PublicHalf {
    fn as_ref(&self) -> &VerifyingKey {
        &self.0
    }
}

impl DynSignatureAlgorithmIdentifier for PublicHalf {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        Ok(AlgorithmIdentifierOwned {
            oid: ED25519,
            parameters: None,
        })
    }
}

/// Signs what a builder built.
pub(super) fn sign<B: Builder>(mut builder: B, signer: &Signer) -> Result<B::Output, CaError> {
    let public = PublicHalf(signer.verifying_key());
    let to_be_signed = builder.finalize(&public)?;
    let signature = BitString::from_bytes(&signer.sign(&to_be_signed)?)?;
    Ok(builder.assemble(signature, &public)?)
}
