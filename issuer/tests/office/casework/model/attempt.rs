//! What somebody tries next.

use touchstone_issuer::casework::{
    Actor, Approval, ApprovalSignature, Assigned, Attached, Attachment, AttachmentPurpose, Case, CaseContent,
    Closed, DecisionOutcome, Declared, Done, Issued, Judged, Personnel, Recommendation, Returned, Role,
    StageKind, Verdict, Waived,
};
use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::Date,
    digest::Sha256Digest,
    multikey::Multikey,
    text::Text,
};

use super::world::{REPORT, Random, WORK, World, somebody};
use crate::casework::staff::{consent, decision, key, opinion, review, text};

pub(super) fn verdict(random: &mut Random, kind: StageKind) -> Verdict {
    match kind {
        StageKind::Review => review(if random.percent(85) {
            Recommendation::Positive
        } else {
            Recommendation::Negative
        }),
        StageKind::Decision => {
            let reason = random.percent(30).then_some("理由");
            let refused = random.percent(8);
            decision(
                if refused {
                    DecisionOutcome::Refuse
                } else {
                    DecisionOutcome::Grant
                },
                reason,
            )
        }
        StageKind::Signing => opinion(),
        StageKind::Approval | StageKind::Task | StageKind::Evaluation => consent(),
    }
}

/// Whether approvals bear real signatures.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Signatures {
    Real,
    None,
}

pub(super) fn judge(
    random: &mut Random,
    case: &Case,
    by: &Actor,
    stage: &Text,
    kind: StageKind,
    signatures: Signatures,
) -> CaseContent {
    let verdict = verdict(random, kind);
    let bundle = case.bundle(by, stage, &verdict);
    let mut approval = match signatures {
        Signatures::Real => Approval::sign(&bundle, &key(by.person.as_str())).unwrap(),
        Signatures::None => Approval {
            batch: None,
            bundle: Sha256Digest::of(&bundle),
            key: Multikey::from_bytes([0; 32]),
            signature: ApprovalSignature::from_bytes([0; 64]),
        },
    };
    if random.percent(4) {
        approval.bundle = Sha256Digest::of(b"another bundle");
    }
    CaseContent::Judged(Judged {
        approval,
        stage: stage.clone(),
        verdict,
    })
}

/// A file whose bytes are its name.
pub(super) fn attached(name: &str) -> CaseContent {
    CaseContent::Attached(Attached {
        attachment: Attachment {
            digest: Sha256Digest::of(name.as_bytes()),
            media_type: text("application/pdf"),
            name: text(name),
            purpose: AttachmentPurpose::Report,
            size: u64::try_from(name.len()).unwrap(),
        },
    })
}

pub(super) fn issued() -> CaseContent {
    CaseContent::Issued(Issued {
        number: CredentialNumber::parse("CQC26ZNZ000123R0").unwrap(),
        unsecured: Sha256Digest::of(b""),
        version: Version::FIRST,
    })
}

/// What would bring the case on, by somebody.
pub(super) fn forward(
    random: &mut Random,
    world: &World,
    case: &Case,
    personnel: &Personnel,
    signatures: Signatures,
) -> (Option<Actor>, CaseContent) {
    let clerk = |random: &mut Random| Some(somebody(random, personnel, Role::Clerk, None));
    let assigned: Vec<&Text> = case.team().keys().collect();
    let free: Vec<&Text> = case.evaluators().collect();
    let report = world.evaluation.report.digest;
    if let Some(stale) = case.stale().map(|given| given.stage.clone()) {
        let role = case
            .next_stage()
            .map_or(Role::Signatory, |rule| role_of(rule.kind));
        let office = case.next_stage().filter(|rule| rule.kind == StageKind::Approval);
        let office = office.and_then(|rule| rule.office.clone());
        let returned = Returned {
            reason: "证据变更".parse().unwrap(),
            to: stale,
        };
        let by = somebody(random, personnel, role, office.as_ref());
        return (Some(by), CaseContent::Returned(returned));
    }
    if assigned.is_empty() {
        let evaluator = somebody(random, personnel, Role::Evaluator, None).person;
        return (clerk(random), CaseContent::Assigned(Assigned { evaluator }));
    }
    if free.len() < assigned.len() {
        let person = (*random.pick(&assigned)).clone();
        let by = Actor::own(person, Role::Evaluator);
        return (Some(by), CaseContent::Declared(declared(random, world)));
    }
    if !case.attachments().iter().any(|file| file.digest == report) {
        return (clerk(random), attached(REPORT));
    }
    let Some(rule) = case.next_stage() else {
        return (None, issued());
    };
    if let Some(task) = case.waits_for(&rule.code).next() {
        let done = Done {
            note: None,
            stage: task.code.clone(),
        };
        return (clerk(random), CaseContent::Done(done));
    }
    if rule.kind == StageKind::Evaluation {
        let by = Actor::own((*random.pick(&free)).clone(), Role::Evaluator);
        return (Some(by), CaseContent::Evaluated(world.evaluation.clone()));
    }
    let office = rule.office.clone().filter(|_| rule.kind == StageKind::Approval);
    let by = somebody(random, personnel, role_of(rule.kind), office.as_ref());
    let content = judge(random, case, &by, &rule.code, rule.kind, signatures);
    (Some(by), content)
}

pub(super) fn declared(random: &mut Random, world: &World) -> Declared {
    Declared {
        conflict: random.percent(5).then(|| "曾任职于该企业".parse().unwrap()),
        covers_from: Date::of(world.at)
            .add_days(if random.percent(95) { -800 } else { -300 })
            .unwrap(),
    }
}

pub(super) fn role_of(kind: StageKind) -> Role {
    match kind {
        StageKind::Review | StageKind::Evaluation | StageKind::Task => Role::Reviewer,
        StageKind::Approval => Role::Approver,
        StageKind::Decision => Role::Decider,
        StageKind::Signing => Role::Signatory,
    }
}

/// The next thing somebody tries.
pub(super) fn attempt(
    random: &mut Random,
    world: &World,
    case: &Case,
    personnel: &Personnel,
    signatures: Signatures,
) -> (Option<Actor>, CaseContent) {
    let stages = &case.workflow().stages;
    let any = |random: &mut Random| {
        let (held, _) = *random.pick(&WORK);
        Some(somebody(random, personnel, held, None))
    };
    match random.below(100) {
        0..72 => forward(random, world, case, personnel, signatures),
        72..78 => {
            let file = attached(&format!("补充{}.pdf", random.next()));
            let held = if random.percent(50) {
                Role::Clerk
            } else {
                Role::Evaluator
            };
            (Some(somebody(random, personnel, held, None)), file)
        }
        78..82 => {
            let returned = Returned {
                reason: "重做".parse().unwrap(),
                to: random.pick(stages).code.clone(),
            };
            let rule = random.pick(stages);
            (
                Some(somebody(
                    random,
                    personnel,
                    role_of(rule.kind),
                    rule.office.as_ref(),
                )),
                CaseContent::Returned(returned),
            )
        }
        82..87 => {
            let waived = Waived {
                reason: "不需要".parse().unwrap(),
                stage: random.pick(stages).code.clone(),
            };
            let held = if random.percent(50) {
                Role::Decider
            } else {
                Role::Clerk
            };
            (
                Some(somebody(random, personnel, held, None)),
                CaseContent::Waived(waived),
            )
        }
        87..89 => {
            let evaluator = text(random.name());
            (any(random), CaseContent::Assigned(Assigned { evaluator }))
        }
        89..91 => (any(random), CaseContent::Declared(declared(random, world))),
        91..93 => (any(random), CaseContent::Evaluated(world.evaluation.clone())),
        93..98 => {
            let rule = random.pick(stages).clone();
            let by = somebody(random, personnel, role_of(rule.kind), rule.office.as_ref());
            let content = judge(random, case, &by, &rule.code, rule.kind, signatures);
            (Some(by), content)
        }
        98 => (if random.percent(50) { None } else { any(random) }, issued()),
        _ if random.percent(20) => {
            let reason = "撤回".parse().unwrap();
            (any(random), CaseContent::Closed(Closed { reason }))
        }
        _ => (None, attached("无人.pdf")),
    }
}
