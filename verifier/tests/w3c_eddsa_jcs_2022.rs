//! The `eddsa-jcs-2022` example of Data Integrity EdDSA Cryptosuites 1.0 (appendix B.2), every intermediate value.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
#![expect(
    clippy::disallowed_methods,
    reason = "the core does no I/O; its tests read outside vectors"
)]

use std::{convert::Infallible, env, fs, path::PathBuf};

use ed25519_dalek::{Signer, SigningKey};
use touchstone_schemas::{decode::read, json, multikey::Multikey, proof::ProofConfig};
use touchstone_verifier::{
    ThinError,
    proof::{
        ed25519::parse_key,
        eddsa_jcs_2022::{create_proof, hash_data, secure, split_proof, verify_proof},
    },
    thin_verify,
};

/// The folder of outside vectors, or nothing when this machine has none.
fn vectors() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors");
    let folder = env::var_os("TOUCHSTONE_VECTORS")
        .map_or(beside, PathBuf::from)
        .join("vc-di-eddsa");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: external vectors absent ({})", folder.display());
    None
}

struct Example {
    folder: PathBuf,
}

impl Example {
    fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.join(name)).unwrap()
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap().trim_end().to_owned()
    }

    fn hex(&self, name: &str) -> Vec<u8> {
        let text = self.text(name);
        (0..text.len() / 2)
            .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap())
            .collect()
    }

    fn key(&self) -> SigningKey {
        let pair: serde_json::Value = serde_json::from_slice(&self.bytes("keyPair.json")).unwrap();
        // Multicodec ed25519-priv, 0x1300 as varint, then the 32-byte seed.
        let secret = bs58::decode(&pair["privateKeyMultibase"].as_str().unwrap()[1..])
            .into_vec()
            .unwrap();
        assert_eq!(secret[..2], [0x80, 0x26]);
        let key = SigningKey::from_bytes(secret[2..].try_into().unwrap());
        let public = Multikey::from_bytes(key.verifying_key().to_bytes()).to_string();
        assert_eq!(pair["publicKeyMultibase"].as_str(), Some(public.as_str()));
        key
    }
}

#[test]
fn every_intermediate_value_is_the_examples() {
    let Some(folder) = vectors() else { return };
    let example = Example { folder };
    let key = example.key();
    let unsigned = example.bytes("unsigned.json");
    let document = json::parse(&unsigned, unsigned.len()).unwrap();
    let canonical = document.to_canonical_bytes();
    assert_eq!(
        canonical,
        example.text("eddsa-jcs-2022/canonDocJCS.txt").as_bytes()
    );
    let options = example.text("eddsa-jcs-2022/proofCanonJCS.txt");
    let hashes = hash_data(&canonical, options.as_bytes());
    assert_eq!(hashes[..32], example.hex("eddsa-jcs-2022/proofHashJCS.txt"));
    assert_eq!(hashes[32..], example.hex("eddsa-jcs-2022/docHashJCS.txt"));
    assert_eq!(hashes[..], example.hex("eddsa-jcs-2022/combinedHashJCS.txt"));

    let config: ProofConfig = read(&example.bytes("eddsa-jcs-2022/proofConfigJCS.json"), 4096).unwrap();
    let (created, method) = (config.created, config.verification_method.clone());
    let sign = |data: &[u8; 64]| {
        assert_eq!(*data, hashes);
        Ok::<_, Infallible>(key.sign(data).to_bytes())
    };
    let proof = create_proof(&document, config, sign).unwrap();
    assert_eq!(proof.proof_value, example.text("eddsa-jcs-2022/sigBTC58JCS.txt"));

    let signed = example.bytes("eddsa-jcs-2022/signedJCS.json");
    let expected = json::parse(&signed, signed.len()).unwrap().to_canonical_bytes();
    assert_eq!(secure(document, created, &method, sign).unwrap(), expected);
    let taken_apart = split_proof(json::parse(&signed, signed.len()).unwrap()).unwrap();
    assert_eq!(
        taken_apart.proof.signature[..],
        example.hex("eddsa-jcs-2022/sigHexJCS.txt")
    );
    let public = parse_key(&key.verifying_key().to_bytes()).unwrap();
    verify_proof(
        &taken_apart.document.to_canonical_bytes(),
        &taken_apart.proof,
        &public,
    )
    .unwrap();
    thin_verify(&signed, &public).unwrap();
}

#[test]
fn one_changed_byte_fails() {
    let Some(folder) = vectors() else { return };
    let example = Example { folder };
    let public = parse_key(&example.key().verifying_key().to_bytes()).unwrap();
    let signed = example.bytes("eddsa-jcs-2022/signedJCS.json");
    let canonical = json::parse(&signed, signed.len()).unwrap().to_canonical_bytes();
    thin_verify(&canonical, &public).unwrap();
    let mut refused_signatures = 0;
    for at in 0..canonical.len() {
        let mut changed = canonical.clone();
        changed[at] ^= 1;
        match thin_verify(&changed, &public) {
            Ok(()) => unreachable!("byte {at}"),
            Err(ThinError::Signature(_)) => refused_signatures += 1,
            Err(ThinError::Json(_) | ThinError::Proof(_)) => {}
        }
    }
    assert!(
        refused_signatures > 300,
        "most changes still parse: {refused_signatures}"
    );
}
