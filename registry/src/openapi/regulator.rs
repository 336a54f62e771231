//! `/regulator/…`: for regulators, by token.

use utoipa::openapi::{RefOr, Schema};

use super::{
    Resource, named,
    operation::{HTML, get, post},
    schema::{Always, Sometimes, instant, list, number, object, one_of, open_object, text, version, whole},
};

const CSV: &str = "text/csv";
const JSON: &str = "application/json";

pub(super) const RESOURCE: Resource = Resource {
    tag: "regulator",
    about: "监管 For regulators: read-only, by token, each of their own regions. What is elsewhere is answered as what is not here.",
    operations: || {
        vec![
            get(
                "/regulator/extract.csv",
                "readExtract",
                "地区全部证书 Every certificate of the regions, as CSV",
            )
            .in_query("after", "`log_index` of the last row of an extract that was cut off", text(""))
            .about("Streamed; a damaged record breaks the answer off, which then does not end as if it were whole.")
            .answer(200, "a row a certificate and version", &[(CSV, text(""))]),
            get(
                "/regulator/changes",
                "readRegionChanges",
                "地区证书变更 What changed in the regions, the oldest first",
            )
            .in_query("since", "a day in China or an instant; needed without a cursor", text(""))
            .in_query("cursor", "the `next` of the page before", text(""))
            .in_query("format", "JSON when absent", one_of(["json", "csv"], ""))
            .answer(
                200,
                "a page of changes",
                &[(JSON, named("RegionChanges")), (CSV, text(""))],
            )
            .problem("recordDamaged"),
            post(
                "/regulator/statement",
                "stateFirms",
                "企业证书状态声明 Where the certificates of a list of firms stood",
            )
            .about("At most 100 firms and 300 certificates. Each `statement` is checked by touchstone-verify offline.")
            .in_query("format", "where `Accept` cannot be set", one_of(["json", "html"], ""))
            .body(&[(JSON, named("Firms"))])
            .answer(
                200,
                "the statement",
                &[(HTML, text("")), (JSON, named("FirmsStatement"))],
            )
            .problems(&[
                "malformedList",
                "listTooLarge",
                "tooManyCertificates",
                "tooManyChanges",
                "unsupportedMediaType",
                "notAcceptable",
                "bodyCutShort",
                "bodyTooSlow",
                "recordDamaged",
            ]),
        ]
    },
    schemas: || {
        vec![
            ("Change", change()),
            (
                "RegionChanges",
                object(
                    "Changes, the oldest first.",
                    [
                        ("asOf", Always, instant("up to when")),
                        ("changes", Always, list(named("Change"), "")),
                        ("next", Sometimes, text("`cursor` of the next page")),
                    ],
                ),
            ),
            (
                "Firms",
                object(
                    "Whom it is about.",
                    [
                        (
                            "at",
                            Sometimes,
                            text("an instant, or a day in China; now when absent"),
                        ),
                        (
                            "of",
                            Always,
                            list(text(""), "certificate numbers and unified social credit codes"),
                        ),
                    ],
                ),
            ),
            ("FirmsStatement", firms()),
        ]
    },
};

fn change() -> RefOr<Schema> {
    object(
        "A change of a certificate.",
        [
            (
                "change",
                Always,
                text("`issued`, an event, or what a date brought about"),
            ),
            ("effective", Always, instant("when it took effect")),
            (
                "index",
                Sometimes,
                whole("of its entry in the log; a change by date has none"),
            ),
            ("known", Always, instant("when it became known")),
            ("number", Always, number()),
            ("record", Always, text("URL of the record")),
            ("state", Always, text("the state from then on")),
            ("version", Always, version()),
        ],
    )
}

fn firms() -> RefOr<Schema> {
    let certificate = object(
        "a certificate with what proves where it stood",
        [
            ("number", Always, number()),
            (
                "report",
                Always,
                open_object("what the verifier said of the statement here", []),
            ),
            (
                "statement",
                Always,
                open_object("as GET /certificates/{number}/status gives it", []),
            ),
            ("version", Always, version()),
        ],
    );
    let firm = object(
        "a firm as it was asked about",
        [
            ("asked", Always, text("number or code")),
            ("certificates", Always, list(certificate, "")),
        ],
    );
    object(
        "One statement on a list of firms.",
        [
            ("checkpoint", Always, text("the newest checkpoint of the log")),
            ("firms", Always, list(firm, "")),
            ("from", Always, instant("first instant asked about")),
            ("madeAt", Always, instant("when it was made")),
            ("until", Always, instant("last instant asked about")),
        ],
    )
}
