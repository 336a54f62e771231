//! People with keys of their own, and the steps they take.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use touchstone_issuer::{
    casework::{
        Actor, Approval, Assigned, AttachmentPurpose, Case, CaseContent, Consent, Decision, DecisionOutcome,
        Declared, Deputising, Done, Form, Judged, MandateGiven, Opinion, PersonAdded, PersonnelContent,
        Recommendation, ReportReference, Review, Role, RoleGiven, Verdict,
        desk::{self, CaseworkError, EvaluationDraft, Intake},
    },
    office::{Clock, Office},
    store::Store,
};
use touchstone_schemas::{
    date_time::{Date, Timestamp},
    decode::read,
    digest::Sha256Digest,
    multikey::Multikey,
    text::Text,
};

use crate::test_office::demo;

pub(crate) fn text(text: &str) -> Text {
    Text::parse(text).unwrap()
}

pub(super) fn now() -> Timestamp {
    Clock::System.now()
}

/// A key that is always the same for a person.
pub(super) fn key(person: &str) -> SigningKey {
    SigningKey::from_bytes(Sha256Digest::of(person.as_bytes()).as_bytes())
}

pub(super) fn multikey(person: &str) -> Multikey {
    Multikey::from_bytes(key(person).verifying_key().to_bytes())
}

/// Somebody in a role of their own.
pub(super) fn own(person: &str, role: Role) -> Actor {
    Actor::own(text(person), role)
}

/// Somebody as a deputy.
pub(super) fn deputy(person: &str, role: Role, delegator: &str, mandate: u32) -> Actor {
    Actor {
        deputising: Some(Deputising {
            delegator: text(delegator),
            mandate,
        }),
        ..own(person, role)
    }
}

/// The roles of the usual staff, and the office of approvers.
pub(super) const ROLES: [(&str, Role, Option<&str>); 9] = [
    ("管理", Role::Administrator, None),
    ("受理", Role::Clerk, None),
    ("评价甲", Role::Evaluator, None),
    ("评价乙", Role::Evaluator, None),
    ("复核", Role::Reviewer, None),
    ("处长", Role::Approver, Some("处长")),
    ("主任", Role::Approver, Some("主任")),
    ("决定", Role::Decider, None),
    ("签发", Role::Signatory, None),
];

pub(super) fn added(person: &str) -> PersonnelContent {
    PersonnelContent::PersonAdded(PersonAdded {
        person: text(person),
        name: text(&format!("示范{person}")),
        since: "2020-01-01".parse().unwrap(),
        key: multikey(person),
    })
}

pub(super) fn role(person: &str, role: Role, office: Option<&str>) -> PersonnelContent {
    PersonnelContent::RoleGiven(RoleGiven {
        person: text(person),
        role,
        office: office.map(text),
        schemes: Vec::new(),
        from: "2020-01-01".parse().unwrap(),
        until: None,
    })
}

pub(super) fn mandate(delegator: &str, deputy: &str, role: Role, office: Option<&str>) -> PersonnelContent {
    PersonnelContent::MandateGiven(MandateGiven {
        delegator: text(delegator),
        deputy: text(deputy),
        role,
        office: office.map(text),
        schemes: Vec::new(),
        from: Date::of(now()),
        until: Date::of(now()).add_days(10).unwrap(),
    })
}

/// Puts the usual staff on the list; the first administrator by the program, the others by them.
pub(crate) async fn hire(store: &mut Store) {
    let administrator = Actor::administrator(text("管理"));
    for (person, held, office) in ROLES {
        let by = (held != Role::Administrator).then_some(&administrator);
        desk::keep_people(store, by, added(person), now()).await.unwrap();
        desk::keep_people(store, by, role(person, held, office), now())
            .await
            .unwrap();
    }
}

/// The client's part of a demonstration sample.
pub(super) fn form(sample: &str) -> Form {
    let path = demo().join(format!("applications/{sample}.json"));
    let mut document: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    for member in [
        "evaluation",
        "drafting",
        "review",
        "approvals",
        "decision",
        "certificate",
    ] {
        document.as_object_mut().unwrap().remove(member);
    }
    document["agreement"]["signedOn"] = Date::of(now()).add_days(-30).unwrap().to_string().into();
    Form::read(&serde_json::to_vec(&document).unwrap()).unwrap()
}

pub(super) fn report() -> Intake {
    Intake {
        name: text("报告.pdf"),
        media_type: text("application/pdf"),
        purpose: AttachmentPurpose::Report,
        bytes: b"%PDF-1.7 a report".to_vec(),
    }
}

pub(super) fn evaluation(level: u8) -> EvaluationDraft {
    let path = demo().join(format!("scores/level-{level}.json"));
    EvaluationDraft {
        assessed_on: Date::of(now()).add_days(-5).unwrap(),
        findings: Vec::new(),
        report: ReportReference {
            digest: Sha256Digest::of(&report().bytes),
            number: text("YS-ZNZ-77"),
        },
        sheet: read(&std::fs::read(path).unwrap(), 1 << 20).unwrap(),
        technical_support: None,
    }
}

pub(super) fn review(recommendation: Recommendation) -> Verdict {
    Verdict::Review(Review {
        note: None,
        recommendation,
    })
}

pub(super) fn consent() -> Verdict {
    Verdict::Consent(Consent { note: None })
}

pub(super) fn decision(outcome: DecisionOutcome, reason: Option<&str>) -> Verdict {
    Verdict::Decision(Decision {
        after_withdrawal: None,
        outcome,
        reason: reason.map(text),
        reference: text("示范决定-77"),
    })
}

pub(super) fn opinion() -> Verdict {
    Verdict::Opinion(Opinion {
        opinion: "同意签发".parse().unwrap(),
        valid_from: Date::of(now()),
    })
}

/// A judgement on a case as it stands, signed with the actor's own key.
pub(super) fn judged(case: &Case, by: &Actor, stage: &str, verdict: Verdict) -> CaseContent {
    let bundle = case.bundle(by, &text(stage), &verdict);
    CaseContent::Judged(Judged {
        approval: Approval::sign(&bundle, &key(by.person.as_str())).unwrap(),
        stage: text(stage),
        verdict,
    })
}

pub(super) async fn act(
    office: &mut Office,
    case: u32,
    by: &Actor,
    content: CaseContent,
) -> Result<Case, CaseworkError> {
    desk::perform(&mut office.store, case, by, content, now()).await
}

/// Judges a case as it stands.
pub(super) async fn judge(
    office: &mut Office,
    case: u32,
    by: &Actor,
    stage: &str,
    verdict: Verdict,
) -> Result<Case, CaseworkError> {
    let known = office.store.case(case).await.unwrap().unwrap();
    act(office, case, by, judged(&known, by, stage, verdict)).await
}

/// Brings an application so far that it waits for its review.
pub(super) async fn evaluated(office: &mut Office, sample: &str, level: u8) -> u32 {
    let clerk = own("受理", Role::Clerk);
    let case = desk::open_case(&office.papers, &mut office.store, &clerk, form(sample), now())
        .await
        .unwrap();
    let number = case.number();
    for evaluator in ["评价甲", "评价乙"] {
        let assigned = CaseContent::Assigned(Assigned {
            evaluator: text(evaluator),
        });
        act(office, number, &clerk, assigned).await.unwrap();
        let declared = CaseContent::Declared(declared());
        act(office, number, &own(evaluator, Role::Evaluator), declared)
            .await
            .unwrap();
    }
    let evaluator = own("评价甲", Role::Evaluator);
    desk::attach(&mut office.store, number, &evaluator, report(), now())
        .await
        .unwrap();
    desk::evaluate(
        &office.papers,
        &mut office.store,
        number,
        &evaluator,
        evaluation(level),
        now(),
    )
    .await
    .unwrap();
    number
}

pub(super) fn declared() -> Declared {
    Declared {
        conflict: None,
        covers_from: Date::of(now()).add_days(-800).unwrap(),
    }
}

pub(super) fn fee() -> CaseContent {
    CaseContent::Done(Done {
        note: None,
        stage: text("fee"),
    })
}

/// Every judgement up to and with the stage named, and the fee.
pub(super) async fn judged_up_to(office: &mut Office, number: u32, last: &str) {
    act(office, number, &own("受理", Role::Clerk), fee())
        .await
        .unwrap();
    let steps: [(&str, &str, Role, Verdict); 5] = [
        ("review", "复核", Role::Reviewer, review(Recommendation::Positive)),
        ("division", "处长", Role::Approver, consent()),
        ("director", "主任", Role::Approver, consent()),
        (
            "decision",
            "决定",
            Role::Decider,
            decision(DecisionOutcome::Grant, None),
        ),
        ("signing", "签发", Role::Signatory, opinion()),
    ];
    for (stage, person, role, verdict) in steps {
        judge(office, number, &own(person, role), stage, verdict)
            .await
            .unwrap();
        if stage == last {
            return;
        }
    }
    panic!("no stage {last}");
}

/// What each stage of a case stands at, by code.
pub(super) fn stages(case: &Case) -> BTreeMap<String, &'static str> {
    case.stages()
        .map(|(rule, record)| (rule.code.to_string(), record.state.name()))
        .collect()
}
