//! What statistics count of a certificate: a few bytes of it, taken from the re-hashed document.

use std::collections::BTreeSet;

use touchstone_schemas::{
    credential::{Credential, Level},
    industry::{self, IndustryCode},
    region::RegionCode,
    uscc::Uscc,
};

/// Whose industry codes a certificate carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IndustryEdition {
    /// [`industry::EDITION`], whose names we know.
    Known,
    /// Another one: its divisions are counted apart, by number alone.
    Other,
}

/// The facts of one certificate, at most 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The organisation; one is one, however many certificates it holds.
    pub holder: Uscc,
    /// Region of the first site.
    pub site: RegionCode,
    /// The industry.
    pub industry: IndustryCode,
    /// Whose code that is.
    pub edition: IndustryEdition,
    /// The grade.
    pub level: Level,
}

const _: () = assert!(size_of::<Facts>() <= 32, "facts are held of every certificate");

impl From<&Credential> for Facts {
    fn from(credential: &Credential) -> Self {
        // A credential has a site; should it have none, its registration tells where it is.
        let first = credential.sites.first().map(|site| site.region);
        let edition = if credential.industry.edition.as_str() == industry::EDITION {
            IndustryEdition::Known
        } else {
            IndustryEdition::Other
        };
        Self {
            holder: credential.holder.uscc,
            site: first.unwrap_or(credential.holder.region),
            industry: credential.industry.code,
            edition,
            level: credential.grade.level,
        }
    }
}

/// Regions of the other sites, each once; none of most certificates.
pub(super) fn more_sites(credential: &Credential) -> Box<[RegionCode]> {
    let facts = Facts::from(credential);
    let regions: BTreeSet<RegionCode> = credential.sites.iter().map(|site| site.region).collect();
    regions
        .into_iter()
        .filter(|region| *region != facts.site)
        .collect()
}
