//! Content that the issuer's own key signed and that no certificate of ours has: the world is closed, so that nothing can
//! be shown as certified which nobody checked (VCDM 2.0 §5.2 leaves it open; DESIGN §4 "closed-world parse").

use serde_json::{Value, json};
use touchstone_verifier::reason::ReasonCode::UnexpectedContent;
use touchstone_verifier::report::Headline::NotGenuine;

use crate::draft::Shelf;
use crate::fixture::resigned;

const CERTIFICATE: &str = "/credentialSubject/certificate";

pub(crate) fn put(shelf: &mut Shelf) {
    added(shelf);
    missing(shelf);
    changed(shelf);
}

fn signed(shelf: &mut Shelf, name: &str, why: &str, pointer: &str, value: Option<&Value>) {
    let value = value.map(Value::to_string);
    let document = resigned(&shelf.world, pointer, value.as_deref());
    shelf.document(name, why, document, NotGenuine, UnexpectedContent);
}

fn added(shelf: &mut Shelf) {
    let rows: [(&str, &str, &str, Value); 24] = [
        (
            "added-to-the-root",
            "A member that nobody defined.",
            "/added",
            json!(true),
        ),
        (
            "added-terms-of-use",
            "Terms that would change what the certificate says (VCDM 2.0 §5.5).",
            "/termsOfUse",
            json!([{"type": "Anything"}]),
        ),
        (
            "added-evidence",
            "Evidence that nobody of the body's office attached (VCDM 2.0 §5.6).",
            "/evidence",
            json!([{"type": "Report", "name": "五级"}]),
        ),
        (
            "added-refresh-service",
            "An address to fetch a newer one from: the host would be the document's choice (VCDM 2.0 §5.4).",
            "/refreshService",
            json!({"type": "Manual", "url": "https://evil.example/refresh"}),
        ),
        (
            "added-render-method",
            "A template of its own to be shown by (VC Render Method): a page within the page.",
            "/renderMethod",
            json!([{"id": "https://evil.example/template", "type": "SvgRenderingTemplate2023"}]),
        ),
        (
            "added-related-resource",
            "A resource to be fetched and believed (VCDM 2.0 §5.3).",
            "/relatedResource",
            json!([{"id": "https://evil.example/x", "digestSRI": "sha384-x"}]),
        ),
        (
            "added-confidence-method",
            "A way to trust the holder that no rule here knows.",
            "/confidenceMethod",
            json!({"type": "Anything"}),
        ),
        (
            "added-language-alias",
            "A JSON-LD keyword that could rename members.",
            "/@base",
            json!("https://evil.example/"),
        ),
        (
            "added-prototype",
            "A name that JavaScript takes for the parent of all objects.",
            "/__proto__",
            json!({"headline": "inForce"}),
        ),
        (
            "added-constructor",
            "Another such name.",
            "/credentialSubject/constructor",
            json!({"name": "x"}),
        ),
        (
            "added-verified",
            "The document says of itself that it is verified.",
            "/verified",
            json!(true),
        ),
        (
            "added-to-the-issuer",
            "A second name of the body.",
            "/issuer/alternateName",
            json!("国家认证中心"),
        ),
        (
            "added-issuer-image",
            "A picture of the body's, to be loaded from wherever.",
            "/issuer/image",
            json!("https://evil.example/logo.png"),
        ),
        (
            "added-to-the-schema",
            "A digest of another schema.",
            "/credentialSchema/digestSRI",
            json!("sha384-x"),
        ),
        (
            "added-to-a-status-entry",
            "A member within a status entry.",
            "/credentialStatus/0/id",
            json!("https://evil.example/status#1"),
        ),
        (
            "added-status-reference",
            "A page that would explain the status (Bitstring Status List §2.1).",
            "/credentialStatus/2/statusReference",
            json!("https://evil.example/why"),
        ),
        (
            "added-to-a-message",
            "A word within the meaning of a message.",
            "/credentialStatus/2/statusMessage/0/note",
            json!("x"),
        ),
        (
            "added-to-the-party",
            "A second number of the holder's.",
            "/credentialSubject/issuedToParty/idScheme",
            json!({"id": "x"}),
        ),
        (
            "added-score",
            "A score, which stays in the report.",
            "/credentialSubject/profileScore/score",
            json!("4.8"),
        ),
        (
            "added-to-the-assessment",
            "A declared value beside the grade.",
            "/credentialSubject/conformityAssessment/0/declaredValue",
            json!("5"),
        ),
        (
            "added-to-the-facility",
            "A place on the map.",
            "/credentialSubject/conformityAssessment/0/assessedFacility/0/facility/geolocation",
            json!("120.3,31.5"),
        ),
        (
            "added-to-the-certificate",
            "A member of the printed part.",
            "/credentialSubject/certificate/award",
            json!("示范企业"),
        ),
        (
            "added-to-a-standard",
            "An edition beside the number.",
            "/credentialSubject/certificate/scheme/standards/0/edition",
            json!("2030"),
        ),
        (
            "added-to-a-site",
            "A second name of a site.",
            "/credentialSubject/certificate/sites/0/nameEn",
            json!("x"),
        ),
    ];
    for (name, why, pointer, value) in rows {
        signed(shelf, name, why, pointer, Some(&value));
    }
}

fn missing(shelf: &mut Shelf) {
    let pointers = [
        ("/id", "id"),
        ("/type", "type"),
        ("/name", "name"),
        ("/validFrom", "validFrom"),
        ("/validUntil", "validUntil"),
        ("/credentialSchema", "credentialSchema"),
        ("/credentialStatus", "credentialStatus"),
        ("/credentialStatus/2", "the message list"),
        ("/credentialStatus/0", "the revocation list"),
        (
            "/credentialSubject/issuedToParty/registeredId",
            "the holder's number",
        ),
        ("/credentialSubject/certificate/grade", "the grade"),
        ("/credentialSubject/certificate/sites/0", "the only site"),
        ("/credentialSubject/certificate/signatory", "the signatory"),
        (
            "/credentialSubject/certificate/surveillance",
            "the plan of surveillance",
        ),
        ("/credentialSubject/certificate/version", "the version"),
    ];
    for (place, (pointer, what)) in (1..).zip(pointers) {
        let why = format!("Signed without {what}: what is not said must not be supposed.");
        signed(shelf, &format!("without-{place:02}"), &why, pointer, None);
    }
}

/// Facts that are not of their form, or that say one thing here and another there.
fn changed(shelf: &mut Shelf) {
    let certificate = |member: &str| format!("{CERTIFICATE}/{member}");
    let rows: Vec<(&str, &str, String, Value)> = vec![
        (
            "index-letters",
            "An index of letters: read as nought, or as not revoked, by careless readers.",
            "/credentialStatus/0/statusListIndex".into(),
            json!("abc"),
        ),
        (
            "index-number",
            "An index that is a number, not the text the standard wants (Bitstring Status List §2.1).",
            "/credentialStatus/0/statusListIndex".into(),
            json!(4711),
        ),
        (
            "index-negative",
            "A negative index.",
            "/credentialStatus/0/statusListIndex".into(),
            json!("-1"),
        ),
        (
            "index-leading-nought",
            "An index with a nought before it.",
            "/credentialStatus/0/statusListIndex".into(),
            json!("04711"),
        ),
        (
            "index-too-large",
            "An index beyond every list.",
            "/credentialStatus/0/statusListIndex".into(),
            json!("1048576"),
        ),
        (
            "indices-that-differ",
            "One index for revocation, another for suspension.",
            "/credentialStatus/1/statusListIndex".into(),
            json!("4712"),
        ),
        (
            "list-at-another-host",
            "Its status stands at a host of its own choice.",
            "/credentialStatus/0/statusListCredential".into(),
            json!("https://evil.example/status-lists/revocation/1"),
        ),
        (
            "list-without-tls",
            "Its status is fetched where anybody can change it.",
            "/credentialStatus/0/statusListCredential".into(),
            json!("http://registry.example/status-lists/revocation/1"),
        ),
        (
            "list-number-nought",
            "List nought.",
            "/credentialStatus/0/statusListCredential".into(),
            json!("https://registry.example/status-lists/revocation/0"),
        ),
        (
            "purposes-exchanged",
            "The revocation entry says suspension.",
            "/credentialStatus/0/statusPurpose".into(),
            json!("suspension"),
        ),
        (
            "message-meaning-changed",
            "The message that means withdrawn is said to mean in force.",
            "/credentialStatus/2/statusMessage/6/message".into(),
            json!("in force"),
        ),
        (
            "message-size-changed",
            "Messages of two bits: every index leads elsewhere.",
            "/credentialStatus/2/statusSize".into(),
            json!(2),
        ),
        (
            "type-less",
            "Not a verifiable credential by its type.",
            "/type".into(),
            json!(["DigitalConformityCredential"]),
        ),
        (
            "type-more",
            "A third type, under which other readers would show other things.",
            "/type".into(),
            json!([
                "DigitalConformityCredential",
                "VerifiableCredential",
                "UniversityDegreeCredential"
            ]),
        ),
        (
            "type-other-order",
            "The types in another order: one document, one form.",
            "/type".into(),
            json!(["VerifiableCredential", "DigitalConformityCredential"]),
        ),
        (
            "type-text",
            "One type as a text.",
            "/type".into(),
            json!("VerifiableCredential"),
        ),
        (
            "schema-of-another",
            "Another schema.",
            "/credentialSchema/id".into(),
            json!("https://evil.example/schema"),
        ),
        (
            "id-of-another-number",
            "The id is that of another certificate.",
            "/id".into(),
            json!("https://registry.example/certificates/CQC26ZNZ000999R0?version=1"),
        ),
        (
            "id-of-another-version",
            "The id is that of a later version.",
            "/id".into(),
            json!("https://registry.example/certificates/CQC26ZNZ000123R0?version=2"),
        ),
        (
            "id-at-another-host",
            "The id is at another host than its lists.",
            "/id".into(),
            json!("https://evil.example/certificates/CQC26ZNZ000123R0?version=1"),
        ),
        (
            "id-with-user",
            "The id's host is another than it looks: what is before the @ is a user.",
            "/id".into(),
            json!("https://registry.example@evil.example/certificates/CQC26ZNZ000123R0?version=1"),
        ),
        (
            "id-javascript",
            "An id that a browser would run.",
            "/id".into(),
            json!("javascript:alert(1)"),
        ),
        (
            "issuer-text",
            "The issuer as a text, which VCDM allows and this form does not.",
            "/issuer".into(),
            json!("did:web:cert.example"),
        ),
        (
            "issuer-list",
            "Two issuers.",
            "/issuer".into(),
            json!([{"id": "did:web:cert.example"}, {"id": "did:web:other.example"}]),
        ),
        (
            "valid-from-in-utc",
            "The day begins on another clock.",
            "/validFrom".into(),
            json!("2026-03-02T00:00:00Z"),
        ),
        (
            "valid-from-date-alone",
            "A date without its hour.",
            "/validFrom".into(),
            json!("2026-03-02"),
        ),
        (
            "valid-until-an-hour-longer",
            "The last day ends an hour late.",
            "/validUntil".into(),
            json!("2029-03-02T00:59:59+08:00"),
        ),
        (
            "valid-until-year-10000",
            "A year of five digits.",
            "/validUntil".into(),
            json!("12029-03-01T23:59:59+08:00"),
        ),
        (
            "valid-until-no-such-day",
            "A day that no calendar has.",
            "/validUntil".into(),
            json!("2029-02-29T23:59:59+08:00"),
        ),
        (
            "stars-more-than-level",
            "Five stars beside level 3: people look at the stars.",
            certificate("grade/stars"),
            json!("★★★★★"),
        ),
        (
            "level-six",
            "A level that the scheme does not have.",
            certificate("grade/level"),
            json!(6),
        ),
        (
            "level-nought",
            "Level nought.",
            certificate("grade/level"),
            json!(0),
        ),
        (
            "level-text",
            "The level as a text.",
            certificate("grade/level"),
            json!("3"),
        ),
        (
            "level-elsewhere",
            "The score's code says 5, the grade 3.",
            "/credentialSubject/profileScore/code".into(),
            json!("5"),
        ),
        (
            "not-conformant",
            "The assessment did not find conformance, and the certificate says nothing of it.",
            "/credentialSubject/conformityAssessment/0/conformance".into(),
            json!(false),
        ),
        (
            "facility-not-verified",
            "The body did not verify the site.",
            "/credentialSubject/conformityAssessment/0/assessedFacility/0/idVerifiedByCAB".into(),
            json!(false),
        ),
        (
            "self-declared",
            "Assessed by the holder itself.",
            "/credentialSubject/assessorLevel".into(),
            json!("1stParty"),
        ),
        (
            "holder-named-twice",
            "The party's number is another than its id says.",
            "/credentialSubject/issuedToParty/id".into(),
            json!("urn:gtr:gsxt.gov.cn:91350100M000100Y44"),
        ),
        (
            "number-in-lower-case",
            "The number in another spelling.",
            certificate("number"),
            json!("cqc26znz000123r0"),
        ),
        (
            "number-with-path",
            "A number that would lead out of its folder.",
            certificate("number"),
            json!("../../trust.json"),
        ),
        (
            "version-nought",
            "Version nought.",
            certificate("version"),
            json!(0),
        ),
        (
            "version-text",
            "The version as a text.",
            certificate("version"),
            json!("1"),
        ),
        (
            "name-empty",
            "An empty name.",
            "/credentialSubject/issuedToParty/name".into(),
            json!(""),
        ),
        (
            "name-too-long",
            "A name of 501 characters.",
            "/credentialSubject/issuedToParty/name".into(),
            json!("公".repeat(501)),
        ),
        (
            "name-turned-round",
            "A control that turns the direction of reading (Unicode TR36 §2.1).",
            certificate("signatory"),
            json!("\u{202e}人发签"),
        ),
        (
            "name-isolated",
            "Another such control, of the newer kind.",
            certificate("signatory"),
            json!("\u{2066}签发人\u{2069}"),
        ),
        (
            "name-zero-width",
            "A character that nobody sees, between those that one sees.",
            certificate("signatory"),
            json!("签\u{200b}发人"),
        ),
        (
            "name-with-line-break",
            "A name of two lines.",
            certificate("signatory"),
            json!("签发人\n国家"),
        ),
        (
            "name-blank-behind",
            "A blank at its end.",
            certificate("signatory"),
            json!("签发人 "),
        ),
        (
            "name-null",
            "Null for a name.",
            certificate("signatory"),
            Value::Null,
        ),
        (
            "optional-null",
            "Null for what may be absent: absent is absent.",
            certificate("confidence"),
            Value::Null,
        ),
        (
            "sites-none",
            "A certificate without any site.",
            certificate("sites"),
            json!([]),
        ),
        (
            "grace-of-ten-years",
            "A grace of ten years after a missed surveillance.",
            certificate("surveillance/graceDays"),
            json!(3660),
        ),
        (
            "interval-nought",
            "Surveillance every nought months.",
            certificate("surveillance/intervalMonths"),
            json!(0),
        ),
        (
            "address-list",
            "A list where a text stands.",
            certificate("holder/address"),
            json!(["无锡", "上海"]),
        ),
        (
            "boolean-as-text",
            "\"true\" as a text.",
            "/credentialSubject/conformityAssessment/0/conformance".into(),
            json!("true"),
        ),
        (
            "report-digest-short",
            "The report's digest is none.",
            "/credentialSubject/auditableEvidence/digestMultibase".into(),
            json!("zQm"),
        ),
        (
            "report-at-another-host",
            "The report is fetched from another host.",
            "/credentialSubject/auditableEvidence/linkURL".into(),
            json!("https://evil.example/report.pdf"),
        ),
    ];
    for (name, why, pointer, value) in rows {
        signed(shelf, name, why, &pointer, Some(&value));
    }
    let sites: Vec<Value> = (1..=65)
        .map(|place| {
            let id = format!("https://registry.example/certificates/CQC26ZNZ000123R0?version=1#site-{place}");
            json!({"address": "示范路", "id": id, "name": "厂区", "region": "320214"})
        })
        .collect();
    let why = "Sixty-five sites: one more than a certificate may have.";
    signed(
        shelf,
        "sites-too-many",
        why,
        "/credentialSubject/certificate/sites",
        Some(&json!(sites)),
    );
}
