//! What a person may do on a case now: what the transition table takes and the list of people entitles them to, tried
//! on a copy of the case. Whatever is not offered here is refused by the same rules when it is sent all the same.

use touchstone_schemas::{
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    scheme::sheet::ScoreSheet,
    text::Text,
};

use super::held::Held;
use crate::casework::{
    Actor, Amended, Approval, ApprovalSignature, Assigned, Attached, Attachment, AttachmentPurpose, Case,
    CaseContent, Closed, Consent, Decision, DecisionOutcome, Declared, Done, Evaluation, Judged, Opinion,
    Passage, Personnel, Recommendation, ReportReference, Returned, Review, Role, StageKind, StageState,
    Status, Verdict, Waived, desk, entitlement,
};

/// Something a person may do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    /// As whom.
    pub(super) actor: Actor,
    /// What.
    pub(super) act: OfferedAct,
}

/// What may be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum OfferedAct {
    /// Change the application.
    Amend,
    /// Attach a file.
    Attach,
    /// Assign one of these evaluators.
    Assign(Vec<Text>),
    /// Declare interests.
    Declare,
    /// Put the evaluation on file.
    Evaluate,
    /// Put the evaluation of the version that is changed on file again.
    CarryOver,
    /// Settle a task.
    Done(Text),
    /// Do without a stage.
    Waive(Text),
    /// Judge in a stage.
    Judge(Text, StageKind),
    /// Give the case back to one of these stages.
    Return(Vec<Text>),
    /// Close the case.
    Close,
    /// Number, sign and deliver the certificate.
    Issue,
}

/// Everything that somebody who holds these roles may do on a case at an instant.
pub(super) fn offers(case: &Case, personnel: &Personnel, held: &[Held], now: Timestamp) -> Vec<Offer> {
    let mut offers = Vec::new();
    for held in held.iter().filter(|held| held.sees(case)) {
        let trial = Trial {
            case,
            personnel,
            by: &held.actor,
            now,
        };
        for act in trial.acts() {
            let actor = held.actor.clone();
            let offer = Offer { actor, act };
            if !offers.contains(&offer) {
                offers.push(offer);
            }
        }
    }
    offers
}

/// Acts tried on a copy.
struct Trial<'a> {
    case: &'a Case,
    personnel: &'a Personnel,
    by: &'a Actor,
    now: Timestamp,
}

impl Trial<'_> {
    fn acts(&self) -> Vec<OfferedAct> {
        let mut acts = Vec::new();
        let Ok(word) = "…".parse::<Passage>() else {
            return acts;
        };
        self.making(&word, &mut acts);
        self.evaluating(&mut acts);
        if self.may_carry_over() {
            acts.push(OfferedAct::CarryOver);
        }
        for (rule, _) in self.case.stages() {
            let stage = || rule.code.clone();
            let done = CaseContent::Done(Done {
                note: None,
                stage: stage(),
            });
            if rule.kind == StageKind::Task && self.may(&done) {
                acts.push(OfferedAct::Done(stage()));
            }
            let waived = CaseContent::Waived(Waived {
                reason: word.clone(),
                stage: stage(),
            });
            if self.may(&waived) {
                acts.push(OfferedAct::Waive(stage()));
            }
            if self.may_judge(&rule.code, rule.kind, &word) {
                acts.push(OfferedAct::Judge(stage(), rule.kind));
            }
        }
        let back: Vec<Text> = self.case.stages().map(|(rule, _)| rule.code.clone()).collect();
        let back: Vec<Text> = back.into_iter().filter(|to| self.may_return(to, &word)).collect();
        if !back.is_empty() {
            acts.push(OfferedAct::Return(back));
        }
        if self.may_issue() {
            acts.push(OfferedAct::Issue);
        }
        acts
    }

    /// What clerks do.
    fn making(&self, word: &Passage, acts: &mut Vec<OfferedAct>) {
        let Ok(text) = Text::parse("…") else { return };
        let amended = CaseContent::Amended(Amended {
            form: self.case.form().clone(),
            reason: text.clone(),
        });
        if self.may(&amended) {
            acts.push(OfferedAct::Amend);
        }
        let attached = CaseContent::Attached(Attached {
            attachment: Attachment {
                digest: Sha256Digest::of(b"a file that nobody attached"),
                media_type: text.clone(),
                name: text,
                purpose: AttachmentPurpose::Evidence,
                size: 0,
            },
        });
        if self.may(&attached) {
            acts.push(OfferedAct::Attach);
        }
        let people = self.personnel.people().keys();
        let assignable = people.filter(|person| {
            let evaluator = (*person).clone();
            self.may(&CaseContent::Assigned(Assigned { evaluator }))
        });
        let assignable: Vec<Text> = assignable.cloned().collect();
        if !assignable.is_empty() {
            acts.push(OfferedAct::Assign(assignable));
        }
        if self.may(&CaseContent::Closed(Closed { reason: word.clone() })) {
            acts.push(OfferedAct::Close);
        }
    }

    /// What evaluators do.
    fn evaluating(&self, acts: &mut Vec<OfferedAct>) {
        let today = Date::of(self.now);
        let Some(covers_from) = today.add_days(-3 * 366) else {
            return;
        };
        let declared = Declared {
            conflict: None,
            covers_from,
        };
        if self.may(&CaseContent::Declared(declared)) {
            acts.push(OfferedAct::Declare);
        }
        let report = self
            .case
            .attachments()
            .iter()
            .find(|file| file.purpose == AttachmentPurpose::Report);
        let (Some(report), Ok(text)) = (report, Text::parse("…")) else {
            return;
        };
        let evaluated = CaseContent::Evaluated(Evaluation {
            assessed_on: today,
            confidence: None,
            findings: Vec::new(),
            level: None,
            report: ReportReference {
                digest: report.digest,
                number: text.clone(),
            },
            sheet: ScoreSheet {
                weight_set: String::new(),
                tailoring: Vec::new(),
                scores: Vec::new(),
            },
            technical_support: None,
            total: text,
        });
        if self.may(&evaluated) {
            acts.push(OfferedAct::Evaluate);
        }
    }

    /// An evaluator who declared their interests may let the evaluation of the version before stand; whether it can is
    /// asked of that version.
    fn may_carry_over(&self) -> bool {
        let assigned = self.case.evaluators().any(|person| *person == self.by.person);
        let changes = self.case.form().request().certificate.changes.is_some();
        self.by.role == Role::Evaluator
            && assigned
            && changes
            && self.case.evaluation().is_none()
            && *self.case.status() == Status::InWork
    }

    /// Whether the list of people and the transition table take an act.
    fn may(&self, content: &CaseContent) -> bool {
        desk::authorize(self.case, self.personnel, self.by, content, self.now).is_ok() && self.lawful(content)
    }

    fn lawful(&self, content: &CaseContent) -> bool {
        self.case.clone().take(Some(self.by), self.now, content).is_ok()
    }

    /// The same for a judgement, of which the signature is still to come.
    fn may_judge(&self, stage: &Text, kind: StageKind, word: &Passage) -> bool {
        let key = self
            .personnel
            .person(&self.by.person)
            .and_then(|person| person.keys.last());
        let (Some(key), Some(verdict)) = (key, some_verdict(kind, word, Date::of(self.now))) else {
            return false;
        };
        let content = CaseContent::Judged(Judged {
            approval: Approval {
                batch: None,
                bundle: Sha256Digest::of(&self.case.bundle(self.by, stage, &verdict)),
                key: key.key,
                signature: ApprovalSignature::from_bytes([0; 64]),
            },
            stage: stage.clone(),
            verdict,
        });
        let charge = self.case.charge(self.by, &content);
        let entitled =
            charge.is_ok_and(|charge| entitlement(self.personnel, self.by, charge, self.now).is_ok());
        entitled && self.lawful(&content)
    }

    fn may_return(&self, to: &Text, word: &Passage) -> bool {
        self.may(&CaseContent::Returned(Returned {
            reason: word.clone(),
            to: to.clone(),
        }))
    }

    fn may_issue(&self) -> bool {
        self.by.role == Role::Signatory
            && *self.case.status() == Status::InWork
            && self
                .case
                .stages()
                .all(|(_, record)| record.state != StageState::NotDone)
    }
}

/// Any verdict of a kind that needs no more than the stage itself.
fn some_verdict(kind: StageKind, word: &Passage, today: Date) -> Option<Verdict> {
    let text = Text::parse("…").ok()?;
    match kind {
        StageKind::Review => Some(Verdict::Review(Review {
            note: None,
            recommendation: Recommendation::Negative,
        })),
        StageKind::Approval => Some(Verdict::Consent(Consent { note: None })),
        StageKind::Decision => Some(Verdict::Decision(Decision {
            after_withdrawal: None,
            outcome: DecisionOutcome::Refuse,
            reason: Some(text.clone()),
            reference: text,
        })),
        StageKind::Signing => Some(Verdict::Opinion(Opinion {
            opinion: word.clone(),
            valid_from: today,
        })),
        StageKind::Task | StageKind::Evaluation => None,
    }
}
