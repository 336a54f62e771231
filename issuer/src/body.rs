//! The certification body as its office knows it: what it prints, who signs, who holds which office.

use touchstone_schemas::{
    credential::{Authorisation, IssuerProfile, RegistryBase},
    date_time::Date,
    did::{Did, DidError},
    record,
    text::Text,
    trust_list::DatedAccreditation,
};

/// The body's file: `profile.json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// Its name, as printed.
    pub name: Text,
    /// Its English name, as printed.
    pub name_en: Text,
    /// Since when it bears these names.
    pub name_since: Date,
    /// Its address, as printed.
    pub address: Text,
    /// Its telephone number, as printed.
    pub telephone: Text,
    /// Its site, as printed.
    pub url: Text,
    /// Who owns the scheme and signs the trust list.
    pub scheme_owner: Text,
    /// The scheme editions it issues under.
    pub schemes: Vec<BodyScheme>,
    /// Accreditations or approvals every certificate claims; each needs its line in `accreditations`.
    pub authorisations: Vec<Authorisation>,
    /// Accreditations held, dated, by scheme edition: the evidence for `authorisations`.
    pub accreditations: Vec<DatedAccreditation>,
    /// Who may be named as signatory 签发, and when.
    pub signatories: Vec<Signatory>,
    /// Who holds which office, and when.
    pub staff: Vec<StaffMember>,
}

record! { Body {
    "accreditations"? accreditations,
    "address": address,
    "authorisations"? authorisations,
    "name": name,
    "nameEn": name_en,
    "nameSince": name_since,
    "schemeOwner": scheme_owner,
    "schemes": schemes,
    "signatories": signatories,
    "staff": staff,
    "telephone": telephone,
    "url": url,
} }

/// A scheme edition the body issues under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyScheme {
    /// Key of the edition.
    pub edition: Text,
    /// Since when.
    pub since: Date,
}

record! { BodyScheme {
    "edition": edition,
    "since": since,
} }

/// A person entitled to sign certificates (ISO/IEC 17065 §7.7.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signatory {
    /// The name, as printed.
    pub name: Text,
    /// Keys of the scheme editions.
    pub schemes: Vec<Text>,
    /// First day.
    pub from: Date,
    /// Last day; open when absent.
    pub until: Option<Date>,
}

record! { Signatory {
    "from": from,
    "name": name,
    "schemes": schemes,
    "until"? until,
} }

/// A member of the body's staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    /// The person's number: duties are separated by person, not by account.
    pub person: Text,
    /// Offices held: 评价, 复核, 处长, 主任, ….
    pub offices: Vec<Text>,
    /// First day.
    pub from: Date,
    /// Last day; open when absent.
    pub until: Option<Date>,
}

record! { StaffMember {
    "from": from,
    "offices": offices,
    "person": person,
    "until"? until,
} }

impl Body {
    /// What recurs on every certificate of the body.
    #[must_use]
    pub fn issuer_profile(&self, id: Did, registry: RegistryBase) -> IssuerProfile {
        IssuerProfile {
            id,
            name: self.name.clone(),
            name_en: self.name_en.clone(),
            address: self.address.clone(),
            telephone: self.telephone.clone(),
            url: self.url.clone(),
            registry,
            authorisations: self.authorisations.clone(),
        }
    }

    /// Whether somebody of that name may sign certificates under the edition on that day.
    #[must_use]
    pub fn is_entitled(&self, name: &Text, edition: &str, day: Date) -> bool {
        self.signatories.iter().any(|signatory| {
            signatory.name == *name
                && signatory.schemes.iter().any(|scheme| scheme.as_str() == edition)
                && within(day, signatory.from, signatory.until)
        })
    }

    /// Whether the person is on the staff on that day, in any office.
    #[must_use]
    pub fn employs(&self, person: &Text, day: Date) -> bool {
        self.staff.iter().any(|member| {
            member.person == *person && !member.offices.is_empty() && within(day, member.from, member.until)
        })
    }

    /// Whether the person holds the office on that day.
    #[must_use]
    pub fn holds(&self, person: &Text, office: &Text, day: Date) -> bool {
        self.staff.iter().any(|member| {
            member.person == *person
                && member.offices.contains(office)
                && within(day, member.from, member.until)
        })
    }
}

fn within(day: Date, from: Date, until: Option<Date>) -> bool {
    from <= day && until.is_none_or(|until| day <= until)
}

/// The DID of the body whose registry has this base URL: `did:web:<host>`, the port escaped (did:web §3.1).
///
/// # Errors
/// [`DidError`] when the host is too long for a DID.
pub fn did_of(registry: &RegistryBase) -> Result<Did, DidError> {
    Did::parse(&format!("did:web:{}", registry.host().replace(':', "%3A")))
}
