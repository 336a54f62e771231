//! What is sent: a change as a Standard Webhooks payload.

use touchstone_schemas::{date_time::Timestamp, jcs::to_canonical, record};

use crate::changes::{Change, ChangeJson, Names};

/// A message: the same bytes under the same id, however often it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// `webhook-id`.
    pub id: String,
    /// The body, JCS.
    pub body: String,
}

struct Payload<'a> {
    data: ChangeJson<'a>,
    timestamp: Timestamp,
    kind: String,
}

record! { write Payload<'_> {
    "data": data,
    "timestamp": timestamp,
    "type": kind,
} }

impl Message {
    /// Tells of a change.
    #[must_use]
    pub fn of(change: &Change, names: Names<'_>) -> Self {
        let payload = Payload {
            data: ChangeJson::of(change, names),
            timestamp: change.known,
            kind: format!("certificate.{}", change.kind.name()),
        };
        Self {
            id: names.message_id(change),
            // Canonical JSON is UTF-8.
            body: String::from_utf8(to_canonical(&payload)).unwrap_or_default(),
        }
    }
}
