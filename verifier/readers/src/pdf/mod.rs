//! What a PDF file carries of a certificate: files attached to it, and the pictures of its pages.
//!
//! A reader of the structure alone (ISO 32000-2), within the limits of [`budget`](crate::budget): no font, no script, no
//! action, nothing outside the file. Files that were added to, signed or sealed are read as they stand last.

mod attachments;
mod content;
mod error;
mod file;
mod filters;
mod lexer;
mod object;
mod pages;
mod pixels;
mod raster;
mod xref;

use std::collections::{BTreeSet, VecDeque};

pub use attachments::Attachment;
pub use error::PdfError;

use self::content::{Drawn, Interpreter};
use self::file::File;
use self::object::Dictionary;
use crate::budget::{MAX_PDF_ATTEMPTS, MAX_PDF_OPERATORS};
use crate::image::{Effort, Grey, texts};

/// A PDF file, opened.
pub struct Pdf {
    file: File,
    pages: VecDeque<Dictionary>,
    waiting: VecDeque<Picture>,
    operators: usize,
    attempts: usize,
    /// Where images begin that were given already: a logo stands on every page.
    given: BTreeSet<usize>,
}

/// A picture of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picture {
    /// An image of the page: perhaps a photo or a scan.
    Image(Grey),
    /// What the page draws with lines and areas.
    Drawing(Grey),
    /// An image as a JPEG file, for whoever can read those.
    Jpeg(Vec<u8>),
}

impl Picture {
    /// The texts of the QR codes in it; none of a JPEG file.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        match self {
            Self::Image(grey) | Self::Drawing(grey) => texts(grey, self.effort()),
            Self::Jpeg(_) => Vec::new(),
        }
    }

    /// How long such a picture is looked at.
    fn effort(&self) -> Effort {
        match self {
            Self::Image(_) | Self::Jpeg(_) => Effort::Search,
            Self::Drawing(_) => Effort::Sharp,
        }
    }
}

impl Pdf {
    /// Opens a file.
    ///
    /// # Errors
    /// [`PdfError`].
    pub fn open(bytes: Vec<u8>) -> Result<Self, PdfError> {
        let file = File::open(bytes)?;
        let pages = pages::list(&file)?.into();
        Ok(Self {
            file,
            pages,
            waiting: VecDeque::new(),
            operators: MAX_PDF_OPERATORS,
            attempts: MAX_PDF_ATTEMPTS,
            given: BTreeSet::new(),
        })
    }

    /// The files attached to the document as a whole.
    ///
    /// # Errors
    /// [`PdfError`].
    pub fn attachments(&self) -> Result<Vec<Attachment>, PdfError> {
        attachments::read(&self.file)
    }

    /// The next picture of the pages, in their order; none after the last.
    ///
    /// # Errors
    /// [`PdfError`], after which there is no more.
    pub fn next_picture(&mut self) -> Result<Option<Picture>, PdfError> {
        while self.waiting.is_empty() {
            let Some(page) = self.pages.pop_front() else {
                return Ok(None);
            };
            let Some(page) = pages::open(&self.file, &page)? else {
                continue;
            };
            let mut interpreter = Interpreter::new(&self.file, page.sheet, self.operators, &mut self.given);
            interpreter.run(&page.contents, &page.resources)?;
            self.operators = interpreter.operators_left();
            for drawn in interpreter.finish() {
                self.waiting.extend(match drawn {
                    Drawn::Jpeg(bytes) => vec![Picture::Jpeg(bytes)],
                    Drawn::Image(grey) => vec![Picture::Image(grey)],
                    Drawn::Page(raster) => raster.looks().into_iter().map(Picture::Drawing).collect(),
                });
            }
        }
        let picture = self.waiting.pop_front();
        let attempts = picture.as_ref().map_or(0, |picture| picture.effort().attempts());
        self.attempts = match self.attempts.checked_sub(attempts) {
            Some(left) => left,
            None => return Err(PdfError::TooMuch("pictures")),
        };
        Ok(picture)
    }
}

impl std::fmt::Debug for Pdf {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Pdf({} pages left)", self.pages.len())
    }
}
