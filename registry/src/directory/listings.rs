//! What is listed of certificates, read from documents hashed again: all of a page with one question to the database,
//! and those listed lately from memory. A document does not change, so what it lists does not either.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Listing, SearchError};
use crate::{
    kept::{Kept, Weigh},
    ledger::Document,
    record::{RecordError, read_documents},
    store::Store,
    tlog::Shared,
};

/// Bytes of a listing, about: its names are some two hundred.
const USUAL: usize = 1_024;

/// Listings by index of the entry.
#[derive(Debug)]
pub struct Listings(Kept<u64, (), Arc<Listing>>);

impl Listings {
    /// Keeps so many bytes of them at the most.
    #[must_use]
    pub fn with_room(bytes: usize) -> Self {
        Self(Kept::with_room(bytes.div_ceil(USUAL), bytes))
    }

    /// The listings of entries. One whose document is not what the log recorded, or no credential, is left out, and named
    /// in the service's log.
    pub(super) async fn read(
        &self,
        store: &Store,
        shared: &Shared,
        indices: &BTreeSet<u64>,
    ) -> Result<BTreeMap<u64, Arc<Listing>>, SearchError> {
        let mut found = BTreeMap::new();
        let mut wanted = Vec::new();
        for index in indices {
            match self.0.find(index, &()) {
                Some(listing) => drop(found.insert(*index, listing)),
                None => wanted.push(*index),
            }
        }
        if wanted.is_empty() {
            return Ok(found);
        }
        for (index, document) in read_documents(store, shared, &wanted).await? {
            match document {
                Ok(Document::Credential(credential)) => {
                    let listing = Arc::new(Listing::from(&*credential));
                    self.0.keep(index, (), &listing);
                    found.insert(index, listing);
                }
                Ok(_) => {}
                Err(error @ RecordError::Damaged { .. }) => {
                    tracing::error!(%error, "left out of the directory");
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(found)
    }
}

impl Weigh for Arc<Listing> {
    fn bytes(&self) -> usize {
        let Listing {
            number,
            organisation,
            unit,
            grade,
            industry,
            industry_name,
            sites,
            standards,
            ..
        } = &**self;
        let unit = unit
            .iter()
            .flat_map(|unit| [Some(&unit.name), unit.name_en.as_ref()]);
        let texts = [Some(&organisation.name), organisation.name_en.as_ref()]
            .into_iter()
            .chain(unit)
            .flatten()
            .chain([grade, industry_name])
            .chain(standards);
        let texts: usize = texts.map(|text| text.as_str().len() + size_of_val(text)).sum();
        size_of::<Listing>() + number.as_str().len() + industry.len() + size_of_val(&**sites) + texts
    }
}
