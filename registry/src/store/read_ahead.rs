//! A log read from its beginning, a chunk ahead: while one is hashed, the database is asked for the next.

use tokio::task::JoinHandle;

use super::{Store, StoreError, StoredEntry};

/// The entries of a database with their documents, in order.
#[derive(Debug)]
pub struct ReadAhead {
    store: Store,
    chunk: u32,
    next: Option<JoinHandle<Result<Vec<StoredEntry>, StoreError>>>,
}

impl ReadAhead {
    pub(super) fn new(store: Store, chunk: u32) -> Self {
        let mut ahead = Self {
            store,
            chunk,
            next: None,
        };
        ahead.ask(0);
        ahead
    }

    /// The next entries; none when there are no more.
    ///
    /// # Errors
    /// What the database says.
    ///
    /// # Panics
    /// When the task that reads did.
    pub async fn next(&mut self) -> Result<Vec<StoredEntry>, StoreError> {
        let Some(asked) = self.next.take() else {
            return Ok(Vec::new());
        };
        let entries = match asked.await {
            Ok(entries) => entries?,
            Err(ended) => match ended.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // Cancelled with the program.
                Err(_) => Vec::new(),
            },
        };
        if let Some(last) = entries.last() {
            self.ask(last.index.saturating_add(1));
        }
        Ok(entries)
    }

    fn ask(&mut self, first: u64) {
        let (store, chunk) = (self.store.clone(), self.chunk);
        self.next = Some(tokio::spawn(async move { store.entries(first, chunk).await }));
    }
}
