//! Some of what is measured here, as JSON for the same measurements in WebAssembly.

use touchstone_schemas::{decode::decode, jcs::to_canonical, json, proof::DataIntegrityProof, record};
use touchstone_verifier::{
    input::Request,
    qr::{self, ProfileRef},
};

use crate::setting::{Issued, Setting};

/// Certificates handed over.
const HANDED_OVER: usize = 16;

struct Samples {
    /// The issuing key.
    key: Vec<u8>,
    /// The issuer profile as JSON.
    profile: String,
    certificates: Vec<Certificate>,
}

record! { write Samples { "certificates": certificates, "key": key, "profile": profile } }

struct Certificate {
    /// The signed document.
    document: String,
    /// What the key signed, and how.
    message: Vec<u8>,
    signature: Vec<u8>,
    /// Digits of its QR payload.
    digits: String,
    /// A verification from nothing, of the document and of the link with the payload.
    request: Request,
    request_by_link: Request,
}

record! { write Certificate {
    "digits": digits,
    "document": document,
    "message": message,
    "request": request,
    "requestByLink": request_by_link,
    "signature": signature,
} }

/// The file's content.
pub(crate) fn samples(setting: &Setting) -> Vec<u8> {
    let body = setting.world.trust_list.issuers.first().unwrap();
    let samples = Samples {
        key: setting.world.issuing.verifying_key().to_bytes().to_vec(),
        profile: String::from_utf8(to_canonical(&body.profiles[0].profile)).unwrap(),
        certificates: setting
            .issued
            .iter()
            .take(HANDED_OVER)
            .map(|issued| certificate(setting, issued))
            .collect(),
    };
    to_canonical(&samples)
}

fn certificate(setting: &Setting, issued: &Issued) -> Certificate {
    let listed = &setting.world.trust_list.issuers[0].profiles[0];
    let profile = ProfileRef {
        number: listed.number,
        profile: &listed.profile,
    };
    let signed = json::parse(issued.signed.as_bytes(), issued.signed.len()).unwrap();
    let proof: DataIntegrityProof = decode(signed.pointer("/proof").unwrap()).unwrap();
    let payload = qr::encode(&issued.credential, &proof, profile).unwrap();
    let request = setting.request(issued);
    Certificate {
        document: issued.signed.clone(),
        message: issued.check.message.clone(),
        signature: issued.check.signature.to_bytes().to_vec(),
        digits: payload.digits().to_owned(),
        request_by_link: Request {
            document: payload.link(),
            ..request.clone()
        },
        request,
    }
}
