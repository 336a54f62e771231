//! `/submissions`.

use super::{
    Resource, named,
    operation::post,
    problems::PROBLEMS,
    schema::{Always, list, object, open_object},
};

/// The statuses of what only a submission can be refused with.
const REFUSALS: [u16; 2] = [409, 422];

/// What of these only a statement is.
const STATEMENTS: [&str; 2] = ["tooManyChanges", "tooManyCertificates"];

pub(super) const RESOURCE: Resource = Resource {
    tag: "submissions",
    about: "提交 Intake: what certification bodies hand in. Signatures decide; the token only keeps strangers out.",
    operations: || {
        let refusals = PROBLEMS
            .iter()
            .filter(|problem| REFUSALS.contains(&problem.status) && !STATEMENTS.contains(&problem.code))
            .map(|problem| problem.code);
        let mut operation = post(
            "/submissions",
            "submit",
            "提交 Hands in signed documents; receipts come once everything is durable and in the log",
        )
        .about(
            "All or nothing, in order. Sent again, documents that the log all holds get their receipts again. \
             What is refused and why stands in docs/API.md.",
        )
        .body(&[("application/json", named("Submission"))])
        .answer(200, "a receipt for each document, in order", &[("application/json", named("Receipts"))])
        .problems(&[
            "malformedJson",
            "malformedSubmission",
            "emptySubmission",
            "documentKindUnknown",
            "documentRepeated",
            "bodyCutShort",
            "bodyTooSlow",
            "submissionTooLarge",
            "tooManyDocuments",
            "documentTooLarge",
            "unsupportedMediaType",
            "notSequencer",
            "recordDamaged",
            "busy",
            "logStopped",
            "eventNotYet",
            "diskLow",
        ]);
        for code in refusals {
            operation = operation.problem(code);
        }
        vec![operation]
    },
    schemas: || {
        let document = open_object(
            "a signed credential, event, status list or record of the scheme owner",
            [],
        );
        vec![
            (
                "Submission",
                object("An ordered bundle.", [("documents", Always, list(document, ""))]),
            ),
            (
                "Receipts",
                object(
                    "What is in the log.",
                    [("receipts", Always, list(named("Receipt"), ""))],
                ),
            ),
        ]
    },
};
