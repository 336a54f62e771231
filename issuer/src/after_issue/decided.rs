//! A measure that may become an event: decided and signed by people entitled then, on evidence that is still the same.

use std::collections::BTreeMap;

use touchstone_schemas::{
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    lifecycle::Change,
    text::Text,
};

use super::{
    CertificateReference, GivenStatement, Measure, MeasureDecision, MeasureKind, MeasureStatus, Proposal,
    Statement,
};
use crate::{
    body::{Body, StaffMember},
    casework::{ApprovalRefused, Charge, Conflict, NotEntitled, Personnel, check_signature, entitlement},
    prepare::{EventCase, EventRequest, Side},
};

/// A decided measure. [`DecidedMeasure::of`] alone makes one, and checks every signature again; under a real root an
/// event is prepared from nothing less (DESIGN §2 invariant 8).
#[derive(Debug)]
pub struct DecidedMeasure {
    number: u32,
    head: Sha256Digest,
    certificate: CertificateReference,
    change: Change,
    decided_by: Text,
    decision: MeasureDecision,
    decided_at: Timestamp,
    decider: Text,
    verified_by: Option<Text>,
}

/// Why a measure is not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MeasureNotSignable {
    /// Nobody agreed to it.
    #[error("the measure is {}: there is nothing to carry out", status.name())]
    Status {
        /// Its state.
        status: MeasureStatus,
    },
    /// A file is not what was attached.
    #[error("{name} is not the file that was attached")]
    Attachment {
        /// The file.
        name: Text,
    },
    /// A signature does not count.
    #[error("{kind}: {cause}")]
    Approval {
        /// What was said.
        kind: &'static str,
        /// What is wrong.
        cause: ApprovalRefused,
    },
    /// Whoever signed was not entitled to.
    #[error("{kind}: {cause}")]
    NotEntitled {
        /// What was said.
        kind: &'static str,
        /// What was wanting.
        cause: NotEntitled,
    },
    /// The duties are not kept apart.
    #[error(transparent)]
    Separation(#[from] Conflict),
}

impl DecidedMeasure {
    /// Checks a measure: agreed to, files as attached, every signature under a key that counted when it was given,
    /// everybody entitled then by what is on record now, nobody on both sides. `files` holds the digests of the files as
    /// they are stored now.
    ///
    /// # Errors
    /// The first [`MeasureNotSignable`].
    pub fn of(
        measure: &Measure,
        personnel: &Personnel,
        files: &BTreeMap<Sha256Digest, Sha256Digest>,
    ) -> Result<Self, MeasureNotSignable> {
        let status = measure.status();
        if !matches!(status, MeasureStatus::Agreed | MeasureStatus::CarriedOut) {
            return Err(MeasureNotSignable::Status { status });
        }
        check_statements(measure, personnel, files)?;
        let decision = measure
            .statements()
            .iter()
            .find_map(|given| match &given.statement {
                Statement::Decision(decision) => Some((given, decision)),
                Statement::Proposal(_) | Statement::Verification(_) => None,
            });
        let (Some((given, decision)), Proposal::Change(change)) = (decision, measure.proposal()) else {
            return Err(MeasureNotSignable::Status { status });
        };
        let opened = measure.opened();
        Ok(Self {
            number: measure.number(),
            head: measure.head(),
            certificate: opened.certificate.clone(),
            change: change.clone(),
            decided_by: opened.decided_by.clone(),
            decision: decision.clone(),
            decided_at: given.at,
            decider: given.by.person.clone(),
            verified_by: evaluator(measure),
        })
    }

    /// Number of the measure.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Digest of the last act when it was checked.
    #[must_use]
    pub const fn head(&self) -> Sha256Digest {
        self.head
    }

    /// The certificate.
    #[must_use]
    pub const fn certificate(&self) -> &CertificateReference {
        &self.certificate
    }

    /// What was decided, carried out at that instant.
    #[must_use]
    pub fn request(&self, now: Timestamp) -> EventRequest {
        EventRequest {
            change: self.change.clone(),
            effective: self.decision.effective.unwrap_or(now),
            decision: self.decision.reference.clone(),
            decided_by: self.decided_by.clone(),
            legal_basis: self.decision.legal_basis.clone(),
            backdating: self.decision.backdating.clone(),
            decider: self.decider.clone(),
            verified_by: self.verified_by.clone(),
        }
    }

    /// Whether an event is just what was decided, of that certificate, and not before it was decided.
    pub(crate) fn covers(&self, case: &EventCase<'_>) -> bool {
        let (credential, wanted) = (case.credential, &self.certificate);
        let in_time = self.decision.effective.is_some() || case.request.effective >= self.decided_at;
        credential.number == wanted.number
            && credential.version == wanted.version
            && case.digest == wanted.digest
            && in_time
            && *case.request == self.request(case.request.effective)
    }

    /// The body as the rules are to see it: its staff are those who decided and evaluated, from that day on.
    pub(crate) fn body(&self, body: &Body) -> Body {
        let member = |person: &Text, office: &Text| StaffMember {
            person: person.clone(),
            offices: vec![office.clone()],
            from: Date::of(self.decided_at),
            until: None,
        };
        let mut staff = vec![member(&self.decider, &self.decided_by)];
        if let (Some(evaluator), Ok(office)) = (&self.verified_by, Text::parse("评价")) {
            staff.push(member(evaluator, &office));
        }
        Body {
            staff,
            ..body.clone()
        }
    }
}

/// Who evaluated what is decided on: the correction, or the surveillance.
fn evaluator(measure: &Measure) -> Option<Text> {
    let said = |wanted: fn(&Statement) -> bool| {
        let given = measure
            .statements()
            .iter()
            .rev()
            .find(|given| wanted(&given.statement));
        given.map(|given| given.by.person.clone())
    };
    match measure.kind() {
        MeasureKind::Reinstated => said(|it| matches!(it, Statement::Verification(_))),
        MeasureKind::SurveillancePassed => said(|it| matches!(it, Statement::Proposal(_))),
        MeasureKind::Suspended
        | MeasureKind::Withdrawn
        | MeasureKind::Cancelled
        | MeasureKind::Corrected
        | MeasureKind::Nonconformity => None,
    }
}

/// Whether files and signatures count.
pub(super) fn check_statements(
    measure: &Measure,
    personnel: &Personnel,
    files: &BTreeMap<Sha256Digest, Sha256Digest>,
) -> Result<(), MeasureNotSignable> {
    for file in measure.attachments() {
        if files.get(&file.digest) != Some(&file.digest) {
            let name = file.name.clone();
            return Err(MeasureNotSignable::Attachment { name });
        }
    }
    for given in measure.statements() {
        check_statement(measure, personnel, given)?;
    }
    Ok(())
}

fn check_statement(
    measure: &Measure,
    personnel: &Personnel,
    given: &GivenStatement,
) -> Result<(), MeasureNotSignable> {
    let kind = crate::casework::Content::kind(&given.statement);
    check_signature(personnel, &given.by.person, &given.approval, given.at)
        .map_err(|cause| MeasureNotSignable::Approval { kind, cause })?;
    let charge = Charge {
        role: given.statement.role(),
        office: None,
        scheme: Some(&measure.opened().certificate.scheme),
    };
    entitlement(personnel, &given.by, charge, given.at)
        .map_err(|cause| MeasureNotSignable::NotEntitled { kind, cause })?;
    let side = match given.statement {
        Statement::Proposal(_) | Statement::Verification(_) => Side::Making,
        Statement::Decision(_) => Side::Judging,
    };
    for person in given.by.people() {
        measure.separation().check_side(person, side)?;
    }
    Ok(())
}
