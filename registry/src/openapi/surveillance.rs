//! `/surveillance`.

use super::{
    Resource, named,
    operation::{HTML, get},
    schema::{Always, Sometimes, day, instant, list, number, object, one_of, text, version},
};
use crate::surveillance::DueState;

pub(super) const RESOURCE: Resource = Resource {
    tag: "surveillance",
    about: "监督 Surveillance: what is due and overdue. No names.",
    operations: || {
        vec![
            get("/surveillance", "listSurveillance", "监督清单 What is due, the longest overdue first")
                .about("At most 100 rows a page; with `state` a page may hold fewer rows, or none, and still have a `next`.")
                .in_query("due_before", "before which day; 60 days ahead when absent", text(""))
                .in_query("state", "of one state only", one_of(DueState::ALL.map(DueState::name), ""))
                .in_query("cursor", "the `next` of the page before", text(""))
                .in_query("format", "where `Accept` cannot be set", one_of(["json", "html"], ""))
                .answer(200, "a page of rows", &[("application/json", named("Worklist")), (HTML, text(""))])
                .tagged()
                .problem("notAcceptable"),
        ]
    },
    schemas: || {
        let row = object(
            "a certificate of which something is due",
            [
                ("number", Always, number()),
                ("version", Always, version()),
                ("state", Always, one_of(DueState::ALL.map(DueState::name), "")),
                (
                    "due",
                    Always,
                    day("the day of the next surveillance, or the planned end of the suspension"),
                ),
                ("graceUntil", Sometimes, day("the last day of grace")),
                ("suspendedSince", Sometimes, instant("since when")),
            ],
        );
        vec![(
            "Worklist",
            object(
                "A page of what is due.",
                [
                    ("asOf", Always, instant("the instant of the states")),
                    ("dueBefore", Always, day("due before this day")),
                    ("rows", Always, list(row, "")),
                    ("next", Sometimes, text("`cursor` of the page after this one")),
                ],
            ),
        )]
    },
};
