//! `/mismatch-reports`.

use touchstone_schemas::mismatch::MismatchField;

use super::{
    Resource, named,
    operation::{get, post},
    schema::{Always, Sometimes, instant, list, number, object, one_of, text, version, whole},
};

pub(super) const RESOURCE: Resource = Resource {
    tag: "mismatch-reports",
    about: "与纸面不符 What people report whose paper does not match: taken from anybody, given to the office alone.",
    operations: || {
        vec![
            post("/mismatch-reports", "reportMismatch", "报告不符 Reports that a paper does not match its certificate")
                .about(
                    "No account. What is written goes to the certification body's complaints log; it stands in no other log. \
                     The answer comes once the report is durable. The certificate must be here.",
                )
                .body(&[("application/json", named("MismatchReport"))])
                .answer(201, "kept, under this reference", &[("application/json", named("MismatchReference"))])
                .problems(&[
                    "malformedReport",
                    "bodyCutShort",
                    "bodyTooSlow",
                    "certificateNotHere",
                    "recordDamaged",
                    "reportTooLarge",
                    "unsupportedMediaType",
                    "notSequencer",
                    "diskLow",
                    "reportsFull",
                ]),
            get("/mismatch-reports", "listMismatches", "取回报告 Reports after a reference, at most 100, in order")
                .in_query("after", "a reference; all from the first when absent", text(""))
                .answer(200, "the reports", &[("application/json", named("ReceivedMismatches"))])
                .problems(&["malformedQuery", "recordDamaged"]),
        ]
    },
    schemas: || {
        let received = object(
            "a report, as it was kept",
            [
                ("received", Always, instant("when it came in")),
                ("reference", Always, whole("grows with every report")),
                ("report", Always, named("MismatchReport")),
            ],
        );
        vec![
            (
                "MismatchReport",
                object(
                    "What differs, in somebody's words.",
                    [
                        (
                            "contact",
                            Sometimes,
                            text("how they are reached, one line of at most 500 characters"),
                        ),
                        (
                            "fields",
                            Always,
                            list(
                                one_of(MismatchField::ALL.map(MismatchField::name), ""),
                                "what differs, at least one",
                            ),
                        ),
                        ("note", Always, text("one line of at most 500 characters")),
                        ("number", Always, number()),
                        ("version", Always, version()),
                    ],
                ),
            ),
            (
                "MismatchReference",
                object(
                    "Where it is kept.",
                    [("reference", Always, whole("what it is known by"))],
                ),
            ),
            (
                "ReceivedMismatches",
                object(
                    "Reports, by reference.",
                    [("reports", Always, list(received, ""))],
                ),
            ),
        ]
    },
};
