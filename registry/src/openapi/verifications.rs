//! `/verifications`.

use touchstone_verifier::report::Headline;

use super::{
    Resource, named,
    operation::post,
    schema::{Always, Sometimes, instant, one_of, open_object, text},
};

pub(super) const RESOURCE: Resource = Resource {
    tag: "verifications",
    about: "核验 A verification request answered by the verifier that everybody has. Nothing of it is kept.",
    operations: || {
        vec![
            post("/verifications", "verify", "核验 The Report on a whole verification request")
                .about(
                    "Facts, time and pin are the asker's; the registry fetches nothing and adds nothing. The bytes are \
                     those that `touchstone-verify --as request --json` and the npm package give. Whoever has to be sure \
                     runs one of these: what a server answers is its word alone.",
                )
                .body(&[("application/json", named("VerificationRequest"))])
                .answer(200, "the Report, as JCS", &[("application/json", named("Report"))])
                .problems(&[
                    "malformedRequest",
                    "bodyCutShort",
                    "bodyTooSlow",
                    "verificationTooLarge",
                    "unsupportedMediaType",
                ]),
        ]
    },
    schemas: || {
        let request = open_object(
            "what is to be verified, and with what",
            [
                (
                    "document",
                    Always,
                    text("JSON, a link, or the digits of a QR code"),
                ),
                (
                    "facts",
                    Sometimes,
                    open_object("trust list, status lists, receipt, events, snapshot", []),
                ),
                ("now", Always, instant("the time now, by the asker's clock")),
                ("at", Sometimes, instant("the instant the question is about")),
                (
                    "policy",
                    Always,
                    open_object("the pin, `ownerKey`, and what is demanded", []),
                ),
                (
                    "need",
                    Sometimes,
                    open_object("what a certificate has to cover", []),
                ),
            ],
        );
        let report = open_object(
            "the four answers with their reasons",
            [(
                "headline",
                Always,
                one_of(Headline::ALL.map(Headline::name), "the verdict in one word"),
            )],
        );
        vec![("VerificationRequest", request), ("Report", report)]
    },
};
