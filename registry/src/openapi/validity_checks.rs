//! `/validity-checks`.

use touchstone_verifier::report::StateName;

use super::{
    Resource, named,
    operation::post,
    schema::{Always, Sometimes, day, instant, list, number, object, one_of, text, version, whole},
};
use crate::validity::CheckResult;

pub(super) const RESOURCE: Resource = Resource {
    tag: "validity-checks",
    about: "批量核查 Bulk checks: up to 10,000 numbers or codes at once. No names.",
    operations: || {
        vec![
            post("/validity-checks", "checkValidity", "批量核查 Where many certificates stand, row by row and in order")
                .about(
                    "A number is answered with the version in use, a unified social credit code with every certificate \
                     of the entity and its units. A row that asks nothing has a `fault` of its own and spoils no other. \
                     CSV has the number or code in its first column, a heading or none. The answer comes in the form of \
                     the question unless `Accept` wants another.",
                )
                .in_query("at", "an instant or a day in China, now when absent; JSON may say it in its body instead", text(""))
                .body(&[("application/json", named("ValidityQuestion")), ("text/csv", text("RFC 4180"))])
                .answer(
                    200,
                    "a row for each row, streamed",
                    &[
                        ("application/json", named("ValidityAnswer")),
                        ("application/x-ndjson", named("CheckedRow")),
                        ("text/csv", text("RFC 4180, a line a certificate; a cell that a spreadsheet would run begins with an apostrophe")),
                    ],
                )
                .problems(&[
                    "malformedJson",
                    "malformedCheck",
                    "bodyCutShort",
                    "bodyTooSlow",
                    "checkTooLarge",
                    "tooManyRows",
                    "unsupportedMediaType",
                    "notAcceptable",
                ]),
        ]
    },
    schemas: || {
        let successor = object(
            "what replaced it",
            [("number", Always, number()), ("version", Always, version())],
        );
        let certificate = object(
            "a certificate",
            [
                ("number", Always, number()),
                ("version", Always, version()),
                (
                    "state",
                    Always,
                    one_of(
                        StateName::ALL.map(StateName::name),
                        "of a day: valid only if throughout",
                    ),
                ),
                (
                    "stateSince",
                    Sometimes,
                    instant("since when, where an event made it so"),
                ),
                ("successor", Sometimes, successor),
                ("level", Always, whole("1 to 5")),
                ("validFrom", Always, day("first day")),
                ("validUntil", Always, day("last day")),
            ],
        );
        let fault = object(
            "why the row has no answer",
            [("code", Always, text("")), ("detail", Always, text(""))],
        );
        let at = object(
            "what was asked about",
            [
                ("from", Always, instant("first instant")),
                ("until", Always, instant("last instant")),
            ],
        );
        vec![
            (
                "ValidityQuestion",
                object(
                    "Numbers and codes, at most 10,000.",
                    [
                        (
                            "items",
                            Always,
                            list(text("a number or a code, as people type it"), ""),
                        ),
                        ("at", Sometimes, text("an instant or a day in China")),
                    ],
                ),
            ),
            (
                "CheckedRow",
                object(
                    "A row answered.",
                    [
                        ("row", Always, whole("which, from 1")),
                        ("asked", Always, text("its text, shortened")),
                        (
                            "result",
                            Always,
                            one_of(CheckResult::ALL.map(CheckResult::name), ""),
                        ),
                        ("certificates", Always, list(certificate, "by number")),
                        ("fault", Sometimes, fault),
                    ],
                ),
            ),
            (
                "ValidityAnswer",
                object(
                    "All rows, in order.",
                    [
                        ("asOf", Always, instant("as known at this instant")),
                        ("at", Always, at),
                        ("rows", Always, list(named("CheckedRow"), "")),
                    ],
                ),
            ),
        ]
    },
};
