//! `/status-lists/{purpose}/{list}`.

use touchstone_schemas::status::StatusPurpose;

use super::{
    Resource, named,
    operation::get,
    schema::{Always, anything, list, one_of, open_object, text},
};

pub(super) const RESOURCE: Resource = Resource {
    tag: "status lists",
    about: "状态列表 Status lists (Bitstring Status List 1.0), signed by the body's status authority; every version stays served.",
    operations: || {
        vec![
            get(
                "/status-lists/{purpose}/{list}",
                "readStatusList",
                "状态列表 A status list: the newest, one by its sequence, or the one that counted at an instant",
            )
            .in_path("purpose", "what it tells", one_of(StatusPurpose::ALL.map(StatusPurpose::name), ""))
            .in_path("list", "its number", text(""))
            .in_query("sequence", "which version", text(""))
            .in_query("at", "the one that counted then, `2026-06-15T04:00:00Z`", text(""))
            .answer(200, "the list as it was signed", &[("application/vc", named("StatusList"))])
            .tagged()
            .problems(&["notFound", "recordDamaged"]),
        ]
    },
    schemas: || {
        vec![(
            "StatusList",
            open_object(
                "A signed status list.",
                [
                    ("@context", Always, list(text(""), "")),
                    ("id", Always, text("")),
                    ("type", Always, list(text(""), "")),
                    ("issuer", Always, text("the status authority")),
                    ("validFrom", Always, text("the instant whose states it shows")),
                    (
                        "validUntil",
                        Always,
                        text("until when it counts, at most 24 hours later"),
                    ),
                    (
                        "credentialSubject",
                        Always,
                        open_object("purpose, sequence, and the bits (`encodedList`)", []),
                    ),
                    ("proof", Always, anything()),
                ],
            ),
        )]
    },
};
