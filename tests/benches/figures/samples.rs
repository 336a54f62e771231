//! Some of what is measured here, as JSON for the same measurements in WebAssembly.

use serde::Serialize;
use touchstone_schemas::{jcs::to_canonical, proof::DataIntegrityProof};
use touchstone_verifier::{
    input::Request,
    qr::{self, ProfileRef},
};

use crate::setting::{Issued, Setting};

/// Certificates handed over.
const HANDED_OVER: usize = 16;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Samples {
    /// The issuing key.
    key: Vec<u8>,
    /// The issuer profile as JSON.
    profile: String,
    certificates: Vec<Certificate>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
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

/// The file's content.
pub(crate) fn samples(setting: &Setting) -> Vec<u8> {
    let body = setting.world.trust_list.issuers.first().unwrap();
    let samples = Samples {
        key: setting.world.issuing.verifying_key().to_bytes().to_vec(),
        profile: String::from_utf8(to_canonical(&body.profiles[0].profile).unwrap()).unwrap(),
        certificates: setting
            .issued
            .iter()
            .take(HANDED_OVER)
            .map(|issued| certificate(setting, issued))
            .collect(),
    };
    serde_json::to_vec(&samples).unwrap()
}

fn certificate(setting: &Setting, issued: &Issued) -> Certificate {
    let listed = &setting.world.trust_list.issuers[0].profiles[0];
    let profile = ProfileRef {
        number: listed.number,
        profile: &listed.profile,
    };
    let signed: serde_json::Value = serde_json::from_str(&issued.signed).unwrap();
    let proof: DataIntegrityProof = serde_json::from_value(signed["proof"].clone()).unwrap();
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
