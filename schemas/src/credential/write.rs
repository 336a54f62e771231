//! From the facts to the written form: how VCDM 2.0 and UNTP DCC 0.7.0 nest them. Members stand in canonical order.

use std::fmt;

use super::{
    Authorisation, Credential, Level, Site, Standard,
    form::{SCHEMA_V1, credential_contexts},
};
use crate::{
    date_time::{ValidFrom, ValidUntil},
    jcs::{Encode, ObjectWriter, write_object},
    proof::DataIntegrityProof,
    status::{StatusMessage, StatusPurpose},
};

/// Ids of schemes begin so.
const SCHEMES: &str = "https://w3id.org/touchstone/schemes";
/// Registered party ids of Chinese legal persons begin so (DOMAIN §4).
const PARTY: &str = "urn:gtr:gsxt.gov.cn:";
/// The kind of the report and of the certificate as printed.
const PDF: &str = "application/pdf";

impl Encode for Credential {
    fn encode(&self, out: &mut Vec<u8>) {
        Form::of(self).write(out, None);
    }
}

impl Credential {
    /// The JCS bytes of the credential with a proof: what is stored, logged and served.
    #[must_use]
    pub fn secured_with(&self, proof: &DataIntegrityProof) -> Vec<u8> {
        let mut out = Vec::new();
        Form::of(self).write(&mut out, Some(proof));
        out
    }
}

/// A credential and the ids that recur in its written form.
struct Form<'a> {
    credential: &'a Credential,
    id: String,
    scheme: String,
}

/// Anything that has an id, a name and a type.
fn named(object: &mut ObjectWriter<'_>, id: fmt::Arguments<'_>, name: fmt::Arguments<'_>, kind: &str) {
    object
        .member("id", &id)
        .member("name", &name)
        .member("type", &[kind]);
}

impl<'a> Form<'a> {
    fn of(credential: &'a Credential) -> Self {
        Self {
            credential,
            id: credential.id(),
            scheme: format!("{SCHEMES}/{}", credential.scheme.edition),
        }
    }

    fn write(&self, out: &mut Vec<u8>, proof: Option<&DataIntegrityProof>) {
        let credential = self.credential;
        let (issuer, scheme) = (&credential.issuer, &credential.scheme);
        write_object(out, |root| {
            root.member("@context", &credential_contexts())
                .object("credentialSchema", |schema| {
                    schema.member("id", SCHEMA_V1).member("type", "JsonSchema");
                })
                .objects("credentialStatus", StatusPurpose::ALL, |entry, purpose| {
                    self.status_entry(entry, purpose);
                })
                .object("credentialSubject", |subject| self.subject(subject))
                .member("id", &self.id)
                .object("issuer", |object| {
                    object
                        .member("id", &issuer.id)
                        .member("name", &issuer.name)
                        .member("type", &["CredentialIssuer"]);
                })
                .member("name", &format_args!("{} {}", scheme.heading, scheme.subheading))
                .optional("proof", &proof)
                .member("type", &["DigitalConformityCredential", "VerifiableCredential"])
                .member("validFrom", &ValidFrom(credential.valid_from))
                .member("validUntil", &ValidUntil(credential.valid_until));
        });
    }

    fn status_entry(&self, entry: &mut ObjectWriter<'_>, purpose: StatusPurpose) {
        let place = self.credential.status;
        let registry = &self.credential.issuer.registry;
        entry
            .member(
                "statusListCredential",
                &format_args!("{registry}/status-lists/{purpose}/{}", place.list),
            )
            .member("statusListIndex", &format_args!("{}", place.index));
        let wide = purpose.size() > 1;
        if wide {
            entry.objects("statusMessage", StatusMessage::ALL, |message, meaning| {
                message
                    .member("message", meaning.text())
                    .member("status", &format_args!("0x{:x}", meaning.code()));
            });
        }
        entry.member("statusPurpose", &purpose);
        if wide {
            entry.member("statusSize", &purpose.size());
        }
        entry.member("type", "BitstringStatusListEntry");
    }

    fn subject(&self, subject: &mut ObjectWriter<'_>) {
        let credential = self.credential;
        let (scheme, grade, holder) = (&credential.scheme, &credential.grade, &credential.holder);
        let (id, scheme_id, registry) = (&self.id, &self.scheme, &credential.issuer.registry);
        subject
            .member("assessmentLevel", &scheme.assessment_level)
            .member("assessorLevel", "3rdParty")
            .member("attestationType", &scheme.attestation_type)
            .object("auditableEvidence", |link| {
                link.member("digestMultibase", &credential.report.digest.to_multibase())
                    .member("linkName", &credential.report.number)
                    .member("linkURL", &format_args!("{id}#report"))
                    .member("mediaType", PDF);
            });
        // Absent, never empty: one written form for no claims.
        if !credential.issuer.authorisations.is_empty() {
            subject.objects("authorisation", &credential.issuer.authorisations, authorisation);
        }
        subject
            .object("certificate", |certificate| self.certificate(certificate))
            .objects("conformityAssessment", [()], |assessment, ()| {
                self.assessment(assessment);
            })
            .object("conformityCertificate", |link| {
                let (number, version) = (&credential.number, credential.version);
                link.member("linkName", &format_args!("{} {number}", scheme.heading))
                    .member(
                        "linkURL",
                        &format_args!("{registry}/certificates/{number}.pdf?version={version}"),
                    )
                    .member("mediaType", PDF);
            })
            .member("id", &format_args!("{id}#attestation"))
            .object("issuedToParty", |party| {
                party
                    .member("id", &format_args!("{PARTY}{}", holder.uscc))
                    .member("name", &holder.name)
                    .member("registeredId", &holder.uscc)
                    .member("type", &["Party"]);
            })
            .member("name", &format_args!("{} {}", scheme.subheading, grade.name))
            .object("profileScore", |object| {
                object
                    .member("code", &format_args!("{}", grade.level.get()))
                    .member("definition", &grade.definition)
                    .member("rank", &grade.level.rank());
            })
            .object("referenceProfile", |profile| {
                named(
                    profile,
                    format_args!("{scheme_id}#profile"),
                    format_args!("{}", scheme.rule),
                    "ConformityProfile",
                );
            })
            .object("referenceScheme", |object| {
                named(
                    object,
                    format_args!("{scheme_id}"),
                    format_args!("{}", scheme.name),
                    "ConformityScheme",
                );
            })
            .member("type", &["ConformityAttestation"]);
    }

    fn assessment(&self, assessment: &mut ObjectWriter<'_>) {
        let credential = self.credential;
        let (scheme, grade) = (&credential.scheme, &credential.grade);
        let (id, scheme_id) = (&self.id, &self.scheme);
        assessment
            .objects(
                "assessedFacility",
                numbered(&credential.sites),
                |entry, (place, site)| {
                    entry
                        .object("facility", |facility| {
                            let name = format_args!("{}", site.name);
                            named(facility, format_args!("{id}#site-{place}"), name, "Facility");
                        })
                        .member("idVerifiedByCAB", &true);
                },
            )
            .objects("assessedPerformance", [grade.level], |performance, level| {
                performance
                    .object("metric", |metric| {
                        let name = format_args!("能力等级");
                        named(
                            metric,
                            format_args!("{scheme_id}#grade"),
                            name,
                            "PerformanceMetric",
                        );
                    })
                    .object("score", |object| score(object, level));
            })
            .objects("assessmentCriteria", [grade], |criterion, grade| {
                named(
                    criterion,
                    format_args!("{scheme_id}#level-{}", grade.level.get()),
                    format_args!("{} {}", grade.name, grade.stage),
                    "Criterion",
                );
            })
            .member("assessmentDate", &credential.assessed_on)
            .member("conformance", &true)
            .objects("conformityTopic", [&scheme.topic], |topic, name| {
                let id = format_args!("{scheme_id}#topic");
                named(topic, id, format_args!("{name}"), "ConformityTopic");
            })
            .member("id", &format_args!("{id}#assessment-1"))
            .member("name", &scheme.subheading)
            .objects(
                "referenceStandard",
                &scheme.standards,
                |object, standard: &Standard| {
                    named(
                        object,
                        format_args!("{scheme_id}#standard-{}", Slug(standard.number.as_str())),
                        format_args!("{} {}", standard.number, standard.title),
                        "Standard",
                    );
                },
            )
            .member("specifiedCondition", &[&credential.scope])
            .member("type", &["ConformityAssessment"]);
    }

    /// What UNTP lacks: the certificate as printed, in terms of our own context.
    fn certificate(&self, certificate: &mut ObjectWriter<'_>) {
        let credential = self.credential;
        let (issuer, grade, holder) = (&credential.issuer, &credential.grade, &credential.holder);
        let id = &self.id;
        certificate
            .optional("assessedUnit", &credential.assessed_unit)
            .object("body", |body| {
                body.member("address", &issuer.address)
                    .member("nameEn", &issuer.name_en)
                    .member("telephone", &issuer.telephone)
                    .member("url", &issuer.url);
            })
            .optional("confidence", &credential.confidence)
            .member("firstIssued", &credential.first_issued)
            .object("grade", |object| {
                object
                    .member("level", &grade.level)
                    .member("name", &grade.name)
                    .member("stage", &grade.stage)
                    .member("stars", &grade.level.stars());
            })
            .object("holder", |object| {
                object
                    .member("address", &holder.address)
                    .optional("addressEn", &holder.address_en)
                    .optional("nameEn", &holder.name_en)
                    .member("region", &holder.region);
            })
            .member("industry", &credential.industry)
            .member("number", &credential.number)
            .optional("predecessor", &credential.predecessor)
            .member("scheme", &credential.scheme)
            .optional("scopeEn", &credential.scope_en)
            .member("signatory", &credential.signatory)
            .objects("sites", numbered(&credential.sites), |object, (place, site)| {
                object
                    .member("address", &site.address)
                    .member("id", &format_args!("{id}#site-{place}"))
                    .member("name", &site.name)
                    .member("region", &site.region);
            })
            .member("surveillance", &credential.surveillance)
            .optional("technicalSupport", &credential.technical_support)
            .optional("transcribed", &credential.transcribed)
            .member("type", &["MaturityCertificate"])
            .member("version", &credential.version);
    }
}

fn numbered(sites: &[Site]) -> impl Iterator<Item = (usize, &Site)> {
    (1..).zip(sites)
}

fn score(object: &mut ObjectWriter<'_>, level: Level) {
    object
        .member("code", &format_args!("{}", level.get()))
        .member("rank", &level.rank());
}

fn authorisation(object: &mut ObjectWriter<'_>, claim: &Authorisation) {
    object
        .object("endorsementEvidence", |evidence| {
            evidence
                .member("linkName", &claim.evidence_name)
                .member("linkURL", &claim.evidence);
        })
        .object("issuingAuthority", |authority| {
            authority
                .member("id", &claim.authority)
                .member("name", &claim.authority_name);
        })
        .member("name", &claim.name);
}

/// A designation as part of an id: what is no ASCII letter or digit becomes a hyphen.
struct Slug<'a>(&'a str);

impl fmt::Display for Slug<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = self
            .0
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' });
        letters.try_for_each(|letter| fmt::Write::write_char(f, letter))
    }
}
