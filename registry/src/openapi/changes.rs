//! `/changes`, `/certificates/{number}/changes`: feeds.

use utoipa::openapi::{RefOr, Schema};

use super::{
    Resource,
    operation::{Described, get},
    schema::{Always, list, open_object, text},
};

const ATOM: &str = "application/atom+xml";
const JSON: &str = "application/feed+json";

pub(super) const RESOURCE: Resource = Resource {
    tag: "changes",
    about: "变更 Feeds of changes, as Atom (RFC 4287) and JSON Feed 1.1. No names.",
    operations: || {
        let one = "一张证书的变更 Changes of a certificate, the newest first";
        let holder = "一个持证单位的证书变更 Changes of the certificates of a holder, the newest first";
        let all = "全部变更 Changes of every certificate, or of one body's, the newest first";
        vec![
            of_certificate(
                get(
                    "/certificates/{number}/changes.atom",
                    "readCertificateChangesAtom",
                    one,
                ),
                ATOM,
            ),
            of_certificate(
                get(
                    "/certificates/{number}/changes.json",
                    "readCertificateChangesJson",
                    one,
                ),
                JSON,
            ),
            of_holder(
                get("/holders/{uscc}/changes.atom", "readHolderChangesAtom", holder),
                ATOM,
            ),
            of_holder(
                get("/holders/{uscc}/changes.json", "readHolderChangesJson", holder),
                JSON,
            ),
            of_log(get("/changes.atom", "readChangesAtom", all), ATOM),
            of_log(get("/changes.json", "readChangesJson", all), JSON),
        ]
    },
    schemas: Vec::new,
};

fn of_certificate(described: Described, media: &'static str) -> Described {
    feed(described, media)
        .number_in_path()
        .problem("certificateNotHere")
}

fn of_holder(described: Described, media: &'static str) -> Described {
    feed(described, media)
        .in_path("uscc", "统一社会信用代码 of the legal entity", text(""))
        .problem("certificateNotHere")
}

fn of_log(described: Described, media: &'static str) -> Described {
    feed(described, media)
        .in_query("body", "of one body only, by its DID", text(""))
        .problem("recordDamaged")
}

fn feed(described: Described, media: &'static str) -> Described {
    described
        .in_query("before", "where the page before this one ended", text(""))
        .answer(200, "a page of changes", &[(media, form(media))])
        .tagged()
}

fn form(media: &str) -> RefOr<Schema> {
    if media == ATOM {
        return text("an Atom feed");
    }
    open_object(
        "JSON Feed 1.1",
        [
            ("version", Always, text("")),
            ("title", Always, text("")),
            ("items", Always, list(open_object("a change", []), "")),
        ],
    )
}
