//! The records of measures on certificates in force.

use serde_json::Value;

use super::{day, digest, instant, journal, list, named, next, object, open, passage, text, whole, words};

const KINDS: [&str; 7] = [
    "surveillancePassed",
    "suspended",
    "reinstated",
    "withdrawn",
    "cancelled",
    "corrected",
    "nonconformity",
];

fn statement() -> Value {
    open(
        "`proposal`: note; `verification`: effective, note; `measureDecision`: outcome (agree, refuse), reference, \
         legalBasis, reason, effective, backdating",
    )
}

fn kind_of_statement() -> Value {
    words(&["proposal", "verification", "measureDecision"], "what is said")
}

pub(super) fn all() -> Vec<(&'static str, Value)> {
    let mut all = sent();
    all.extend(told());
    all
}

fn sent() -> Vec<(&'static str, Value)> {
    vec![
        (
            "NewMeasure",
            object(
                "a measure to be opened; dates that are left out follow from the scheme's rule",
                [
                    (
                        "confirmedOn?",
                        day("loss of conformity was confirmed; today when absent"),
                    ),
                    ("grounds", passage("what led to it")),
                    ("kind", words(&KINDS, "what is proposed")),
                    ("nextDue?", day("the next surveillance")),
                    ("number", text("证书编号")),
                    ("performedOn?", day("last day of the surveillance")),
                    ("plannedEnd?", day("planned last day of the suspension")),
                    ("reason?", text("reason code; not for loss of conformity")),
                    (
                        "successor?",
                        open("number and version of the certificate that answers one ended in error"),
                    ),
                    ("version?", whole("the newest when absent")),
                ],
            ),
        ),
        (
            "DraftStatement",
            object(
                "a statement before it is signed",
                [("kind", kind_of_statement()), ("statement", statement())],
            ),
        ),
        (
            "Statement",
            object(
                "a statement with its signature",
                [
                    ("approval", named("Approval")),
                    ("kind", kind_of_statement()),
                    ("statement", statement()),
                ],
            ),
        ),
        (
            "ToCarryOut",
            object(
                "decided measures, 1 to 1,000",
                [("measures", list(whole("number of a measure"), "each once"))],
            ),
        ),
    ]
}

fn told() -> Vec<(&'static str, Value)> {
    let listed = object(
        "a line of a list",
        [
            ("confirmedOn?", day("loss of conformity was confirmed")),
            ("kind", words(&KINDS, "what is proposed")),
            ("measure", whole("its number")),
            ("number", text("证书编号")),
            ("scheme", text("the scheme edition")),
            ("status", text("how far it is")),
            ("version", whole("version of the certificate")),
        ],
    );
    let event = object(
        "the event of a measure",
        [
            ("effective", instant("from when it counts")),
            ("kind", text("what happened")),
            ("measure", whole("number of the measure")),
            ("number", text("证书编号")),
            ("recorded?", instant("when the log recorded it")),
            ("sequence", whole("its place among the certificate's events")),
            ("version", whole("version of the certificate")),
        ],
    );
    let left = object(
        "a measure that was left as it is",
        [("measure", whole("its number")), ("reason", text("why"))],
    );
    vec![
        ("Measure", measure()),
        (
            "MeasureList",
            object(
                "a page of measures",
                [("measures", list(listed, "")), ("next?", next())],
            ),
        ),
        ("MeasureJournal", journal("measure")),
        (
            "CarriedOut",
            object(
                "what carrying measures out came to",
                [
                    ("events", list(event, "a measure each")),
                    ("left", list(left, "each with why")),
                ],
            ),
        ),
        ("Worklist", worklist()),
    ]
}

fn measure() -> Value {
    let statuses = [
        "draft",
        "proposed",
        "recorded",
        "agreed",
        "refused",
        "settled",
        "carriedOut",
        "dropped",
    ];
    object(
        "a measure as it stands",
        [
            ("acts", whole("acts on record")),
            (
                "attachments?",
                list(open("name, digest, media type, size"), "the evidence"),
            ),
            ("head", digest("digest of the last act")),
            ("kind", words(&KINDS, "what is proposed")),
            ("measure", whole("its number")),
            ("opened", open("certificate, grounds, proposal")),
            ("openedAt", instant("when it was opened")),
            ("openedBy", open("by whom")),
            (
                "statements?",
                list(open("a statement with its signature"), "in order"),
            ),
            ("status", words(&statuses, "how far it is")),
        ],
    )
}

fn worklist() -> Value {
    let task = object(
        "something to be done",
        [
            ("due", day("by the end of this day")),
            ("graceUntil?", day("last day of grace")),
            ("holder", text("unified social credit code")),
            (
                "kind",
                text("surveillance, nonconformity, suspensionEnd or renewal"),
            ),
            ("name", text("name of the holder")),
            ("number", text("证书编号")),
            ("scheme", text("the scheme edition")),
            ("task", text("what is to be done")),
            (
                "urgency",
                words(&["due", "inGrace", "overdue"], "how urgent it is"),
            ),
            ("version", whole("version of the certificate")),
        ],
    );
    object(
        "what is to be done on a day",
        [
            ("on", day("the day")),
            ("tasks", list(task, "by the day it is due")),
        ],
    )
}
