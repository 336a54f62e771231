//! The verifier in a browser: bytes in, the same Report out as from every other shell.

use wasm_bindgen::prelude::wasm_bindgen;

/// A fifth of the standard library's allocator.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

#[cfg(feature = "bench")]
pub mod bench;

/// Verifies a request given as JSON ([`touchstone_verifier::verify_json`]): a Report as JCS bytes, or what is wrong
/// with the request.
#[wasm_bindgen]
#[must_use]
pub fn verify(request: &[u8]) -> Vec<u8> {
    touchstone_verifier::verify_json(request)
}

/// Gives the document of a request as JSON ([`touchstone_verifier::document_json`]): what a QR code carries, to be read.
#[wasm_bindgen]
#[must_use]
pub fn document(request: &[u8]) -> Vec<u8> {
    touchstone_verifier::document_json(request)
}

/// Tells what the page should fetch for a request ([`touchstone_verifier::needs_json`]).
#[wasm_bindgen]
#[must_use]
pub fn needs(request: &[u8]) -> Vec<u8> {
    touchstone_verifier::needs_json(request)
}

/// Answers about the register ([`touchstone_verifier::register_json`]): a snapshot, the log's head, the page's release.
#[wasm_bindgen]
#[must_use]
pub fn register(request: &[u8]) -> Vec<u8> {
    touchstone_verifier::register_json(request)
}

/// The newer snapshot that a delta makes of the one kept ([`touchstone_verifier::snapshot_after`]).
#[wasm_bindgen(js_name = snapshotAfter)]
#[must_use]
pub fn snapshot_after(kept: &[u8], delta: &[u8]) -> Vec<u8> {
    touchstone_verifier::snapshot_after(kept, delta)
}
