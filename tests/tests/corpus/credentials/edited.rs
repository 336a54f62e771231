//! A genuine certificate edited by somebody without the key: every fact on it once.

use touchstone_verifier::reason::ReasonCode::SignatureInvalid;
use touchstone_verifier::report::Headline::NotGenuine;

use crate::draft::Shelf;
use crate::fixture::with_member;

const CERTIFICATE: &str = "/credentialSubject/certificate";

pub(crate) fn put(shelf: &mut Shelf) {
    let signed = shelf.world.signed();
    let rows: [(&str, &str, &str, &str); 22] = [
        ("edited-level", "grade/level", "5", "Level 3 made level 5."),
        (
            "edited-grade-name",
            "grade/name",
            "\"五级\"",
            "The word for the level.",
        ),
        ("edited-stars", "grade/stars", "\"★★★★★\"", "The stars alone."),
        (
            "edited-holder-address",
            "holder/address",
            "\"上海市示范路1号\"",
            "Another address.",
        ),
        (
            "edited-holder-region",
            "holder/region",
            "\"310115\"",
            "Another region.",
        ),
        (
            "edited-number",
            "number",
            "\"CQC26ZNZ000124R0\"",
            "Another number, whose status is better.",
        ),
        (
            "edited-version",
            "version",
            "2",
            "A later version, whose status is better.",
        ),
        (
            "edited-first-issued",
            "firstIssued",
            "\"2020-03-02\"",
            "A longer history.",
        ),
        ("edited-signatory", "signatory", "\"别人\"", "Another signatory."),
        (
            "edited-industry",
            "industry/code",
            "\"C3670\"",
            "Another industry.",
        ),
        (
            "edited-standard",
            "scheme/standards/0/number",
            "\"GB/T 39116-2030\"",
            "A later edition of the standard.",
        ),
        (
            "edited-rule",
            "scheme/rule",
            "\"CQC96-000000-2030\"",
            "Another rule.",
        ),
        (
            "edited-site",
            "sites/0/address",
            "\"上海市示范路1号\"",
            "Another site.",
        ),
        (
            "edited-first-due",
            "surveillance/firstDue",
            "\"2029-03-01\"",
            "Surveillance due years later.",
        ),
        (
            "edited-grace",
            "surveillance/graceDays",
            "366",
            "A year of grace.",
        ),
        (
            "edited-unit",
            "assessedUnit",
            r#"{"kind":"workshop","name":"全公司"}"#,
            "A unit that was not assessed.",
        ),
        (
            "edited-confidence",
            "confidence",
            "\"高\"",
            "A degree of confidence that nobody gave.",
        ),
        (
            "edited-support",
            "technicalSupport",
            "\"国家中心\"",
            "A supporter that was not there.",
        ),
        (
            "edited-english",
            "holder/nameEn",
            "\"Another Company Ltd.\"",
            "An English name of another company.",
        ),
        (
            "edited-homoglyph",
            "signatory",
            "\"签发入\"",
            "A character that looks like the right one (入 for 人).",
        ),
        (
            "edited-scope-english",
            "scopeEn",
            "\"Everything\"",
            "A scope in English that the Chinese does not have.",
        ),
        (
            "edited-transcribed",
            "transcribed",
            "\"2026-03-02\"",
            "Marked as an older paper, to escape the rule on back-dating.",
        ),
    ];
    for (name, member, value, why) in rows {
        let document = with_member(&signed, &format!("{CERTIFICATE}/{member}"), Some(value));
        shelf.document(name, why, document, NotGenuine, SignatureInvalid);
    }
    let elsewhere: [(&str, &str, &str, &str); 9] = [
        (
            "edited-holder-name",
            "/credentialSubject/issuedToParty/name",
            "\"另一家公司\"",
            "Another company's name.",
        ),
        (
            "edited-holder-number",
            "/credentialSubject/issuedToParty/registeredId",
            "\"91350100M000100Y44\"",
            "Another company's number.",
        ),
        (
            "edited-scope",
            "/credentialSubject/conformityAssessment/0/specifiedCondition/0",
            "\"全部产品\"",
            "Everything for a scope.",
        ),
        (
            "edited-valid-until",
            "/validUntil",
            "\"2099-12-31T23:59:59+08:00\"",
            "Seventy years more.",
        ),
        (
            "edited-valid-from",
            "/validFrom",
            "\"2020-03-02T00:00:00+08:00\"",
            "In force for years already.",
        ),
        (
            "edited-issuer-name",
            "/issuer/name",
            "\"国家认证中心\"",
            "Another body's name.",
        ),
        (
            "edited-index",
            "/credentialStatus/0/statusListIndex",
            "\"1\"",
            "The index of a certificate in force.",
        ),
        (
            "edited-list",
            "/credentialStatus/0/statusListCredential",
            "\"https://evil.example/status-lists/revocation/1\"",
            "Status at a host of the forger's.",
        ),
        (
            "edited-assessment-date",
            "/credentialSubject/conformityAssessment/0/assessmentDate",
            "\"2026-06-01\"",
            "Assessed last week.",
        ),
    ];
    for (name, pointer, value, why) in elsewhere {
        let document = with_member(&signed, pointer, Some(value));
        shelf.document(name, why, document, NotGenuine, SignatureInvalid);
    }
    let decomposed = signed.replacen("Demonstration", "De\u{301}monstration", 1);
    let composed = signed.replacen("Demonstration", "D\u{e9}monstration", 1);
    for (name, document) in [("edited-decomposed", decomposed), ("edited-composed", composed)] {
        let why = "An accent in a name, composed or not: two spellings that look alike are two documents.";
        shelf.document(name, why, document, NotGenuine, SignatureInvalid);
    }
}
