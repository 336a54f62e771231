//! The floor of a verification: its signature checks and hashes and nothing else. The checks are the real ones, of
//! the very documents; each was seen to hold when it was taken apart.

use std::hint::black_box;

use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use sha2::{Digest, Sha256};
use touchstone_schemas::{
    decode::read,
    json::{self, Object, Value},
    multibase::decode_base58btc,
    submission::Receipt,
    tlog::LogProof,
};
use touchstone_verifier::proof::eddsa_jcs_2022::hash_data;

/// One signature.
#[derive(Debug, Clone)]
pub(crate) struct Check {
    pub(crate) key: VerifyingKey,
    pub(crate) message: Vec<u8>,
    pub(crate) signature: Signature,
}

impl Check {
    fn new(key: VerifyingKey, message: Vec<u8>, signature: [u8; 64]) -> Self {
        let signature = Signature::from_bytes(&signature);
        key.verify(&message, &signature).unwrap();
        Self {
            key,
            message,
            signature,
        }
    }

    pub(crate) fn run(&self) {
        black_box(&self.key)
            .verify_strict(black_box(&self.message), black_box(&self.signature))
            .unwrap();
    }
}

/// Signature checks and hashes.
#[derive(Debug, Default)]
pub(crate) struct Bare {
    checks: Vec<Check>,
    /// Lengths of what is hashed: SHA-256 takes the same time for all bytes.
    hashed: Vec<usize>,
}

impl Bare {
    /// The proof of a signed document: one signature, the hashes of options and document.
    pub(crate) fn document(&mut self, signed: &str, key: VerifyingKey) -> Check {
        let Value::Object(mut document) = json::parse(signed.as_bytes(), signed.len()).unwrap() else {
            panic!("a signed document is an object")
        };
        let mut proof = first_proof(document.remove("proof").unwrap());
        let value = proof.remove("proofValue").unwrap();
        let signature = decode_base58btc(value.as_str().unwrap()).unwrap();
        let document = Value::Object(document).to_canonical_bytes();
        let options = Value::Object(proof).to_canonical_bytes();
        self.hashed.extend([options.len(), document.len()]);
        let check = Check::new(key, hash_data(&document, &options).to_vec(), signature);
        self.checks.push(check.clone());
        check
    }

    /// Something hashed.
    pub(crate) fn hash(&mut self, length: usize) {
        self.hashed.push(length);
    }

    /// The signature of an X.509 certificate: RFC 5280 §4.1.1, with the 74 bytes that an Ed25519 algorithm and
    /// signature take at its end.
    pub(crate) fn certificate(&mut self, der: &[u8], key: VerifyingKey) {
        let header = if der[1] == 0x82 { 4 } else { 3 };
        let signed = der[header..der.len() - 74].to_vec();
        let signature = der.last_chunk().unwrap();
        self.checks.push(Check::new(key, signed, *signature));
    }

    /// A receipt: the checkpoint's signature, the leaf and every node up to the root.
    pub(crate) fn receipt(&mut self, receipt: &str, key: VerifyingKey) -> Check {
        let receipt: Receipt = read(receipt.as_bytes(), receipt.len()).unwrap();
        let proof = LogProof::parse(receipt.proof.as_bytes()).unwrap();
        let note = proof.checkpoint;
        let signature = note.signatures()[0].signature.as_slice().try_into().unwrap();
        let check = Check::new(key, note.text().as_bytes().to_vec(), signature);
        self.checks.push(check.clone());
        self.hashed.push(1 + receipt.entry.to_bytes().len());
        self.hashed.extend(proof.inclusion.hashes.iter().map(|_| 65));
        check
    }

    /// How many signature checks and hashes, and how many bytes are hashed.
    pub(crate) fn describe(&self) -> String {
        format!(
            "{} signature checks, {} hashes over {} bytes",
            self.checks.len(),
            self.hashed.len(),
            self.hashed.iter().sum::<usize>()
        )
    }

    /// Each distinct key as bytes.
    pub(crate) fn keys(&self) -> Vec<[u8; 32]> {
        let mut keys: Vec<_> = self.checks.iter().map(|check| check.key.to_bytes()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Room for everything that is hashed.
    pub(crate) fn longest(&self) -> usize {
        self.hashed.iter().copied().max().unwrap_or(0)
    }

    /// Does it all; `bytes` are at least [`Self::longest`].
    pub(crate) fn run(&self, bytes: &[u8]) {
        for check in &self.checks {
            check.run();
        }
        for length in &self.hashed {
            black_box(Sha256::digest(black_box(&bytes[..*length])));
        }
    }
}

fn first_proof(proof: Value<'_>) -> Object<'_> {
    match proof {
        Value::Object(proof) => proof,
        Value::Array(proofs) => first_proof(proofs.into_iter().next().unwrap()),
        other => panic!("a proof is an object, not {other:?}"),
    }
}
