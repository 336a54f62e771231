//! What the scheme owner's records in the log bind the registry to: a retired key signs nothing more here.

use touchstone_schemas::owner_record::{KeyRetirement, VerifierRelease};

use super::{AdmitError, Bundle, BundleDocument};
use crate::{
    ledger::{Document, Layers},
    tlog::Tree,
};

/// The points of a bundle's key retirements must be points of this log's own history.
///
/// # Errors
/// [`AdmitError::RetirementPoint`].
pub fn check_points(bundle: &Bundle, tree: &Tree) -> Result<(), AdmitError> {
    for (position, document) in bundle.documents().iter().enumerate() {
        if let Document::KeyRetirement(retirement) = &document.document {
            let point = retirement.point();
            let known = (point.size <= tree.size()).then(|| tree.head_at(point.size));
            if !matches!(known, Some(Ok(head)) if head == point) {
                return Err(AdmitError::RetirementPoint {
                    position,
                    from: point.size,
                    size: tree.size(),
                });
            }
        }
    }
    Ok(())
}

/// The key that signed a document must not be retired in the log.
pub(super) fn check_key(
    layers: Layers<'_>,
    position: usize,
    document: &BundleDocument,
) -> Result<(), AdmitError> {
    let Some(method) = &document.verification_method else {
        return Ok(());
    };
    match layers.retired(method) {
        None => Ok(()),
        Some(held) => Err(AdmitError::KeyRetired {
            position,
            method: method.clone(),
            from: held.from,
            index: held.index,
        }),
    }
}

/// A key is retired once; said again, the point may only move back, as more of a theft comes to light.
pub(super) fn check_retirement(
    layers: Layers<'_>,
    position: usize,
    retirement: &KeyRetirement,
) -> Result<(), AdmitError> {
    match layers.retired(&retirement.verification_method.to_string()) {
        Some(held) if held.from <= retirement.from => Err(AdmitError::RetiredBefore {
            position,
            from: held.from,
            index: held.index,
        }),
        _ => Ok(()),
    }
}

/// A version of the page is released once.
pub(super) fn check_release(
    layers: Layers<'_>,
    position: usize,
    release: &VerifierRelease,
) -> Result<(), AdmitError> {
    match layers.release(release.release.as_str()) {
        None => Ok(()),
        Some(index) => Err(AdmitError::ReleaseTaken { position, index }),
    }
}
