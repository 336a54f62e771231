//! The papers of an awarded credential: certificate and report as PDF, the digital mark as SVG and PNG.
//!
//! Typesetting is pure: a template, given fonts and typed data go in, a file comes out, the same for the same input.
//! Templates see no file system, no network and no clock. Nothing is released that was not read back: [`check`].

mod attachments;
pub mod certificate;
pub mod check;
mod display;
mod fonts;
mod limits;
pub mod mark;
mod png;
mod raster;
pub mod report;
pub mod seal;
mod signed;
mod symbol;
mod templates;
mod typeset;
mod world;

pub use attachments::{Attachment, AttachmentError, attachments};
pub use fonts::{DEBIAN_FOLDER, DEBIAN_PACKAGE, Fonts, FontsError};
pub use png::{PictureError, picture};
pub use signed::{Signed, SignedError};
pub use templates::{Templates, TemplatesError};
pub use typeset::{Fault, TypesetError, Typesetter};

use touchstone_schemas::digest::Sha256Digest;

/// A finished PDF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// The file.
    pub pdf: Vec<u8>,
    /// Its pages.
    pub pages: usize,
}

impl Paper {
    /// SHA-256 of the file: what a credential names of a report.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        Sha256Digest::of(&self.pdf)
    }
}
