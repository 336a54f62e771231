//! Filling the index from the log, for a database that was made before there was one.

use touchstone_schemas::tlog::Entry;

use super::tokens;
use crate::{
    ledger::Document,
    store::{DirectoryTokens, Store, StoreError},
};

/// Entries read at a time.
const BATCH: u32 = 500;

/// Puts everything below `size` into the directory that is not there; how many entries that were. What does not read is
/// left out: the ledger, which reads the same entries, says what is wrong with it.
///
/// # Errors
/// What the database says. It goes on from there when it is called again.
pub async fn fill(store: &Store, size: u64) -> Result<u64, StoreError> {
    let start = store.directory_entries().await?;
    let mut first = start;
    while first < size {
        let entries = store.entries(first, BATCH).await?;
        let Some(last) = entries.last() else { break };
        let end = last.index + 1;
        let rows = entries.iter().filter_map(|stored| {
            let entry = Entry::parse(&stored.entry).ok()?;
            let document = Document::of_entry(&entry, &stored.document).ok()?;
            directory_row(stored.index, &document)
        });
        let rows: Vec<DirectoryTokens> = rows.collect();
        store.fill_directory(first, end, &rows).await?;
        first = end;
    }
    Ok(first - start)
}

/// The directory's row of a document; only a credential has one.
#[must_use]
pub fn directory_row(index: u64, document: &Document) -> Option<DirectoryTokens> {
    match document {
        Document::Credential(credential) => Some(DirectoryTokens {
            index,
            tokens: tokens(credential),
        }),
        _ => None,
    }
}
