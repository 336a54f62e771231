//! What PDF files carry is found however they are written, and hostile ones are refused or read within bounds.
#![expect(clippy::unwrap_used, reason = "tests")]

use touchstone_readers::budget::MAX_PDF_BYTES;
use touchstone_readers::distortions::Symbol;
use touchstone_readers::pdf::{Pdf, PdfError, Picture};
use touchstone_readers::written_pdf::{Drawn, WrittenPdf};

const CREDENTIAL: &[u8] = br#"{"proof":{"cryptosuite":"eddsa-jcs-2022"}}"#;

fn link() -> String {
    format!(
        "https://registry.example/v#{}",
        "3141592653589793238462643383279502884197".repeat(15)
    )
}

fn texts(file: Vec<u8>) -> Vec<String> {
    let mut pdf = Pdf::open(file).unwrap();
    let mut texts = Vec::new();
    while let Some(picture) = pdf.next_picture().unwrap() {
        texts.extend(picture.texts());
    }
    texts.dedup();
    texts
}

fn attached(file: Vec<u8>) -> Vec<Vec<u8>> {
    let attachments = Pdf::open(file).unwrap().attachments().unwrap();
    attachments
        .into_iter()
        .map(|attachment| attachment.bytes)
        .collect()
}

#[test]
fn attached_files_are_found() {
    let paper = WrittenPdf::paper(Some(CREDENTIAL), None);
    for file in [paper.classic(), paper.packed()] {
        let attachments = Pdf::open(file).unwrap().attachments().unwrap();
        assert_eq!(attachments.len(), 1);
        assert_eq!(attachments[0].bytes, CREDENTIAL);
        assert_eq!(attachments[0].media_type, "application/vc");
    }
    assert!(attached(WrittenPdf::paper(None, None).classic()).is_empty());
}

#[test]
fn of_a_file_that_was_added_to_the_last_word_counts() {
    let paper = WrittenPdf::paper(Some(b"older"), None);
    let mut newer = WrittenPdf::default();
    newer.stream(7, "/Subtype /application#2Fvc", CREDENTIAL);
    for file in [paper.classic(), paper.packed()] {
        assert_eq!(attached(newer.update(file.clone())), [CREDENTIAL.to_vec()]);
        // A seal adds objects of its own, and changes the catalog.
        let mut seal = WrittenPdf::default();
        seal.object(
            1,
            "<< /Type /Catalog /Pages 2 0 R /AF [6 0 R] /AcroForm << /Fields [80 0 R] /SigFlags 3 >> >>",
        );
        seal.object(
            80,
            "<< /FT /Sig /T (seal) /V << /Type /Sig /Contents <00ff00> >> >>",
        );
        assert_eq!(attached(seal.update(newer.update(file))), [CREDENTIAL.to_vec()]);
    }
}

#[test]
fn symbols_are_read_however_they_are_drawn() {
    let link = link();
    let symbol = Symbol::of(&link).unwrap();
    for drawn in [Drawn::Image, Drawn::Inline, Drawn::Squares] {
        let paper = WrittenPdf::paper(None, Some((&symbol, drawn)));
        for file in [paper.classic(), paper.packed()] {
            assert_eq!(texts(file), [link.as_str()], "{drawn:?}");
        }
    }
}

#[test]
fn a_photo_is_handed_on_as_it_is() {
    let mut paper = WrittenPdf::paper(None, Some((&Symbol::of("x").unwrap(), Drawn::Image)));
    let image = "/Subtype /Image /Width 800 /Height 600 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /DCTDecode";
    paper.raw_stream(5, image, b"\xff\xd8photo");
    let mut pdf = Pdf::open(paper.classic()).unwrap();
    assert_eq!(
        pdf.next_picture().unwrap(),
        Some(Picture::Jpeg(b"\xff\xd8photo".to_vec()))
    );
    assert_eq!(pdf.next_picture().unwrap(), None);
}

#[test]
fn a_file_without_its_cross_references_is_read_object_by_object() {
    let paper = WrittenPdf::paper(Some(CREDENTIAL), None);
    let mut file = b"From: somebody\r\n\r\n".to_vec();
    file.extend(paper.classic());
    assert_eq!(attached(file), [CREDENTIAL.to_vec()]);
}

#[test]
fn what_cannot_be_read_is_refused_by_name() {
    let refused = |file: Vec<u8>| Pdf::open(file).map(|_| ()).unwrap_err().code();
    assert_eq!(refused(b"PK\x03\x04".to_vec()), "notPdf");
    assert_eq!(refused(b"%PDF-1.7 and nothing".to_vec()), "damaged");
    assert_eq!(refused(vec![b' '; MAX_PDF_BYTES + 1]), "tooLarge");
    let file = String::from_utf8_lossy(&WrittenPdf::paper(None, None).classic())
        .replace("/Root 1", "/Encrypt 9 0 R /Root 1");
    assert_eq!(refused(file.into_bytes()), "encrypted");
}

#[test]
fn bombs_are_bounded() {
    // Ninety megabytes of nothing.
    let paper = WrittenPdf::paper(Some(&vec![0; 90 * 1024 * 1024]), None);
    assert_eq!(
        Pdf::open(paper.classic()).unwrap().attachments(),
        Err(PdfError::TooMuch("inflated bytes"))
    );
    // A tree of pages that leads back to its root, and one that branches without end.
    let mut circle = WrittenPdf::paper(None, None);
    circle.object(
        2,
        "<< /Type /Pages /Kids [2 0 R 3 0 R 2 0 R 3 0 R] /MediaBox [0 0 595 842] >>",
    );
    assert!(texts(circle.classic()).is_empty());
    // Arrays in arrays.
    let mut deep = WrittenPdf::paper(None, None);
    deep.object(2, &"[".repeat(500_000));
    assert!(Pdf::open(deep.classic()).is_err());
    // A form that draws itself, twice.
    let mut form = WrittenPdf::paper(None, None);
    form.stream(4, "", b"/S Do");
    form.stream(
        5,
        "/Subtype /Form /Resources << /XObject << /S 5 0 R >> >>",
        b"/S Do /S Do",
    );
    let mut pdf = Pdf::open(form.classic()).unwrap();
    assert!(pdf.next_picture().is_err());
    // Cross-references in a circle.
    let mut file = WrittenPdf::paper(Some(CREDENTIAL), None).classic();
    let at = file.windows(4).position(|window| window == b"xref").unwrap();
    file = String::from_utf8_lossy(&file)
        .replace("/Size 100", &format!("/Prev {at} /Size 9"))
        .into_bytes();
    assert!(Pdf::open(file).is_ok());
    // Areas that cover the sheet, again and again.
    let mut painted = WrittenPdf::paper(None, None);
    painted.stream(4, "", "0 0 595 842 re f\n".repeat(100_000).as_bytes());
    assert!(texts(painted.classic()).is_empty());
}

#[test]
fn of_two_thousand_pages_a_thousand_are_looked_at() {
    let mut paper = WrittenPdf::paper(None, None);
    let kids: Vec<String> = (100..2100).map(|number| format!("{number} 0 R")).collect();
    paper.object(
        2,
        &format!("<< /Kids [{}] /MediaBox [0 0 595 842] >>", kids.join(" ")),
    );
    for number in 100..2100 {
        paper.object(number, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>");
    }
    let pdf = Pdf::open(paper.classic()).unwrap();
    assert_eq!(format!("{pdf:?}"), "Pdf(1000 pages left)");
    assert!(texts(paper.classic()).is_empty());
}

#[test]
fn half_files_and_altered_bytes_do_no_harm() {
    let link = link();
    let symbol = Symbol::of(&link).unwrap();
    let paper = WrittenPdf::paper(Some(CREDENTIAL), Some((&symbol, Drawn::Image)));
    let look = |file: Vec<u8>| {
        if let Ok(mut pdf) = Pdf::open(file) {
            let _ = pdf.attachments();
            while let Ok(Some(_)) = pdf.next_picture() {}
        }
    };
    for file in [paper.classic(), paper.packed()] {
        for length in (0..file.len()).step_by(11) {
            look(file[..length].to_vec());
        }
        for at in (0..file.len()).step_by(3) {
            let mut altered = file.clone();
            altered[at] ^= 1 << (at % 7);
            look(altered);
        }
    }
}
