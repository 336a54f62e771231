//! What a mirror holds beside log and documents: trust lists, DID documents, contexts, schemas.

use touchstone_schemas::{
    budget::MAX_TRUST_LIST_BYTES,
    credential::RegistryBase,
    json,
    multikey::Multikey,
    published::{CONTEXT_V1, SCHEMA_V1},
};
use touchstone_verifier::{
    input::{LogProofPolicy, Policy},
    open_trust_list,
    trust::{TrustContext, TrustListRefused},
};

use crate::{did_document::did_document, trust::body_of};

/// The newest trust list.
pub(super) const TRUST_LIST: &str = "trust.json";
/// Every trust list adopted.
pub(super) const TRUST_LISTS: &str = "trust-lists";

/// Files that follow from the newest trust list, and copies of what is compiled in.
pub(super) fn static_files(trust: Option<&TrustContext>, base: &RegistryBase) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![
        ("contexts/v1".to_owned(), CONTEXT_V1.as_bytes().to_vec()),
        ("schemas/v1".to_owned(), SCHEMA_V1.as_bytes().to_vec()),
    ];
    if let Some(body) = trust.and_then(|trust| body_of(trust.list(), base)) {
        let documents = [
            (".well-known/did.json", did_document(&body.id, &body.issuing_keys)),
            (
                "status/did.json",
                did_document(&body.status_authority, &body.status_keys),
            ),
        ];
        files.extend(
            documents
                .into_iter()
                .filter_map(|(place, bytes)| Some((place.to_owned(), bytes?))),
        );
    }
    files
}

/// A trust list's place.
pub(super) fn trust_list_place(sequence: u64) -> String {
    format!("{TRUST_LISTS}/{sequence}.json")
}

/// Opens a trust list under the key that its first proof names: whole, whoever's it is. An owner's key of long ago is
/// pinned by nobody any more, and its lists are evidence still.
pub(crate) fn signed_by_itself(document: &[u8]) -> Result<TrustContext, TrustListRefused> {
    let named = || {
        let value = json::parse(document, MAX_TRUST_LIST_BYTES).ok()?;
        let method = value.pointer("/proof/0/verificationMethod")?.as_str()?;
        let key = method.strip_prefix("did:key:")?.split_once('#')?.0;
        key.parse().ok()
    };
    // A proof that names no key is refused by whatever pin.
    let policy = Policy {
        owner_key: named().unwrap_or(Multikey::from_bytes([0; 32])),
        owner_successor: None,
        log_proof: LogProofPolicy::WhenPresent,
    };
    open_trust_list(document, &policy, None)
}
