//! Random people do random things to certificates in force: whatever they try, no event breaks the transition table, and
//! none is decided by who proposed it or evaluated the correction, or by somebody not entitled (DOMAIN §2).

use std::collections::BTreeSet;

use touchstone_issuer::{
    after_issue::{
        CarriedOut, CertificateReference, DecidedMeasure, Dropped, Measure, MeasureContent, MeasureDecision,
        MeasureKind, MeasureOutcome, MeasureStatus, Opened, Proposal, Proposed, Signed, Statement,
        Verification, check_measures, desk,
    },
    casework::{
        Act, Actor, Approval, Attached, Attachment, AttachmentPurpose, Charge, Intake, Personnel, Role,
        desk as people_desk, entitlement,
    },
};
use touchstone_schemas::{
    credential::{CredentialNumber, SurveillancePlan, Version},
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    lifecycle::{Change, EventKind, EventReason, RecordedEvent, Terms, check_transition},
    text::Text,
};

use super::world::{PEOPLE, Random, somebody};
use crate::{
    casework::staff::{added, key, mandate, now, role, text},
    test_office::TestOffice,
};

/// Sequences in memory, and acts tried in each.
const SEQUENCES: u64 = 1_000;
const ACTS: usize = 60;
/// Acts tried on a database.
const STORED: usize = 250;

const WATCH: [Role; 3] = [Role::SurveillanceOfficer, Role::Evaluator, Role::Decider];

/// Everybody holds a few of the roles, and some may act for others.
fn staff(random: &mut Random) -> Vec<touchstone_issuer::casework::PersonnelContent> {
    let mut contents: Vec<_> = PEOPLE.iter().map(|person| added(person)).collect();
    for held in WATCH {
        contents.push(role(random.name(), held, None));
    }
    for person in PEOPLE {
        for _ in 0..random.below(3) {
            contents.push(role(person, *random.pick(&WATCH), None));
        }
    }
    for _ in 0..random.below(6) {
        let (delegator, deputy, held) = (random.name(), random.name(), *random.pick(&WATCH));
        if delegator != deputy && held.may_be_deputised() {
            contents.push(mandate(delegator, deputy, held, None));
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

fn proposal(random: &mut Random, today: Date) -> Proposal {
    let ahead = |days| today.add_days(days).unwrap();
    Proposal::Change(match random.below(10) {
        0..3 => Change::Suspended {
            reason: EventReason::Nonconformity,
            planned_end: ahead(90),
        },
        3..6 => Change::Reinstated {
            reason: EventReason::CorrectionVerified,
        },
        6 | 7 => Change::SurveillancePassed {
            reason: EventReason::ScheduledSurveillance,
            performed_on: today,
            next_due: ahead(360),
        },
        8 => Change::Withdrawn {
            reason: EventReason::GraveNonconformity,
        },
        _ => {
            return Proposal::Nonconformity {
                confirmed_on: today,
                performed_on: None,
            };
        }
    })
}

fn opened(proposal: Proposal) -> MeasureContent {
    MeasureContent::Opened(Opened {
        certificate: CertificateReference {
            digest: Sha256Digest::of(b"a certificate"),
            number: CredentialNumber::parse("CQC26ZNZ000123R0").unwrap(),
            scheme: text("cmmm-2020"),
            version: Version::FIRST,
        },
        decided_by: text("认证决定"),
        grounds: "示范事由".parse().unwrap(),
        proposal,
    })
}

fn statement(random: &mut Random, measure: &Measure) -> Statement {
    let forward = match (measure.status(), measure.kind(), measure.is_verified()) {
        (MeasureStatus::Draft, _, _) => 0,
        (_, MeasureKind::Reinstated, false) => 1,
        _ => 2,
    };
    let which = if random.percent(75) {
        forward
    } else {
        random.below(3)
    };
    match which {
        0 => Statement::Proposal(Proposed { note: None }),
        1 => Statement::Verification(Verification {
            effective: random.percent(80),
            note: "已核实".parse().unwrap(),
        }),
        _ => Statement::Decision(MeasureDecision {
            backdating: None,
            effective: None,
            legal_basis: text("CQC96-831151-2020"),
            outcome: if random.percent(85) {
                MeasureOutcome::Agree
            } else {
                MeasureOutcome::Refuse
            },
            reason: random.percent(80).then(|| "理由".parse().unwrap()),
            reference: text(&format!("决定-{}", random.next())),
        }),
    }
}

/// The next thing somebody tries on a measure.
fn attempt(random: &mut Random, measure: &Measure, people: &Personnel) -> (Actor, MeasureContent) {
    match random.below(10) {
        0 => {
            let name = text(&format!("证据{}.pdf", random.next()));
            let attachment = Attachment {
                digest: Sha256Digest::of(name.as_str().as_bytes()),
                media_type: text("application/pdf"),
                purpose: AttachmentPurpose::Evidence,
                size: u64::try_from(name.as_str().len()).unwrap(),
                name,
            };
            let held = *random.pick(&WATCH);
            let by = somebody(random, people, held, None);
            (by, MeasureContent::Attached(Attached { attachment }))
        }
        1 if random.percent(20) => {
            let reason = "撤回".parse().unwrap();
            let held = *random.pick(&WATCH);
            let by = somebody(random, people, held, None);
            (by, MeasureContent::Dropped(Dropped { reason }))
        }
        _ => {
            let statement = statement(random, measure);
            let wanted = if random.percent(90) {
                statement.role()
            } else {
                *random.pick(&WATCH)
            };
            let by = somebody(random, people, wanted, None);
            let signer = if random.percent(97) {
                by.person.as_str().to_owned()
            } else {
                random.name().to_owned()
            };
            let approval = Approval::sign(&measure.bundle(&by, &statement), &key(&signer)).unwrap();
            (by, MeasureContent::Signed(Signed { approval, statement }))
        }
    }
}

/// The books of somebody who watches one measure, from the acts taken in alone.
#[derive(Default)]
struct Books {
    making: BTreeSet<Text>,
    deciding: BTreeSet<Text>,
    verified: bool,
    entitled: bool,
}

impl Books {
    fn see(&mut self, people: &Personnel, by: &Actor, content: &MeasureContent, at: Timestamp) {
        let both: Vec<Text> = by.people().cloned().collect();
        match content {
            MeasureContent::Signed(signed) => match &signed.statement {
                Statement::Decision(_) => {
                    self.deciding.extend(both);
                    let charge = Charge {
                        role: Role::Decider,
                        office: None,
                        scheme: None,
                    };
                    self.entitled = entitlement(people, by, charge, at).is_ok();
                }
                Statement::Verification(verification) => {
                    self.verified = verification.effective;
                    self.making.extend(both);
                }
                Statement::Proposal(_) => self.making.extend(both),
            },
            MeasureContent::Opened(_) | MeasureContent::Attached(_) => self.making.extend(both),
            MeasureContent::Dropped(_) | MeasureContent::CarriedOut(_) => {}
        }
    }

    fn faults(&self, kind: EventKind) -> Vec<&'static str> {
        let mut faults = Vec::new();
        if self.deciding.is_empty() || !self.entitled {
            faults.push("nobody entitled decided");
        }
        if !self.making.is_disjoint(&self.deciding) {
            faults.push("somebody made and decided");
        }
        if kind == EventKind::Reinstated && !self.verified {
            faults.push("lifted without a verified correction");
        }
        faults
    }
}

/// The transition table of DOMAIN §2, written down a second time.
fn follows(standing: &str, kind: EventKind) -> Option<&'static str> {
    match (standing, kind) {
        ("valid", EventKind::SurveillancePassed) => Some("valid"),
        ("valid", EventKind::Suspended) => Some("suspended"),
        ("suspended", EventKind::SurveillancePassed) => Some("suspended"),
        ("suspended", EventKind::Reinstated) => Some("valid"),
        ("valid" | "suspended", EventKind::Withdrawn | EventKind::Cancelled) => Some("ended"),
        _ => None,
    }
}

#[derive(Default)]
struct Tally {
    events: u32,
    refused: u64,
    faults: Vec<(u64, &'static str)>,
}

fn sealed(
    measure: &Measure,
    by: Option<Actor>,
    content: MeasureContent,
    at: Timestamp,
) -> Act<MeasureContent> {
    Act {
        journal: measure.number(),
        sequence: measure.acts() + 1,
        at,
        by,
        content,
        previous: measure.head(),
    }
}

/// One certificate, and three measures on it at a time.
fn run(seed: u64, people: &Personnel, at: Timestamp, tally: &mut Tally) {
    let mut random = Random(seed.wrapping_mul(0x5851_F42D_4C95_7F2D));
    let today = Date::of(at);
    let terms = Terms {
        valid_from: today.add_days(-100).unwrap(),
        valid_until: today.add_days(900).unwrap(),
        surveillance: SurveillancePlan {
            interval_months: 12,
            first_due: today.add_days(200).unwrap(),
            grace_days: 30,
        },
    };
    let (mut events, mut standing) = (Vec::<RecordedEvent>::new(), "valid");
    let mut measures: Vec<(Measure, Books)> = Vec::new();
    for number in 1..=u32::try_from(ACTS).unwrap() {
        if measures.len() < 3 || random.percent(8) {
            let by = somebody(&mut random, people, Role::SurveillanceOfficer, None);
            let first = Act {
                journal: number,
                sequence: 1,
                at,
                by: Some(by.clone()),
                content: opened(proposal(&mut random, today)),
                previous: Act::<MeasureContent>::root(),
            };
            let Ok(measure) = Measure::open(&first) else {
                continue;
            };
            let charge = measure.charge(&by, &first.content).unwrap();
            if entitlement(people, &by, charge, at).is_ok() {
                let mut books = Books::default();
                books.see(people, &by, &first.content, at);
                measures.push((measure, books));
            }
            continue;
        }
        let place = random.below(measures.len());
        let (measure, books) = &mut measures[place];
        let (by, content) = attempt(&mut random, measure, people);
        let act = sealed(measure, Some(by.clone()), content, at);
        if desk::authorize(measure, people, &by, &act.content, at).is_ok() && measure.apply(&act).is_ok() {
            books.see(people, &by, &act.content, at);
        } else {
            tally.refused += 1;
        }
        let files = measure
            .attachments()
            .iter()
            .map(|file| (file.digest, file.digest));
        let Ok(decided) = DecidedMeasure::of(measure, people, &files.collect()) else {
            continue;
        };
        let event = RecordedEvent {
            sequence: u32::try_from(events.len()).unwrap() + 1,
            effective: at,
            recorded: at,
            change: decided.request(at).change,
        };
        if check_transition(&terms, &events, &event).is_err() {
            continue;
        }
        let kind = event.change.kind();
        match follows(standing, kind) {
            Some(next) => standing = next,
            None => tally.faults.push((seed, "an unlawful state")),
        }
        tally
            .faults
            .extend(books.faults(kind).into_iter().map(|fault| (seed, fault)));
        tally.events += 1;
        let carried_out = MeasureContent::CarriedOut(CarriedOut {
            sequence: event.sequence,
            unsecured: Sha256Digest::of(b"an event"),
        });
        let act = sealed(measure, None, carried_out, at);
        measure.apply(&act).unwrap();
        measures.remove(place);
        events.push(event);
    }
}

#[test]
fn random_acts_reach_no_unlawful_state_and_break_no_separation() {
    let at = now();
    let people: Vec<Personnel> = (0..60).map(|seed| personnel(&mut Random(seed), at)).collect();
    let halves: Vec<Tally> = std::thread::scope(|scope| {
        let run_half = |half: u64| {
            let people = &people;
            scope.spawn(move || {
                let mut tally = Tally::default();
                for seed in (half..SEQUENCES).step_by(2) {
                    let people = &people[usize::try_from(seed).unwrap() % people.len()];
                    run(seed, people, at, &mut tally);
                }
                tally
            })
        };
        let halves = [run_half(0), run_half(1)];
        halves.into_iter().map(|half| half.join().unwrap()).collect()
    });
    let faults: Vec<_> = halves.iter().flat_map(|half| &half.faults).collect();
    assert_eq!(faults, Vec::<&(u64, &str)>::new());
    let events: u32 = halves.iter().map(|half| half.events).sum();
    let refused: u64 = halves.iter().map(|half| half.refused).sum();
    // The sequences are worth something only where many become events, and many acts are refused.
    assert!(
        events >= 500 && refused >= 5_000,
        "{events} events, {refused} refused"
    );
}

#[tokio::test]
async fn the_database_takes_in_what_the_fold_takes_in_and_nothing_else() {
    let test = TestOffice::new().await;
    let number = test.issue_sample("01-in-force").await.number;
    let (mut office, _) = test.open().await;
    let mut random = Random(11);
    for content in staff(&mut random) {
        people_desk::keep_people(&mut office.store, None, content, now())
            .await
            .unwrap();
    }
    let people = office.store.personnel().await.unwrap();
    let at = now();
    let mut known: Vec<Measure> = Vec::new();
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..STORED {
        if known.len() < 3 || random.percent(10) {
            let by = somebody(&mut random, &people, Role::SurveillanceOfficer, None);
            let request = touchstone_issuer::after_issue::MeasureRequest {
                number: number.clone(),
                version: None,
                grounds: "示范事由".parse().unwrap(),
                proposal: proposal(&mut random, Date::of(at)),
            };
            // What the rules would not take now is not opened.
            if let Ok(measure) = desk::open(&mut office, &by, request, at).await {
                known.push(measure);
            }
            continue;
        }
        let place = random.below(known.len());
        let measure = known[place].clone();
        let (by, content) = attempt(&mut random, &measure, &people);
        let mut expected = measure.clone();
        let lawful = desk::authorize(&measure, &people, &by, &content, at).is_ok()
            && expected
                .apply(&sealed(&measure, Some(by.clone()), content.clone(), at))
                .is_ok();
        let store = &mut office.store;
        let done = match content {
            MeasureContent::Attached(Attached { attachment: file }) => {
                let file = Intake {
                    bytes: file.name.as_str().as_bytes().to_vec(),
                    name: file.name,
                    media_type: file.media_type,
                    purpose: file.purpose,
                };
                desk::attach(store, measure.number(), &by, file, at).await
            }
            content => desk::perform(store, measure.number(), &by, content, at).await,
        };
        assert_eq!(done.is_ok(), lawful, "{done:?}");
        match done {
            Ok(done) => {
                assert_eq!(done, expected);
                taken += 1;
                known[place] = done;
            }
            Err(_) => refused += 1,
        }
    }
    assert!(taken >= 30 && refused >= 30, "{taken} taken, {refused} refused");
    assert_eq!(check_measures(&mut office).await.unwrap().0, Vec::new());
}
