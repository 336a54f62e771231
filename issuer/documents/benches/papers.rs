//! Papers a second in one warm process, with the file synced nowhere. `papers FOLDER [COUNT]` writes `FOLDER/papers.json`
//! for `cargo xtask bench papers`. An optimised build only gives figures that mean anything.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark whose premises fail has nothing to report"
)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
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

/// Different certificates set one after another, when nothing is said.
const PAPERS: u64 = 200;
/// Certificates a second that are wanted.
const WANTED: f64 = 20.0;

fn main() -> std::io::Result<()> {
    // Cargo adds `--bench`.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let Some(folder) = arguments.next().map(PathBuf::from) else {
        eprintln!("usage: papers FOLDER [COUNT]");
        std::process::exit(64);
    };
    let count = arguments.next().map_or(PAPERS, |count| count.parse().unwrap());
    let figures = json!([{ "heading": "Papers", "figures": figures(count) }]);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("papers.json"), figures.to_string())
}

fn figures(count: u64) -> Vec<Value> {
    let issued: Vec<(Vec<u8>, Vec<u8>)> = (0..=count).map(signed).collect();
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
    let begun = Instant::now();
    let fonts = Fonts::in_folder(Path::new(DEBIAN_FOLDER)).unwrap();
    let setter = Typesetter::new(fonts, Templates::compiled_in());
    setter.certificate(first).unwrap();
    let cold = begun.elapsed();

    let begun = Instant::now();
    let papers: Vec<_> = rest
        .iter()
        .map(|input| setter.unchecked_certificate(input).unwrap())
        .collect();
    let set = begun.elapsed();
    let begun = Instant::now();
    for (paper, input) in papers.iter().zip(rest) {
        check_certificate_pdf(&paper.pdf, input).unwrap();
    }
    let checked = begun.elapsed();

    let number = f64::from(u32::try_from(papers.len()).unwrap());
    let bytes: usize = papers.iter().map(|paper| paper.pdf.len()).sum();
    let mean = f64::from(u32::try_from(bytes / papers.len()).unwrap());
    let a_second = |time: Duration| number / time.as_secs_f64();
    let target = json!({ "atLeast": WANTED });
    vec![
        figure(
            "first certificate of a process, fonts read, read back",
            nanos(cold),
            "ns",
            Value::Null,
        ),
        figure(
            "certificates set, warm, one thread",
            a_second(set),
            "a second",
            target,
        ),
        figure(
            "reading one back: drawn, symbol decoded, attachments compared",
            nanos(checked) / number,
            "ns",
            Value::Null,
        ),
        figure(
            "certificates set and read back, warm, one thread",
            a_second(set + checked),
            "a second",
            Value::Null,
        ),
        figure("mean size of a certificate", mean, "bytes", Value::Null),
        figure(
            "most memory of the process",
            peak_kibibytes() / 1_024.0,
            "MiB",
            json!({ "atMost": 300 }),
        ),
    ]
}

fn figure(what: &str, number: f64, unit: &str, target: Value) -> Value {
    json!({ "what": what, "measured": { "number": number, "unit": unit }, "target": target })
}

fn nanos(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

/// The process's peak of resident memory, by Linux.
fn peak_kibibytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let digits = line.and_then(|line| line.split_whitespace().next());
    digits.map_or(0.0, |digits| digits.parse().unwrap())
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
