//! Random people do random things: whatever they try, nothing is issued against the separation of duties, without
//! entitlement, or on other evidence than was approved (DESIGN §2 invariant 7).
//!
//! The witness keeps its own books from the acts that were taken in, and knows nothing of the code it watches.

use std::collections::{BTreeMap, BTreeSet};

use touchstone_issuer::{
    casework::{
        Act, Actor, Applied, Approval, ApprovalSignature, Assigned, Attached, Attachment, AttachmentPurpose,
        Case, CaseContent, Closed, DecisionOutcome, Declared, Deputising, Done, Evaluation, Form, Issued,
        JournalFault, Judged, Personnel, Recommendation, ReportReference, Returned, Role, SeparationRules,
        StageKind, Status, Verdict, Waived, Workflows, check_journals,
        desk::{self, Intake},
        entitlement,
    },
    store::Store,
};
use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    multikey::Multikey,
    scheme::sheet::ScoreSheet,
    text::Text,
};

use super::staff::{
    added, consent, decision, evaluation, form, key, mandate, now, opinion, review, role, text,
};
use crate::test_office::TestOffice;

/// Sequences in memory, and acts tried in each.
const SEQUENCES: u64 = 100_000;
const ACTS: usize = 26;
/// Sequences on a database.
const STORED: u64 = 150;

/// SplitMix64: the same sequences on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }

    fn name(&mut self) -> &'static str {
        PEOPLE[self.below(PEOPLE.len())]
    }

    fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

const REPORT: &str = "报告.pdf";
const PEOPLE: [&str; 7] = ["甲", "乙", "丙", "丁", "戊", "己", "庚"];
const WORK: [(Role, Option<&str>); 8] = [
    (Role::Clerk, None),
    (Role::Evaluator, None),
    (Role::Reviewer, None),
    (Role::Approver, Some("处长")),
    (Role::Approver, Some("主任")),
    (Role::Decider, None),
    (Role::Signatory, None),
    (Role::Auditor, None),
];

/// Acts of the journal of people: everybody holds a few roles, and some may act for others.
fn staff(random: &mut Random) -> Vec<touchstone_issuer::casework::PersonnelContent> {
    let mut contents: Vec<_> = PEOPLE.iter().map(|person| added(person)).collect();
    for person in PEOPLE {
        for _ in 0..=random.below(4) {
            let (held, office) = *random.pick(&WORK);
            contents.push(role(person, held, office));
        }
    }
    for _ in 0..random.below(9) {
        let (delegator, deputy) = (*random.pick(&PEOPLE), *random.pick(&PEOPLE));
        let (held, office) = *random.pick(&WORK);
        if delegator != deputy && held.may_be_deputised() {
            contents.push(mandate(delegator, deputy, held, office));
        }
    }
    contents
}

fn personnel(random: &mut Random, at: Timestamp) -> Personnel {
    let mut personnel = Personnel::default();
    for content in staff(random) {
        let act = Act {
            journal: 0,
            sequence: personnel.acts() + 1,
            at,
            by: None,
            content,
            previous: personnel.head(),
        };
        personnel.apply(&act).unwrap();
    }
    personnel
}

/// What is the same in every sequence.
struct World {
    form: Form,
    workflows: Workflows,
    evaluation: Evaluation,
    at: Timestamp,
}

impl World {
    fn new() -> Self {
        let draft = evaluation(3);
        Self {
            form: form("01-in-force"),
            workflows: Workflows::built_in().unwrap(),
            evaluation: Evaluation {
                assessed_on: draft.assessed_on,
                confidence: None,
                findings: Vec::new(),
                level: Some(3),
                report: ReportReference {
                    digest: Sha256Digest::of(REPORT.as_bytes()),
                    number: text("YS-ZNZ-77"),
                },
                sheet: ScoreSheet {
                    scores: Vec::new(),
                    ..draft.sheet
                },
                technical_support: None,
                total: text("3.00"),
            },
            at: now(),
        }
    }

    fn applied(&self) -> CaseContent {
        CaseContent::Applied(Applied {
            form: self.form.clone(),
            separation: SeparationRules {
                one_approver: false,
                reviewer_may_decide: false,
            },
            workflow: self.workflows.of("cmmm-2020").unwrap().clone(),
        })
    }
}

/// Somebody for a role: mostly one who holds it, or may act for who does; sometimes anybody.
fn somebody(random: &mut Random, personnel: &Personnel, wanted: Role, office: Option<&Text>) -> Actor {
    if random.percent(15) {
        let (role, _) = if random.percent(50) {
            (wanted, None)
        } else {
            *random.pick(&WORK)
        };
        let mut actor = Actor::own(text(random.name()), role);
        if random.percent(30) {
            actor.deputising = Some(Deputising {
                delegator: text(random.name()),
                mandate: u32::try_from(random.below(40)).unwrap(),
            });
        }
        return actor;
    }
    let mut able: Vec<Actor> = personnel
        .roles()
        .iter()
        .filter(|it| it.given.role == wanted && it.given.office.as_ref() == office)
        .map(|it| Actor::own(it.given.person.clone(), wanted))
        .collect();
    able.extend(
        personnel
            .mandates()
            .iter()
            .filter(|it| it.given.role == wanted)
            .map(|it| Actor {
                person: it.given.deputy.clone(),
                role: wanted,
                deputising: Some(Deputising {
                    delegator: it.given.delegator.clone(),
                    mandate: it.number,
                }),
            }),
    );
    if able.is_empty() {
        return Actor::own(text(random.name()), wanted);
    }
    random.pick(&able).clone()
}

fn verdict(random: &mut Random, kind: StageKind) -> Verdict {
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
enum Signatures {
    Real,
    None,
}

fn judge(
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
fn attached(name: &str) -> CaseContent {
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

fn issued() -> CaseContent {
    CaseContent::Issued(Issued {
        number: CredentialNumber::parse("CQC26ZNZ000123R0").unwrap(),
        unsecured: Sha256Digest::of(b""),
        version: Version::FIRST,
    })
}

/// What would bring the case on, by somebody.
fn forward(
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

fn declared(random: &mut Random, world: &World) -> Declared {
    Declared {
        conflict: random.percent(5).then(|| "曾任职于该企业".parse().unwrap()),
        covers_from: Date::of(world.at)
            .add_days(if random.percent(95) { -800 } else { -300 })
            .unwrap(),
    }
}

fn role_of(kind: StageKind) -> Role {
    match kind {
        StageKind::Review | StageKind::Evaluation | StageKind::Task => Role::Reviewer,
        StageKind::Approval => Role::Approver,
        StageKind::Decision => Role::Decider,
        StageKind::Signing => Role::Signatory,
    }
}

/// The next thing somebody tries.
fn attempt(
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

/// The books of somebody who watches: from what was taken in, not from the case.
#[derive(Default)]
struct Witness {
    making: BTreeSet<Text>,
    judging: BTreeSet<Text>,
    reviewed: BTreeSet<Text>,
    decided: BTreeSet<Text>,
    approved: BTreeMap<Text, BTreeSet<Text>>,
    /// What is on file, by name.
    evidence: BTreeMap<String, String>,
    /// For each stage settled in this round, the evidence it was judged on.
    settled: BTreeMap<Text, Option<BTreeMap<String, String>>>,
    granted: bool,
    issued: bool,
}

impl Witness {
    fn see(&mut self, workflow: &[(Text, StageKind)], by: Option<&Actor>, content: &CaseContent) {
        let people: Vec<Text> = by.into_iter().flat_map(Actor::people).cloned().collect();
        let kind = |code: &Text| workflow.iter().find(|(found, _)| found == code).unwrap().1;
        match content {
            CaseContent::Applied(_) | CaseContent::Amended(_) => self.making.extend(people),
            CaseContent::Attached(attached) => {
                self.making.extend(people);
                let digest = attached.attachment.digest.to_string();
                self.evidence.insert(digest, attached.attachment.name.to_string());
            }
            CaseContent::Declared(declared) => {
                self.evidence
                    .insert(format!("declared {}", people[0]), format!("{declared:?}"));
                self.making.extend(people);
            }
            // The model's evaluations are all the same.
            CaseContent::Evaluated(_) => {
                self.making.extend(people);
                self.evidence.insert("evaluated".to_owned(), String::new());
                self.settled.insert(text("evaluation"), None);
            }
            CaseContent::Assigned(_) => self.making.extend(people),
            CaseContent::Done(done) => {
                self.settled.insert(done.stage.clone(), None);
            }
            CaseContent::Waived(waived) => {
                let approval = kind(&waived.stage) == StageKind::Approval;
                assert!(approval || kind(&waived.stage) == StageKind::Task, "{waived:?}");
                if approval {
                    self.judging.extend(people);
                }
                self.settled.insert(waived.stage.clone(), None);
            }
            CaseContent::Judged(judged) => {
                self.judging.extend(people.iter().cloned());
                self.settled
                    .insert(judged.stage.clone(), Some(self.evidence.clone()));
                match &judged.verdict {
                    Verdict::Review(_) => self.reviewed.extend(people),
                    Verdict::Consent(_) => {
                        for person in people {
                            self.approved
                                .entry(person)
                                .or_default()
                                .insert(judged.stage.clone());
                        }
                    }
                    Verdict::Decision(decision) => {
                        self.granted = decision.outcome == DecisionOutcome::Grant;
                        self.decided.extend(people);
                    }
                    Verdict::Opinion(_) => {}
                }
            }
            CaseContent::Returned(returned) => {
                self.judging.extend(people);
                let from = workflow
                    .iter()
                    .position(|(code, _)| *code == returned.to)
                    .unwrap();
                for (code, kind) in &workflow[from..] {
                    if *kind != StageKind::Task {
                        self.settled.remove(code);
                    }
                }
            }
            CaseContent::Issued(_) => self.issued = true,
            CaseContent::Closed(_) => {}
        }
    }

    /// What an issued case may not be.
    fn faults(&self, workflow: &[(Text, StageKind)]) -> Vec<&'static str> {
        let apart = |one: &BTreeSet<Text>, other: &BTreeSet<Text>| one.is_disjoint(other);
        let checks = [
            ("somebody on both sides", apart(&self.making, &self.judging)),
            ("the reviewer decided", apart(&self.reviewed, &self.decided)),
            (
                "one person in two approval offices",
                self.approved.values().all(|stages| stages.len() == 1),
            ),
            (
                "a stage left out",
                workflow.iter().all(|(code, _)| self.settled.contains_key(code)),
            ),
            (
                "approved on other evidence",
                self.settled
                    .values()
                    .flatten()
                    .all(|evidence| *evidence == self.evidence),
            ),
            ("not granted", self.granted),
        ];
        checks
            .into_iter()
            .filter(|(_, sound)| !sound)
            .map(|(fault, _)| fault)
            .collect()
    }
}

/// How sequences end.
#[derive(Default)]
struct Tally {
    issued: u32,
    refused: u32,
    taken: u64,
    tried: u64,
    faults: Vec<(u64, Vec<&'static str>)>,
}

fn stages_of(case: &Case) -> Vec<(Text, StageKind)> {
    case.workflow()
        .stages
        .iter()
        .map(|rule| (rule.code.clone(), rule.kind))
        .collect()
}

/// One sequence in memory.
fn run(seed: u64, world: &World, people: &[Personnel], tally: &mut Tally) {
    let mut random = Random(seed.wrapping_mul(0x5851_F42D_4C95_7F2D));
    let personnel = random.pick(people);
    let clerk = somebody(&mut random, personnel, Role::Clerk, None);
    let first = Act {
        journal: 1,
        sequence: 1,
        at: world.at,
        by: Some(clerk.clone()),
        content: world.applied(),
        previous: Act::<CaseContent>::root(),
    };
    let Ok(mut case) = Case::open(&first) else { return };
    let charged = case.charge(&clerk, &first.content).unwrap();
    if entitlement(personnel, &clerk, charged, world.at).is_err() {
        return;
    }
    let workflow = stages_of(&case);
    let mut witness = Witness::default();
    witness.see(&workflow, Some(&clerk), &first.content);
    for _ in 0..ACTS {
        let (by, content) = attempt(&mut random, world, &case, personnel, Signatures::None);
        tally.tried += 1;
        let entitled = by.as_ref().is_none_or(|by| {
            let charge = case.charge(by, &content);
            charge.is_ok_and(|charge| entitlement(personnel, by, charge, world.at).is_ok())
        });
        if entitled && case.take(by.as_ref(), world.at, &content).is_ok() {
            tally.taken += 1;
            witness.see(&workflow, by.as_ref(), &content);
        }
        if *case.status() != Status::InWork {
            break;
        }
    }
    assert_eq!(
        witness.issued,
        matches!(case.status(), Status::Issued { .. }),
        "{seed}"
    );
    tally.refused += u32::from(*case.status() == Status::Refused);
    if witness.issued {
        tally.issued += 1;
        let faults = witness.faults(&workflow);
        if !faults.is_empty() {
            tally.faults.push((seed, faults));
        }
    }
}

#[test]
fn of_a_hundred_thousand_random_sequences_none_is_issued_against_the_rules() {
    let world = World::new();
    let people: Vec<Personnel> = (0..200)
        .map(|seed| personnel(&mut Random(seed), world.at))
        .collect();
    let halves: Vec<Tally> = std::thread::scope(|scope| {
        let run_half = |half: u64| {
            let (world, people) = (&world, &people);
            scope.spawn(move || {
                let mut tally = Tally::default();
                for seed in (half..SEQUENCES).step_by(2) {
                    run(seed, world, people, &mut tally);
                }
                tally
            })
        };
        let halves = [run_half(0), run_half(1)];
        halves.into_iter().map(|half| half.join().unwrap()).collect()
    });
    let sum = |count: fn(&Tally) -> u64| halves.iter().map(count).sum::<u64>();
    let faults: Vec<_> = halves.iter().flat_map(|half| &half.faults).collect();
    assert_eq!(faults, Vec::<&(u64, Vec<&str>)>::new());
    let (issued, refused) = (sum(|it| it.issued.into()), sum(|it| it.refused.into()));
    println!(
        "{issued} issued, {refused} refused, {} of {} acts taken in",
        sum(|it| it.taken),
        sum(|it| it.tried)
    );
    // The sequences are worth something only where many come to an end.
    assert!(
        issued >= 2_000 && refused >= 100,
        "{issued} issued, {refused} refused"
    );
}

#[tokio::test]
async fn the_database_takes_in_what_the_fold_takes_in_and_nothing_else() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    let world = World::new();
    hire_at_random(&mut office.store, &mut Random(7)).await;
    let people = office.store.personnel().await.unwrap();
    let (mut issued, mut refused_acts) = (0, 0);
    for seed in 0..STORED {
        let mut random = Random(seed);
        let clerk = somebody(&mut random, &people, Role::Clerk, None);
        let opened = desk::open_case(
            &office.papers,
            &mut office.store,
            &clerk,
            world.form.clone(),
            world.at,
        )
        .await;
        let Ok(mut case) = opened else { continue };
        let workflow = stages_of(&case);
        let mut witness = Witness::default();
        witness.see(&workflow, Some(&clerk), &world.applied());
        for _ in 0..ACTS {
            let (by, content) = attempt(&mut random, &world, &case, &people, Signatures::Real);
            // The program's act is not anybody's to do through the desk.
            let Some(by) = by else { continue };
            let mut expected = case.clone();
            let lawful = desk::authorize(&case, &people, &by, &content, world.at).is_ok()
                && expected.take(Some(&by), world.at, &content).is_ok();
            let done = match content.clone() {
                CaseContent::Attached(Attached { attachment: file }) => {
                    let file = Intake {
                        bytes: file.name.as_str().as_bytes().to_vec(),
                        name: file.name,
                        media_type: file.media_type,
                        purpose: file.purpose,
                    };
                    desk::attach(&mut office.store, case.number(), &by, file, world.at).await
                }
                content => desk::perform(&mut office.store, case.number(), &by, content, world.at).await,
            };
            assert_eq!(done.is_ok(), lawful, "{seed}: {done:?}");
            refused_acts += u32::from(!lawful);
            if let Ok(done) = done {
                witness.see(&workflow, Some(&by), &content);
                case = done;
            }
            if case.next_stage().is_none() && case.stale().is_none() && *case.status() == Status::InWork {
                assert_eq!(witness.faults(&workflow), Vec::<&str>::new(), "{seed}");
                issued += 1;
                break;
            }
        }
        assert_eq!(
            office.store.case(case.number()).await.unwrap().as_ref(),
            Some(&case),
            "{seed}"
        );
    }
    assert!(
        issued >= 5 && refused_acts >= 200,
        "{issued} ready to sign, {refused_acts} refused"
    );
    let (faults, read) = check_journals(&mut office).await.unwrap();
    // The model's grade does not follow from its empty sheet.
    let other = |it: &&JournalFault| !matches!(it, JournalFault::Grade { .. });
    assert_eq!(faults.iter().find(other), None);
    assert!(read > 500, "{read}");
}

async fn hire_at_random(store: &mut Store, random: &mut Random) {
    // Everybody holds something, and every role is held.
    let mut contents: Vec<_> = PEOPLE.iter().map(|person| added(person)).collect();
    for (person, (held, office)) in PEOPLE.iter().zip(WORK) {
        contents.push(role(person, held, office));
    }
    contents.extend(staff(random).into_iter().skip(PEOPLE.len()));
    for content in contents {
        desk::keep_people(store, None, content, now()).await.unwrap();
    }
}
