//! From the facts to the written form.

use std::borrow::Cow;

use serde::Serialize;

use super::{
    Authorisation, Credential, Level, RegistryBase, Site, Standard,
    wire::{
        SCHEMA_V1, WireAssessedFacility, WireAssessment, WireAuthority, WireBody, WireCertificate,
        WireCredential, WireEndorsement, WireEvidence, WireGrade, WireHolder, WireIssuer, WireLink,
        WireNamed, WireParty, WirePerformance, WireSchema, WireScore, WireSite, WireStatusEntry,
        WireStatusMessage, WireSubject, Word, credential_contexts,
    },
};
use crate::{
    date_time::{ValidFrom, ValidUntil},
    status::{StatusAllocation, StatusMessage, StatusPurpose, status_list_id},
};

/// Ids of schemes begin so.
const SCHEMES: &str = "https://w3id.org/touchstone/schemes";
/// Registered party ids of Chinese legal persons begin so (DOMAIN §4).
const PARTY: &str = "urn:gtr:gsxt.gov.cn:";

impl Serialize for Credential {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WireCredential::from(self).serialize(serializer)
    }
}

/// How a status message's code is written.
const MESSAGE_CODES: [&str; 8] = ["0x0", "0x1", "0x2", "0x3", "0x4", "0x5", "0x6", "0x7"];

fn named<'a>(kind: &'a str, id: String, name: impl Into<Word<'a>>) -> WireNamed<'a> {
    WireNamed {
        types: [kind.into()],
        id: id.into(),
        name: name.into(),
    }
}

fn optional<T: Clone>(fact: &Option<T>) -> Option<Cow<'_, T>> {
    fact.as_ref().map(Cow::Borrowed)
}

impl<'a> From<&'a Credential> for WireCredential<'a> {
    fn from(credential: &'a Credential) -> Self {
        let id = credential.id();
        let issuer = &credential.issuer;
        Self {
            context: credential_contexts().map(Word::from),
            types: ["DigitalConformityCredential", "VerifiableCredential"].map(Word::from),
            name: format!("{} {}", credential.scheme.heading, credential.scheme.subheading).into(),
            issuer: WireIssuer {
                types: ["CredentialIssuer".into()],
                id: Cow::Borrowed(&issuer.id),
                name: Cow::Borrowed(&issuer.name),
            },
            valid_from: ValidFrom(credential.valid_from),
            valid_until: ValidUntil(credential.valid_until),
            credential_schema: WireSchema {
                id: SCHEMA_V1.into(),
                schema_type: "JsonSchema".into(),
            },
            credential_status: StatusPurpose::ALL
                .map(|purpose| WireStatusEntry::new(&issuer.registry, purpose, credential.status)),
            credential_subject: WireSubject::new(credential, &id),
            id: id.into(),
        }
    }
}

impl WireStatusEntry<'_> {
    fn new(registry: &RegistryBase, purpose: StatusPurpose, allocation: StatusAllocation) -> Self {
        let message = |message: StatusMessage| WireStatusMessage {
            status: MESSAGE_CODES
                .get(usize::from(message.code()))
                .copied()
                .unwrap_or_default()
                .into(),
            message: message.text().into(),
        };
        let wide = purpose.size() > 1;
        Self {
            entry_type: "BitstringStatusListEntry".into(),
            status_purpose: purpose,
            status_list_index: allocation.index.to_string().into(),
            status_list_credential: status_list_id(registry, purpose, allocation.list).into(),
            status_size: wide.then(|| purpose.size()),
            status_message: wide.then(|| StatusMessage::ALL.map(message)),
        }
    }
}

impl<'a> WireSubject<'a> {
    fn new(credential: &'a Credential, id: &str) -> Self {
        let scheme = &credential.scheme;
        let grade = &credential.grade;
        let registry = credential.issuer.registry.as_str();
        let scheme_id = format!("{SCHEMES}/{}", scheme.edition);
        Self {
            types: ["ConformityAttestation".into()],
            id: format!("{id}#attestation").into(),
            name: format!("{} {}", scheme.subheading, grade.name).into(),
            assessor_level: "3rdParty".into(),
            assessment_level: Cow::Borrowed(&scheme.assessment_level),
            attestation_type: Cow::Borrowed(&scheme.attestation_type),
            issued_to_party: WireParty {
                types: ["Party".into()],
                id: format!("{PARTY}{}", credential.holder.uscc).into(),
                name: Cow::Borrowed(&credential.holder.name),
                registered_id: credential.holder.uscc,
            },
            authorisation: (!credential.issuer.authorisations.is_empty()).then(|| {
                credential
                    .issuer
                    .authorisations
                    .iter()
                    .map(WireEndorsement::from)
                    .collect()
            }),
            reference_scheme: named("ConformityScheme", scheme_id.clone(), scheme.name.as_str()),
            reference_profile: named(
                "ConformityProfile",
                format!("{scheme_id}#profile"),
                scheme.rule.as_str(),
            ),
            profile_score: WireScore {
                definition: Some(Cow::Borrowed(&grade.definition)),
                ..WireScore::of(grade.level)
            },
            conformity_certificate: WireLink {
                link_url: format!(
                    "{registry}/certificates/{}.pdf?version={}",
                    credential.number, credential.version
                )
                .into(),
                link_name: format!("{} {}", scheme.heading, credential.number).into(),
                media_type: "application/pdf".into(),
                digest_multibase: None,
            },
            auditable_evidence: WireLink {
                link_url: format!("{id}#report").into(),
                link_name: credential.report.number.as_str().into(),
                media_type: "application/pdf".into(),
                digest_multibase: Some(credential.report.digest.to_multibase().into()),
            },
            conformity_assessment: [WireAssessment::new(credential, id, &scheme_id)],
            certificate: WireCertificate::new(credential, id),
        }
    }
}

impl WireScore<'_> {
    fn of(level: Level) -> Self {
        Self {
            code: level.get().to_string().into(),
            rank: level.rank(),
            definition: None,
        }
    }
}

impl<'a> From<&'a Authorisation> for WireEndorsement<'a> {
    fn from(authorisation: &'a Authorisation) -> Self {
        Self {
            name: Cow::Borrowed(&authorisation.name),
            issuing_authority: WireAuthority {
                id: Cow::Borrowed(&authorisation.authority),
                name: Cow::Borrowed(&authorisation.authority_name),
            },
            endorsement_evidence: WireEvidence {
                link_url: Cow::Borrowed(&authorisation.evidence),
                link_name: Cow::Borrowed(&authorisation.evidence_name),
            },
        }
    }
}

impl<'a> WireAssessment<'a> {
    fn new(credential: &'a Credential, id: &str, scheme_id: &str) -> Self {
        let grade = &credential.grade;
        let level_id = format!("{scheme_id}#level-{}", grade.level.get());
        let facility = |(position, site): (usize, &'a Site)| WireAssessedFacility {
            facility: named(
                "Facility",
                format!("{id}#site-{}", position + 1),
                site.name.as_str(),
            ),
            id_verified_by_cab: true,
        };
        let standard = |standard: &'a Standard| {
            let slug: String = standard
                .number
                .as_str()
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
                .collect();
            let name = format!("{} {}", standard.number, standard.title);
            named("Standard", format!("{scheme_id}#standard-{slug}"), name)
        };
        Self {
            types: ["ConformityAssessment".into()],
            id: format!("{id}#assessment-1").into(),
            name: credential.scheme.subheading.as_str().into(),
            assessment_date: credential.assessed_on,
            assessment_criteria: [named(
                "Criterion",
                level_id,
                format!("{} {}", grade.name, grade.stage),
            )],
            assessed_performance: [WirePerformance {
                metric: named("PerformanceMetric", format!("{scheme_id}#grade"), "能力等级"),
                score: WireScore::of(grade.level),
            }],
            assessed_facility: credential.sites.iter().enumerate().map(facility).collect(),
            reference_standard: credential.scheme.standards.iter().map(standard).collect(),
            conformity_topic: [named(
                "ConformityTopic",
                format!("{scheme_id}#topic"),
                credential.scheme.topic.as_str(),
            )],
            specified_condition: [Cow::Borrowed(&credential.scope)],
            conformance: true,
        }
    }
}

impl<'a> WireCertificate<'a> {
    fn new(credential: &'a Credential, id: &str) -> Self {
        let site = |(position, site): (usize, &'a Site)| WireSite {
            id: format!("{id}#site-{}", position + 1).into(),
            name: Cow::Borrowed(&site.name),
            address: Cow::Borrowed(&site.address),
            region: site.region,
        };
        let (issuer, holder) = (&credential.issuer, &credential.holder);
        Self {
            types: ["MaturityCertificate".into()],
            number: Cow::Borrowed(&credential.number),
            version: credential.version,
            first_issued: credential.first_issued,
            predecessor: optional(&credential.predecessor),
            transcribed: credential.transcribed,
            body: WireBody {
                name_en: Cow::Borrowed(&issuer.name_en),
                address: Cow::Borrowed(&issuer.address),
                telephone: Cow::Borrowed(&issuer.telephone),
                url: Cow::Borrowed(&issuer.url),
            },
            scheme: Cow::Borrowed(&credential.scheme),
            grade: WireGrade {
                level: credential.grade.level,
                name: Cow::Borrowed(&credential.grade.name),
                stage: Cow::Borrowed(&credential.grade.stage),
                stars: credential.grade.level.stars().into(),
            },
            holder: WireHolder {
                name_en: optional(&holder.name_en),
                address: Cow::Borrowed(&holder.address),
                address_en: optional(&holder.address_en),
                region: holder.region,
            },
            assessed_unit: optional(&credential.assessed_unit),
            scope_en: optional(&credential.scope_en),
            industry: Cow::Borrowed(&credential.industry),
            sites: credential.sites.iter().enumerate().map(site).collect(),
            surveillance: credential.surveillance,
            confidence: optional(&credential.confidence),
            technical_support: optional(&credential.technical_support),
            signatory: Cow::Borrowed(&credential.signatory),
        }
    }
}
