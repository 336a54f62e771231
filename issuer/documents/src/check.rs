//! What is checked of every certificate before it is released, and again after it was sealed: the page is drawn, its
//! QR symbol read as a phone reads it and decoded, and the files attached are taken out; both must be the credential as
//! issued, byte for byte.

use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::Pixmap;
use touchstone_verifier::qr::{QrDecodeError, decode};

use crate::attachments::{self, Attachment, AttachmentError};
use crate::certificate::{CREDENTIAL_FILE, CertificateInput, RECEIPT_FILE};
use crate::limits::{MAX_CERTIFICATE_PAGES, MAX_PDF_BYTES};
use crate::raster::{self, Ground};
use crate::signed::{Signed, SignedError};

/// Dots an inch at which a page is drawn to be read, tried in this order. A module of the densest symbol is 0.4 mm wide:
/// 2.8 dots at 180, as a phone sees it from a hand's breadth.
const DOTS: [f32; 3] = [180.0, 240.0, 300.0];

/// What was found on a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Pages.
    pub pages: usize,
    /// The page with the QR symbol, from 1.
    pub qr_page: usize,
    /// The link in it.
    pub link: String,
}

/// Why a certificate is not released.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The file is too long.
    #[error("the file has {found} bytes, at most {limit} are read")]
    TooLong {
        /// Its bytes.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// Not a PDF that reads.
    #[error("the file is not a PDF that can be read")]
    NotPdf,
    /// No page or too many.
    #[error("the file has {found} pages, wanted 1 to {limit}")]
    Pages {
        /// Its pages.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// The attachments do not read.
    #[error(transparent)]
    Attachments(#[from] AttachmentError),
    /// A file is not attached exactly once.
    #[error("{name} is attached {found} times, wanted once")]
    Attached {
        /// Its name.
        name: &'static str,
        /// How often.
        found: usize,
    },
    /// A file attached is not the one given.
    #[error("{name} as attached differs from the one given, at byte {at}")]
    OtherAttachment {
        /// Its name.
        name: &'static str,
        /// The first byte that differs.
        at: usize,
    },
    /// The credential given does not read.
    #[error("credential: {0}")]
    Signed(#[from] SignedError),
    /// No page shows a QR symbol that reads.
    #[error("no QR symbol can be read on any page")]
    NoSymbol,
    /// A symbol holds something else than the registry's link.
    #[error("a QR symbol leads to {found:?}, wanted {wanted:?}")]
    OtherLink {
        /// The beginning of what it holds.
        found: String,
        /// How the link begins.
        wanted: String,
    },
    /// The link does not decode.
    #[error("QR: {0}")]
    Decode(#[from] QrDecodeError),
    /// The link decodes to another credential.
    #[error("the QR symbol holds another credential than the one given")]
    OtherCredential,
}

/// Checks a certificate against what it was printed from.
///
/// # Errors
/// [`CheckError`]: then it must not leave the house.
pub fn check_certificate_pdf(pdf: &[u8], input: &CertificateInput<'_>) -> Result<Checked, CheckError> {
    if pdf.len() > MAX_PDF_BYTES {
        return Err(CheckError::TooLong {
            found: pdf.len(),
            limit: MAX_PDF_BYTES,
        });
    }
    let document = Pdf::new(pdf.to_owned()).map_err(|_| CheckError::NotPdf)?;
    let pages = document.pages().len();
    if !(1..=MAX_CERTIFICATE_PAGES).contains(&pages) {
        return Err(CheckError::Pages {
            found: pages,
            limit: MAX_CERTIFICATE_PAGES,
        });
    }
    let attached = attachments::of(&document)?;
    compare(&attached, CREDENTIAL_FILE, input.credential)?;
    compare(&attached, RECEIPT_FILE, input.receipt)?;
    let signed = Signed::read(input.credential)?;
    let wanted = format!("{}/v#", signed.credential.issuer.registry);
    let (qr_page, link) = read_symbol(&document, pages, &wanted).ok_or(CheckError::NoSymbol)?;
    check_link(&link, &wanted, &signed, input.profile)?;
    Ok(Checked { pages, qr_page, link })
}

fn compare(attached: &[Attachment], name: &'static str, given: &[u8]) -> Result<(), CheckError> {
    let mut found = attached.iter().filter(|file| file.name == name);
    let (Some(file), None) = (found.next(), found.next()) else {
        let found = attached.iter().filter(|file| file.name == name).count();
        return Err(CheckError::Attached { name, found });
    };
    if file.bytes == given {
        return Ok(());
    }
    let same = file.bytes.iter().zip(given).take_while(|(a, b)| a == b);
    Err(CheckError::OtherAttachment {
        name,
        at: same.count(),
    })
}

fn check_link(link: &str, wanted: &str, signed: &Signed, profile: u32) -> Result<(), CheckError> {
    let Some(digits) = link.strip_prefix(wanted) else {
        return Err(CheckError::OtherLink {
            found: link.chars().take(wanted.len()).collect(),
            wanted: wanted.to_owned(),
        });
    };
    let issuer = |number| (number == profile).then(|| signed.credential.issuer.clone());
    let decoded = decode(digits, &issuer)?;
    if decoded.document == signed.bytes {
        Ok(())
    } else {
        Err(CheckError::OtherCredential)
    }
}

/// The link that a page shows, with the page from 1: one that leads to `wanted` if there is one, since a seal may bring
/// a symbol of its own; else the first that reads. The last page is looked at first, where it stands.
fn read_symbol(document: &Pdf, pages: usize, wanted: &str) -> Option<(usize, String)> {
    let mut other = None;
    for dots in DOTS {
        for page in (0..pages).rev() {
            let Some(picture) = raster::page(document, page, dots, Ground::Paper) else {
                continue;
            };
            let found = read(&picture).into_iter().map(|text| (page + 1, text));
            let (right, rest): (Vec<_>, Vec<_>) = found.partition(|(_, text)| text.starts_with(wanted));
            if let Some(right) = right.into_iter().next() {
                return Some(right);
            }
            other = other.or_else(|| rest.into_iter().next());
        }
    }
    other
}

/// What the symbols of a picture say.
fn read(picture: &Pixmap) -> Vec<String> {
    let (width, height) = (usize::from(picture.width()), usize::from(picture.height()));
    let pixels = picture.data();
    // Rec. 601 luma in 1/256; a page on white ground has no transparency.
    let grey = |x: usize, y: usize| {
        let pixel = pixels.get(y * width + x)?;
        let luma = 77 * u32::from(pixel.r) + 150 * u32::from(pixel.g) + 29 * u32::from(pixel.b);
        u8::try_from(luma >> 8).ok()
    };
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| grey(x, y).unwrap_or(255));
    let grids = image.detect_grids();
    grids
        .iter()
        .filter_map(|grid| grid.decode().ok())
        .map(|(_, text)| text)
        .collect()
}
