//! Where the time of a full verification goes: its larger parts, one by one.

use std::hint::black_box;

use sha2::{Digest, Sha256};
use touchstone_schemas::{
    credential::Credential,
    digest::Sha256Digest,
    json::{self, Value},
    tlog::entry::Record,
};
use touchstone_verifier::{
    log_check::{Expected, LogContext},
    view::CredentialView,
};

use crate::{
    figure::Figure,
    rounds::measure,
    setting::{Issued, Setting},
};

/// The parts, each against the signature check.
pub(crate) fn figures(setting: &Setting, rounds: usize) -> Vec<Figure> {
    let signed: Vec<Value<'_>> = setting.issued.iter().map(|issued| read(&issued.signed)).collect();
    let without_proof: Vec<Value<'_>> = setting
        .issued
        .iter()
        .map(|issued| taken_apart(&issued.signed))
        .collect();
    let pretty: Vec<Value<'_>> = setting.issued.iter().map(|issued| read(&issued.pretty)).collect();
    let unsigned: Vec<Value<'_>> = setting
        .issued
        .iter()
        .map(|issued| json::parse(&issued.unsigned, issued.unsigned.len()).unwrap())
        .collect();
    let log = LogContext::new(&setting.world.trust_list.issuers[0].log).unwrap();
    let expected: Vec<Expected<'_>> = setting.issued.iter().map(expected).collect();
    let receipts = setting.issued.iter().zip(&expected);
    let mut to_check = setting.issued.iter().cycle();
    let mut to_parse = setting.issued.iter().cycle();
    let mut to_hash = setting.issued.iter().cycle();
    let mut to_copy = signed.iter().cycle();
    let mut to_join = without_proof.iter().cycle();
    let mut to_write = pretty.iter().cycle();
    let mut to_read = unsigned.iter().cycle();
    let mut to_prove = receipts.cycle();
    let mut to_view = setting.issued.iter().cycle();
    let [bare, parse, copy, join, write, hash, content, receipt, view] = measure(
        rounds,
        [
            &mut || to_check.next().unwrap().check.run(),
            &mut || drop(black_box(read(black_box(&to_parse.next().unwrap().signed)))),
            &mut || canonical(to_copy.next().unwrap()),
            &mut || canonical(to_join.next().unwrap()),
            &mut || canonical(to_write.next().unwrap()),
            &mut || {
                black_box(Sha256::digest(black_box(&to_hash.next().unwrap().signed)));
            },
            &mut || {
                let document = black_box(to_read.next().unwrap());
                black_box(Credential::from_document(document).unwrap());
            },
            &mut || {
                let (issued, expected) = to_prove.next().unwrap();
                black_box(log.check_receipt(black_box(&issued.receipt), expected).unwrap());
            },
            &mut || {
                let credential = black_box(&to_view.next().unwrap().credential);
                black_box(CredentialView::from(credential));
            },
        ],
    );
    let parts = [
        ("strict parse of the signed document", &parse),
        (
            "JCS bytes for its digest, read from JCS bytes: copied whole",
            &copy,
        ),
        (
            "JCS bytes for its signature, proof taken out: members copied",
            &join,
        ),
        ("JCS bytes of the same, read pretty-printed: written anew", &write),
        (
            "SHA-256 of the signed document; nearly as much again for the signature",
            &hash,
        ),
        (
            "closed-world read: facts taken, written again, compared",
            &content,
        ),
        ("receipt, checkpoint known", &receipt),
        ("view of the facts for the Report", &view),
    ];
    parts
        .into_iter()
        .map(|part| Figure::against(part, ("`verify_strict`", &bare), None))
        .collect()
}

fn read(document: &str) -> Value<'_> {
    json::parse(document.as_bytes(), document.len()).unwrap()
}

fn taken_apart(document: &str) -> Value<'_> {
    let mut document = read(document);
    document.as_object_mut().unwrap().remove("proof").unwrap();
    document
}

fn canonical(document: &Value<'_>) {
    drop(black_box(black_box(document).to_canonical_bytes()));
}

fn expected(issued: &Issued) -> Expected<'_> {
    Expected {
        issuer: &issued.credential.issuer.id,
        digest: Sha256Digest::of(issued.signed.as_bytes()),
        record: Record::Credential {
            number: issued.credential.number.clone(),
            version: issued.credential.version,
        },
    }
}
