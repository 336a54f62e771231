//! "Taming the many EdDSAs", twelve edge cases: strict verification accepts case 3 alone.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::PathBuf;

use touchstone_verifier::proof::ed25519;

#[expect(
    clippy::disallowed_methods,
    reason = "the test finds its vectors by environment"
)]
fn vectors() -> Option<PathBuf> {
    std::env::var_os("TOUCHSTONE_VECTORS")
        .map(PathBuf::from)
        .or_else(|| {
            Some(PathBuf::from(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../shared/vectors"
            )))
        })
        .filter(|folder| folder.is_dir())
}

fn unhex<const N: usize>(text: &str) -> [u8; N] {
    unhex_all(text).try_into().unwrap()
}

fn unhex_all(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2));
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2).unwrap(), 16).unwrap())
        .collect()
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped suite says so")]
#[expect(clippy::disallowed_methods, reason = "the test reads its vectors from disk")]
fn case_3_alone_is_accepted() {
    let Some(folder) = vectors() else {
        eprintln!("SKIPPED: external vectors absent (set TOUCHSTONE_VECTORS)");
        return;
    };
    let text = std::fs::read_to_string(folder.join("ed25519-speccheck/cases.json")).unwrap();
    let cases: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(cases.len(), 12);

    let accepted: Vec<usize> = cases
        .iter()
        .enumerate()
        .filter(|(_, case)| {
            let field = |name: &str| case.get(name).unwrap().as_str().unwrap();
            ed25519::parse_key(&unhex(field("pub_key"))).is_ok_and(|key| {
                ed25519::verify(&key, &unhex_all(field("message")), &unhex(field("signature"))).is_ok()
            })
        })
        .map(|(number, _)| number)
        .collect();
    assert_eq!(accepted, [3]);
}
