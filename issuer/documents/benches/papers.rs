//! Papers a second in one warm process. An optimised build only gives figures that mean anything.
#![expect(clippy::print_stdout, reason = "the figures are what this program is for")]
#![expect(clippy::unwrap_used, reason = "what fails here fails the measurement")]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use touchstone_documents::certificate::CertificateInput;
use touchstone_documents::check::check_certificate_pdf;
use touchstone_documents::{DEBIAN_FOLDER, Fonts, Templates, Typesetter};
use touchstone_schemas::digest::Sha256Digest;
use touchstone_schemas::jcs::to_canonical;
use touchstone_schemas::submission::Receipt;
use touchstone_schemas::tlog::{Entry, Record};

#[path = "../../../tests/src/sample.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the sample generator of the end-to-end tests, of which this uses a part"
)]
mod sample;

/// Different certificates set, one after another.
const PAPERS: u64 = 200;

fn main() {
    let begun = Instant::now();
    let fonts = Fonts::in_folder(Path::new(DEBIAN_FOLDER)).unwrap();
    let setter = Typesetter::new(fonts, Templates::compiled_in());
    let issued: Vec<(Vec<u8>, Vec<u8>)> = (0..PAPERS + 1).map(signed).collect();
    let inputs: Vec<CertificateInput<'_>> = issued
        .iter()
        .map(|(credential, receipt)| CertificateInput {
            credential,
            receipt,
            profile: sample::PROFILE_NUMBER,
            demonstration: false,
        })
        .collect();
    let (first, rest) = inputs.split_first().unwrap();
    black_box(setter.certificate(first).unwrap());
    println!("first certificate, fonts read: {:.0} ms", millis(begun.elapsed()));

    let begun = Instant::now();
    let papers: Vec<_> = rest
        .iter()
        .map(|input| setter.unchecked_certificate(input).unwrap())
        .collect();
    let set = begun.elapsed();
    let begun = Instant::now();
    for (paper, input) in papers.iter().zip(rest) {
        black_box(check_certificate_pdf(&paper.pdf, input).unwrap());
    }
    let checked = begun.elapsed();
    let count = f64::from(u32::try_from(papers.len()).unwrap());
    let bytes: usize = papers.iter().map(|paper| paper.pdf.len()).sum();
    println!(
        "set: {:.1} ms a certificate, {:.1} a second",
        millis(set) / count,
        count / set.as_secs_f64()
    );
    println!("read back: {:.1} ms a certificate", millis(checked) / count);
    println!(
        "set and read back: {:.1} a second",
        count / (set + checked).as_secs_f64()
    );
    println!("size: {} KB", bytes / papers.len() / 1_000);
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// A signed certificate of the usual kind and its receipt.
fn signed(seed: u64) -> (Vec<u8>, Vec<u8>) {
    let (credential, proof) = sample::usual(seed);
    let signed = credential.secured_with(&proof);
    let entry = Entry {
        issuer: credential.issuer.id.clone(),
        recorded: credential.valid_from.start(),
        digest: Sha256Digest::of(&signed),
        record: Record::Credential {
            number: credential.number.clone(),
            version: credential.version,
        },
    };
    let proof = "c2sp.org/tlog-proof@v1\n".to_owned();
    (signed, to_canonical(&Receipt { entry, proof }))
}
