//! A world in which every rule holds: the first demonstration sample, under a root of its own, at a fixed instant.

use std::sync::Arc;

use touchstone_schemas::{
    credential::{Credential, CredentialNumber, IssuerProfile, RegistryBase, Version},
    date_time::{Date, Timestamp},
    decode::decode,
    did::VerificationMethod,
    digest::Sha256Digest,
    jcs::to_canonical,
    json,
    lifecycle::{Change, Event, EventReason, RecordedEvent},
    scheme::{assessment::Assessment, edition::SchemeEdition, scoring::Grade, weights::Issuing},
    status::StatusAllocation,
    text::Text,
    trust_list::DerCertificate,
};
use touchstone_verifier::path::{CertificateFacts, ProfileOids, certificate_facts};

use crate::{
    application::{Application, DateForm, read_application},
    body::{Body, did_of},
    ca::{BodyNames, CertificateWindow, RootAuthority},
    evaluation::evaluate,
    init::DEMONSTRATION_ARC,
    keys::Signer,
    lint::{
        CREDENTIAL_LINTS, DocumentKind, DraftCredential, Finding, KeyPaper, check_case, check_credential,
        check_document, check_event, check_facts, check_key,
    },
    prepare::{
        Allocation, CaseFile, EventCase, EventRequest, EventWarrant, KeyWindow, Predecessor,
        PreparedCredential, PreparedEvent, Register, SchemeData, TestRoot, Warrant,
    },
};

/// Everything rules look at, each part to be changed alone.
#[derive(Clone)]
pub(super) struct World {
    scheme: Arc<SchemeData>,
    grade: Grade,
    pub(super) application: Application,
    pub(super) body: Body,
    pub(super) register: Register,
    pub(super) predecessor: Option<Predecessor>,
    pub(super) now: Timestamp,
    pub(super) issuer: IssuerProfile,
    pub(super) method: VerificationMethod,
    pub(super) certificate: DerCertificate,
    pub(super) purpose: String,
    pub(super) signs_until: Timestamp,
    pub(super) facts: CertificateFacts,
    pub(super) credential: Credential,
    pub(super) credential_bytes: Vec<u8>,
    pub(super) events: Vec<RecordedEvent>,
    pub(super) request: EventRequest,
    pub(super) event: Event,
    pub(super) event_bytes: Vec<u8>,
}

pub(super) fn text(text: &str) -> Text {
    Text::parse(text).unwrap()
}

pub(super) fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

pub(super) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) fn number(text: &str) -> CredentialNumber {
    CredentialNumber::parse(text).unwrap()
}

fn scheme() -> SchemeData {
    SchemeData {
        edition: SchemeEdition::by_key("cmmm-2020").unwrap(),
        assessment: Assessment::by_key("cmmm-2020").unwrap(),
    }
}

fn grade(application: &Application, scheme: &SchemeData) -> Grade {
    let sheet = include_bytes!("../../../../demo/scores/level-3.json");
    evaluate(application, sheet, &scheme.assessment, Issuing::Test).unwrap()
}

impl World {
    pub(super) fn new() -> Self {
        let now = instant("2026-06-15T08:00:00Z");
        let dates = DateForm::Relative { today: Date::of(now) };
        let (application, faults) = read_application(
            include_bytes!("../../../../demo/applications/01-in-force.json"),
            dates,
        );
        assert_eq!(faults, Vec::new());
        let profile = include_bytes!("../../../../demo/profile.json");
        let body: Body = decode(&json::parse(profile, profile.len()).unwrap()).unwrap();
        let registry = RegistryBase::parse("https://registry.demo.example").unwrap();
        let did = did_of(&registry).unwrap();
        let method = did.key(1);
        let purpose = ProfileOids::under(&DEMONSTRATION_ARC.parse().unwrap())
            .issue
            .to_string();
        let certificate = certify(&body, &method, &purpose);
        let facts = certificate_facts(certificate.as_der()).unwrap();
        let request = EventRequest {
            change: Change::Suspended {
                reason: EventReason::Nonconformity,
                planned_end: date("2026-09-01"),
            },
            effective: now,
            decision: text("示范决定-暂停-01"),
            decided_by: text("认证决定"),
            legal_basis: text("CQC96-831151-2020 §9"),
            backdating: None,
            decider: text("YS-071"),
            verified_by: None,
        };
        let scheme = scheme();
        let grade = grade(&application, &scheme);
        let allocation = Allocation {
            issuer: body.issuer_profile(did, registry),
            profile: 1,
            number: number("CQC26ZNZ000001R0"),
            version: Version::FIRST,
            status: StatusAllocation { list: 1, index: 4711 },
            key: method.clone(),
        };
        let key = KeyWindow {
            method: &method,
            certificate: certificate.as_der(),
            purpose: &purpose,
            signs_from: instant("2026-01-01T00:00:00Z"),
            signs_until: instant("2028-01-01T00:00:00Z"),
            certificate_until: instant("2032-01-01T00:00:00Z"),
        };
        let prepared = PreparedCredential::prepare(
            &CaseFile {
                application: &application,
                warrant: TestRoot::of(Issuing::Test).map(Warrant::TestRoot),
                body: &body,
                scheme: Some(&scheme),
                grade: Some(&grade),
                issuing: Issuing::Test,
                key,
                predecessor: None,
                register: &Register::default(),
                now,
                signed_at: now,
            },
            &allocation,
        )
        .unwrap();
        let prepared_event = PreparedEvent::prepare(&EventCase {
            credential: prepared.credential(),
            digest: Sha256Digest::of(b"the signed document"),
            events: &[],
            warrant: TestRoot::of(Issuing::Test).map(EventWarrant::TestRoot),
            body: &body,
            scheme: &scheme,
            key,
            request: &request,
            now,
            signed_at: now,
        })
        .unwrap();
        Self {
            scheme: Arc::new(scheme),
            grade,
            credential: prepared.credential().clone(),
            credential_bytes: prepared.unsecured().to_vec(),
            event: prepared_event.event().clone(),
            event_bytes: prepared_event.unsecured().to_vec(),
            register: Register::default(),
            predecessor: None,
            signs_until: key.signs_until,
            issuer: allocation.issuer,
            events: Vec::new(),
            application,
            body,
            now,
            method,
            certificate,
            purpose,
            facts,
            request,
        }
    }

    /// What all rules find; of those about a credential's facts, which weigh the QR symbol, only where one of them is
    /// asked about.
    pub(super) fn findings(&self, asked: Option<&str>) -> Vec<Finding> {
        let (scheme, grade) = (self.scheme.as_ref(), &self.grade);
        let key = KeyWindow {
            method: &self.method,
            certificate: self.certificate.as_der(),
            purpose: &self.purpose,
            signs_from: instant("2026-01-01T00:00:00Z"),
            signs_until: self.signs_until,
            certificate_until: Timestamp::from_unix(self.facts.validity.not_after).unwrap(),
        };
        let known = self
            .application
            .scheme
            .as_ref()
            .is_some_and(|name| name.as_str() == "cmmm-2020");
        let mut findings = check_case(&CaseFile {
            application: &self.application,
            warrant: None,
            body: &self.body,
            scheme: known.then_some(scheme),
            grade: Some(grade),
            issuing: Issuing::Test,
            key,
            predecessor: self.predecessor.as_ref(),
            register: &self.register,
            now: self.now,
            signed_at: self.now,
        });
        let about = |code| CREDENTIAL_LINTS.iter().any(|lint| lint.clause.code == code);
        if asked.is_none_or(about) {
            findings.extend(check_credential(&DraftCredential {
                credential: &self.credential,
                unsecured: &self.credential_bytes,
                scheme: Some(scheme),
                issuer: &self.issuer,
                profile: 1,
                key: &self.method,
                now: self.now,
            }));
        }
        let case = EventCase {
            credential: &self.credential,
            digest: self.event.credential_digest,
            events: &self.events,
            warrant: None,
            body: &self.body,
            scheme,
            key,
            request: &self.request,
            now: self.now,
            signed_at: self.now,
        };
        findings.extend(check_event(&case, &self.event, &self.event_bytes));
        let documents = [
            (DocumentKind::Credential, &self.credential_bytes),
            (DocumentKind::Event, &self.event_bytes),
        ];
        for (kind, bytes) in documents {
            findings.extend(check_document(kind, bytes, &key, self.now));
        }
        findings.extend(check_key(&key, self.now));
        findings.extend(check_facts(&KeyPaper {
            facts: self.facts.clone(),
            method: &self.method,
            purpose: &self.purpose,
            created: self.now,
        }));
        findings
    }

    /// The certificate without its last octet.
    pub(super) fn cut_certificate(&self) -> DerCertificate {
        let mut der = self.certificate.as_der().to_vec();
        der.pop();
        DerCertificate::new(der).unwrap()
    }

    /// Puts a value at a place of the credential, or takes the member away.
    pub(super) fn put(&mut self, pointer: &str, value: Option<serde_json::Value>) {
        put(&mut self.credential_bytes, pointer, value);
    }

    /// The same of the event.
    pub(super) fn put_event(&mut self, pointer: &str, value: Option<serde_json::Value>) {
        put(&mut self.event_bytes, pointer, value);
    }

    /// Puts a text where the scope stands.
    pub(super) fn scope(&mut self, text: &str) {
        let pointer = "/credentialSubject/conformityAssessment/0/specifiedCondition/0";
        self.put(pointer, Some(text.into()));
    }

    /// Another event, with the papers it had.
    pub(super) fn change(&mut self, change: Change) {
        self.request.change = change.clone();
        self.event.change = change;
        self.event_bytes = to_canonical(&self.event);
    }
}

fn put(bytes: &mut Vec<u8>, pointer: &str, value: Option<serde_json::Value>) {
    let mut document: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    match (document.pointer_mut(parent).unwrap(), value) {
        (serde_json::Value::Object(object), Some(value)) => drop(object.insert(member.to_owned(), value)),
        (serde_json::Value::Object(object), None) => drop(object.remove(member)),
        (serde_json::Value::Array(list), value) => {
            let place: usize = member.parse().unwrap();
            if place == list.len() {
                list.push(value.unwrap());
            } else {
                match value {
                    Some(value) => list[place] = value,
                    None => drop(list.remove(place)),
                }
            }
        }
        (other, _) => panic!("{other}"),
    }
    *bytes = serde_json::to_vec(&document).unwrap();
}

fn certify(body: &Body, method: &VerificationMethod, purpose: &str) -> DerCertificate {
    let signer = |seed| Signer::File(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]));
    let (root, key) = (signer(1), signer(2));
    let names = BodyNames {
        name: &body.name,
        name_en: &body.name_en,
    };
    let window = |until| CertificateWindow {
        from: instant("2026-01-01T00:00:00Z"),
        until: instant(until),
    };
    RootAuthority::new(&root, names, window("2051-01-01T00:00:00Z"))
        .unwrap()
        .certify(
            &key.verifying_key(),
            names,
            method,
            purpose,
            window("2032-01-01T00:00:00Z"),
        )
        .unwrap()
}
