//! The bits: gzip, base64url, at least 131,072 entries and at most the budget (Bitstring Status List §3.1, §3.3).

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use serde_json::json;
use touchstone_schemas::multibase::encode_base64url;
use touchstone_schemas::status::StatusPurpose::{self, Message, Revocation, Suspension};
use touchstone_verifier::reason::ReasonCode::{StatusGood, StatusMalformed, StatusNotAuthentic};
use touchstone_verifier::report::Headline::InForce;

use super::{good, no_list, resigned, with_list};
use crate::draft::Shelf;
use crate::fixture::{World, with_member};

/// Bytes of the shortest list of one bit an entry.
const SHORTEST: usize = 16_384;
const ENCODED: &str = "/credentialSubject/encodedList";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

fn zeros(length: usize) -> Vec<u8> {
    gzip(&vec![0; length])
}

pub(crate) fn put(shelf: &mut Shelf) {
    texts(shelf);
    compressed(shelf);
    bombs(shelf);
    lawful(shelf);
}

fn put_encoded(shelf: &mut Shelf, purpose: StatusPurpose, name: &str, why: &str, encoded: &str) {
    let list = resigned(&World::new(), purpose, ENCODED, Some(&json!(encoded).to_string()));
    no_list(shelf, purpose, name, why, list, StatusMalformed);
}

/// Spellings of good bits.
fn texts(shelf: &mut Shelf) {
    let good = encode_base64url(&zeros(SHORTEST));
    let standard: String = good
        .chars()
        .skip(1)
        .map(|c| match c {
            '-' => '+',
            '_' => '/',
            c => c,
        })
        .collect();
    let rows = [
        ("base64-padded", "base64url with padding.", format!("{good}==")),
        (
            "base64-standard",
            "The standard alphabet, as older lists have it.",
            format!("m{standard}"),
        ),
        (
            "base64-without-letter",
            "Without the letter of its base.",
            good[1..].to_owned(),
        ),
        (
            "base64-line-break",
            "A line break within.",
            format!("{}\n{}", &good[..20], &good[20..]),
        ),
        (
            "base64-spare-bits",
            "Bits behind the last byte that are not nought: two texts for the same bytes.",
            spare_bits_set(),
        ),
        ("base64-empty", "Nothing behind the letter.", "u".to_owned()),
        ("base58", "The bits in base58.", "z2HnFSSPP".to_owned()),
        (
            "hexadecimal",
            "The bits in hexadecimal.",
            format!("f{}", "00".repeat(SHORTEST)),
        ),
    ];
    for (name, why, encoded) in rows {
        put_encoded(shelf, Revocation, name, why, &encoded);
    }
}

/// Good bits whose text's last letter has bits that no byte has.
fn spare_bits_set() -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bytes = (1..=4)
        .map(|times| zeros(times * SHORTEST))
        .find(|bytes| bytes.len() % 3 != 0)
        .unwrap();
    let mut text = encode_base64url(&bytes);
    let last = text.pop().unwrap();
    let place = ALPHABET.find(last).unwrap();
    text.push(char::from(ALPHABET.as_bytes()[place + 1]));
    text
}

/// What does not decompress to a list.
fn compressed(shelf: &mut Shelf) {
    let bits = vec![0; SHORTEST];
    let good = zeros(SHORTEST);
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    zlib.write_all(&bits).unwrap();
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
    deflate.write_all(&bits).unwrap();
    let changed = |place: usize, byte: u8| {
        let mut gzip = good.clone();
        gzip[place] = byte;
        gzip
    };
    let rows: [(&str, &str, Vec<u8>); 14] = [
        ("gzip-none", "The bits uncompressed.", bits.clone()),
        ("gzip-zlib", "Compressed as zlib.", zlib.finish().unwrap()),
        (
            "gzip-bare-deflate",
            "Compressed without gzip's frame.",
            deflate.finish().unwrap(),
        ),
        ("gzip-twice", "Compressed twice.", gzip(&good)),
        (
            "gzip-two-members",
            "Two members one behind the other: half the bits in each.",
            [zeros(SHORTEST / 2), zeros(SHORTEST / 2)].concat(),
        ),
        (
            "gzip-byte-behind",
            "A byte behind the member.",
            [good.as_slice(), &[0]].concat(),
        ),
        ("gzip-cut", "Cut in the middle.", good[..good.len() / 2].to_vec()),
        (
            "gzip-without-trailer",
            "Without its trailer.",
            good[..good.len() - 8].to_vec(),
        ),
        (
            "gzip-length-wrong",
            "A trailer that tells another length.",
            changed(good.len() - 4, 1),
        ),
        (
            "gzip-method-wrong",
            "A method that gzip does not have.",
            changed(2, 7),
        ),
        ("gzip-flags-reserved", "A flag without meaning.", changed(3, 0x20)),
        (
            "gzip-block-type-reserved",
            "A block of the type that deflate does not have.",
            changed(10, 0x07),
        ),
        (
            "short-by-a-byte",
            "131,064 entries: eight fewer than the least (§3.1).",
            zeros(SHORTEST - 1),
        ),
        ("no-entries", "No entries at all.", zeros(0)),
    ];
    for (name, why, bytes) in rows {
        put_encoded(shelf, Revocation, name, why, &encode_base64url(&bytes));
    }
    let why = "Too few entries for three bits each.";
    put_encoded(
        shelf,
        Message,
        "short",
        why,
        &encode_base64url(&zeros(3 * SHORTEST - 1)),
    );
    let why = "Enough bytes, and not a whole number of entries.";
    put_encoded(
        shelf,
        Message,
        "not-whole",
        why,
        &encode_base64url(&zeros(3 * SHORTEST + 1)),
    );
}

fn bombs(shelf: &mut Shelf) {
    let bomb = encode_base64url(&zeros(64 << 20));
    for purpose in [Revocation, Suspension, Message] {
        let why = "64 MB of noughts in 64 KB: decompressing stops at the budget.";
        put_encoded(shelf, purpose, "bomb", why, &bomb);
    }
    let why = "One byte more than the longest list.";
    put_encoded(
        shelf,
        Revocation,
        "long-by-a-byte",
        why,
        &encode_base64url(&zeros(131_073)),
    );
    let world = World::new();
    let unsigned = with_member(
        &world.sign_list(&good(&world, Revocation)),
        ENCODED,
        Some(&json!(bomb).to_string()),
    );
    let why = "The same bomb, signed by nobody: refused before anything is decompressed.";
    no_list(
        shelf,
        Revocation,
        "bomb-by-a-stranger",
        why,
        unsigned,
        StatusNotAuthentic,
    );
}

/// Lists at the edge of what is allowed count.
fn lawful(shelf: &mut Shelf) {
    let rows = [
        (
            "longest",
            "The longest list there may be, to the byte.",
            zeros(131_072),
        ),
        (
            "stored-uncompressed",
            "gzip around bits that are stored as they are.",
            stored(&vec![0; SHORTEST]),
        ),
    ];
    for (name, why, bytes) in rows {
        let encoded = json!(encode_base64url(&bytes)).to_string();
        let world = World::new();
        let list = resigned(&world, Revocation, ENCODED, Some(&encoded));
        let request = with_list(&world, Revocation, list);
        shelf.request(
            &format!("revocation-{name}"),
            why,
            request,
            InForce,
            &[StatusGood],
        );
    }
}

fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::none());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}
