//! What a person may do on a measure now, tried on a copy of it, as for cases.

use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest, text::Text};

use super::held::Held;
use crate::{
    after_issue::{
        Dropped, Measure, MeasureContent, MeasureDecision, MeasureKind, MeasureOutcome, MeasureStatus,
        Proposed, Signed, Statement, Verification, desk,
    },
    casework::{
        Actor, Approval, ApprovalSignature, Attached, Attachment, AttachmentPurpose, Passage, Personnel,
        Role, entitlement,
    },
};

/// Something a person may do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MeasureOffer {
    /// As whom.
    pub(super) actor: Actor,
    /// What.
    pub(super) act: MeasureAct,
}

/// What may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MeasureAct {
    /// Attach evidence.
    Attach,
    /// Propose it, or put it on record.
    Propose,
    /// Say what the evaluation of the correction found.
    Verify,
    /// Decide.
    Decide,
    /// Settle loss of conformity.
    Settle,
    /// Sign the event and deliver it.
    CarryOut,
    /// Give it up.
    Drop,
}

/// Everything that somebody who holds these roles may do on a measure at an instant.
pub(super) fn measure_offers(
    measure: &Measure,
    personnel: &Personnel,
    held: &[Held],
    now: Timestamp,
) -> Vec<MeasureOffer> {
    let mut offers = Vec::new();
    let edition = measure.opened().certificate.scheme.as_str();
    for held in held.iter().filter(|held| held.sees_certificates(edition)) {
        let trial = Trial {
            measure,
            personnel,
            by: &held.actor,
            now,
        };
        for act in trial.acts() {
            let actor = held.actor.clone();
            let offer = MeasureOffer { actor, act };
            if !offers.contains(&offer) {
                offers.push(offer);
            }
        }
    }
    offers
}

struct Trial<'a> {
    measure: &'a Measure,
    personnel: &'a Personnel,
    by: &'a Actor,
    now: Timestamp,
}

impl Trial<'_> {
    fn acts(&self) -> Vec<MeasureAct> {
        let (Ok(word), Ok(text)) = ("…".parse::<Passage>(), Text::parse("…")) else {
            return Vec::new();
        };
        let decision = |outcome| {
            Statement::Decision(MeasureDecision {
                backdating: None,
                effective: None,
                legal_basis: text.clone(),
                outcome,
                reason: Some(word.clone()),
                reference: text.clone(),
            })
        };
        let attached = MeasureContent::Attached(Attached {
            attachment: Attachment {
                digest: Sha256Digest::of(b"a file that nobody attached"),
                media_type: text.clone(),
                name: text.clone(),
                purpose: AttachmentPurpose::Evidence,
                size: 0,
            },
        });
        let verification = Verification {
            effective: true,
            note: word.clone(),
        };
        let settles = self.measure.kind() == MeasureKind::Nonconformity;
        let reason = word.clone();
        let tried = [
            (MeasureAct::Attach, self.may(&attached)),
            (
                MeasureAct::Propose,
                self.may_say(&Statement::Proposal(Proposed { note: None })),
            ),
            (
                MeasureAct::Verify,
                self.may_say(&Statement::Verification(verification)),
            ),
            (
                MeasureAct::Decide,
                !settles && self.may_say(&decision(MeasureOutcome::Refuse)),
            ),
            (
                MeasureAct::Settle,
                settles && self.may_say(&decision(MeasureOutcome::Agree)),
            ),
            (MeasureAct::CarryOut, self.may_carry_out()),
            (
                MeasureAct::Drop,
                self.may(&MeasureContent::Dropped(Dropped { reason })),
            ),
        ];
        let may = |(act, may): (MeasureAct, bool)| may.then_some(act);
        tried.into_iter().filter_map(may).collect()
    }

    /// Whether the list of people and the transition table take an act.
    fn may(&self, content: &MeasureContent) -> bool {
        desk::authorize(self.measure, self.personnel, self.by, content, self.now).is_ok()
            && self.lawful(content)
    }

    fn lawful(&self, content: &MeasureContent) -> bool {
        self.measure
            .clone()
            .take(Some(self.by), self.now, content)
            .is_ok()
    }

    /// The same for a statement, of which the signature is still to come.
    fn may_say(&self, statement: &Statement) -> bool {
        let key = self
            .personnel
            .person(&self.by.person)
            .and_then(|person| person.keys.last());
        let Some(key) = key else { return false };
        let content = MeasureContent::Signed(Signed {
            approval: Approval {
                batch: None,
                bundle: Sha256Digest::of(&self.measure.bundle(self.by, statement)),
                key: key.key,
                signature: ApprovalSignature::from_bytes([0; 64]),
            },
            statement: statement.clone(),
        });
        let charge = self.measure.charge(self.by, &content);
        let entitled =
            charge.is_ok_and(|charge| entitlement(self.personnel, self.by, charge, self.now).is_ok());
        entitled && self.lawful(&content)
    }

    fn may_carry_out(&self) -> bool {
        self.measure.status() == MeasureStatus::Agreed
            && matches!(self.by.role, Role::SurveillanceOfficer | Role::Signatory)
    }
}
