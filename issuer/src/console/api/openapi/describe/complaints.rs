//! Routes of complaints and appeals.

use super::{
    ApiRoute, BEFORE, Code, Described, Form, JSON, LIMIT, Parameter, in_path, in_query, reading, step,
};

const COMPLAINT: Parameter = in_path("number", "number of the complaint", Form::Whole);

/// A step on a complaint gives the complaint as it stands then.
const fn on_complaint(id: &'static str, summary: &'static str, body: &'static str) -> Described {
    Described {
        parameters: &[COMPLAINT],
        answer: (200, "the complaint after this act", JSON, "Complaint"),
        ..step(id, summary, body)
    }
}

pub(super) const fn of_complaints(route: ApiRoute) -> Described {
    match route {
        ApiRoute::Complaints => {
            const STATUS: Parameter = in_query(
                "status",
                "those that are so far",
                Form::Words(&["received", "acknowledged", "decided", "closed"]),
            );
            let answer = ("a page of complaints", JSON, "ComplaintList");
            let summary = "投诉与申诉 Complaints and appeals, the newest first";
            reading("listComplaints", summary, &[STATUS, BEFORE, LIMIT], answer)
        }
        ApiRoute::Complaint => reading(
            "readComplaint",
            "投诉 A complaint as it stands; its sender is named in it",
            &[COMPLAINT],
            ("the complaint", JSON, "Complaint"),
        ),
        ApiRoute::ComplaintJournal => {
            let answer = ("every act, as it is stored", JSON, "ComplaintJournal");
            let summary = "投诉办理记录 Every act on a complaint, byte for byte";
            reading("readComplaintJournal", summary, &[COMPLAINT], answer)
        }
        ApiRoute::ReceiveComplaint => Described {
            parameters: &[],
            answer: (201, "the new complaint", JSON, "Complaint"),
            problems: &[Code::NotOnFile],
            ..on_complaint(
                "receiveComplaint",
                "登记投诉、申诉 Puts one on file; whoever had part in what it is about never decides on it",
                "NewComplaint",
            )
        },
        ApiRoute::AcknowledgeComplaint => on_complaint(
            "acknowledgeComplaint",
            "告知受理 Its receipt was acknowledged",
            "Note",
        ),
        ApiRoute::ComplaintBundle => Described {
            answer: (200, "what is to be signed, as it is to be signed", JSON, "Bundle"),
            ..on_complaint(
                "makeComplaintBundle",
                "待签内容 What is to be signed for a decision; nothing is recorded",
                "ComplaintDecision",
            )
        },
        ApiRoute::DecideComplaint => on_complaint(
            "decideComplaint",
            "投诉决定 Takes a signed decision",
            "DecidedComplaint",
        ),
        _ => on_complaint("closeComplaint", "告知结果 Its sender was told", "Note"),
    }
}
