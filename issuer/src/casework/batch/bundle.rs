//! One signature over the bundles of many cases: over the root of the Merkle tree whose leaves they are (RFC 6962 §2.1).
//!
//! Each case keeps its own share, the path from its bundle to the root, so that its journal proves the approval by
//! itself, as with a signature of its own.

use ed25519_dalek::{Signer, SigningKey};
use touchstone_schemas::{
    budget::{MAX_BATCH_BUNDLE_BYTES, MAX_BATCH_CASES, MAX_INCLUSION_HASHES},
    digest::Sha256Digest,
    jcs::{Encode, ObjectWriter, to_canonical},
    json::{self, JsonError, Value},
    multikey::Multikey,
    record,
    tlog::{EMPTY_ROOT, Hash, TreeHead, leaf_hash, node_hash},
};
use touchstone_verifier::tlog::verify_inclusion;

use super::super::{Approval, ApprovalSignature, bundle::TYPE as CASE_TYPE};

/// Separates what is signed for a batch from every other message under a person's key.
const DOMAIN: &[u8] = b"touchstone batch approval 1\0";

/// Separates documents of batches from those of cases.
const TYPE: &str = "TouchstoneBatchApproval/1";

/// What a person is given to sign for a batch: the bundle of every case in it, in the order of the cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchBundle {
    batch: u32,
    bundles: Vec<Vec<u8>>,
    levels: Vec<Vec<Hash>>,
}

/// Why a document is not one of a batch to sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchBundleError {
    /// Not JSON of the profile, or too long.
    #[error("this is not a batch to approve: {0}")]
    Json(#[from] JsonError),
    /// Another kind of document.
    #[error("this is not a batch to approve: wanted type {TYPE}, a batch's number, and bundles of cases")]
    Form,
    /// None, or more than the budget.
    #[error("a batch of {found} cases, wanted 1 to {limit}")]
    Size {
        /// Cases found.
        found: usize,
        /// The limit.
        limit: usize,
    },
}

impl BatchBundle {
    /// The bundles of a batch's cases, each in its canonical bytes.
    ///
    /// # Errors
    /// [`BatchBundleError::Size`].
    pub fn of(batch: u32, bundles: Vec<Vec<u8>>) -> Result<Self, BatchBundleError> {
        let (found, limit) = (bundles.len(), MAX_BATCH_CASES);
        if found == 0 || found > limit {
            return Err(BatchBundleError::Size { found, limit });
        }
        let leaves = bundles.iter().map(|bundle| leaf(Sha256Digest::of(bundle)));
        let mut levels = vec![leaves.collect::<Vec<Hash>>()];
        while let Some(below) = levels.last().filter(|level| level.len() > 1) {
            let above = below.chunks(2).map(|pair| match pair {
                [left, right] => node_hash(left, right),
                // The last of an odd number goes up as it is: the tree of RFC 6962, whose left half is full.
                [alone, ..] => *alone,
                [] => EMPTY_ROOT,
            });
            let above = above.collect();
            levels.push(above);
        }
        Ok(Self {
            batch,
            bundles,
            levels,
        })
    }

    /// Reads the document back, on the machine of whoever signs: every bundle is hashed there.
    ///
    /// # Errors
    /// [`BatchBundleError`].
    pub fn read(bytes: &[u8]) -> Result<Self, BatchBundleError> {
        let value = json::parse(bytes, MAX_BATCH_BUNDLE_BYTES)?;
        let form = || BatchBundleError::Form;
        if value.pointer("/type").and_then(Value::as_str) != Some(TYPE) {
            return Err(form());
        }
        let batch = match value.pointer("/batch") {
            Some(Value::Number(number)) => number.as_i64().and_then(|number| u32::try_from(number).ok()),
            _ => None,
        };
        let bundles = value
            .pointer("/bundles")
            .and_then(Value::as_array)
            .ok_or_else(form)?;
        let of_case = |bundle: &Value<'_>| bundle.pointer("/type").and_then(Value::as_str) == Some(CASE_TYPE);
        if !bundles.iter().all(of_case) {
            return Err(form());
        }
        let bundles = bundles.iter().map(Value::to_canonical_bytes);
        Self::of(batch.ok_or_else(form)?, bundles.collect())
    }

    /// The document.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        to_canonical(self)
    }

    /// Number of the batch.
    #[must_use]
    pub const fn batch(&self) -> u32 {
        self.batch
    }

    /// Size and root of its tree.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        let root = self.levels.last().and_then(|level| level.first());
        TreeHead {
            size: u64::try_from(self.bundles.len()).unwrap_or(u64::MAX),
            root: root.copied().unwrap_or(EMPTY_ROOT),
        }
    }

    /// Signs it with a person's own key.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> BatchApproval {
        let head = self.head();
        BatchApproval {
            batch: self.batch,
            key: Multikey::from_bytes(key.verifying_key().to_bytes()),
            root: digest_of(&head.root),
            signature: ApprovalSignature::from_bytes(key.sign(&message(self.batch, &head)).to_bytes()),
            size: u32::try_from(head.size).unwrap_or(u32::MAX),
        }
    }

    /// The approval of the case at a place, from 0; none where there is no such place.
    #[must_use]
    pub fn share(&self, place: usize, given: &BatchApproval) -> Option<Approval> {
        let bundle = Sha256Digest::of(self.bundles.get(place)?);
        let mut path = Vec::new();
        let mut at = place;
        for level in &self.levels {
            if let Some(sibling) = level.get(at ^ 1) {
                path.push(digest_of(sibling));
            }
            at >>= 1;
        }
        Some(Approval {
            batch: Some(BatchShare {
                batch: self.batch,
                path,
                place: u32::try_from(place).ok()?,
                root: given.root,
                size: given.size,
            }),
            bundle,
            key: given.key,
            signature: given.signature,
        })
    }
}

impl Encode for BatchBundle {
    fn encode(&self, out: &mut Vec<u8>) {
        let bundles: Vec<Raw<'_>> = self.bundles.iter().map(|bytes| Raw(bytes)).collect();
        ObjectWriter::open(out)
            .member("batch", &self.batch)
            .member("bundles", &bundles)
            .member("type", TYPE)
            .close();
    }
}

/// Canonical bytes within a document.
struct Raw<'a>(&'a [u8]);

impl Encode for Raw<'_> {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0);
    }
}

/// A signature by a person's own key over the root of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchApproval {
    /// Number of the batch.
    pub batch: u32,
    /// The key.
    pub key: Multikey,
    /// Root of the tree of its bundles.
    pub root: Sha256Digest,
    /// The signature.
    pub signature: ApprovalSignature,
    /// Bundles in it.
    pub size: u32,
}

record! { BatchApproval {
    "batch": batch,
    "key": key,
    "root": root,
    "signature": signature,
    "size": size,
} }

impl BatchApproval {
    /// Whether the signature holds under the key it names. Whose key that is, is another question.
    #[must_use]
    pub fn verifies(&self) -> bool {
        let head = TreeHead {
            size: u64::from(self.size),
            root: Hash::from_bytes(*self.root.as_bytes()),
        };
        self.signature.verifies(&self.key, &message(self.batch, &head))
    }
}

/// A case's share of a batch that was signed: the path from its bundle to the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchShare {
    /// Number of the batch.
    pub batch: u32,
    /// Hashes beside the path, from the leaf's sibling up.
    pub path: Vec<Sha256Digest>,
    /// Place of the case in the batch, from 0.
    pub place: u32,
    /// The root that was signed.
    pub root: Sha256Digest,
    /// Bundles in the batch.
    pub size: u32,
}

record! { BatchShare {
    "batch": batch,
    "path"? path,
    "place": place,
    "root": root,
    "size": size,
} }

impl BatchShare {
    /// What was signed, when the bundle is the one at that place; none when it is not.
    pub(in crate::casework) fn message(&self, bundle: Sha256Digest) -> Option<Vec<u8>> {
        let head = TreeHead {
            size: u64::from(self.size),
            root: Hash::from_bytes(*self.root.as_bytes()),
        };
        if self.path.len() > MAX_INCLUSION_HASHES {
            return None;
        }
        let path: Vec<Hash> = self
            .path
            .iter()
            .map(|hash| Hash::from_bytes(*hash.as_bytes()))
            .collect();
        verify_inclusion(&leaf(bundle), u64::from(self.place), &path, &head).ok()?;
        Some(message(self.batch, &head))
    }
}

fn leaf(bundle: Sha256Digest) -> Hash {
    leaf_hash(bundle.as_bytes())
}

fn digest_of(hash: &Hash) -> Sha256Digest {
    Sha256Digest::from_bytes(*hash.as_bytes())
}

fn message(batch: u32, head: &TreeHead) -> Vec<u8> {
    let mut message = DOMAIN.to_vec();
    message.extend(batch.to_be_bytes());
    message.extend(head.size.to_be_bytes());
    message.extend(head.root.as_bytes());
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(size: usize) -> BatchBundle {
        let bundles =
            (0..size).map(|number| format!("{{\"case\":{number},\"type\":\"{CASE_TYPE}\"}}").into_bytes());
        BatchBundle::of(7, bundles.collect()).unwrap()
    }

    #[test]
    fn every_share_of_every_size_holds_and_holds_for_its_own_bundle_alone() {
        let key = SigningKey::from_bytes(&[3; 32]);
        for size in 1..70 {
            let batch = batch(size);
            let again = BatchBundle::read(&batch.to_bytes()).unwrap();
            assert_eq!(again, batch);
            let given = again.sign(&key);
            assert!(given.verifies());
            for place in 0..size {
                let approval = batch.share(place, &given).unwrap();
                assert!(approval.verifies(), "{place} of {size}");
                let mut other = approval.clone();
                other.bundle = Sha256Digest::of(b"another");
                assert!(!other.verifies());
                let mut moved = approval.clone();
                if let Some(share) = &mut moved.batch {
                    share.batch = 8;
                }
                assert!(!moved.verifies());
                // As a signature over the bundle alone it is none.
                let alone = Approval {
                    batch: None,
                    ..approval
                };
                assert!(!alone.verifies());
            }
            assert!(batch.share(size, &given).is_none());
        }
    }

    #[test]
    fn what_is_no_batch_is_not_signed() {
        for text in [
            "{\"batch\":1,\"bundles\":[],\"type\":\"TouchstoneBatchApproval/1\"}",
            "{\"batch\":-1,\"bundles\":[{\"type\":\"TouchstoneApproval/1\"}],\"type\":\"TouchstoneBatchApproval/1\"}",
            "{\"batch\":1,\"bundles\":[{\"type\":\"TouchstoneAct/1\"}],\"type\":\"TouchstoneBatchApproval/1\"}",
            "{\"batch\":1,\"bundles\":[{\"type\":\"TouchstoneApproval/1\"}],\"type\":\"TouchstoneApproval/1\"}",
            "[]",
        ] {
            assert!(BatchBundle::read(text.as_bytes()).is_err(), "{text}");
        }
    }
}
