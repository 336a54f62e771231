//! PDF files: the attached credential first, then the codes on the pages; sealed, added to, and hostile.

use touchstone_readers::distortions::Symbol;
use touchstone_readers::written_pdf::{Drawn, WrittenPdf};
use touchstone_verifier::reason::ReasonCode::{
    IssuerNotListed, MalformedJson, SignatureInvalid, SignatureValid,
};
use touchstone_verifier::report::Headline::{InForce, NotAuthorised, NotGenuine};

use crate::draft::{Draft, Shelf, expected, not_found};
use crate::fixture::{METHOD, World, key, sign, with_member};
use crate::qr::link;

pub(crate) fn drafts() -> Vec<Draft> {
    let mut shelf = Shelf::new("pdf");
    lawful(&mut shelf);
    false_papers(&mut shelf);
    without(&mut shelf);
    unreadable(&mut shelf);
    bombs(&mut shelf);
    shelf.drafts
}

fn put(
    shelf: &mut Shelf,
    name: &str,
    why: &str,
    file: Vec<u8>,
    expected: touchstone_tests::corpus::Expected,
) {
    shelf.file(name, why, ("pdf", file), expected);
}

/// What a seal program adds: a signature field, and a catalog that names it.
fn seal(attached: bool) -> WrittenPdf {
    let mut seal = WrittenPdf::default();
    let files = if attached { "/AF [6 0 R]" } else { "" };
    seal.object(
        1,
        &format!("<< /Type /Catalog /Pages 2 0 R {files} /AcroForm << /Fields [80 0 R] /SigFlags 3 >> >>"),
    );
    seal.object(
        80,
        "<< /FT /Sig /T (seal) /V << /Type /Sig /Filter /Adobe.PPKLite /Contents <00ff00> >> >>",
    );
    seal
}

fn lawful(shelf: &mut Shelf) {
    let signed = shelf.world.signed();
    let text = link(&shelf.world);
    let symbol = Symbol::of(&text).unwrap();
    let good = || expected(InForce, &[SignatureValid]);
    let paper = |attached: bool, drawn| {
        WrittenPdf::paper(attached.then_some(signed.as_bytes()), Some((&symbol, drawn)))
    };
    put(
        shelf,
        "attached",
        "Not hostile: the credential attached, as PDF 1.4 has it.",
        paper(true, Drawn::Image).classic(),
        good(),
    );
    put(
        shelf,
        "attached-packed",
        "The same in object streams, as PDF 1.5 has them.",
        paper(true, Drawn::Image).packed(),
        good(),
    );
    put(
        shelf,
        "code-as-image",
        "No attachment: the code on the page, an image.",
        paper(false, Drawn::Image).classic(),
        good(),
    );
    put(
        shelf,
        "code-inline",
        "The code within the page's own contents.",
        paper(false, Drawn::Inline).classic(),
        good(),
    );
    put(
        shelf,
        "code-as-squares",
        "The code drawn square by square, turned round.",
        paper(false, Drawn::Squares).packed(),
        good(),
    );
    put(
        shelf,
        "sealed",
        "Sealed by the body's seal program after it was made.",
        seal(true).update(paper(true, Drawn::Image).classic()),
        good(),
    );
    put(
        shelf,
        "sealed-code-alone",
        "Sealed, and the attachment lost on the way: the code is still there.",
        seal(false).update(paper(false, Drawn::Image).packed()),
        good(),
    );
    let mut behind = b"From: somebody\r\nSubject: certificate\r\n\r\n".to_vec();
    behind.extend(paper(true, Drawn::Image).classic());
    put(
        shelf,
        "behind-a-mail-head",
        "Lines of a mail before the file: its places are all wrong.",
        behind,
        good(),
    );
    let mut other = paper(false, Drawn::Image);
    attach(&mut other, b"{\"invoice\":1}");
    put(
        shelf,
        "attached-something-else",
        "Something else attached, in JSON: the code on the page still counts.",
        other.classic(),
        good(),
    );
}

/// Attaches a file to a paper that has none.
fn attach(paper: &mut WrittenPdf, bytes: &[u8]) {
    paper.object(1, "<< /Type /Catalog /Pages 2 0 R /AF [6 0 R] >>");
    paper.object(
        6,
        "<< /Type /Filespec /F (credential.json) /AFRelationship /Data /EF << /F 7 0 R >> >>",
    );
    paper.stream(7, "/Type /EmbeddedFile /Subtype /application#2Fvc", bytes);
}

fn false_papers(shelf: &mut Shelf) {
    let world = World::new();
    let signed = world.signed();
    let text = link(&world);
    let symbol = Symbol::of(&text).unwrap();
    let paper =
        |credential: &str| WrittenPdf::paper(Some(credential.as_bytes()), Some((&symbol, Drawn::Image)));
    let edited = with_member(&signed, "/credentialSubject/certificate/grade/level", Some("5"));
    let not_genuine = || expected(NotGenuine, &[SignatureInvalid]);
    put(
        shelf,
        "attached-edited",
        "The attached credential says level 5, the code on the page is the genuine one: what is attached is judged.",
        paper(&edited).classic(),
        not_genuine(),
    );
    let mut newer = WrittenPdf::default();
    newer.stream(
        7,
        "/Type /EmbeddedFile /Subtype /application#2Fvc",
        edited.as_bytes(),
    );
    put(
        shelf,
        "added-to-with-an-edited-one",
        "A genuine paper added to: the last word counts, and it is edited.",
        newer.update(paper(&signed).classic()),
        not_genuine(),
    );
    put(
        shelf,
        "sealed-then-added-to",
        "Added to after it was sealed.",
        newer.update(seal(true).update(paper(&signed).classic())),
        not_genuine(),
    );
    let forged = sign(&world.credential, world.signed_at, METHOD, &key(99));
    put(
        shelf,
        "attached-forged",
        "A forger's credential attached.",
        paper(&forged).classic(),
        not_genuine(),
    );
    let mut stranger = World::new();
    stranger.credential.issuer.id =
        touchstone_schemas::did::Did::parse("did:web:look-alike.example").unwrap();
    let by_stranger = sign(
        &stranger.credential,
        stranger.signed_at,
        "did:web:look-alike.example#key-1",
        &key(66),
    );
    put(
        shelf,
        "attached-by-a-stranger",
        "A whole paper of a body that nobody listed.",
        paper(&by_stranger).classic(),
        expected(NotAuthorised, &[IssuerNotListed]),
    );
    let broken = format!("{{\"credentialSubject\":1,\"proof\":{{}},{}", &signed[1..]);
    put(
        shelf,
        "attached-duplicate-members",
        "An attached credential with two subjects and two proofs.",
        paper(&broken).classic(),
        expected(NotGenuine, &[MalformedJson]),
    );
    let foreign = Symbol::of("https://evil.example/login").unwrap();
    let foreign_code = WrittenPdf::paper(None, Some((&foreign, Drawn::Image)));
    put(
        shelf,
        "code-of-somebody-else",
        "A paper whose code leads to somebody else's page.",
        foreign_code.classic(),
        not_found("foreignCode", Some("evil.example")),
    );
    let script = Symbol::of("javascript:app.alert(1)").unwrap();
    let script = WrittenPdf::paper(None, Some((&script, Drawn::Squares)));
    put(
        shelf,
        "code-javascript",
        "A code that a browser would run.",
        script.packed(),
        not_found("otherCode", None),
    );
}

fn without(shelf: &mut Shelf) {
    put(
        shelf,
        "nothing-in-it",
        "A page of text: a photograph of the paper would have more.",
        WrittenPdf::paper(None, None).classic(),
        not_found("nothing", None),
    );
    let mut active = WrittenPdf::paper(None, None);
    active.object(1, "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.launchURL\\(\"https://evil.example\"\\)) >> /AA << /WC << /S /URI /URI (https://evil.example) >> >> >>");
    put(
        shelf,
        "script-on-opening",
        "A script and a link that start when it is opened: neither is looked at.",
        active.classic(),
        not_found("nothing", None),
    );
    let mut remote = WrittenPdf::paper(None, None);
    remote.object(1, "<< /Type /Catalog /Pages 2 0 R /AF [6 0 R] >>");
    remote.object(
        6,
        "<< /Type /Filespec /FS /URL /F (https://evil.example/credential.json) /AFRelationship /Data >>",
    );
    put(
        shelf,
        "attachment-elsewhere",
        "An attachment that is to be fetched from somewhere.",
        remote.classic(),
        not_found("nothing", None),
    );
    let mut many = WrittenPdf::paper(None, None);
    let kids: Vec<String> = (100..1_100).map(|number| format!("{number} 0 R")).collect();
    many.object(
        2,
        &format!(
            "<< /Type /Pages /Kids [{}] /MediaBox [0 0 595 842] >>",
            kids.join(" ")
        ),
    );
    for number in 100..1_100 {
        many.object(number, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>");
    }
    put(
        shelf,
        "thousand-pages",
        "A thousand pages without anything.",
        many.classic(),
        not_found("nothing", None),
    );
}

fn unreadable(shelf: &mut Shelf) {
    let good = WrittenPdf::paper(Some(shelf.world.signed().as_bytes()), None).classic();
    let text = String::from_utf8_lossy(&WrittenPdf::paper(None, None).classic()).into_owned();
    let encrypted = text.replace("/Root 1", "/Encrypt 9 0 R /Root 1").into_bytes();
    let mut deep = WrittenPdf::paper(None, None);
    deep.object(2, &"[".repeat(100_000));
    let rows = [
        ("encrypted", "Behind a password.", encrypted, "encrypted"),
        (
            "head-alone",
            "A head, and no file.",
            b"%PDF-1.7\n".to_vec(),
            "damaged",
        ),
        (
            "cut-at-its-beginning",
            "The first bytes of a good one.",
            good[..200].to_vec(),
            "damaged",
        ),
        (
            "arrays-in-arrays",
            "Arrays in arrays in the place of the pages.",
            deep.classic(),
            "damaged",
        ),
    ];
    for (name, why, file, found) in rows {
        put(shelf, name, why, file, not_found(found, None));
    }
}

fn bombs(shelf: &mut Shelf) {
    let bomb = WrittenPdf::paper(Some(&vec![0; 90 * 1024 * 1024]), None);
    put(
        shelf,
        "bomb-attached",
        "Ninety megabytes of nothing attached in ninety kilobytes.",
        bomb.classic(),
        not_found("tooMuch", None),
    );
    let mut form = WrittenPdf::paper(None, None);
    form.stream(4, "", b"/S Do");
    form.stream(
        5,
        "/Subtype /Form /Resources << /XObject << /S 5 0 R >> >>",
        b"/S Do /S Do",
    );
    put(
        shelf,
        "form-draws-itself",
        "A form that draws itself, twice each time.",
        form.classic(),
        not_found("tooMuch", None),
    );
    let mut painted = WrittenPdf::paper(None, None);
    painted.stream(4, "", "0 0 595 842 re f\n".repeat(100_000).as_bytes());
    put(
        shelf,
        "painted-over-and-over",
        "The whole sheet painted a hundred thousand times.",
        painted.classic(),
        not_found("nothing", None),
    );
    let mut circle = WrittenPdf::paper(None, None);
    circle.object(
        2,
        "<< /Type /Pages /Kids [2 0 R 3 0 R 2 0 R 3 0 R] /MediaBox [0 0 595 842] >>",
    );
    put(
        shelf,
        "pages-in-a-circle",
        "A tree of pages that leads back to its root.",
        circle.classic(),
        not_found("nothing", None),
    );
    let file = WrittenPdf::paper(None, None).classic();
    let at = file.windows(4).position(|window| window == b"xref").unwrap();
    let text = String::from_utf8_lossy(&file).replace("/Size 100", &format!("/Prev {at} /Size 9"));
    put(
        shelf,
        "references-in-a-circle",
        "Cross-references that lead back to themselves.",
        text.into_bytes(),
        not_found("nothing", None),
    );
    let noise: Vec<String> = (0..48)
        .map(|number| format!("/I{number} {} 0 R", 200 + number))
        .collect();
    let mut scans = WrittenPdf::paper(None, None);
    scans.object(
        3,
        &format!(
            "<< /Type /Page /Parent 2 0 R /Contents [4 0 R] /Resources << /XObject << {} >> >> >>",
            noise.join(" ")
        ),
    );
    let contents: String = (0..48)
        .map(|number| format!("q 500 0 0 700 40 40 cm /I{number} Do Q\n"))
        .collect();
    scans.stream(4, "", contents.as_bytes());
    for number in 0..48_u32 {
        let image =
            "/Type /XObject /Subtype /Image /Width 64 /Height 64 /BitsPerComponent 8 /ColorSpace /DeviceGray";
        let pixels: Vec<u8> = (0..64 * 64)
            .map(|at: u32| u8::try_from((at.wrapping_mul(2_654_435_761) >> 24) ^ number).unwrap_or(0))
            .collect();
        scans.stream(200 + number, image, &pixels);
    }
    put(
        shelf,
        "scans-without-end",
        "Forty-eight pictures of noise: each is searched in every way until the budget of the whole file ends it.",
        scans.classic(),
        not_found("tooMuch", None),
    );
}
