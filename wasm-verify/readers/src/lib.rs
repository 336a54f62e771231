//! The readers in a browser, in a worker of the verify page: pixels or a PDF file in, what they carry out.

use touchstone_readers::image::{Effort, Grey, texts};
use touchstone_readers::pdf::{Attachment, Pdf, Picture};
use wasm_bindgen::prelude::wasm_bindgen;

/// A fifth of the standard library's allocator.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// The texts of the QR codes in a picture, four bytes a pixel as a canvas gives them. With `glance` it is one of many
/// that a camera gives, of that number.
#[wasm_bindgen(js_name = textsOf)]
#[must_use]
pub fn texts_of(rgba: &[u8], width: usize, height: usize, glance: Option<usize>) -> Vec<String> {
    let effort = glance.map_or(Effort::Search, Effort::Glance);
    Grey::from_rgba(width, height, rgba).map_or_else(Vec::new, |picture| texts(&picture, effort))
}

/// A PDF file, opened; its pictures are read one after the other, so that whoever waits can stop.
#[wasm_bindgen]
#[derive(Debug)]
pub struct PdfFile {
    pdf: Pdf,
    attachments: Vec<Attachment>,
    picture: Option<Picture>,
}

#[wasm_bindgen]
impl PdfFile {
    /// Opens it, or throws the code of why not ([`touchstone_readers::pdf::PdfError::code`]).
    ///
    /// # Errors
    /// That code.
    pub fn open(bytes: Vec<u8>) -> Result<Self, String> {
        let open = || {
            let pdf = Pdf::open(bytes)?;
            let attachments = pdf.attachments()?;
            Ok(Self {
                pdf,
                attachments,
                picture: None,
            })
        };
        open().map_err(|error: touchstone_readers::pdf::PdfError| error.code().to_owned())
    }

    /// The attached file at a place, if there are so many.
    #[must_use]
    pub fn attachment(&self, place: usize) -> Option<Vec<u8>> {
        self.attachments
            .get(place)
            .map(|attachment| attachment.bytes.clone())
    }

    /// Goes on to the next picture; whether there is one.
    ///
    /// # Errors
    /// The code of why not.
    #[wasm_bindgen(js_name = nextPicture)]
    pub fn next_picture(&mut self) -> Result<bool, String> {
        self.picture = self.pdf.next_picture().map_err(|error| error.code().to_owned())?;
        Ok(self.picture.is_some())
    }

    /// The texts of the QR codes in the picture.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        self.picture.as_ref().map_or_else(Vec::new, Picture::texts)
    }

    /// The picture, where it is a JPEG file: the browser reads those.
    #[must_use]
    pub fn jpeg(&self) -> Option<Vec<u8>> {
        match &self.picture {
            Some(Picture::Jpeg(bytes)) => Some(bytes.clone()),
            _ => None,
        }
    }
}
