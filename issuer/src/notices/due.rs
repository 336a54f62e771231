//! Which notices are due: 60, 30 and 7 days before surveillance, and when something happened to a certificate.

use touchstone_schemas::date_time::{Date, Timestamp};

use super::{calendar::all_day, letter};
use crate::{
    after_issue::{ObligationKind, Task, Urgency, refresh_obligations},
    office::Papers,
    store::{NewNotice, Store, StoreError},
};

/// Days before surveillance on which its holder is reminded.
const BEFORE: [i32; 3] = [7, 30, 60];
/// Seconds back for which what happened is still news: a queue begun late does not tell the past.
const NEWS: i64 = 7 * 86_400;
/// Rows of the worklist read at once.
const PAGE: u32 = 500;

/// Puts every notice that is due into the queue, once each; gives how many are new.
///
/// # Errors
/// What the database says.
pub async fn queue_due_notices(
    papers: &Papers,
    store: &mut Store,
    now: Timestamp,
) -> Result<u64, StoreError> {
    refresh_obligations(papers, store, now).await?;
    let mut due = Vec::new();
    surveillance(papers, store, now, &mut due).await?;
    news(papers, store, now, &mut due).await?;
    store.queue_notices(&due, now).await
}

async fn surveillance(
    papers: &Papers,
    store: &mut Store,
    now: Timestamp,
    due: &mut Vec<NewNotice>,
) -> Result<(), StoreError> {
    let (today, mut after) = (Date::of(now), None);
    loop {
        let page = store
            .worklist(today, Some(ObligationKind::Surveillance), after, PAGE)
            .await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.cursor());
        for row in &page {
            let obligation = &row.obligation;
            if obligation.on(today) != Some((Task::Survey, Urgency::Due)) {
                continue;
            }
            // The nearest of the days that have come: whoever was told late is not told twice at once.
            let come = |days: &i32| obligation.due.add_days(-days).is_none_or(|day| day <= today);
            let Some(days) = BEFORE.into_iter().find(come) else {
                continue;
            };
            let credential = store.credential(row.credential).await?.credential()?;
            let letter = letter::surveillance(&papers.body, &credential, obligation.due, days);
            let key = format!("surveillance:{}:{}:{days}", row.credential, obligation.due);
            // One entry in the calendar, whichever reminder brings it.
            let host = credential.issuer.registry.host();
            let uid = format!("surveillance-{}-{}@{host}", credential.number, obligation.due);
            due.push(NewNotice {
                key,
                holder: row.holder.clone(),
                calendar: Some(all_day(&uid, now, obligation.due, &letter.subject, &letter.body)),
                subject: letter.subject,
                body: letter.body,
            });
        }
    }
}

async fn news(
    papers: &Papers,
    store: &mut Store,
    now: Timestamp,
    due: &mut Vec<NewNotice>,
) -> Result<(), StoreError> {
    let Some(since) = now.checked_sub(NEWS) else {
        return Ok(());
    };
    for stored in store.credentials_without_notice(since).await? {
        let credential = stored.credential()?;
        let letter = letter::issued(&papers.body, &credential);
        due.push(NewNotice {
            key: format!("issued:{}", stored.id),
            holder: credential.holder.uscc.to_string(),
            subject: letter.subject,
            body: letter.body,
            calendar: None,
        });
    }
    for stored in store.events_without_notice(since).await? {
        let credential = store.credential(stored.credential).await?.credential()?;
        let letter = letter::changed(&papers.body, &credential, &stored.event.change);
        due.push(NewNotice {
            key: format!("event:{}", stored.id),
            holder: credential.holder.uscc.to_string(),
            subject: letter.subject,
            body: letter.body,
            calendar: None,
        });
    }
    Ok(())
}
