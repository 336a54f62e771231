//! People at random, and what is the same in every sequence.

use touchstone_issuer::casework::{
    Act, Actor, Applied, CaseContent, Deputising, Evaluation, Form, Personnel, PersonnelContent,
    ReportReference, Role, SeparationRules, Workflows,
};
use touchstone_schemas::{
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    scheme::sheet::ScoreSheet,
    text::Text,
};

use crate::casework::staff::{added, evaluation, form, mandate, now, role, text};

/// SplitMix64: the same sequences on every machine.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }

    pub(super) fn name(&mut self) -> &'static str {
        PEOPLE[self.below(PEOPLE.len())]
    }

    pub(super) fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

pub(super) const REPORT: &str = "报告.pdf";
pub(super) const PEOPLE: [&str; 7] = ["甲", "乙", "丙", "丁", "戊", "己", "庚"];
pub(super) const WORK: [(Role, Option<&str>); 8] = [
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
pub(super) fn staff(random: &mut Random) -> Vec<PersonnelContent> {
    let mut contents: Vec<_> = PEOPLE.iter().map(|person| added(person)).collect();
    for (held, office) in WORK {
        contents.push(role(random.name(), held, office));
    }
    for person in PEOPLE {
        for _ in 0..random.below(4) {
            let (held, office) = *random.pick(&WORK);
            let mut given = role(person, held, office);
            if random.percent(15) {
                end_yesterday(&mut given);
            }
            contents.push(given);
        }
    }
    for _ in 0..random.below(9) {
        let (delegator, deputy) = (*random.pick(&PEOPLE), *random.pick(&PEOPLE));
        let (held, office) = *random.pick(&WORK);
        if delegator != deputy && held.may_be_deputised() {
            let mut given = mandate(delegator, deputy, held, office);
            if random.percent(15) {
                end_yesterday(&mut given);
            }
            contents.push(given);
        }
    }
    contents
}

fn end_yesterday(content: &mut PersonnelContent) {
    let yesterday = Date::of(now()).add_days(-1).unwrap();
    match content {
        PersonnelContent::RoleGiven(given) => given.until = Some(yesterday),
        PersonnelContent::MandateGiven(given) => (given.from, given.until) = (yesterday, yesterday),
        _ => {}
    }
}

pub(super) fn personnel(random: &mut Random, at: Timestamp) -> Personnel {
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
pub(super) struct World {
    pub(super) form: Form,
    pub(super) workflows: Workflows,
    pub(super) evaluation: Evaluation,
    pub(super) at: Timestamp,
}

impl World {
    pub(super) fn new() -> Self {
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

    pub(super) fn applied(&self) -> CaseContent {
        CaseContent::Applied(Applied {
            paper: None,
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
pub(super) fn somebody(
    random: &mut Random,
    personnel: &Personnel,
    wanted: Role,
    office: Option<&Text>,
) -> Actor {
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
