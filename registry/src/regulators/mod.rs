//! Regulators: read-only access by token, each to the certificates of its own regions.
//!
//! A token is shown once, to whoever makes it; kept is its hash, in a file of the operator's beside the configuration,
//! not in the database, which is not trusted. What a token opens can be had one by one by anybody; it is for having all
//! of a region at once, without the limits on strangers.

mod changes;
mod extract;
mod firms;
mod regions;
mod register;
mod token;

pub use changes::{RegionChanges, changes_to_csv, changes_to_json, first_since};
pub use extract::{Extract, ExtractRow, HEADING};
pub use firms::{Asked, FirmsError, MOST_ASKED, MOST_CERTIFICATES, find_asked};
pub use regions::{Regions, RegionsError};
pub use register::{Access, Refused, Register, RegisterError, Regulator};
pub use token::{RegulatorId, RegulatorIdError, Token, TokenError};
