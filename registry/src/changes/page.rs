//! Pages of changes that are counted from the first one on.

use super::Change;

/// Changes of a page (policy): some 40 KiB as Atom.
pub const PAGE_CHANGES: usize = 50;

/// A page, the newest change first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The changes.
    pub changes: Vec<Change>,
    /// The next page holds what stands before this place.
    pub next: Option<u64>,
}

/// The page before a place, of changes in order of time. A change never comes to stand before an older one, so places
/// stay what they are while new changes come.
#[must_use]
pub fn page_of(mut changes: Vec<Change>, before: Option<u64>) -> Page {
    let end = before.and_then(|before| usize::try_from(before).ok());
    changes.truncate(end.unwrap_or(usize::MAX));
    let first = changes.len().saturating_sub(PAGE_CHANGES);
    let mut page = changes.split_off(first);
    page.reverse();
    Page {
        changes: page,
        next: u64::try_from(first).ok().filter(|first| *first > 0),
    }
}
