//! `/certificates/{number}`.

use touchstone_verifier::report::StateName;

use super::{
    Resource, named,
    operation::{HTML, get},
    schema::{
        Always, Sometimes, digest, instant, list, number, object, of_form, one_of, open_object, text,
        version, whole,
    },
};

pub(super) const RESOURCE: Resource = Resource {
    tag: "certificates",
    about: "证书 Certificates: what was issued, and where it stands. They hold names: so many a minute each.",
    operations: || {
        vec![
            get(
                "/certificates/{number}",
                "readCertificate",
                "证书记录 The record of a certificate",
            )
            .about(
                "The newest version when none is named. By `Accept`: a page, JSON, or the signed credential; `*/*` \
                 gives JSON. A number that is not here says nothing against the paper.",
            )
            .number_in_path()
            .in_query("version", "which version, `1` and not `01`", text(""))
            .answer(
                200,
                "the record",
                &[
                    ("application/json", named("Record")),
                    ("application/vc", named("Credential")),
                    (HTML, text("")),
                ],
            )
            .answer(404, "not here; the page says where else to look", &[(HTML, text(""))])
            .tagged()
            .problems(&["certificateNotHere", "versionNotHere", "notAcceptable", "recordDamaged"]),
        ]
    },
    schemas: || {
        let logged = object(
            "a signed document with its receipt",
            [
                (
                    "document",
                    Always,
                    open_object("the document as it was signed", []),
                ),
                ("receipt", Always, named("Receipt")),
            ],
        );
        let successor = object(
            "what replaced it",
            [("number", Always, number()), ("version", Always, version())],
        );
        vec![
            (
                "Record",
                object(
                    "A certificate as the registry has it.",
                    [
                        ("number", Always, number()),
                        ("version", Always, version()),
                        (
                            "state",
                            Always,
                            one_of(StateName::ALL.map(StateName::name), "where it stands"),
                        ),
                        (
                            "stateSince",
                            Sometimes,
                            instant("since when, where an event made it so"),
                        ),
                        ("successor", Sometimes, successor),
                        ("versions", Always, list(version(), "every version held")),
                        ("credential", Always, named("Credential")),
                        ("receipt", Always, named("Receipt")),
                        ("events", Always, list(logged, "what happened, in order")),
                        ("statusAsOf", Always, instant("the instant of the state")),
                    ],
                ),
            ),
            (
                "Receipt",
                object(
                    "That a document stands in the log.",
                    [
                        ("entry", Always, named("Entry")),
                        (
                            "proof",
                            Always,
                            of_form("^c2sp\\.org/tlog-proof@v1\\n", "C2SP tlog-proof"),
                        ),
                    ],
                ),
            ),
            (
                "Entry",
                open_object(
                    "An entry of the log (docs/FORMATS.md): its kind, times, and the digest of the signed document. No names.",
                    [
                        ("digest", Always, digest("SHA-256 of the signed document")),
                        ("kind", Always, text("credential, event, statusList, …")),
                        ("recorded", Always, instant("when it was recorded")),
                        ("sequence", Sometimes, whole("of an event or a list")),
                    ],
                ),
            ),
            (
                "Credential",
                open_object(
                    "The signed credential (VCDM 2.0, UNTP Digital Conformity Credential 0.7.0); its schema is `/schemas/v1`.",
                    [
                        ("@context", Always, list(text(""), "")),
                        ("id", Always, text("base, number and version")),
                        ("type", Always, list(text(""), "")),
                        ("issuer", Always, open_object("the body", [])),
                        ("validFrom", Always, text("发证日期")),
                        ("validUntil", Always, text("有效期至")),
                        ("credentialSubject", Always, open_object("what is certified", [])),
                        (
                            "credentialStatus",
                            Always,
                            list(open_object("", []), "its places in the status lists"),
                        ),
                        ("proof", Always, super::schema::anything()),
                    ],
                ),
            ),
        ]
    },
};
