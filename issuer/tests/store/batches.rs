//! Batches: rows in savepoints, one signature over many cases.

use touchstone_issuer::{batch::issue_batch, casework::check_journals};

use crate::{engines::Engines, staff::hire, test_office::TestOffice};

#[path = "../office/casework/batch/staff.rs"]
#[allow(dead_code, reason = "shared with the tests of the office")]
mod staff;

const CASES: usize = 3;

pub(crate) async fn a_batch_is_taken_in_judged_and_issued(engines: &Engines) {
    let test = TestOffice::kept_at(engines.place()).await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    // Tried out: every row goes in, and nothing stays.
    let sheet = staff::xlsx(&staff::rows(&[staff::application(71), staff::application(72)]));
    let tried = staff::take_in(&mut office, &sheet, true).await;
    assert_eq!((tried.cases, tried.batch), (2, None), "{:?}", tried.faults);
    assert_eq!(office.store.cases(None, None, 10).await.unwrap(), []);
    // A row that is refused leaves the others.
    let faulty = [
        staff::application(71),
        staff::application(71),
        staff::application(72),
    ];
    let taken = staff::take_in(&mut office, &staff::xlsx(&staff::rows(&faulty)), false).await;
    assert_eq!((taken.cases, taken.faults.len()), (2, 1), "{:?}", taken.faults);
    let batch = staff::evaluated_batch(&mut office, &test.folder, CASES).await;
    staff::judged_batch(&mut office, batch).await;
    let issued = issue_batch(&mut office, &keys, batch, &mut |_, _, _| {})
        .await
        .unwrap();
    assert_eq!((issued.prepared.len(), issued.refused.len()), (CASES, 0));
    assert!(issued.delivered.is_whole());
    let store = &mut office.store;
    assert_eq!(store.batches(None, 10).await.unwrap().first(), Some(&batch));
    assert_eq!(store.batches(Some(batch), 10).await.unwrap().len(), 1);
    assert_eq!(store.batch_rows(batch).await.unwrap().len(), CASES);
    assert_eq!(store.batch(batch).await.unwrap().unwrap().approvals().len(), 5);
    assert_eq!(store.credentials().await.unwrap().len(), CASES);
    let (faults, _) = check_journals(&mut office).await.unwrap();
    assert_eq!(faults, Vec::new());
}
