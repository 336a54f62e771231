//! Random people do random things: whatever they try, nothing is issued against the separation of duties, without
//! entitlement, or on other evidence than was approved (DESIGN §2 invariant 7).
//!
//! The witness keeps its own books from the acts that were taken in, and knows nothing of the code it watches.

mod attempt;
mod measures;
mod witness;
mod world;

use touchstone_issuer::{
    casework::{
        Act, Attached, Case, CaseContent, Personnel, Role, StageKind, Status, check_journals,
        desk::{self, Intake},
        entitlement,
    },
    store::Store,
};
use touchstone_schemas::{date_time::Date, text::Text};

use attempt::{Signatures, attempt};
use witness::Witness;
use world::{PEOPLE, Random, WORK, World, personnel, somebody, staff};

use crate::{
    casework::staff::{added, evaluation, now, role},
    test_office::TestOffice,
};

/// Sequences in memory, and acts tried in each.
const SEQUENCES: u64 = 100_000;
const ACTS: usize = 26;
/// Sequences on a database.
const STORED: u64 = 150;

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
            if let (CaseContent::Judged(judged), Some(by)) = (&content, &by) {
                let (_, rule) = case.workflow().find(&judged.stage).unwrap();
                let office = rule.office.as_ref().filter(|_| rule.kind == StageKind::Approval);
                witness.look_up(personnel, by, office, Date::of(world.at));
            }
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
    // The sequences are worth something only where many come to an end.
    let (taken, tried) = (sum(|it| it.taken), sum(|it| it.tried));
    assert!(
        issued >= 2_000 && refused >= 100 && taken >= 200_000,
        "{issued} issued, {refused} refused, {taken} of {tried} acts taken in"
    );
}

#[tokio::test]
async fn the_database_takes_in_what_the_fold_takes_in_and_nothing_else() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire_at_random(&mut office.store, &mut Random(7)).await;
    // After everybody is on the list: a key counts from then on, however long that took.
    let world = World::new();
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
                CaseContent::Evaluated(_) => {
                    let mut draft = evaluation(3);
                    draft.report = world.evaluation.report.clone();
                    let papers = &office.papers;
                    desk::evaluate(papers, &mut office.store, case.number(), &by, draft, world.at).await
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
    assert_eq!(faults, Vec::new());
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
