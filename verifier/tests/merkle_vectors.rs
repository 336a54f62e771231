//! The Merkle proofs of transparency-dev/merkle, each with the answer it must get.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]
#![expect(
    clippy::disallowed_methods,
    reason = "the test reads its vectors; the core does not"
)]

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use touchstone_schemas::tlog::{Hash, TreeHead, leaf_hash};
use touchstone_verifier::tlog::{verify_consistency, verify_inclusion};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Inclusion {
    leaf_idx: u64,
    tree_size: u64,
    root: String,
    leaf_hash: String,
    proof: Option<Vec<String>>,
    desc: String,
    want_err: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Consistency {
    size1: u64,
    size2: u64,
    root1: String,
    root2: String,
    proof: Option<Vec<String>>,
    desc: String,
    want_err: bool,
}

fn vectors(folder: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors");
    let root = std::env::var_os("TOUCHSTONE_VECTORS")
        .map_or(beside, PathBuf::from)
        .join("merkle")
        .join(folder);
    if root.is_dir() {
        return Some(root);
    }
    eprintln!("SKIPPED: external vectors absent ({})", root.display());
    None
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect();
    found.sort();
    found
}

/// The suite also writes hashes of other lengths, which [`Hash`] cannot hold. Another hash stands for each, so that
/// equal stays equal, different stays different, and every vector reaches the function under test.
fn hash(text: &str) -> Hash {
    Hash::parse(text).unwrap_or_else(|_| leaf_hash(&STANDARD.decode(text).unwrap()))
}

/// Vectors a stand-in cannot serve: root and leaf are the same text of no bytes at all, and what refuses it is [`Hash`].
const REFUSED_BY_THE_TYPE: &[&str] = &["empty root and leaf"];

fn hashes(proof: Option<&Vec<String>>) -> Vec<Hash> {
    proof.into_iter().flatten().map(|text| hash(text)).collect()
}

#[test]
fn inclusion() {
    let Some(root) = vectors("inclusion") else { return };
    let (mut count, mut exceptions) = (0, 0);
    for path in files(&root) {
        let vector: Inclusion = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let head = TreeHead {
            size: vector.tree_size,
            root: hash(&vector.root),
        };
        let proof = hashes(vector.proof.as_ref());
        let answer = verify_inclusion(&hash(&vector.leaf_hash), vector.leaf_idx, &proof, &head);
        if REFUSED_BY_THE_TYPE.contains(&vector.desc.as_str()) {
            assert!(
                Hash::parse(&vector.root).is_err() && vector.want_err && answer.is_ok(),
                "stale exception"
            );
            exceptions += 1;
            continue;
        }
        assert_eq!(
            answer.is_err(),
            vector.want_err,
            "{}: {}: {answer:?}",
            path.display(),
            vector.desc
        );
        count += 1;
    }
    assert_eq!((count, exceptions), (97, REFUSED_BY_THE_TYPE.len()));
}

#[test]
fn consistency() {
    let Some(root) = vectors("consistency") else {
        return;
    };
    let mut count = 0;
    for path in files(&root) {
        let vector: Consistency = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let old = TreeHead {
            size: vector.size1,
            root: hash(&vector.root1),
        };
        let new = TreeHead {
            size: vector.size2,
            root: hash(&vector.root2),
        };
        let answer = verify_consistency(&old, &new, &hashes(vector.proof.as_ref()));
        assert_eq!(
            answer.is_err(),
            vector.want_err,
            "{}: {}: {answer:?}",
            path.display(),
            vector.desc
        );
        count += 1;
    }
    assert_eq!(count, 98);
}
