//! QR codes: what stands in them, and pictures of them. A code is read, and never followed (THREATS T23).

mod files;
mod payloads;
mod pictures;

use touchstone_schemas::decode::decode;
use touchstone_schemas::json;
use touchstone_schemas::proof::DataIntegrityProof;
use touchstone_verifier::qr::{self, ProfileRef};

use crate::draft::{Draft, Shelf};
use crate::fixture::{World, profile};

pub(crate) fn drafts() -> Vec<Draft> {
    let mut shelf = Shelf::new("qr");
    payloads::put(&mut shelf);
    pictures::put(&mut shelf);
    files::put(&mut shelf);
    shelf.drafts
}

/// The digits that carry a document.
pub(crate) fn digits(world: &World, document: &str) -> String {
    let signed = json::parse(document.as_bytes(), document.len()).unwrap();
    let proof: DataIntegrityProof = decode(signed.pointer("/proof").unwrap()).unwrap();
    let reference = ProfileRef {
        number: 1,
        profile: &profile(),
    };
    let payload = qr::encode(&world.credential, &proof, reference).unwrap();
    payload.digits().to_owned()
}

/// The link on a certificate as printed.
pub(crate) fn link(world: &World) -> String {
    format!("https://registry.example/v#{}", digits(world, &world.signed()))
}
