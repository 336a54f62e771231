//! Samples of the rules about documents as they are signed.

use serde_json::json;

use super::{Sample, world::instant};

pub(super) const SAMPLES: &[Sample] = &[
    Sample::new(
        "vcContext",
        |_| {},
        &[
            |world| {
                world.put(
                    "/@context/0",
                    Some("https://www.w3.org/2018/credentials/v1".into()),
                )
            },
            |world| world.put_event("/@context/2", Some("https://other.example/v1".into())),
        ],
    ),
    Sample::new(
        "vcIdentifier",
        |_| {},
        &[
            |world| world.put("/id", Some("https://registry.demo.example/certificates/1".into())),
            |world| world.put("/credentialSubject/certificate/version", Some(2.into())),
            |world| world.put_event("/credentialSubject/sequence", Some(2.into())),
        ],
    ),
    Sample::new(
        "vcType",
        |_| {},
        &[
            |world| world.put("/type/1", Some("Diploma".into())),
            |world| world.put("/type/2", Some("Diploma".into())),
            |world| world.put_event("/type/0", None),
        ],
    ),
    Sample::new(
        "vcIssuer",
        |_| {},
        &[
            |world| world.put("/issuer/id", Some("https://demo.example".into())),
            |world| world.put("/issuer/name", None),
            |world| world.put_event("/issuer/id", Some("did:web:".into())),
        ],
    ),
    Sample::new(
        "vcSubject",
        |_| {},
        &[
            |world| world.put("/credentialSubject", Some(json!([]))),
            |world| world.put("/credentialSubject/id", Some("attestation".into())),
            |world| world.put_event("/credentialSubject", Some(json!({ "id": "https://a.example" }))),
        ],
    ),
    Sample::new(
        "vcValidityPeriod",
        |world| world.put("/validUntil", Some("2026-06-15T00:00:01+08:00".into())),
        &[
            |world| world.put("/validFrom", Some("2026-06-15T00:00:00".into())),
            |world| world.put("/validUntil", None),
            |world| world.put("/validUntil", Some("2020-01-01T00:00:00+08:00".into())),
            |world| world.put_event("/validFrom", None),
        ],
    ),
    Sample::new(
        "vcStatus",
        |_| {},
        &[
            |world| world.put("/credentialStatus", None),
            |world| world.put("/credentialStatus/0/type", None),
            |world| world.put("/credentialStatus/1/statusListCredential", Some("lists/1".into())),
        ],
    ),
    Sample::new(
        "vcSchema",
        |_| {},
        &[
            |world| {
                world.put(
                    "/credentialSchema/id",
                    Some("https://other.example/schema".into()),
                )
            },
            |world| world.put("/credentialSchema/type", None),
        ],
    ),
    Sample::new(
        "vcEmptyMembers",
        |_| {},
        &[
            |world| world.put("/name", Some(json!(null))),
            |world| world.put("/credentialSubject/authorisation", Some(json!([]))),
            |world| world.put_event("/credentialSubject/backdating", Some("".into())),
        ],
    ),
    Sample::new(
        "statusPurposes",
        |_| {},
        &[
            |world| world.put("/credentialStatus/2", None),
            |world| world.put("/credentialStatus/0/statusPurpose", Some("suspension".into())),
            |world| world.put("/credentialStatus/1/statusListIndex", Some("4712".into())),
            |world| world.put("/credentialStatus/0/statusListIndex", Some("04711".into())),
        ],
    ),
    Sample::new(
        "statusMessages",
        |_| {},
        &[
            |world| {
                let pointer = wide(world);
                world.put(&format!("{pointer}/statusMessage/7"), None);
            },
            |world| {
                let pointer = wide(world);
                world.put(&format!("{pointer}/statusMessage/3/status"), Some("0x4".into()));
            },
            |world| {
                let pointer = wide(world);
                world.put(&format!("{pointer}/statusSize"), None);
            },
        ],
    ),
    Sample::new(
        "proofAbsent",
        |_| {},
        &[
            |world| world.put("/proof", Some(json!({ "type": "DataIntegrityProof" }))),
            |world| world.put_event("/proof", Some(json!({ "type": "DataIntegrityProof" }))),
        ],
    ),
    Sample::new(
        "proofVerificationMethod",
        |_| {},
        &[
            |world| world.put("/issuer/id", Some("did:web:other.example".into())),
            |world| world.put_event("/issuer/id", Some("did:web:other.example".into())),
        ],
    ),
    Sample::new(
        "proofCreated",
        |world| world.now = instant("2026-06-15T08:00:00Z"),
        &[
            |world| world.now = instant("2036-01-01T00:00:00Z"),
            |world| world.put_event("/validFrom", Some("2026-06-15T08:00:01Z".into())),
        ],
    ),
    Sample::new(
        "canonicalForm",
        |world| world.scope("\u{1F600}示范"),
        &[
            |world| world.credential_bytes.push(b'\n'),
            |world| world.event_bytes.insert(1, b' '),
        ],
    ),
    Sample::new(
        "iJson",
        |world| world.credential_bytes.push(b'\n'),
        &[
            |world| {
                world
                    .credential_bytes
                    .splice(1..1, *b"\"a\":1,\"a\":1,")
                    .for_each(drop)
            },
            |world| {
                world
                    .event_bytes
                    .splice(1..1, *b"\"a\":9007199254740992,")
                    .for_each(drop)
            },
        ],
    ),
    Sample::new(
        "untpAttestation",
        |_| {},
        &[
            |world| world.put("/credentialSubject/assessorLevel", Some("self".into())),
            |world| world.put("/credentialSubject/attestationType", Some("认证".into())),
            |world| world.put("/credentialSubject/type/0", Some("Product".into())),
        ],
    ),
    Sample::new(
        "untpParty",
        |_| {},
        &[
            |world| {
                world.put(
                    "/credentialSubject/issuedToParty/id",
                    Some("urn:gtr:gsxt.gov.cn:1".into()),
                )
            },
            |world| world.put("/credentialSubject/issuedToParty/name", None),
        ],
    ),
    Sample::new(
        "untpAssessment",
        |world| {
            world.put(
                "/credentialSubject/conformityAssessment/0/assessmentDate",
                Some("2026-06-14".into()),
            )
        },
        &[
            |world| {
                world.put(
                    "/credentialSubject/conformityAssessment/0/conformance",
                    Some(false.into()),
                )
            },
            |world| {
                world.put(
                    "/credentialSubject/conformityAssessment/0/assessmentDate",
                    Some("2026-06-16".into()),
                )
            },
            |world| world.put("/credentialSubject/conformityAssessment", Some(json!([]))),
        ],
    ),
    Sample::new(
        "untpFacilities",
        |_| {},
        &[
            |world| {
                world.put(
                    "/credentialSubject/certificate/sites/0/id",
                    Some("https://a.example#site-2".into()),
                )
            },
            |world| {
                world.put(
                    "/credentialSubject/conformityAssessment/0/assessedFacility",
                    Some(json!([])),
                )
            },
        ],
    ),
    Sample::new(
        "untpScore",
        |_| {},
        &[
            |world| world.put("/credentialSubject/profileScore/rank", Some(1.into())),
            |world| world.put("/credentialSubject/profileScore/code", Some("4".into())),
            |world| world.put("/credentialSubject/certificate/grade/stars", Some("★★★★★".into())),
            |world| world.put("/credentialSubject/certificate/grade/level", Some(5.into())),
        ],
    ),
    Sample::new(
        "untpEvidence",
        |_| {},
        &[
            |world| {
                world.put(
                    "/credentialSubject/auditableEvidence/digestMultibase",
                    Some("z1".into()),
                )
            },
            |world| world.put("/credentialSubject/auditableEvidence/linkURL", None),
        ],
    ),
    Sample::new(
        "untpEndorsement",
        |world| world.put(AUTHORISATION, Some(json!([claim()]))),
        &[
            |world| {
                let mut claim = claim();
                claim["endorsementEvidence"]["linkURL"] = "available on request".into();
                world.put(AUTHORISATION, Some(json!([claim])));
            },
            |world| world.put(AUTHORISATION, Some(json!([{ "name": "示范认可" }]))),
        ],
    ),
    Sample::new(
        "untpReferences",
        |_| {},
        &[
            |world| {
                world.put(
                    "/credentialSubject/referenceScheme/id",
                    Some("https://other.example".into()),
                )
            },
            |world| {
                world.put(
                    "/credentialSubject/conformityAssessment/0/referenceStandard",
                    Some(json!([])),
                )
            },
        ],
    ),
    Sample::new(
        "creditCode",
        |_| {},
        &[|world| {
            world.put(
                "/credentialSubject/issuedToParty/registeredId",
                Some("91320214MA1YX001X0".into()),
            );
        }],
    ),
    Sample::new(
        "regionCode",
        |_| {},
        &[
            |world| {
                world.put(
                    "/credentialSubject/certificate/holder/region",
                    Some("990000".into()),
                )
            },
            |world| {
                world.put(
                    "/credentialSubject/certificate/sites/0/region",
                    Some("3202".into()),
                )
            },
        ],
    ),
    Sample::new(
        "industryCode",
        |_| {},
        &[
            |world| {
                world.put(
                    "/credentialSubject/certificate/industry/code",
                    Some("4411".into()),
                )
            },
            |world| {
                world.put(
                    "/credentialSubject/certificate/industry/edition",
                    Some("GB/T 4754-2002".into()),
                )
            },
        ],
    ),
    Sample::new(
        "documentMembers",
        |_| {},
        &[
            |world| world.put("/credentialSubject/certificate/signatory", None),
            |world| world.put("/credentialSubject/certificate/holder/address", None),
            |world| {
                world.put(
                    "/credentialSubject/conformityAssessment/0/specifiedCondition",
                    None,
                )
            },
        ],
    ),
    Sample::new(
        "recognitionClaim",
        |world| world.scope("符合国家标准的主轴的生产"),
        &[
            |world| world.scope("工信部认定的智能工厂的主轴生产"),
            |world| world.scope("工业和信息化部 认定的主轴生产"),
            |world| {
                world.put(
                    "/credentialSubject/certificate/scopeEn",
                    Some("MIIT: certified by MIIT".into()),
                )
            },
            |world| world.put_event("/credentialSubject/decision", Some("国家级认定-01".into())),
        ],
    ),
    Sample::new(
        "accreditationEvidence",
        |world| {
            world.scope("CNAS 认可范围内的检测");
            world.put(AUTHORISATION, Some(json!([claim()])));
        },
        &[|world| world.scope("CNAS 认可范围内的检测")],
    ),
    Sample::new(
        "eventSubject",
        |_| {},
        &[
            |world| world.put_event("/credentialSubject/number", Some("CQC26ZNZ000009R0".into())),
            |world| world.put_event("/credentialSubject/sequence", Some(0.into())),
        ],
    ),
    Sample::new(
        "eventDigest",
        |_| {},
        &[
            |world| world.put_event("/credentialSubject/credentialDigest", Some("z1".into())),
            |world| {
                let zeros = touchstone_schemas::digest::Sha256Digest::from_bytes([0; 32]);
                world.put_event(
                    "/credentialSubject/credentialDigest",
                    Some(zeros.to_string().into()),
                );
            },
        ],
    ),
    Sample::new(
        "eventGrounds",
        |_| {},
        &[
            |world| world.put_event("/credentialSubject/legalBasis", None),
            |world| world.put_event("/credentialSubject/decidedBy", Some("".into())),
        ],
    ),
    Sample::new(
        "unicodeNfc",
        |world| world.scope("Café 用具"),
        &[
            |world| world.scope("Cafe\u{301} 用具"),
            |world| world.scope("\u{F90A}属制品"),
            |world| world.put_event("/credentialSubject/decision", Some("e\u{301}".into())),
        ],
    ),
    Sample::new(
        "unicodeBidi",
        |_| {},
        &[
            |world| world.scope("主轴\u{202E}产生的"),
            |world| world.scope("主轴\u{2067}"),
            |world| world.put_event("/credentialSubject/decision", Some("示范\u{200F}".into())),
        ],
    ),
    Sample::new(
        "unicodeInvisible",
        |_| {},
        &[
            |world| world.scope("主\u{200B}轴"),
            |world| world.scope("主轴\u{E0041}"),
            |world| world.scope("主轴\u{3164}"),
        ],
    ),
    Sample::new(
        "unicodeVariation",
        |_| {},
        &[
            |world| world.scope("葛\u{E0100}产品"),
            |world| world.scope("☎\u{FE0F}"),
        ],
    ),
    Sample::new(
        "unicodePrivateUse",
        |_| {},
        &[
            |world| world.scope("主轴\u{E001}"),
            |world| world.scope("主轴\u{F0000}"),
        ],
    ),
    Sample::new(
        "unicodeControls",
        |_| {},
        &[
            |world| world.scope("主轴\n生产"),
            |world| world.scope("主轴\u{2028}生产"),
        ],
    ),
    Sample::new(
        "unicodeCombining",
        |world| world.scope("naïve"),
        &[
            |world| world.scope("x\u{338}"),
            |world| world.scope("主轴\u{20DD}"),
        ],
    ),
    Sample::new(
        "unicodeDigits",
        |world| world.scope("第二期 2 台"),
        &[
            |world| world.scope("第 ２ 期"),
            |world| world.scope("第 \u{0662} 期"),
        ],
    ),
    Sample::new(
        "unicodeCompatibility",
        |world| world.scope("№ 5（无锡）· 3 m²"),
        &[
            |world| world.scope("ＡＢＣ公司"),
            |world| world.scope("\u{1D400}bc"),
            |world| world.scope("ﬁlter"),
        ],
    ),
    Sample::new(
        "unicodeRestricted",
        |world| world.scope("α-烯烃、Ærø、Россия、𠮷野"),
        &[|world| world.scope("ꓢꓳꓠꓬ"), |world| world.scope("ꜱteel")],
    ),
    Sample::new(
        "unicodeMixedScript",
        |world| world.scope("ABC科技、α-烯烃、X光机、Россия"),
        &[
            |world| world.scope("P\u{430}per"),
            |world| world.scope("G\u{39F}LD公司"),
            |world| world.put_event("/credentialSubject/decision", Some("d\u{435}cision".into())),
        ],
    ),
    Sample::new(
        "unicodeConfusable",
        |world| world.scope("α-烯烃、Россия、ABC"),
        &[
            |world| world.scope("\u{441}\u{43E}\u{441}\u{43E}"),
            |world| world.scope("示范 \u{420}\u{410}\u{421}\u{421} 公司"),
        ],
    ),
    Sample::new(
        "unicodeIdentifiers",
        |_| {},
        &[
            |world| {
                world.put(
                    "/credentialSubject/certificate/number",
                    Some("ＣQC26ZNZ000001R0".into()),
                )
            },
            |world| {
                world.put(
                    "/credentialSubject/auditableEvidence/linkURL",
                    Some("https://示范.example".into()),
                )
            },
        ],
    ),
];

const AUTHORISATION: &str = "/credentialSubject/authorisation";

/// A claim with its evidence.
fn claim() -> serde_json::Value {
    json!({
        "endorsementEvidence": { "linkName": "示范认可证书", "linkURL": "https://authority.example/1" },
        "issuingAuthority": { "id": "https://authority.example", "name": "示范认可机构" },
        "name": "示范认可",
    })
}

/// The entry with values of their own.
fn wide(world: &super::World) -> String {
    let document: serde_json::Value = serde_json::from_slice(&world.credential_bytes).unwrap();
    let entries = document["credentialStatus"].as_array().unwrap();
    let place = entries.iter().position(|entry| entry["statusSize"] == 3).unwrap();
    format!("/credentialStatus/{place}")
}
