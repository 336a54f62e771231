//! Notices to clients by mail: before surveillance is due, and when something happens to a certificate.
//!
//! What is due is worked out from the worklist and the records and put into a queue under a key of its own, so that
//! nothing is said twice; the queue is sent by SMTP, with pauses that grow, until a letter is taken or given up. A letter
//! bears the same Message-ID each time it is tried: one that was taken just before a crash is not shown twice.

mod calendar;
mod desk;
mod due;
mod letter;
mod mailer;
mod send;

pub use desk::{ClientError, keep_contact, try_again};
pub use due::queue_due_notices;
pub use mailer::{MailError, MailSecurity, MailServer, Mailer, check_address};
pub use send::{NoticeError, Sent, send_waiting_notices};
