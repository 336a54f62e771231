//! Signatures: over these options and this document, by this key, in the one spelling (RFC 8032 §5.1.7; "Taming the many
//! EdDSAs" for what lenient readers let pass).

use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use touchstone_schemas::jcs::canonicalize;
use touchstone_schemas::multibase::{decode_base58btc, encode_base58btc};
use touchstone_verifier::proof::eddsa_jcs_2022::hash_data;
use touchstone_verifier::reason::ReasonCode::SignatureInvalid;
use touchstone_verifier::report::Headline::NotGenuine;

use crate::draft::Shelf;
use crate::fixture::{METHOD, SIGNED, World, key, with_member};

/// The options of a proof, before they are signed.
#[derive(Clone)]
pub(super) struct Options(serde_json::Map<String, Value>);

impl Options {
    /// As the world's issuer has them.
    pub(super) fn of(world: &World) -> Self {
        let signed: Value = serde_json::from_str(&world.signed()).unwrap();
        let options = json!({
            "@context": signed["@context"],
            "created": SIGNED,
            "cryptosuite": "eddsa-jcs-2022",
            "proofPurpose": "assertionMethod",
            "type": "DataIntegrityProof",
            "verificationMethod": METHOD,
        });
        let Value::Object(options) = options else {
            unreachable!()
        };
        Self(options)
    }

    pub(super) fn with(mut self, member: &str, value: Value) -> Self {
        self.0.insert(member.to_owned(), value);
        self
    }

    pub(super) fn without(mut self, member: &str) -> Self {
        self.0.remove(member);
        self
    }

    fn canonical(&self) -> Vec<u8> {
        canonical(&Value::Object(self.0.clone()).to_string())
    }
}

fn canonical(text: &str) -> Vec<u8> {
    canonicalize(text.as_bytes(), text.len()).unwrap()
}

fn unsigned(world: &World) -> String {
    with_member(&world.signed(), "/proof", None)
}

/// A document with those options and that signature, whatever either is worth.
fn with_proof(document: &str, options: &Options, signature: &[u8]) -> String {
    let proof = options
        .clone()
        .with("proofValue", json!(encode_base58btc(signature)));
    let document = with_member(document, "/proof", Some(&Value::Object(proof.0).to_string()));
    String::from_utf8(canonical(&document)).unwrap()
}

/// The world's credential, signed by its issuer with those options.
pub(super) fn proven(world: &World, options: Options) -> String {
    let document = unsigned(world);
    let data = hash_data(&canonical(&document), &options.canonical());
    with_proof(&document, &options, &world.issuing.sign(&data).to_bytes())
}

pub(crate) fn put(shelf: &mut Shelf) {
    over_other_bytes(shelf);
    by_other_keys(shelf);
    spellings(shelf);
    flipped(shelf);
}

/// Signatures of the issuer's own key over something else than the suite says.
fn over_other_bytes(shelf: &mut Shelf) {
    let (document, options) = (unsigned(&shelf.world), Options::of(&shelf.world));
    let (body, config) = (canonical(&document), options.canonical());
    let pretty = serde_json::to_vec_pretty(&serde_json::from_str::<Value>(&document).unwrap()).unwrap();
    let [hashed, swapped] = [hash_data(&body, &config), hash_data(&config, &body)];
    let rows: [(&str, &str, Vec<u8>); 8] = [
        (
            "signed-document-alone",
            "The signature covers the document and not the options, so purpose and key could be exchanged.",
            body.clone(),
        ),
        (
            "signed-hash-of-document-alone",
            "The hash of the document alone, likewise.",
            hashed[32..].to_vec(),
        ),
        (
            "signed-options-alone",
            "The hash of the options alone: it would fit any document.",
            hashed[..32].to_vec(),
        ),
        (
            "signed-the-wrong-way-round",
            "Document before options.",
            swapped.to_vec(),
        ),
        (
            "signed-both-unhashed",
            "Options and document themselves, not their hashes.",
            [config.clone(), body].concat(),
        ),
        (
            "signed-another-spelling",
            "The hash of the document as it was printed, not of its JCS form.",
            hash_data(&pretty, &config).to_vec(),
        ),
        ("signed-nothing", "A signature over no bytes.", Vec::new()),
        (
            "signed-hash-in-hexadecimal",
            "The hashes as text.",
            hashed
                .iter()
                .flat_map(|byte| format!("{byte:02x}").into_bytes())
                .collect(),
        ),
    ];
    for (name, why, message) in rows {
        let signature = shelf.world.issuing.sign(&message).to_bytes();
        let made = with_proof(&document, &options, &signature);
        shelf.document(name, why, made, NotGenuine, SignatureInvalid);
    }
    let mut other = World::new();
    other.credential.grade.level = touchstone_schemas::credential::Level::try_from(3).unwrap();
    other.credential.number = "CQC26ZNZ000999R0".parse().unwrap();
    let taken: Value = serde_json::from_str(&other.signed()).unwrap();
    let made = with_member(&shelf.world.signed(), "/proof", Some(&taken["proof"].to_string()));
    let why = "A genuine proof, taken from another certificate of the same body.";
    shelf.document("proof-of-another", why, made, NotGenuine, SignatureInvalid);
    let made = with_member(
        &shelf.world.signed(),
        "/proof/created",
        Some("\"2026-03-02T01:00:01Z\""),
    );
    let why = "The proof says that it was made a second later: its options are signed too.";
    shelf.document("created-edited", why, made, NotGenuine, SignatureInvalid);
}

fn by_other_keys(shelf: &mut Shelf) {
    let (document, options) = (unsigned(&shelf.world), Options::of(&shelf.world));
    let data = hash_data(&canonical(&document), &options.canonical());
    let keys: [(&str, &str, SigningKey); 4] = [
        (
            "by-a-strangers-key",
            "Another key under the issuer's name.",
            key(99),
        ),
        (
            "by-the-status-key",
            "The body's status key under the issuing key's name.",
            shelf.world.status.clone(),
        ),
        (
            "by-the-root",
            "The root's own key under the issuing key's name.",
            key(20),
        ),
        (
            "by-the-log",
            "The registry's log key under the issuing key's name: it may sign checkpoints alone.",
            shelf.world.log.key.clone(),
        ),
    ];
    for (name, why, key) in keys {
        let made = with_proof(&document, &options, &key.sign(&data).to_bytes());
        shelf.document(name, why, made, NotGenuine, SignatureInvalid);
    }
}

/// The order of the group, L = 2^252 + 27742317777372353535851937790883648493 (RFC 8032 §5.1), little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// `S + times · L`, which a reader that does not look takes for the same.
fn added(scalar: &[u8], times: u16) -> [u8; 32] {
    let mut sum = [0; 32];
    let mut carry = 0_u16;
    for ((to, byte), order) in sum.iter_mut().zip(scalar).zip(ORDER) {
        carry += u16::from(*byte) + u16::from(order) * times;
        *to = u8::try_from(carry & 0xff).unwrap();
        carry >>= 8;
    }
    sum
}

fn spellings(shelf: &mut Shelf) {
    let signed = shelf.world.signed();
    let tree: Value = serde_json::from_str(&signed).unwrap();
    let good: [u8; 64] = decode_base58btc(tree["proof"]["proofValue"].as_str().unwrap()).unwrap();
    let (point, scalar) = good.split_at(32);
    let identity = {
        let mut identity = [0; 32];
        identity[0] = 1;
        identity
    };
    // y = p − 1: the point of order two. y = 1 + p: the neutral element in a spelling that is not reduced.
    let order_two = [[0xec].as_slice(), &[0xff; 30], &[0x7f]].concat();
    let unreduced = [[0xee].as_slice(), &[0xff; 30], &[0x7f]].concat();
    let mut negated = point.to_vec();
    negated[31] ^= 0x80;
    let rows: [(&str, &str, Vec<u8>); 11] = [
        (
            "scalar-plus-order",
            "S + L: the same equation, another signature (RFC 8032 §5.1.7 step 1; CVE-2020-36843 and others).",
            [point, &added(scalar, 1)].concat(),
        ),
        (
            "scalar-plus-eight-orders",
            "S + 8 L, which passes readers that look at the upper bits alone.",
            [point, &added(scalar, 8)].concat(),
        ),
        (
            "scalar-is-order",
            "S is the order of the group itself.",
            [point, &ORDER].concat(),
        ),
        (
            "scalar-all-ones",
            "The greatest S there is to write.",
            [point, &[0xff; 32]].concat(),
        ),
        ("scalar-nought", "S is nought.", [point, &[0; 32]].concat()),
        (
            "all-noughts",
            "Sixty-four zero bytes: with a small key they sign everything.",
            vec![0; 64],
        ),
        (
            "point-neutral",
            "R is the neutral element.",
            [identity.as_slice(), scalar].concat(),
        ),
        (
            "point-of-order-two",
            "R is the point of order two.",
            [order_two.as_slice(), scalar].concat(),
        ),
        (
            "point-not-reduced",
            "R in a spelling that is not reduced below p.",
            [unreduced.as_slice(), scalar].concat(),
        ),
        (
            "point-negated",
            "The sign of R turned round.",
            [negated.as_slice(), scalar].concat(),
        ),
        ("halves-exchanged", "S before R.", [scalar, point].concat()),
    ];
    for (name, why, signature) in rows {
        let made = with_member(
            &signed,
            "/proof/proofValue",
            Some(&json!(encode_base58btc(&signature)).to_string()),
        );
        shelf.document(name, why, made, NotGenuine, SignatureInvalid);
    }
}

/// One bit in each sixth of the signature.
fn flipped(shelf: &mut Shelf) {
    let signed = shelf.world.signed();
    let tree: Value = serde_json::from_str(&signed).unwrap();
    let good: [u8; 64] = decode_base58btc(tree["proof"]["proofValue"].as_str().unwrap()).unwrap();
    for bit in [0, 90, 255, 256, 400, 503] {
        let mut signature = good;
        signature[bit / 8] ^= 1 << (bit % 8);
        let made = with_member(
            &signed,
            "/proof/proofValue",
            Some(&json!(encode_base58btc(&signature)).to_string()),
        );
        let why = format!("Bit {bit} of the signature turned round.");
        shelf.document(
            &format!("signature-bit-{bit}"),
            &why,
            made,
            NotGenuine,
            SignatureInvalid,
        );
    }
}
