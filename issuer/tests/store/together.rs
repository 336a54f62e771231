//! Two at once: a unit of work is alone while it lasts.

use touchstone_issuer::{
    casework::{
        Actor, CaseContent, Recommendation, Role, Unlawful,
        desk::{self, CaseworkError},
    },
    office::{Clock, Office},
    store::{Place, Store},
};

use crate::{
    engines::Engines,
    staff::{added, consent, evaluated, form, hire, judge, judged, now, own, review, role, text},
    test_office::TestOffice,
};

const CONNECTIONS: usize = 2;
const TRIES: usize = 10;

type Wanted = (u32, [(Actor, CaseContent); 2]);

pub(crate) async fn nobody_writes_beside(engines: &Engines) {
    let place = engines.place();
    let test = TestOffice::kept_at(place.clone()).await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let administrator = Actor::administrator(text("管理"));
    for content in [added("副处长"), role("副处长", Role::Approver, Some("处长"))] {
        desk::keep_people(&mut office.store, Some(&administrator), content, now())
            .await
            .unwrap();
    }
    of_approvals_at_once_one_wins(&mut office, &place).await;
    each_gets_a_number_of_its_own(&office, &place).await;
    drop(office);
    an_office_is_open_once(&test).await;
}

async fn of_approvals_at_once_one_wins(office: &mut Office, place: &Place) {
    let mut wanted: Vec<Wanted> = Vec::new();
    for _ in 0..2 {
        let number = evaluated(office, "01-in-force", 3).await;
        let reviewer = own("复核", Role::Reviewer);
        let verdict = review(Recommendation::Positive);
        let case = judge(office, number, &reviewer, "review", verdict).await.unwrap();
        let approval = |person: &str| {
            let by = own(person, Role::Approver);
            let content = judged(&case, &by, "division", consent());
            (by, content)
        };
        wanted.push((number, [approval("处长"), approval("副处长")]));
    }
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|connection| tokio::spawn(race(place.clone(), wanted.clone(), connection)))
        .collect();
    let mut won = Vec::new();
    for task in tasks {
        won.extend(task.await.unwrap());
    }
    won.sort_unstable();
    let numbers: Vec<u32> = wanted.iter().map(|(number, _)| *number).collect();
    assert_eq!(won, numbers);
}

/// The cases that one connection won.
async fn race(place: Place, wanted: Vec<Wanted>, connection: usize) -> Vec<u32> {
    let mut store = reopened(&place).await;
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
    store.close().await;
    won
}

/// A connection of somebody beside.
async fn reopened(place: &Place) -> Store {
    let place = place.clone();
    tokio::task::spawn_blocking(move || {
        let opened = async move { Store::open(&place).await.unwrap() };
        tokio::runtime::Handle::current().block_on(opened)
    })
    .await
    .unwrap()
}

async fn each_gets_a_number_of_its_own(office: &Office, place: &Place) {
    let clerk = own("受理", Role::Clerk);
    let mut stores = [reopened(place).await, reopened(place).await];
    let mut numbers = Vec::new();
    for _ in 0..5 {
        let [left, right] = &mut stores;
        let (left, right) = tokio::join!(
            desk::open_case(&office.papers, left, &clerk, form("01-in-force"), now()),
            desk::open_case(&office.papers, right, &clerk, form("13-level-1"), now()),
        );
        numbers.extend([left.unwrap().number(), right.unwrap().number()]);
    }
    numbers.sort_unstable();
    let first = numbers[0];
    assert_eq!(numbers, (first..first + 10).collect::<Vec<_>>());
}

/// Who opens an office waits until the one before closed it, on a server also from another folder.
async fn an_office_is_open_once(test: &TestOffice) {
    let folder = touchstone_issuer::config::Folder::new(test.folder.join("issuer"));
    let first = Office::open(folder.clone(), Clock::System).await.unwrap();
    let second = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async { Office::open(folder, Clock::System).await.map(drop) })
    });
    assert!(!second.is_finished());
    drop(first);
    second.join().unwrap().unwrap();
}
