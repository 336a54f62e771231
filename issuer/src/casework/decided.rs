//! A case that may become a certificate: decided, approved by people entitled then, on evidence that is still the same.

use std::collections::BTreeMap;

use touchstone_schemas::{
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    lifecycle::{Change, EventReason, Successor},
    text::Text,
};

use super::{
    Approval, ApprovalRefused, Case, Charge, Conflict, GivenApproval, History, NotEntitled, PastEvent,
    Personnel, Role, StageState, Status, Verdict, document::CaseDocument, entitlement,
};
use crate::{
    application::{Application, DateForm, read_application},
    body::{Body, Signatory, StaffMember},
    office::Papers,
    prepare::{EventCase, EventRequest, Side},
};

/// Why the events of a certificate on paper take effect before they are recorded.
const BROUGHT_IN: &str = "补录纸质证书的历史 / history of a certificate on paper";

/// A decided case. [`DecidedCase::of`] alone makes one, and checks every approval again; a credential is prepared from
/// nothing less (DESIGN §2 invariant 8).
#[derive(Debug)]
pub struct DecidedCase {
    case: u32,
    head: Sha256Digest,
    document: Vec<u8>,
    sheet: Vec<u8>,
    application: Application,
    paper_level: Option<u8>,
    history: History,
    body: Body,
    /// The rule by which the scheme's certificates are changed.
    rule: Text,
}

/// Why a case is not signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSignable {
    /// Refused or closed.
    #[error("the case is {status}: there is nothing to sign")]
    Status {
        /// Its state.
        status: &'static str,
    },
    /// A stage is not settled.
    #[error("stage {stage} is not done yet")]
    Open {
        /// The stage.
        stage: Text,
    },
    /// The evidence is not what an approval was given for.
    #[error("the evidence changed after stage {stage} was done: return the case, and have it done again")]
    Stale {
        /// The stage.
        stage: Text,
    },
    /// A file is not what was attached.
    #[error("{name} is not the file that was attached: its digest is {}, wanted {wanted}", found.map_or("none".to_owned(), |found| found.to_string()))]
    Attachment {
        /// The file.
        name: Text,
        /// Its digest when it was attached.
        wanted: Sha256Digest,
        /// Its digest now; none when it is gone.
        found: Option<Sha256Digest>,
    },
    /// An approval does not count.
    #[error("stage {stage}: {cause}")]
    Approval {
        /// The stage.
        stage: Text,
        /// What is wrong.
        cause: ApprovalRefused,
    },
    /// Whoever approved was not entitled to.
    #[error("stage {stage}: {cause}")]
    NotEntitled {
        /// The stage.
        stage: Text,
        /// What was wanting.
        cause: NotEntitled,
    },
    /// The duties are not kept apart.
    #[error(transparent)]
    Separation(#[from] Conflict),
    /// Something that the certificate needs is not on file.
    #[error("the case lacks something that the certificate is made from")]
    Incomplete,
}

impl DecidedCase {
    /// Checks a case at the instant of signing: every stage settled, files and evidence as approved, every signature
    /// under a key that counted when it was given, everybody entitled when they approved by what is on record now, and
    /// the signatory entitled still. `files` holds the digests of the files as they are stored now.
    ///
    /// # Errors
    /// The first [`NotSignable`].
    pub fn of(
        case: &Case,
        personnel: &Personnel,
        files: &BTreeMap<Sha256Digest, Sha256Digest>,
        papers: &Papers,
        now: Timestamp,
    ) -> Result<Self, NotSignable> {
        if matches!(case.status, Status::Refused | Status::Closed) {
            let status = case.status.name();
            return Err(NotSignable::Status { status });
        }
        if let Some((rule, _)) = case
            .stages()
            .find(|(_, record)| record.state == StageState::NotDone)
        {
            return Err(NotSignable::Open {
                stage: rule.code.clone(),
            });
        }
        if let Some(stale) = case.stale() {
            return Err(NotSignable::Stale {
                stage: stale.stage.clone(),
            });
        }
        for file in &case.attachments {
            let found = files.get(&file.digest).copied();
            if found != Some(file.digest) {
                let (name, wanted) = (file.name.clone(), file.digest);
                return Err(NotSignable::Attachment { name, wanted, found });
            }
        }
        for given in &case.approvals {
            check_approval(case, personnel, given, given.at)?;
            for person in given.by.people() {
                case.separation.check_side(person, Side::Judging)?;
            }
        }
        let opinion = case
            .approvals
            .iter()
            .find(|given| matches!(given.verdict, Verdict::Opinion(_)));
        let opinion = opinion.ok_or(NotSignable::Incomplete)?;
        check_entitled(case, personnel, opinion, now)?;
        let name = match &case.paper {
            Some(paper) => paper.signatory.clone(),
            None => printed_name(personnel, opinion).ok_or(NotSignable::Incomplete)?,
        };
        let CaseDocument { document, sheet } = case.document(&name).ok_or(NotSignable::Incomplete)?;
        let (application, findings) = read_application(&document, DateForm::Plain);
        if !findings.is_empty() {
            return Err(NotSignable::Incomplete);
        }
        let scheme = papers.scheme(case.form.scheme().as_str());
        let rule = scheme.and_then(|scheme| Text::parse(&scheme.edition.rule.id).ok());
        Ok(Self {
            case: case.number(),
            head: case.head(),
            rule: rule.ok_or(NotSignable::Incomplete)?,
            body: attest(&papers.body, case, opinion, &name),
            document,
            sheet,
            application,
            paper_level: case.paper.as_ref().map(|paper| paper.level),
            history: case
                .paper
                .as_ref()
                .map(|paper| paper.history.clone())
                .unwrap_or_default(),
        })
    }

    /// The level that the paper has, where the certificate was first issued on paper.
    #[must_use]
    pub const fn paper_level(&self) -> Option<u8> {
        self.paper_level
    }

    /// Number of the case.
    #[must_use]
    pub const fn case(&self) -> u32 {
        self.case
    }

    /// Digest of the last act when it was checked.
    #[must_use]
    pub const fn head(&self) -> Sha256Digest {
        self.head
    }

    /// The application document.
    #[must_use]
    pub fn document(&self) -> &[u8] {
        &self.document
    }

    /// The score sheet.
    #[must_use]
    pub fn sheet(&self) -> &[u8] {
        &self.sheet
    }

    /// The event by which the certificate that this one follows ends, from that instant on.
    #[must_use]
    pub fn superseding(
        &self,
        reason: EventReason,
        successor: Successor,
        effective: Timestamp,
    ) -> Option<EventRequest> {
        let decision = &self.application.decision;
        Some(EventRequest {
            change: Change::Superseded { reason, successor },
            effective,
            decision: decision.reference.clone()?,
            decided_by: decision.office.clone()?,
            legal_basis: self.rule.clone(),
            backdating: None,
            decider: decision.by.clone()?,
            verified_by: None,
        })
    }

    /// What happened to a certificate before it was brought in from paper, in order: on the decision by which it was.
    #[must_use]
    pub fn past_events(&self) -> Vec<EventRequest> {
        let (decision, review) = (&self.application.decision, &self.application.review);
        let request = |(place, event): (usize, &PastEvent)| {
            let reference = decision.reference.as_ref()?;
            Some(EventRequest {
                change: event.change.clone(),
                effective: event.on.start(),
                decision: Text::parse(&format!("{reference}·{}", place + 1)).ok()?,
                decided_by: decision.office.clone()?,
                legal_basis: self.rule.clone(),
                backdating: Text::parse(BROUGHT_IN).ok(),
                decider: decision.by.clone()?,
                // Who compared the transcription with the papers saw the correction's record there.
                verified_by: matches!(event.change, Change::Reinstated { .. })
                    .then(|| review.by.clone())
                    .flatten(),
            })
        };
        self.history
            .events()
            .iter()
            .enumerate()
            .filter_map(request)
            .collect()
    }

    /// Whether an event is one of those.
    fn is_past(&self, case: &EventCase<'_>) -> bool {
        self.application.certificate.number.as_ref() == Some(&case.credential.number)
            && self.past_events().contains(case.request)
    }

    /// Whether an event follows from the decision: one of the past of a certificate on paper, or the end of the
    /// certificate that this one follows.
    pub(crate) fn covers(&self, case: &EventCase<'_>) -> bool {
        self.is_past(case) || self.supersedes(case)
    }

    /// Whether an event is the end of just the certificate that this one follows.
    fn supersedes(&self, case: &EventCase<'_>) -> bool {
        let Change::Superseded { reason, successor } = &case.request.change else {
            return false;
        };
        let (terms, old) = (&self.application.certificate, case.credential);
        let follows = match (&terms.changes, &terms.recertifies) {
            (Some(changes), None) => {
                (&changes.number, changes.version) == (&old.number, old.version)
                    && successor.number == old.number
                    && old.version.next().is_ok_and(|next| next == successor.version)
            }
            (None, Some(number)) => *number == old.number && *reason == EventReason::Recertified,
            _ => false,
        };
        let wanted = self.superseding(*reason, successor.clone(), case.request.effective);
        follows
            && terms.valid_from.map(Date::start) == Some(case.request.effective)
            && wanted.as_ref() == Some(case.request)
    }

    /// The body with whoever reviewed and decided on its staff from then on.
    #[must_use]
    pub fn deciding_body(&self, body: &Body) -> Body {
        let decision = &self.application.decision;
        let review = &self.application.review;
        let member = |person: &Option<Text>, on: Option<Date>, office: &Option<Text>| {
            Some(StaffMember {
                person: person.clone()?,
                offices: office.iter().cloned().collect(),
                from: on?,
                until: None,
            })
        };
        let decider = member(&decision.by, decision.on, &decision.office);
        let reviewer = member(&review.by, review.on, &review.office);
        Body {
            staff: decider.into_iter().chain(reviewer).collect(),
            ..body.clone()
        }
    }

    /// What the document says.
    #[must_use]
    pub const fn application(&self) -> &Application {
        &self.application
    }

    /// The body, with the staff and the signatory this case was found to have.
    #[must_use]
    pub const fn body(&self) -> &Body {
        &self.body
    }
}

/// Whether an approval counts: the signature holds, under a key of theirs, and they were entitled.
pub(super) fn check_approval(
    case: &Case,
    personnel: &Personnel,
    given: &GivenApproval,
    at: Timestamp,
) -> Result<(), NotSignable> {
    check_signature(personnel, &given.by.person, &given.approval, at).map_err(|cause| {
        NotSignable::Approval {
            stage: given.stage.clone(),
            cause,
        }
    })?;
    check_entitled(case, personnel, given, at)
}

/// Whether a signature holds under a key of the person that counted then.
pub(crate) fn check_signature(
    personnel: &Personnel,
    person: &Text,
    approval: &Approval,
    at: Timestamp,
) -> Result<(), ApprovalRefused> {
    let theirs = personnel
        .person(person)
        .is_some_and(|it| it.holds_key(&approval.key, at));
    if !theirs {
        let (person, key) = (person.clone(), approval.key);
        return Err(ApprovalRefused::Key { person, key });
    }
    if approval.verifies() {
        Ok(())
    } else {
        Err(ApprovalRefused::Signature {
            person: person.clone(),
        })
    }
}

fn check_entitled(
    case: &Case,
    personnel: &Personnel,
    given: &GivenApproval,
    at: Timestamp,
) -> Result<(), NotSignable> {
    let role = given.verdict.stage_kind().judge();
    let charge = Charge {
        role,
        office: given.office.as_ref().filter(|_| role == Role::Approver),
        scheme: Some(case.form.scheme()),
    };
    match entitlement(personnel, &given.by, charge, at) {
        Ok(_) => Ok(()),
        Err(cause) => Err(NotSignable::NotEntitled {
            stage: given.stage.clone(),
            cause,
        }),
    }
}

/// 签发: the name the signatory bears on the first day of validity, and for whom they sign.
fn printed_name(personnel: &Personnel, given: &GivenApproval) -> Option<Text> {
    let Verdict::Opinion(opinion) = &given.verdict else {
        return None;
    };
    let name = |person| personnel.person(person)?.name_on(opinion.valid_from);
    let own = name(&given.by.person)?;
    match given.by.delegator() {
        None => Some(own.clone()),
        Some(delegator) => Text::parse(&format!("{own}（代{}）", name(delegator)?)).ok(),
    }
}

/// The body as the rules are to see it: its staff are those found entitled, each on the day of their duty.
fn attest(body: &Body, case: &Case, opinion: &GivenApproval, name: &Text) -> Body {
    let mut staff = Vec::new();
    for given in &case.approvals {
        let day = Date::of(given.at);
        for person in given.by.people() {
            staff.push(StaffMember {
                person: person.clone(),
                offices: given.office.iter().cloned().collect(),
                from: day,
                until: Some(day),
            });
        }
    }
    let day = match (&case.paper, &opinion.verdict) {
        (Some(paper), _) => paper.valid_from,
        (None, Verdict::Opinion(opinion)) => opinion.valid_from,
        (None, Verdict::Review(_) | Verdict::Consent(_) | Verdict::Decision(_)) => Date::of(opinion.at),
    };
    Body {
        staff,
        signatories: vec![Signatory {
            name: name.clone(),
            schemes: vec![case.form.scheme().clone()],
            from: day,
            until: Some(day),
        }],
        ..body.clone()
    }
}
