//! From the written form back to the facts.
//!
//! Only the places that state a fact are looked at. Then the facts are written again: the document must be just that,
//! so every id, URL, constant and repeated fact is checked without a rule of its own, and nothing else can stand in it.

use super::{
    Authorisation, Credential, CredentialError, Grade, Holder, IssuerProfile, RegistryBase, Report, Site,
    place::Place,
};
use crate::{
    budget::{MAX_SITES, MAX_STANDARDS, MAX_STATUS_LIST_ENTRIES},
    date_time::{ValidFrom, ValidUntil},
    digest::Sha256Digest,
    jcs::to_canonical,
    json::{self, Value},
    mark::split_at_mark,
    status::StatusAllocation,
    uscc::Uscc,
};

impl Credential {
    /// Reads an unsecured credential (the document without its `proof`).
    ///
    /// # Errors
    /// [`CredentialError`] with the pointer of the first fact that is missing or not of its form, else of the first
    /// member that is unknown or not what the facts give.
    pub fn from_document(document: &Value<'_>) -> Result<Self, CredentialError> {
        let credential = facts(document)?;
        let written = to_canonical(&credential);
        if document.to_canonical_bytes() == written {
            Ok(credential)
        } else {
            Err(first_difference(document, &written))
        }
    }
}

fn facts(document: &Value<'_>) -> Result<Credential, CredentialError> {
    let root = Place::at(document, "")?;
    let subject = Place::at(document, "/credentialSubject")?;
    let assessment = Place::at(document, "/credentialSubject/conformityAssessment/0")?;
    let certificate = Place::at(document, "/credentialSubject/certificate")?;
    let party = Place::at(document, "/credentialSubject/issuedToParty")?;
    let holder = Place::at(document, "/credentialSubject/certificate/holder")?;
    let conditions = Place::at(
        document,
        "/credentialSubject/conformityAssessment/0/specifiedCondition",
    )?;
    let sites = Place::at(document, "/credentialSubject/certificate/sites")?;
    in_bounds(&sites, "", sites.len()?, 1, MAX_SITES)?;
    let standards = Place::at(document, "/credentialSubject/certificate/scheme/standards")?;
    in_bounds(&standards, "", standards.len()?, 1, MAX_STANDARDS)?;
    Ok(Credential {
        issuer: issuer(document, &root, &subject)?,
        scheme: certificate.fact("scheme")?,
        number: certificate.fact("number")?,
        version: certificate.fact("version")?,
        first_issued: certificate.fact("firstIssued")?,
        valid_from: root.fact::<ValidFrom>("validFrom")?.0,
        valid_until: root.fact::<ValidUntil>("validUntil")?.0,
        predecessor: certificate.optional("predecessor")?,
        holder: Holder {
            // A live code whose check character fails exists; the issuer admits it by an audited override (DOMAIN §4).
            uscc: party.parsed("registeredId", Uscc::parse_as_printed)?,
            name: party.fact("name")?,
            name_en: holder.optional("nameEn")?,
            address: holder.fact("address")?,
            address_en: holder.optional("addressEn")?,
            region: holder.fact("region")?,
        },
        assessed_unit: certificate.optional("assessedUnit")?,
        scope: conditions.fact("0")?,
        scope_en: certificate.optional("scopeEn")?,
        grade: grade(document)?,
        industry: certificate.fact("industry")?,
        sites: sites.elements(|site| {
            Ok(Site {
                name: site.fact("name")?,
                address: site.fact("address")?,
                region: site.fact("region")?,
            })
        })?,
        surveillance: {
            let plan = Place::at(document, "/credentialSubject/certificate/surveillance")?;
            in_bounds(&plan, "/intervalMonths", plan.fact("intervalMonths")?, 1, 60)?;
            in_bounds(&plan, "/graceDays", plan.fact("graceDays")?, 0, 366)?;
            certificate.fact("surveillance")?
        },
        assessed_on: assessment.fact("assessmentDate")?,
        report: {
            let link = Place::at(document, "/credentialSubject/auditableEvidence")?;
            Report {
                number: link.fact("linkName")?,
                digest: link.parsed("digestMultibase", Sha256Digest::from_multibase)?,
            }
        },
        confidence: certificate.optional("confidence")?,
        technical_support: certificate.optional("technicalSupport")?,
        signatory: certificate.fact("signatory")?,
        transcribed: certificate.optional("transcribed")?,
        status: allocation(document)?,
    })
}

fn issuer(
    document: &Value<'_>,
    root: &Place<'_, '_>,
    subject: &Place<'_, '_>,
) -> Result<IssuerProfile, CredentialError> {
    let named = Place::at(document, "/issuer")?;
    let body = Place::at(document, "/credentialSubject/certificate/body")?;
    let id = root.text("id")?;
    let base = split_at_mark(id, "/certificates/").map_or(id, |(base, _)| base);
    let registry = RegistryBase::parse(base).map_err(|_| CredentialError::NotDerived {
        pointer: "/id".to_owned(),
        found: format!("{id:?}"),
        expected: "<registry>/certificates/<number>?version=<version>".to_owned(),
    })?;
    let authorisations = match subject.has("authorisation") {
        true => Place::at(document, "/credentialSubject/authorisation")?.elements(authorisation)?,
        false => Vec::new(),
    };
    Ok(IssuerProfile {
        id: named.fact("id")?,
        name: named.fact("name")?,
        name_en: body.fact("nameEn")?,
        address: body.fact("address")?,
        telephone: body.fact("telephone")?,
        url: body.fact("url")?,
        registry,
        authorisations,
    })
}

fn authorisation(claim: &Place<'_, '_>) -> Result<Authorisation, CredentialError> {
    let (authority, evidence) = (
        claim.inner("issuingAuthority")?,
        claim.inner("endorsementEvidence")?,
    );
    Ok(Authorisation {
        name: claim.fact("name")?,
        authority: authority.fact("id")?,
        authority_name: authority.fact("name")?,
        evidence: evidence.fact("linkURL")?,
        evidence_name: evidence.fact("linkName")?,
    })
}

fn grade(document: &Value<'_>) -> Result<Grade, CredentialError> {
    let grade = Place::at(document, "/credentialSubject/certificate/grade")?;
    Ok(Grade {
        level: grade.fact("level")?,
        name: grade.fact("name")?,
        stage: grade.fact("stage")?,
        definition: Place::at(document, "/credentialSubject/profileScore")?.fact("definition")?,
    })
}

/// The list number and index of the first entry; that the others agree follows from writing them again.
fn allocation(document: &Value<'_>) -> Result<StatusAllocation, CredentialError> {
    let entry = Place::at(document, "/credentialStatus/0")?;
    let list = entry.text("statusListCredential")?;
    let list = list.rsplit_once('/').map_or("", |(_, list)| list);
    let number = |pointer: &str, text: &str, lowest: u32| {
        text.parse::<u32>()
            .ok()
            .filter(|number| *number >= lowest)
            .ok_or_else(|| CredentialError::NotDerived {
                pointer: pointer.to_owned(),
                found: format!("{text:?}"),
                expected: format!("a whole number from {lowest} in decimal digits"),
            })
    };
    let list = number("/credentialStatus/0/statusListCredential", list, 1)?;
    let index = entry.text("statusListIndex")?;
    let index = number("/credentialStatus/0/statusListIndex", index, 0)?;
    in_bounds(
        &entry,
        "/statusListIndex",
        u64::from(index),
        0,
        MAX_STATUS_LIST_ENTRIES - 1,
    )?;
    Ok(StatusAllocation { list, index })
}

fn in_bounds(
    place: &Place<'_, '_>,
    member: &str,
    found: u64,
    lowest: u64,
    highest: impl TryInto<u64>,
) -> Result<(), CredentialError> {
    let highest = highest.try_into().unwrap_or(u64::MAX);
    if (lowest..=highest).contains(&found) {
        return Ok(());
    }
    Err(CredentialError::OutOfBounds {
        pointer: format!("{}{member}", place.pointer()),
        found,
        lowest,
        highest,
    })
}

/// Where a document departs from what its facts give.
fn first_difference(found: &Value<'_>, written: &[u8]) -> CredentialError {
    let expected = json::parse(written, written.len()).unwrap_or(Value::Null);
    let (pointer, found, expected) = difference("", found, &expected);
    CredentialError::NotDerived {
        pointer,
        found,
        expected,
    }
}
/// The first place at which two trees differ, what is lacking last, and what stands there.
fn difference(pointer: &str, found: &Value<'_>, expected: &Value<'_>) -> (String, String, String) {
    match (found, expected) {
        (Value::Object(left), Value::Object(right)) => {
            let lacking = right.iter().filter(|(name, _)| left.get(name).is_none());
            let members = left.iter().chain(lacking).map(|(name, _)| {
                let token = name.replace('~', "~0").replace('/', "~1");
                (token, left.get(name), right.get(name))
            });
            first_departing(pointer, members)
        }
        (Value::Array(left), Value::Array(right)) => {
            let elements = (0..left.len().max(right.len()))
                .map(|position| (position.to_string(), left.get(position), right.get(position)));
            first_departing(pointer, elements)
        }
        _ => (pointer.to_owned(), spelt(Some(found)), spelt(Some(expected))),
    }
}

fn first_departing<'v>(
    pointer: &str,
    mut places: impl Iterator<Item = (String, Option<&'v Value<'v>>, Option<&'v Value<'v>>)>,
) -> (String, String, String) {
    let departing = places.find(|(_, found, expected)| found != expected);
    match departing {
        Some((token, Some(found), Some(expected))) => {
            difference(&format!("{pointer}/{token}"), found, expected)
        }
        Some((token, found, expected)) => (format!("{pointer}/{token}"), spelt(found), spelt(expected)),
        None => (pointer.to_owned(), spelt(None), spelt(None)),
    }
}

/// A value as JSON, or `nothing`.
fn spelt(value: Option<&Value<'_>>) -> String {
    value.map_or_else(
        || "nothing".to_owned(),
        |value| String::from_utf8_lossy(&value.to_canonical_bytes()).into_owned(),
    )
}
