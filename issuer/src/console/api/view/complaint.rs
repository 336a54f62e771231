//! Complaints and appeals.

use axum::{http::StatusCode, response::Response};
use touchstone_schemas::{date_time::Date, date_time::Timestamp, digest::Sha256Digest, record};

use super::json;
use crate::{
    casework::Actor,
    complaint::{Acknowledged, Complaint, ComplaintKind, ComplaintStatus, Decided, Received, Told},
    store::ListedComplaint,
};

/// The decision, with who gave it and when.
struct DecidedView<'a> {
    at: Timestamp,
    by: &'a Actor,
    decided: &'a Decided,
}

record! { write DecidedView<'_> { "at": at, "by": by, "decided": decided } }

/// A complaint as it stands.
struct ComplaintView<'a> {
    acknowledged: Option<&'a Acknowledged>,
    acts: u32,
    complaint: u32,
    decision: Option<DecidedView<'a>>,
    head: Sha256Digest,
    received: &'a Received,
    status: ComplaintStatus,
    told: Option<&'a Told>,
}

record! { write ComplaintView<'_> {
    "acknowledged"? acknowledged,
    "acts": acts,
    "complaint": complaint,
    "decision"? decision,
    "head": head,
    "received": received,
    "status": status,
    "told"? told,
} }

/// A complaint.
pub(in super::super) fn complaint(status: StatusCode, complaint: &Complaint) -> Response {
    let decision = complaint
        .decided()
        .map(|(by, at, decided)| DecidedView { at, by, decided });
    let view = ComplaintView {
        acknowledged: complaint.acknowledged(),
        acts: complaint.acts(),
        complaint: complaint.number(),
        decision,
        head: complaint.head(),
        received: complaint.received(),
        status: complaint.status(),
        told: complaint.told(),
    };
    json(status, &view)
}

/// A line of a list of complaints.
struct ListedView<'a> {
    complaint: u32,
    kind: ComplaintKind,
    received_on: Date,
    status: ComplaintStatus,
    subject: &'a str,
}

record! { write ListedView<'_> {
    "complaint": complaint,
    "kind": kind,
    "receivedOn": received_on,
    "status": status,
    "subject": subject,
} }

struct ListView<'a> {
    complaints: Vec<ListedView<'a>>,
    next: Option<u32>,
}

record! { write ListView<'_> { "complaints": complaints, "next"? next } }

/// A page of a list of complaints, and where the next one begins.
pub(in super::super) fn complaints(found: &[ListedComplaint], next: Option<u32>) -> Response {
    let complaints = found.iter().map(|listed| ListedView {
        complaint: listed.number,
        kind: listed.kind,
        received_on: listed.received_on,
        status: listed.status,
        subject: &listed.subject,
    });
    let complaints = complaints.collect();
    json(StatusCode::OK, &ListView { complaints, next })
}
