//! From the written form back to the facts.

use std::{collections::BTreeSet, ops::Deref};

use super::{
    Authorisation, Credential, CredentialError, Grade, Holder, IssuerProfile, RegistryBase, Report, Site,
    wire::{WireCredential, WireEndorsement, WireLink, WireStatusEntry},
};
use crate::{
    budget::{MAX_SITES, MAX_STANDARDS, MAX_STATUS_LIST_ENTRIES},
    decode::decode,
    digest::Sha256Digest,
    jcs::to_canonical,
    json::{self, Value},
    status::StatusAllocation,
    text::Text,
};

impl Credential {
    /// Reads an unsecured credential (the document without its `proof`).
    ///
    /// # Errors
    /// [`CredentialError`] with the pointer of the first member that is missing, unknown, of another type,
    /// out of bounds or not what the other members give.
    pub fn from_document(document: &Value<'_>) -> Result<Self, CredentialError> {
        let wire: WireCredential<'_> = decode(document)?;
        let credential = facts(&wire)?;
        let rebuilt = WireCredential::from(&credential);
        if rebuilt == wire {
            Ok(credential)
        } else {
            Err(first_difference(document, &rebuilt))
        }
    }
}

fn copy<T: Clone>(fact: &impl Deref<Target = T>) -> T {
    T::clone(fact)
}

fn facts(wire: &WireCredential<'_>) -> Result<Credential, CredentialError> {
    let subject = &wire.credential_subject;
    let certificate = &subject.certificate;
    let [assessment] = &subject.conformity_assessment;
    let [scope] = &assessment.specified_condition;
    let counted = [
        (
            "/credentialSubject/certificate/sites",
            certificate.sites.len(),
            MAX_SITES,
        ),
        (
            "/credentialSubject/certificate/scheme/standards",
            certificate.scheme.standards.len(),
            MAX_STANDARDS,
        ),
    ];
    for (pointer, found, highest) in counted {
        in_bounds(pointer, found as u64, 1, highest as u64)?;
    }
    in_bounds(
        "/credentialSubject/certificate/surveillance/intervalMonths",
        u64::from(certificate.surveillance.interval_months),
        1,
        60,
    )?;
    in_bounds(
        "/credentialSubject/certificate/surveillance/graceDays",
        u64::from(certificate.surveillance.grace_days),
        0,
        366,
    )?;
    Ok(Credential {
        issuer: issuer(wire)?,
        scheme: copy(&certificate.scheme),
        number: copy(&certificate.number),
        version: certificate.version,
        first_issued: certificate.first_issued,
        valid_from: wire.valid_from.0,
        valid_until: wire.valid_until.0,
        predecessor: certificate.predecessor.as_ref().map(copy),
        holder: Holder {
            uscc: subject.issued_to_party.registered_id,
            name: copy(&subject.issued_to_party.name),
            name_en: certificate.holder.name_en.as_ref().map(copy),
            address: copy(&certificate.holder.address),
            address_en: certificate.holder.address_en.as_ref().map(copy),
            region: certificate.holder.region,
        },
        assessed_unit: certificate.assessed_unit.as_ref().map(copy),
        scope: copy(scope),
        scope_en: certificate.scope_en.as_ref().map(copy),
        grade: Grade {
            level: certificate.grade.level,
            name: copy(&certificate.grade.name),
            stage: copy(&certificate.grade.stage),
            definition: subject
                .profile_score
                .definition
                .as_ref()
                .map(copy)
                .ok_or_else(|| missing("/credentialSubject/profileScore/definition"))?,
        },
        industry: copy(&certificate.industry),
        sites: certificate
            .sites
            .iter()
            .map(|site| Site {
                name: copy(&site.name),
                address: copy(&site.address),
                region: site.region,
            })
            .collect(),
        surveillance: certificate.surveillance,
        assessed_on: assessment.assessment_date,
        report: report(&subject.auditable_evidence)?,
        confidence: certificate.confidence.as_ref().map(copy),
        technical_support: certificate.technical_support.as_ref().map(copy),
        signatory: copy(&certificate.signatory),
        transcribed: certificate.transcribed,
        status: allocation(&wire.credential_status)?,
    })
}

fn issuer(wire: &WireCredential<'_>) -> Result<IssuerProfile, CredentialError> {
    let subject = &wire.credential_subject;
    let body = &subject.certificate.body;
    let base = wire
        .id
        .split_once("/certificates/")
        .map_or(&*wire.id, |(base, _)| base);
    let registry = RegistryBase::parse(base).map_err(|_| CredentialError::NotDerived {
        pointer: "/id".to_owned(),
        found: format!("{:?}", &*wire.id),
        expected: "<registry>/certificates/<number>?version=<version>".to_owned(),
    })?;
    Ok(IssuerProfile {
        id: copy(&wire.issuer.id),
        name: copy(&wire.issuer.name),
        name_en: copy(&body.name_en),
        address: copy(&body.address),
        telephone: copy(&body.telephone),
        url: copy(&body.url),
        registry,
        authorisations: subject
            .authorisation
            .iter()
            .flatten()
            .map(authorisation)
            .collect(),
    })
}

fn authorisation(endorsement: &WireEndorsement<'_>) -> Authorisation {
    Authorisation {
        name: copy(&endorsement.name),
        authority: copy(&endorsement.issuing_authority.id),
        authority_name: copy(&endorsement.issuing_authority.name),
        evidence: copy(&endorsement.endorsement_evidence.link_url),
        evidence_name: copy(&endorsement.endorsement_evidence.link_name),
    }
}

fn report(link: &WireLink<'_>) -> Result<Report, CredentialError> {
    let pointer = "/credentialSubject/auditableEvidence/digestMultibase";
    let multibase = link.digest_multibase.as_deref().ok_or_else(|| missing(pointer))?;
    let not_derived = |pointer: &str, found: &str, expected: &str| CredentialError::NotDerived {
        pointer: pointer.to_owned(),
        found: format!("{found:?}"),
        expected: expected.to_owned(),
    };
    Ok(Report {
        number: Text::parse(&link.link_name).map_err(|error| {
            not_derived(
                "/credentialSubject/auditableEvidence/linkName",
                &link.link_name,
                &error.to_string(),
            )
        })?,
        digest: Sha256Digest::from_multibase(multibase)
            .map_err(|error| not_derived(pointer, multibase, &error.to_string()))?,
    })
}

/// The list number and index of the first entry; that the others agree follows from writing them again.
fn allocation(entries: &[WireStatusEntry<'_>]) -> Result<StatusAllocation, CredentialError> {
    let entry = entries.first().ok_or_else(|| missing("/credentialStatus/0"))?;
    let list = entry
        .status_list_credential
        .rsplit_once('/')
        .map_or("", |(_, list)| list);
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
    let index = number("/credentialStatus/0/statusListIndex", &entry.status_list_index, 0)?;
    in_bounds(
        "/credentialStatus/0/statusListIndex",
        u64::from(index),
        0,
        u64::from(MAX_STATUS_LIST_ENTRIES) - 1,
    )?;
    Ok(StatusAllocation { list, index })
}

fn missing(pointer: &str) -> CredentialError {
    CredentialError::NotDerived {
        pointer: pointer.to_owned(),
        found: "nothing".to_owned(),
        expected: "a value".to_owned(),
    }
}

fn in_bounds(pointer: &str, found: u64, lowest: u64, highest: u64) -> Result<(), CredentialError> {
    if (lowest..=highest).contains(&found) {
        return Ok(());
    }
    Err(CredentialError::OutOfBounds {
        pointer: pointer.to_owned(),
        found,
        lowest,
        highest,
    })
}

/// Where a document departs from what its facts give.
fn first_difference(found: &Value<'_>, rebuilt: &WireCredential<'_>) -> CredentialError {
    // Texts, whole numbers and booleans only, so writing cannot fail.
    let canonical = to_canonical(rebuilt).unwrap_or_default();
    let expected = json::parse(&canonical, canonical.len()).unwrap_or(Value::Null);
    let (pointer, found, expected) = difference("", found, &expected);
    CredentialError::NotDerived {
        pointer,
        found,
        expected,
    }
}

/// The first place at which two trees differ, in the order of their members' names, and what stands there.
fn difference(pointer: &str, found: &Value<'_>, expected: &Value<'_>) -> (String, String, String) {
    match (found, expected) {
        (Value::Object(left), Value::Object(right)) => {
            let names: BTreeSet<&str> = left.iter().chain(right.iter()).map(|(name, _)| name).collect();
            let members = names.into_iter().map(|name| {
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
