//! The directory: certificates by the name of their holder, place, industry, level, standard and state.
//!
//! The database finds candidates, by an index of [`tokens`](mod@tokens); what is shown comes from documents hashed again and from
//! the ledger. A row edited behind the registry's back can hide a certificate from a search (a look-up by number or
//! by unified social credit code never asks it), but shows nothing that is not so.

mod cursor;
mod entry;
mod fill;
mod listings;
mod query;
mod search;
mod tokens;

pub use cursor::{Cursor, CursorError};
pub use entry::{DirectoryEntry, Found, ListedSite, ListedUnit, Listing, Organisation};
pub use fill::{directory_row, fill};
pub use listings::Listings;
pub use query::{Parameters, Query, QueryError};
pub use search::{SearchError, search};
pub use tokens::{Condition, tokens};
