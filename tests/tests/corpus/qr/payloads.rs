//! Texts of codes, as a phone hands them over.

use touchstone_verifier::reason::ReasonCode::{
    FormatNotSupported, ListNotAtHand, MalformedJson, MalformedPayload, ProfileUnknown, SignatureInvalid,
    SignatureValid, TrustListMissing,
};
use touchstone_verifier::report::Headline::{CouldNotTell, InForce, NotGenuine};

use super::{digits, link};
use crate::draft::Shelf;
use crate::fixture::{METHOD, World, key, sign};

pub(crate) fn put(shelf: &mut Shelf) {
    hosts(shelf);
    spoilt(shelf);
    altered(shelf);
    schemes(shelf);
    not_known_here(shelf);
}

/// The certificate is in the code: whose page the link names says nothing, and is not asked.
fn hosts(shelf: &mut Shelf) {
    let digits = digits(&shelf.world, &shelf.world.signed());
    let rows = [
        (
            "link",
            "Not hostile: the link on the certificate as printed.",
            format!("https://registry.example/v#{digits}"),
        ),
        ("digits-alone", "The digits without a link.", digits.clone()),
        (
            "look-alike-host",
            "The genuine certificate under a look-alike host: a sticker over the real code. Its page is not asked.",
            format!("https://reg1stry.example/v#{digits}"),
        ),
        (
            "look-alike-letters",
            "A host with Cyrillic letters.",
            format!("https://rеgistry.example/v#{digits}"),
        ),
        (
            "user-before-the-host",
            "The real host as a user's name before another one.",
            format!("https://registry.example@evil.example/v#{digits}"),
        ),
        (
            "backslash-in-the-host",
            "A backslash, which browsers take for a slash.",
            format!("https://evil.example\\@registry.example/v#{digits}"),
        ),
        (
            "host-by-number",
            "A host by its address, where cloud machines tell their secrets.",
            format!("http://169.254.169.254/v#{digits}"),
        ),
        (
            "host-of-this-machine",
            "This machine as a host.",
            format!("http://127.0.0.1:8080/v#{digits}"),
        ),
        (
            "without-tls",
            "The link without TLS.",
            format!("http://registry.example/v#{digits}"),
        ),
        (
            "upper-case-link",
            "The link in upper case, as short codes have it.",
            format!("HTTPS://REGISTRY.EXAMPLE/V#{digits}"),
        ),
        (
            "level-in-the-query",
            "A query that says level 5: what is shown comes from the signed document alone (T10).",
            format!("https://registry.example/v?level=5&state=valid#{digits}"),
        ),
        (
            "blanks-around",
            "Blanks and line ends around the link.",
            format!(" \r\nhttps://registry.example/v#{digits}\n"),
        ),
    ];
    for (name, why, text) in rows {
        shelf.document(name, why, text, InForce, SignatureValid);
    }
}

/// Not the one spelling of a whole payload.
fn spoilt(shelf: &mut Shelf) {
    let good = digits(&shelf.world, &shelf.world.signed());
    let page = |fragment: &str| format!("https://registry.example/v#{fragment}");
    let full_width: String = good
        .chars()
        .map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap())
        .collect();
    let rows = [
        ("fragment-empty", "Nothing behind the sign.", page("")),
        (
            "fragment-none",
            "No fragment: the messenger cut it off.",
            "https://registry.example/v".to_owned(),
        ),
        (
            "cut-in-half",
            "Half of the digits: the printer cut the code.",
            page(&good[..good.len() / 2]),
        ),
        (
            "a-hundred-digits-missing",
            "The last hundred digits are missing.",
            page(&good[..good.len() - 100]),
        ),
        ("digit-more", "A digit more.", page(&format!("{good}0"))),
        ("twice", "The digits twice.", page(&good.repeat(2))),
        (
            "far-too-long",
            "1,501 digits and more: refused by their number.",
            page(&good.repeat(4)),
        ),
        (
            "hundred-thousand-digits",
            "A hundred thousand digits.",
            page(&"7".repeat(100_000)),
        ),
        (
            "letter-within",
            "A letter among the digits.",
            page(&format!("{}x{}", &good[..100], &good[100..])),
        ),
        (
            "blank-within",
            "A blank among the digits.",
            page(&format!("{} {}", &good[..100], &good[100..])),
        ),
        (
            "line-end-within",
            "A line end among the digits.",
            page(&format!("{}\n{}", &good[..100], &good[100..])),
        ),
        (
            "zero-width-within",
            "A character that nobody sees among the digits.",
            page(&format!("{}\u{200b}{}", &good[..100], &good[100..])),
        ),
        ("second-sign", "Two fragments.", page(&format!("{good}#{good}"))),
        (
            "query-behind",
            "A query behind the fragment.",
            page(&format!("{good}?level=5")),
        ),
        (
            "percent-encoded",
            "The first digit percent-encoded.",
            page(&format!("%3{}{}", &good[..1], &good[1..])),
        ),
        (
            "digits-of-arabic",
            "Digits of another script: the same numbers to some readers.",
            page(&good.replace('1', "١")),
        ),
        ("digits-full-width", "Full-width digits.", page(&full_width)),
        (
            "plus-before",
            "A sign before the number.",
            page(&format!("+{good}")),
        ),
        (
            "minus-before",
            "A minus sign before it.",
            page(&format!("-{good}")),
        ),
        ("noughts-alone", "Noughts alone.", page(&"0".repeat(600))),
        (
            "nines-alone",
            "Nines in a row: decoding must end (T23).",
            page(&"9".repeat(1_500)),
        ),
        ("ones-alone", "Ones in a row.", page(&"1".repeat(1_490))),
    ];
    for (name, why, text) in rows {
        let (headline, code) = match name {
            // The first digit tells the version of the format, and 9 is one to come; the next ones the body's profile.
            "nines-alone" => (CouldNotTell, FormatNotSupported),
            "ones-alone" => (CouldNotTell, ProfileUnknown),
            _ => (NotGenuine, MalformedPayload),
        };
        shelf.document(name, why, text, headline, code);
    }
}

/// Other content in sound form.
fn altered(shelf: &mut Shelf) {
    let world = World::new();
    let forged = sign(&world.credential, world.signed_at, METHOD, &key(99));
    let why = "A whole certificate in a code, signed by a forger under the issuer's name.";
    let text = format!("https://registry.example/v#{}", digits(&world, &forged));
    shelf.document("forged", why, text, NotGenuine, SignatureInvalid);
    let mut richer = World::new();
    richer.credential.grade.level = touchstone_schemas::credential::Level::try_from(5).unwrap();
    richer.credential.grade.name = crate::fixture::text("五级");
    let taken = {
        let document = world.signed();
        let signed = touchstone_schemas::json::parse(document.as_bytes(), document.len()).unwrap();
        touchstone_schemas::decode::decode(signed.pointer("/proof").unwrap()).unwrap()
    };
    let reference = touchstone_verifier::qr::ProfileRef {
        number: 1,
        profile: &crate::fixture::profile(),
    };
    let payload = touchstone_verifier::qr::encode(&richer.credential, &taken, reference).unwrap();
    let why = "Level 5 in a code, with the genuine proof of level 3.";
    let text = format!("https://registry.example/v#{}", payload.digits());
    shelf.document("level-raised", why, text, NotGenuine, SignatureInvalid);
}

/// Texts of codes that lead elsewhere. Given to a verifier as a document they are none; a scanner shows the host, or that
/// it is another kind of code, and goes nowhere.
fn schemes(shelf: &mut Shelf) {
    let digits = "7".repeat(200);
    let rows = [
        (
            "javascript",
            "A code that a browser would run.",
            format!("javascript:alert(1)//v#{digits}"),
        ),
        (
            "data-page",
            "A whole page within the code.",
            format!("data:text/html,<script>location='https://evil.example'</script>#{digits}"),
        ),
        (
            "blob",
            "An object of another page.",
            format!("blob:https://evil.example/9c5f#{digits}"),
        ),
        (
            "file",
            "A file of this device.",
            format!("file:///etc/passwd#{digits}"),
        ),
        (
            "intent",
            "An app to be started.",
            format!("intent://scan/v#Intent;scheme=https;package=evil.app;S.x={digits};end"),
        ),
        (
            "wifi",
            "A network to be joined.",
            "WIFI:T:WPA;S=Free;P=12345678;;".to_owned(),
        ),
        ("payment", "A payment to be made.", "wxp://f2f0abcdef".to_owned()),
        ("call", "A number to be called.", "tel:+8610000000000".to_owned()),
        ("message", "A message to be sent.", "smsto:10086:CXYE".to_owned()),
        (
            "contact",
            "A contact to be kept.",
            "BEGIN:VCARD\nFN:认证中心\nURL:https://evil.example\nEND:VCARD".to_owned(),
        ),
        (
            "ftp",
            "A link of another scheme with digits that look right.",
            format!("ftp://registry.example/v#{digits}"),
        ),
        (
            "scheme-relative",
            "A link without a scheme.",
            format!("//registry.example/v#{digits}"),
        ),
        (
            "markup",
            "Markup instead of a link.",
            "<img src=x onerror=alert(1)>".to_owned(),
        ),
        (
            "query-language",
            "A fragment of SQL.",
            "'; DROP TABLE certificates; --".to_owned(),
        ),
    ];
    for (name, why, text) in rows {
        shelf.document(&format!("text-{name}"), why, text, NotGenuine, MalformedJson);
    }
    let pages = [
        (
            "text-foreign-page",
            "Another site's page: nothing of a certificate in it.",
            "https://evil.example/login?next=/v",
        ),
        (
            "text-look-alike-record",
            "A record at a look-alike registry: its host is shown and not asked.",
            "https://reg1stry.example/certificates/CQC26ZNZ000123R0",
        ),
        (
            "text-cloud-secrets",
            "An address within the network of whoever scans (SSRF).",
            "http://169.254.169.254/latest/meta-data/",
        ),
    ];
    for (name, why, text) in pages {
        shelf.document(name, why, text, NotGenuine, MalformedPayload);
    }
}

/// Of a later format, or a body whose profile is not in the list: no accusation.
fn not_known_here(shelf: &mut Shelf) {
    let good = digits(&shelf.world, &shelf.world.signed());
    let why = "A later version of the format.";
    shelf.document(
        "later-version",
        why,
        format!("9{}", &good[1..]),
        CouldNotTell,
        FormatNotSupported,
    );
    let mut world = World::new();
    let text = link(&world);
    world.issuer().profiles.clear();
    let mut request = world.request();
    request.document.clone_from(&text);
    let why = "The body's profile is not in the trust list.";
    shelf.request("profile-unknown", why, request, CouldNotTell, &[ProfileUnknown]);
    let mut request = shelf.world.request();
    request.document = text;
    request.facts.trust_list = None;
    let why = "Without a trust list no profile is known.";
    shelf.request(
        "profile-without-list",
        why,
        request,
        CouldNotTell,
        &[ListNotAtHand, TrustListMissing],
    );
}
