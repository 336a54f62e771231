//! Writes what the fuzz targets start from: `fuzz_seeds <folder>` makes a folder a target.
#![expect(clippy::expect_used, reason = "test support: what fails here fails a test")]

use std::{fs, path::Path, process::Command};

use touchstone_schemas::{
    credential::Credential,
    date_time::Timestamp,
    did::Did,
    digest::Sha256Digest,
    jcs::to_canonical,
    json::parse,
    proof::DataIntegrityProof,
    status::StatusPurpose,
    status_list::{Bitstring, StatusList},
    tlog::{Entry, Record},
};
use touchstone_tests::sample;
use touchstone_verifier::{
    proof::eddsa_jcs_2022::attach_proofs,
    qr::{ProfileRef, encode},
};

fn main() -> std::io::Result<()> {
    let root = std::env::args().nth(1).expect("usage: fuzz_seeds <folder>");
    let root = Path::new(&root);
    for seed in 0..24 {
        let (credential, proof) = if seed % 2 == 0 {
            sample::usual(seed)
        } else {
            sample::any(seed)
        };
        let document = secured(&credential, &proof);
        write(root, "strict_json", seed, &document)?;
        write(root, "credential", seed, &document)?;
        let profile = sample::profile();
        let reference = ProfileRef {
            number: sample::PROFILE_NUMBER,
            profile: &profile,
        };
        if let Ok(payload) = encode(&credential, &proof, reference) {
            let digits: Vec<u8> = payload.digits().bytes().map(|digit| digit - b'0' + 50).collect();
            write(root, "qr_payload", seed, &digits)?;
        }
        write(root, "checkpoint", seed, &entry(&credential).to_bytes())?;
    }
    let note = "registry.example/log\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— registry.example/log AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    write(root, "checkpoint", 100, note.as_bytes())?;
    write(
        root,
        "checkpoint",
        101,
        format!("c2sp.org/tlog-proof@v1\nindex 0\n\n{note}").as_bytes(),
    )?;
    status_lists(root)?;
    write(root, "trust_list", 0, TRUST_LIST.as_bytes())?;
    chain(root)
}

/// A trust list with one issuer and nothing that verifies.
const TRUST_LIST: &str = r#"{"issued":"2026-01-01T00:00:00Z","issuers":[{"id":"did:web:a.example","issuingKeys":[{"certificate":"MAA=","signsFrom":"2026-01-01T00:00:00Z","signsUntil":"2027-01-01T00:00:00Z","verificationMethod":"did:web:a.example#key-1"}],"log":{"key":"z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2","origin":"a.example/log"},"names":[{"from":"2026-01-01T00:00:00Z","name":"示范","nameEn":"Demo"}],"profiles":[],"registries":["https://a.example"],"roots":["MAA="],"schemes":[{"edition":"cmmm-2020","from":"2026-01-01T00:00:00Z"}],"statusAuthority":"did:web:a.example:status","statusKeys":[],"test":true}],"keyPurposes":{"issue":"1.3.6.1.4.1.32473.1.1","status":"1.3.6.1.4.1.32473.1.2"},"owner":"示范","proof":[{"created":"2026-01-01T00:00:00Z","cryptosuite":"eddsa-jcs-2022","proofPurpose":"assertionMethod","proofValue":"z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX","type":"DataIntegrityProof","verificationMethod":"did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw#z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"}],"sequence":1,"type":"TrustList","validUntil":"2026-03-01T00:00:00Z"}"#;

fn secured(credential: &Credential, proof: &DataIntegrityProof) -> Vec<u8> {
    let bytes = to_canonical(credential);
    let document = parse(&bytes, bytes.len()).expect("our own form");
    attach_proofs(document, std::slice::from_ref(proof))
}

fn entry(credential: &Credential) -> Entry {
    Entry {
        issuer: credential.issuer.id.clone(),
        recorded: credential.valid_from.start(),
        digest: Sha256Digest::of(b"seed"),
        record: Record::Credential {
            number: credential.number.clone(),
            version: credential.version,
        },
    }
}

fn status_lists(root: &Path) -> std::io::Result<()> {
    for (seed, purpose) in (0..).zip(StatusPurpose::ALL) {
        let mut bits = Bitstring::zeroed(purpose, 0);
        assert!(bits.set(77, 1));
        write(root, "status_list", 10 + seed, bits.encode().as_bytes())?;
        let from = Timestamp::from_unix(1_770_000_000).expect("an instant");
        let list = StatusList {
            issuer: Did::parse("did:web:a.example:status").expect("a DID"),
            registry: sample::profile().registry,
            purpose,
            list: 1,
            sequence: 1,
            valid_from: from,
            valid_until: from.checked_add(86_400).expect("an instant"),
            bits,
        };
        write(root, "status_list", seed, &to_canonical(&list))?;
    }
    Ok(())
}

/// A certificate made by openssl, where it is installed: our own crates that build certificates stay out of here.
fn chain(root: &Path) -> std::io::Result<()> {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ed25519",
            "-nodes",
            "-keyout",
            "/dev/null",
            "-outform",
            "DER",
        ])
        .args([
            "-subj",
            "/CN=seed",
            "-days",
            "3650",
            "-addext",
            "keyUsage=critical,digitalSignature",
        ])
        .args(["-addext", "extendedKeyUsage=1.3.6.1.4.1.32473.1.1"])
        .args(["-addext", "subjectAltName=URI:did:web:registry.example#key-1"])
        .output();
    let Ok(made) = made else { return Ok(()) };
    let length = u16::try_from(made.stdout.len())
        .expect("a certificate is short")
        .to_be_bytes();
    write(root, "chain", 0, &made.stdout)?;
    write(
        root,
        "chain",
        1,
        &[&length, made.stdout.as_slice(), &length, made.stdout.as_slice()].concat(),
    )
}

fn write(root: &Path, target: &str, seed: u64, bytes: &[u8]) -> std::io::Result<()> {
    let folder = root.join(target);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(format!("seed-{seed}")), bytes)
}
