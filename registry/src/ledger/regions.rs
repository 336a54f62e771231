//! Regions of a certificate: one of most.

use std::{collections::BTreeSet, ops::Deref};

use touchstone_schemas::{credential::Credential, region::RegionCode};

/// Where a holder is registered and its sites are, each region once.
#[derive(Clone, Debug)]
pub struct Regions(Held);

#[derive(Clone, Debug)]
enum Held {
    One(RegionCode),
    Several(Box<[RegionCode]>),
}

impl Regions {
    /// Those of a credential.
    #[must_use]
    pub fn of(credential: &Credential) -> Self {
        let sites = credential.sites.iter().map(|site| site.region);
        let regions: BTreeSet<RegionCode> = sites.chain([credential.holder.region]).collect();
        Self(match regions.len() {
            0 | 1 => Held::One(credential.holder.region),
            _ => Held::Several(regions.into_iter().collect()),
        })
    }
}

impl Deref for Regions {
    type Target = [RegionCode];

    fn deref(&self) -> &[RegionCode] {
        match &self.0 {
            Held::One(region) => std::slice::from_ref(region),
            Held::Several(regions) => regions,
        }
    }
}
