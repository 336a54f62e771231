//! From the file to an [`Application`].

use std::cell::RefCell;
use std::path::PathBuf;

use touchstone_schemas::{
    budget::MAX_CREDENTIAL_BYTES,
    credential::{AssessedUnit, CredentialNumber, UnitKind, Version},
    digest::Sha256Digest,
    industry::IndustryCode,
    json::{self, Value},
    region::RegionCode,
    uscc::{self, Uscc},
};

use super::{
    Applicant, Application, ApplicationSite, Approval, CertificateTerms, ChangedVersion, DateForm, Decision,
    Evaluation, Outcome, Review, fields::Fields,
};
use crate::lint::{Clause, Finding};

/// Longest application or score sheet read: as long as the longest credential.
pub const MAX_APPLICATION_BYTES: usize = MAX_CREDENTIAL_BYTES;

const JSON: Clause = Clause::new("malformedJson", "application format");
const SAMPLE: Clause = Clause::new("relativeDates", "application format");

/// Reads an application; gives what could be read, and every fault.
#[must_use]
pub fn read_application(bytes: &[u8], dates: DateForm) -> (Application, Vec<Finding>) {
    let document = match json::parse(bytes, MAX_APPLICATION_BYTES) {
        Ok(document) => document,
        Err(error) => {
            return (
                Application::default(),
                vec![Finding::new(&JSON, "", error.to_string())],
            );
        }
    };
    let findings = RefCell::new(Vec::new());
    let root = Fields::root(&document, dates, &findings);
    let demonstration = root.find_text("demonstration").is_some();
    let application = read_root(&root);
    root.finish();
    let mut findings = findings.into_inner();
    if matches!(dates, DateForm::Relative { .. }) && !demonstration && holds_relative_date(&document) {
        let message = "dates relative to today stand only in a sample with a member \"demonstration\"";
        findings.push(Finding::new(&SAMPLE, "", message));
    }
    (application, findings)
}

/// Reads what a client applies for: the members of an application before anybody evaluated it, `recertifies` and
/// `changes`.
#[must_use]
pub fn read_request(value: &Value<'_>) -> (Application, Vec<Finding>) {
    let findings = RefCell::new(Vec::new());
    let root = Fields::root(value, DateForm::Plain, &findings);
    root.find_text("demonstration");
    let mut application = request(&root);
    application.certificate.recertifies = root.find("recertifies", CredentialNumber::parse);
    application.certificate.changes = root.find_child("changes").and_then(changed_version);
    root.finish();
    (application, findings.into_inner())
}

/// Where the score sheet stands, when the application names a file: relative to the application's own.
#[must_use]
pub fn sheet_reference(bytes: &[u8]) -> Option<PathBuf> {
    let document = json::parse(bytes, MAX_APPLICATION_BYTES).ok()?;
    document
        .pointer("/evaluation/scores/file")?
        .as_str()
        .map(PathBuf::from)
}

fn holds_relative_date(value: &Value<'_>) -> bool {
    match value {
        Value::String(text) => text.starts_with("@today"),
        Value::Array(elements) => elements.iter().any(holds_relative_date),
        Value::Object(object) => object.iter().any(|(_, value)| holds_relative_date(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn read_root(root: &Fields<'_, '_>) -> Application {
    let drafting = root.child("drafting");
    let application = Application {
        case: root.find_text("case"),
        evaluation: evaluation(root.child("evaluation")),
        drafted_by: drafting.text("by"),
        drafted_for: drafting.find_text("onBehalfOf"),
        drafted_on: drafting.date("on"),
        review: review(root.child("review")),
        approvals: root.any_children("approvals").into_iter().map(approval).collect(),
        decision: decision(root.child("decision")),
        certificate: certificate(root.child("certificate")),
        ..request(root)
    };
    drafting.finish();
    application
}

fn request(root: &Fields<'_, '_>) -> Application {
    let industry = root.child("industry");
    let agreement = root.child("agreement");
    let application = Application {
        scheme: root.text("scheme"),
        applicant: applicant(root.child("applicant")),
        assessed_unit: root.find_child("assessedUnit").and_then(assessed_unit),
        scope: root.text("scope"),
        scope_en: root.find_text("scopeEn"),
        industry: industry.get("code", IndustryCode::parse),
        industry_name: industry.text("name"),
        sites: root.children("sites").into_iter().map(site).collect(),
        agreement_signed_on: agreement.date("signedOn"),
        agreement_reference: agreement.text("reference"),
        ..Application::default()
    };
    industry.finish();
    agreement.finish();
    application
}

fn applicant(fields: Fields<'_, '_>) -> Applicant {
    let applicant = Applicant {
        uscc: fields.get("uscc", |text| Uscc::parse(&uscc::normalize(text))),
        name: fields.text("name"),
        name_en: fields.find_text("nameEn"),
        address: fields.text("address"),
        address_en: fields.find_text("addressEn"),
        region: fields.get("region", RegionCode::parse),
        in_normal_operation: fields.boolean("inNormalOperation"),
    };
    fields.finish();
    applicant
}

/// Not one of the four kinds of unit.
#[derive(Debug, thiserror::Error)]
#[error("{found:?} is not branch, division, workshop or plant")]
struct UnitKindError {
    found: String,
}

fn assessed_unit(fields: Fields<'_, '_>) -> Option<AssessedUnit> {
    let kind = fields.get("kind", |text| match text {
        "branch" => Ok(UnitKind::Branch),
        "division" => Ok(UnitKind::Division),
        "workshop" => Ok(UnitKind::Workshop),
        "plant" => Ok(UnitKind::Plant),
        _ => Err(UnitKindError {
            found: text.to_owned(),
        }),
    });
    let (name, name_en) = (fields.text("name"), fields.find_text("nameEn"));
    fields.finish();
    Some(AssessedUnit {
        kind: kind?,
        name: name?,
        name_en,
    })
}

fn site(fields: Fields<'_, '_>) -> ApplicationSite {
    let site = ApplicationSite {
        name: fields.text("name"),
        address: fields.text("address"),
        region: fields.get("region", RegionCode::parse),
    };
    fields.finish();
    site
}

fn evaluation(fields: Fields<'_, '_>) -> Evaluation {
    let report = fields.child("report");
    let on_paper = fields.is_true("onPaper");
    // An inline sheet has no member `file`; it is read as a sheet, not here.
    let named = !on_paper
        && matches!(fields.raw("scores"), Some(Value::Object(scores)) if scores.get("file").is_some());
    let scores = named.then(|| fields.child("scores"));
    let evaluation = Evaluation {
        evaluators: if on_paper {
            Vec::new()
        } else {
            fields.texts("evaluators")
        },
        on_paper,
        assessed_on: fields.date("assessedOn"),
        level: fields.number("level"),
        sheet_digest: scores.as_ref().and_then(|scores| {
            scores.text("file")?;
            scores.get("sha256", str::parse::<Sha256Digest>)
        }),
        report_number: report.text("number"),
        report_digest: report.get("sha256", str::parse::<Sha256Digest>),
        technical_support: fields.find_text("technicalSupport"),
    };
    scores
        .into_iter()
        .chain([report, fields])
        .for_each(Fields::finish);
    evaluation
}

fn review(fields: Fields<'_, '_>) -> Review {
    let review = Review {
        by: fields.text("by"),
        behalf_of: fields.find_text("onBehalfOf"),
        office: fields.text("office"),
        on: fields.date("on"),
        recommendation: fields.get("recommendation", outcome),
    };
    fields.finish();
    review
}

fn approval(fields: Fields<'_, '_>) -> Approval {
    let approval = Approval {
        by: fields.text("by"),
        behalf_of: fields.find_text("onBehalfOf"),
        office: fields.text("office"),
        on: fields.date("on"),
    };
    fields.finish();
    approval
}

fn decision(fields: Fields<'_, '_>) -> Decision {
    let decision = Decision {
        by: fields.text("by"),
        behalf_of: fields.find_text("onBehalfOf"),
        office: fields.text("office"),
        on: fields.date("on"),
        reference: fields.text("reference"),
        outcome: fields.get("outcome", outcome),
        reason: fields.find_text("reason"),
        after_withdrawal: fields.find_text("afterWithdrawal"),
    };
    fields.finish();
    decision
}

/// Neither yes nor no.
#[derive(Debug, thiserror::Error)]
#[error("{found:?} is not positive or negative")]
struct OutcomeError {
    found: String,
}

fn outcome(text: &str) -> Result<Outcome, OutcomeError> {
    match text {
        "positive" => Ok(Outcome::Positive),
        "negative" => Ok(Outcome::Negative),
        _ => Err(OutcomeError {
            found: text.to_owned(),
        }),
    }
}

fn certificate(fields: Fields<'_, '_>) -> CertificateTerms {
    let terms = CertificateTerms {
        valid_from: fields.date("validFrom"),
        valid_until: fields.find_date("validUntil"),
        first_surveillance_due: fields.find_date("firstSurveillanceDue"),
        signatory: fields.text("signatory"),
        transcribed: fields.find_date("transcribed"),
        number: fields.find("number", CredentialNumber::parse),
        recertifies: fields.find("recertifies", CredentialNumber::parse),
        changes: fields.find_child("changes").and_then(changed_version),
    };
    fields.finish();
    terms
}

fn changed_version(fields: Fields<'_, '_>) -> Option<ChangedVersion> {
    let number = fields.get("number", CredentialNumber::parse);
    let version = fields
        .number::<u32>("version")
        .and_then(|version| fields.check("version", Version::try_from(version)));
    fields.finish();
    Some(ChangedVersion {
        number: number?,
        version: version?,
    })
}
