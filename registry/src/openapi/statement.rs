//! `/certificates/{number}/status`.

use super::{
    Resource, named,
    operation::{HTML, get},
    schema::{Always, Sometimes, instant, list, object, one_of, open_object, text, whole},
};

pub(super) const RESOURCE: Resource = Resource {
    tag: "statements",
    about: "状态声明 Statements: where a certificate stood at an instant, to be filed and checked offline.",
    operations: || {
        vec![
            get(
                "/certificates/{number}/status",
                "readStatement",
                "状态声明 Where a certificate stood, as a statement that anybody checks offline",
            )
            .about(
                "Both clocks: in force then as known now, and what the register showed then. The registry does not \
                 sign it: credential, events, lists and trust list in it are signed by whom they are of. Save it and \
                 run `touchstone-verify --as statement FILE`.",
            )
            .number_in_path()
            .in_query("at", "an instant `2026-06-15T04:00:00Z`, or a day in China `2026-06-15`; now when absent", text(""))
            .in_query("version", "which version; the one in use then when absent", text(""))
            .in_query("format", "where `Accept` cannot be set", one_of(["json", "html"], ""))
            .answer(
                200,
                "the statement, or a page of it to print",
                &[("application/json", named("Statement")), (HTML, text(""))],
            )
            .answer(
                404,
                "not here, with what its absence proves",
                &[("application/json", named("Absence")), (HTML, text(""))],
            )
            .problems(&["versionNotHere", "notAcceptable", "recordDamaged", "tooManyChanges"]),
        ]
    },
    schemas: || {
        let request = open_object(
            "what the verifier takes",
            [
                ("document", Always, text("the credential as it was signed")),
                (
                    "facts",
                    Always,
                    open_object("trust list, receipt, events, status lists", []),
                ),
                ("now", Always, instant("when it was made")),
                (
                    "policy",
                    Always,
                    open_object("the registry's own pin; a reader puts theirs in its place", []),
                ),
            ],
        );
        let bilingual = || object("", [("en", Always, text("")), ("zh", Always, text(""))]);
        vec![
            (
                "Statement",
                object(
                    "Where a certificate stood.",
                    [
                        ("from", Always, instant("the first instant asked about")),
                        ("until", Always, instant("the last")),
                        (
                            "instants",
                            Always,
                            list(
                                instant(""),
                                "both ends, and every moment between at which something changed",
                            ),
                        ),
                        (
                            "listReceipts",
                            Always,
                            list(text(""), "receipts of the status lists, in their order"),
                        ),
                        ("request", Always, request),
                    ],
                ),
            ),
            (
                "Absence",
                object(
                    "That a number is not here, and what that proves.",
                    [
                        ("number", Always, text("as it was asked for")),
                        ("asked", Always, text("the instant or day asked about")),
                        ("madeAt", Always, instant("when")),
                        ("entries", Always, whole("how many entries the log had")),
                        ("checkpoint", Always, text("the log's checkpoint, signed")),
                        ("proves", Always, list(bilingual(), "")),
                        ("doesNotProve", Always, list(bilingual(), "")),
                        ("coverage", Always, named("Coverage")),
                    ],
                ),
            ),
            (
                "Coverage",
                object(
                    "What this registry covers.",
                    [
                        ("host", Always, text("")),
                        ("certificates", Always, whole("how many it holds")),
                        (
                            "loggedSince",
                            Sometimes,
                            instant("when its log recorded the first document"),
                        ),
                        (
                            "nationalLookup",
                            Always,
                            text("where those of every body are looked up"),
                        ),
                        ("bodies", Always, list(covered_body(), "")),
                    ],
                ),
            ),
        ]
    },
};

fn covered_body() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    let scheme = object(
        "",
        [
            ("edition", Always, text("")),
            ("name", Always, text("")),
            ("nameEn", Always, text("")),
            (
                "since",
                Always,
                text("the day from which the body issues under it"),
            ),
        ],
    );
    object(
        "",
        [
            ("name", Always, text("")),
            ("nameEn", Always, text("")),
            ("url", Sometimes, text("its own look-up")),
            ("schemes", Always, list(scheme, "")),
        ],
    )
}
