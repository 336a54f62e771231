//! What is to be done for certificates in force, as measures and events change it.

use touchstone_issuer::{
    after_issue::{MeasureKind, Task, desk, refresh_obligations},
    office::Office,
    store::ListedObligation,
};
use touchstone_schemas::{date_time::Date, lifecycle::EventReason};

use super::{
    measures::{done, evidence, in_force, officer, open, proposal, say, terms},
    staff::now,
};
use crate::test_office::TestOffice;

#[tokio::test]
async fn the_worklist_follows_what_happens() {
    let test = TestOffice::new().await;
    let (mut office, keys, number) = in_force(&test).await;
    let stored = office
        .store
        .find_credential(&number, None)
        .await
        .unwrap()
        .unwrap();
    let first_due = stored.credential().unwrap().surveillance.first_due;
    let tasks = async |office: &mut Office, on: Date| {
        refresh_obligations(&office.papers, &mut office.store, now())
            .await
            .unwrap();
        let rows = office.store.worklist(on, None, None, 10).await.unwrap();
        let task = |row: &ListedObligation| row.obligation.on(on).unwrap().0;
        rows.iter().map(task).collect::<Vec<Task>>()
    };
    let today = Date::of(now());
    assert_eq!(tasks(&mut office, today).await, []);
    assert_eq!(tasks(&mut office, first_due).await, [Task::Survey]);
    let lost = open(&mut office, &number, terms(MeasureKind::Nonconformity, None))
        .await
        .unwrap();
    desk::attach(&mut office.store, lost, &officer(), evidence(b"found"), now())
        .await
        .unwrap();
    say(&mut office, lost, &officer(), proposal()).await.unwrap();
    assert_eq!(tasks(&mut office, today).await, [Task::Suspend]);
    let suspended = terms(MeasureKind::Suspended, Some(EventReason::Nonconformity));
    done(&mut office, &keys, &number, suspended).await;
    assert_eq!(tasks(&mut office, today).await, []);
    let ends = today.add_months(6).unwrap();
    assert_eq!(tasks(&mut office, ends).await, [Task::Resolve]);
    assert_eq!(
        tasks(&mut office, ends.add_days(1).unwrap()).await,
        [Task::Withdraw]
    );
    let withdrawn = terms(MeasureKind::Withdrawn, Some(EventReason::SuspensionUnresolved));
    done(&mut office, &keys, &number, withdrawn).await;
    assert_eq!(tasks(&mut office, ends).await, []);
}
