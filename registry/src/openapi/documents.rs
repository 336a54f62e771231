//! Keys, trust list, the scheme owner's records, context and schema.

use super::{
    Resource, named,
    operation::get,
    schema::{Always, list, object, open_object, text},
};

pub(super) const RESOURCE: Resource = Resource {
    tag: "trust",
    about: "信任与格式 Whom to trust, and the formats: static documents, the same for all.",
    operations: || {
        let open = |about| open_object(about, []);
        vec![
            get(
                "/trust.json",
                "readTrustList",
                "信任列表 The trust list, as the scheme owner signed it",
            )
            .answer(
                200,
                "the list",
                &[("application/json", open("a signed trust list (docs/FORMATS.md)"))],
            )
            .tagged(),
            get(
                "/.well-known/did.json",
                "readDidDocument",
                "发证机构密钥 The body's issuing keys (did:web)",
            )
            .about("As the trust list has them; verification itself resolves no DID.")
            .answer(
                200,
                "the DID document",
                &[("application/did+json", named("DidDocument"))],
            )
            .tagged()
            .problem("notFound"),
            get(
                "/status/did.json",
                "readStatusDidDocument",
                "状态签署密钥 The status authority's keys (did:web)",
            )
            .answer(
                200,
                "the DID document",
                &[("application/did+json", named("DidDocument"))],
            )
            .tagged()
            .problem("notFound"),
            get(
                "/key-retirements",
                "listKeyRetirements",
                "密钥停用 Retirements of keys, by the scheme owner",
            )
            .answer(
                200,
                "every one, with its receipt",
                &[("application/json", records("keyRetirements"))],
            )
            .tagged()
            .problem("recordDamaged"),
            get(
                "/verifier-releases",
                "listVerifierReleases",
                "查验页版本 Releases of the verify page, by the scheme owner",
            )
            .answer(
                200,
                "every one, with its receipt",
                &[("application/json", records("verifierReleases"))],
            )
            .tagged()
            .problem("recordDamaged"),
            get(
                "/contexts/v1",
                "readContext",
                "JSON-LD 上下文 Our JSON-LD context, version 1",
            )
            .answer(200, "a copy", &[("application/ld+json", open("JSON-LD context"))])
            .tagged(),
            get(
                "/schemas/v1",
                "readSchema",
                "JSON Schema 模式 Our JSON Schema of a credential, version 1",
            )
            .answer(
                200,
                "a copy",
                &[("application/schema+json", open("JSON Schema 2020-12"))],
            )
            .tagged(),
        ]
    },
    schemas: || {
        vec![(
            "DidDocument",
            open_object(
                "DID Core 1.0.",
                [
                    ("id", Always, text("the DID")),
                    (
                        "verificationMethod",
                        Always,
                        list(open_object("Multikey", []), ""),
                    ),
                    ("assertionMethod", Always, list(text(""), "")),
                ],
            ),
        )]
    },
};

fn records(member: &'static str) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    let record = object(
        "",
        [
            ("document", Always, open_object("as its owner signed it", [])),
            ("receipt", Always, named("Receipt")),
        ],
    );
    object("", [(member, Always, list(record, "in the order of the log"))])
}
