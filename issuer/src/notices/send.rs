//! Sending the queue.

use lettre::message::Mailbox;
use touchstone_schemas::date_time::Timestamp;

use super::mailer::{Envelope, MailError, Mailer, NotTaken};
use crate::{
    office::Papers,
    store::{Contact, Store, StoreError, StoredNotice},
};

/// Letters of a run, at most: the rest goes with the next.
const OF_A_RUN: u32 = 1_000;
/// Tries before a letter is given up.
const ATTEMPTS: u32 = 8;
/// Seconds before the second try, four times as long before each further one.
const FIRST_PAUSE: i64 = 60;
/// Seconds between two tries, at most.
const LONGEST_PAUSE: i64 = 6 * 3_600;

/// Why the queue is not sent.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// The records do not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No mail can be sent.
    #[error(transparent)]
    Mail(#[from] MailError),
}

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Letters taken by the server.
    pub sent: u32,
    /// Letters to be tried again.
    pub later: u32,
    /// Letters given up.
    pub dead: u32,
    /// Letters to clients for whom no contact is on file.
    pub unaddressed: u32,
}

/// Sends what waits, each letter on record before the next is tried.
///
/// # Errors
/// [`NoticeError`]; what was sent stays sent.
pub async fn send_waiting_notices(
    papers: &Papers,
    store: &mut Store,
    mailer: &Mailer,
    now: Timestamp,
) -> Result<Sent, NoticeError> {
    let mut outcome = Sent::default();
    for notice in store.waiting_notices(now.unix(), OF_A_RUN).await? {
        let Some(contact) = store.contact(&notice.holder).await? else {
            outcome.unaddressed += 1;
            continue;
        };
        match try_one(papers, mailer, &notice, &contact, now) {
            Ok(()) => {
                store.notice_sent(notice.id, &contact.mail, now).await?;
                outcome.sent += 1;
            }
            Err(NotTaken::Never(problem)) => {
                store.notice_failed(notice.id, &problem, None).await?;
                outcome.dead += 1;
            }
            Err(NotTaken::Later(problem)) => {
                let tries = notice.attempts.saturating_add(1);
                let next = (tries < ATTEMPTS).then(|| now.unix().saturating_add(pause(tries)));
                store.notice_failed(notice.id, &problem, next).await?;
                if next.is_some() {
                    outcome.later += 1;
                } else {
                    outcome.dead += 1;
                }
            }
        }
    }
    Ok(outcome)
}

fn try_one(
    papers: &Papers,
    mailer: &Mailer,
    notice: &StoredNotice,
    contact: &Contact,
    now: Timestamp,
) -> Result<(), NotTaken> {
    let address = contact.mail.parse().map_err(|_| {
        let mail = &contact.mail;
        NotTaken::Never(format!("{mail:?} is not a mail address"))
    })?;
    mailer.send(&Envelope {
        to: Mailbox::new(Some(contact.name.clone()), address),
        id: format!("notice-{}@{}", notice.id, papers.config.registry.url.host()),
        at: now,
        subject: &notice.subject,
        body: &notice.body,
        calendar: notice.calendar.as_deref(),
    })
}

/// Seconds before the next try, after so many.
fn pause(tries: u32) -> i64 {
    let factor = 4i64.checked_pow(tries.saturating_sub(1)).unwrap_or(i64::MAX);
    FIRST_PAUSE.saturating_mul(factor).min(LONGEST_PAUSE)
}
