//! Many at once: one wins, the others are judged by what it did.

use touchstone_issuer::{
    casework::{
        Actor, CaseContent, Recommendation, Role, Unlawful,
        desk::{self, CaseworkError},
    },
    store::{Place, Store},
};

use super::staff::{added, consent, evaluated, hire, judge, judged, now, own, review, role, text};
use crate::test_office::TestOffice;

const CASES: usize = 10;
const CONNECTIONS: usize = 4;
const TRIES: usize = 25;

#[tokio::test]
async fn of_a_thousand_approvals_at_once_one_a_case_wins() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let administrator = Actor::administrator(text("管理"));
    for content in [added("副处长"), role("副处长", Role::Approver, Some("处长"))] {
        desk::keep_people(&mut office.store, Some(&administrator), content, now())
            .await
            .unwrap();
    }
    let mut wanted: Vec<(u32, [(Actor, CaseContent); 2])> = Vec::new();
    for _ in 0..CASES {
        let number = evaluated(&mut office, "01-in-force", 3).await;
        let reviewer = own("复核", Role::Reviewer);
        let case = judge(
            &mut office,
            number,
            &reviewer,
            "review",
            review(Recommendation::Positive),
        )
        .await
        .unwrap();
        let approval = |person: &str| {
            let by = own(person, Role::Approver);
            let content = judged(&case, &by, "division", consent());
            (by, content)
        };
        wanted.push((number, [approval("处长"), approval("副处长")]));
    }
    let mut tasks = Vec::new();
    for connection in 0..CONNECTIONS {
        let place = test.records();
        let wanted = wanted.clone();
        tasks.push(std::thread::spawn(move || race(place, wanted, connection)));
    }
    let mut won = Vec::new();
    for task in tasks {
        won.extend(task.join().unwrap());
    }
    won.sort_unstable();
    let numbers: Vec<u32> = wanted.iter().map(|(number, _)| *number).collect();
    assert_eq!(
        won,
        numbers,
        "one a case of {} tries",
        CASES * CONNECTIONS * TRIES
    );
    for number in numbers {
        let case = office.store.case(number).await.unwrap().unwrap();
        assert_eq!(case.approvals().len(), 2);
    }
}

/// The cases that one connection won, on a thread of its own.
fn race(place: Place, wanted: Vec<(u32, [(Actor, CaseContent); 2])>, connection: usize) -> Vec<u32> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut store = Store::open(&place).await.unwrap();
        let mut won = Vec::new();
        for attempt in 0..TRIES {
            for (number, approvals) in &wanted {
                let (by, content) = &approvals[(connection + attempt) % 2];
                match desk::perform(&mut store, *number, by, content.clone(), now()).await {
                    Ok(_) => won.push(*number),
                    Err(CaseworkError::Unlawful(error)) if matches!(*error, Unlawful::Settled { .. }) => {}
                    Err(error) => panic!("{error:?}"),
                }
            }
        }
        won
    })
}
