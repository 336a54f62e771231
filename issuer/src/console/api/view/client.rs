//! What clients are told and given.

use axum::{http::StatusCode, response::Response};
use touchstone_schemas::{credential::CredentialNumber, record, text::Text};

use super::json;
use crate::store::{Contact, ListedDownload, StoredNotice};

/// How a client is reached.
pub(in super::super) struct ContactView<'a> {
    mail: &'a str,
    name: &'a str,
    uscc: &'a str,
}

record! { write ContactView<'_> { "mail": mail, "name": name, "uscc": uscc } }

pub(in super::super) fn contact(contact: &Contact) -> ContactView<'_> {
    ContactView {
        mail: &contact.mail,
        name: &contact.name,
        uscc: &contact.holder,
    }
}

/// A notice of the queue.
struct NoticeView<'a> {
    attempts: u32,
    key: &'a str,
    notice: u64,
    problem: Option<&'a String>,
    recipient: Option<&'a String>,
    sent_at: Option<&'a String>,
    state: &'a str,
    subject: &'a str,
    uscc: &'a str,
}

record! { write NoticeView<'_> {
    "attempts": attempts,
    "key": key,
    "notice": notice,
    "problem"? problem,
    "recipient"? recipient,
    "sentAt"? sent_at,
    "state": state,
    "subject": subject,
    "uscc": uscc,
} }

struct NoticesView<'a> {
    notices: Vec<NoticeView<'a>>,
}

record! { write NoticesView<'_> { "notices": notices } }

/// Notices, newest first.
pub(in super::super) fn notices(found: &[StoredNotice]) -> Response {
    let notices = found.iter().map(|notice| NoticeView {
        attempts: notice.attempts,
        key: &notice.key,
        notice: notice.id.unsigned_abs(),
        problem: notice.problem.as_ref(),
        recipient: notice.recipient.as_ref(),
        sent_at: notice.sent_at.as_ref(),
        state: &notice.state,
        subject: &notice.subject,
        uscc: &notice.holder,
    });
    let notices = notices.collect();
    json(StatusCode::OK, &NoticesView { notices })
}

/// A notice that waits again.
pub(in super::super) struct RetriedView {
    pub(in super::super) notice: u32,
}

record! { write RetriedView { "notice": notice } }

/// A link that was made. Where it leads is told once.
pub(in super::super) struct LinkView<'a> {
    file: &'a Text,
    number: &'a CredentialNumber,
    url: Option<&'a str>,
}

record! { write LinkView<'_> { "file": file, "number": number, "url"? url } }

pub(in super::super) const fn link<'a>(
    file: &'a Text,
    number: &'a CredentialNumber,
    url: Option<&'a str>,
) -> LinkView<'a> {
    LinkView { file, number, url }
}

/// A link on file.
struct ListedView<'a> {
    address: Option<&'a String>,
    file: &'a str,
    made_at: &'a str,
    made_by: &'a str,
    used_at: Option<&'a String>,
}

record! { write ListedView<'_> {
    "address"? address,
    "file": file,
    "madeAt": made_at,
    "madeBy": made_by,
    "usedAt"? used_at,
} }

struct LinksView<'a> {
    links: Vec<ListedView<'a>>,
}

record! { write LinksView<'_> { "links": links } }

/// The links made for a certificate, and which were used from where.
pub(in super::super) fn links(found: &[ListedDownload]) -> Response {
    let links = found.iter().map(|link| ListedView {
        address: link.address.as_ref(),
        file: &link.name,
        made_at: &link.made_at,
        made_by: &link.person,
        used_at: link.used_at.as_ref(),
    });
    let links = links.collect();
    json(StatusCode::OK, &LinksView { links })
}
