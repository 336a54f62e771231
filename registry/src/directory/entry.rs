//! A certificate as the directory lists it: its holder, place, industry, level, standards and state. No address, and
//! nothing personal.

use std::{ops::Deref, sync::Arc};

use touchstone_schemas::{
    credential::{AssessedUnit, Credential, CredentialNumber, UnitKind, Version},
    date_time::{Date, Timestamp},
    lifecycle::{State, Successor},
    record,
    region::RegionCode,
    text::Text,
    uscc::Uscc,
};
use touchstone_verifier::{report::StateName, statement::state_name};

/// A page of what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The instant of the states.
    pub as_of: Timestamp,
    /// The certificates, the newest first.
    pub rows: Vec<DirectoryEntry>,
    /// Where the next page begins; absent at the end. A page of a rare state may hold few rows, or none, and have one.
    pub next: Option<String>,
}

/// A certificate: what its document says, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// What its document says.
    pub listing: Arc<Listing>,
    /// The newest version of the number, where this is an older one.
    pub newest_version: Option<Version>,
    /// Its state.
    pub state: StateName,
    /// Since when, where an event made it so.
    pub state_since: Option<Timestamp>,
    /// What replaced it.
    pub successor: Option<Successor>,
}

/// What the document of a certificate says, as far as the directory lists it. It never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Number.
    pub number: CredentialNumber,
    /// Version.
    pub version: Version,
    /// The legal entity.
    pub organisation: Organisation,
    /// What was assessed, when it is not the whole entity.
    pub unit: Option<ListedUnit>,
    /// 1 to 5.
    pub level: u8,
    /// The grade as printed.
    pub grade: Text,
    /// Industry code.
    pub industry: String,
    /// Its name.
    pub industry_name: Text,
    /// Where.
    pub sites: Vec<ListedSite>,
    /// Numbers of the standards.
    pub standards: Vec<Text>,
    /// First day of validity.
    pub valid_from: Date,
    /// Last day of validity.
    pub valid_until: Date,
}

/// A legal entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Unified social credit code.
    pub uscc: Uscc,
    /// Name.
    pub name: Text,
    /// English name.
    pub name_en: Option<Text>,
}

/// A unit below its legal entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedUnit {
    /// Its kind.
    pub kind: UnitKind,
    /// Name.
    pub name: Text,
    /// English name.
    pub name_en: Option<Text>,
}

/// A site, by its region alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedSite {
    /// Its region.
    pub region: RegionCode,
}

record! { write DirectoryEntry {
    "grade": grade,
    "industry": industry,
    "industryName": industry_name,
    "level": level,
    "newestVersion"? newest_version,
    "number": number,
    "organisation": organisation,
    "sites": sites,
    "standards": standards,
    "state": state,
    "stateSince"? state_since,
    "successor"? successor,
    "unit"? unit,
    "validFrom": valid_from,
    "validUntil": valid_until,
    "version": version,
} }

record! { write Organisation { "name": name, "nameEn"? name_en, "uscc": uscc } }
record! { write ListedUnit { "kind": kind, "name": name, "nameEn"? name_en } }
record! { write ListedSite { "region": region } }

impl Deref for DirectoryEntry {
    type Target = Listing;

    fn deref(&self) -> &Listing {
        &self.listing
    }
}

impl DirectoryEntry {
    /// From what is listed of the document and what the ledger says of it.
    #[must_use]
    pub fn new(listing: Arc<Listing>, state: &State, newest: Version) -> Self {
        let (state_since, successor) = match state {
            State::Suspended { since, .. } | State::Withdrawn { since } | State::Cancelled { since } => {
                (Some(*since), None)
            }
            State::Superseded { since, successor } => (Some(*since), Some(successor.clone())),
            _ => (None, None),
        };
        Self {
            newest_version: (newest != listing.version).then_some(newest),
            state: state_name(state),
            state_since,
            successor,
            listing,
        }
    }
}

impl From<&Credential> for Listing {
    fn from(credential: &Credential) -> Self {
        let mut sites: Vec<ListedSite> = Vec::new();
        for site in &credential.sites {
            let listed = ListedSite { region: site.region };
            if !sites.contains(&listed) {
                sites.push(listed);
            }
        }
        let standards = credential.scheme.standards.iter();
        Self {
            number: credential.number.clone(),
            version: credential.version,
            organisation: Organisation {
                uscc: credential.holder.uscc,
                name: credential.holder.name.clone(),
                name_en: credential.holder.name_en.clone(),
            },
            unit: credential.assessed_unit.as_ref().map(listed_unit),
            level: credential.grade.level.get(),
            grade: credential.grade.name.clone(),
            industry: credential.industry.code.to_string(),
            industry_name: credential.industry.name.clone(),
            sites,
            standards: standards.map(|standard| standard.number.clone()).collect(),
            valid_from: credential.valid_from,
            valid_until: credential.valid_until,
        }
    }
}

fn listed_unit(unit: &AssessedUnit) -> ListedUnit {
    ListedUnit {
        kind: unit.kind,
        name: unit.name.clone(),
        name_en: unit.name_en.clone(),
    }
}
