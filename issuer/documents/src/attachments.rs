//! What is attached to a PDF: the associated files of the whole document (ISO 32000-2 §14.13, PDF/A-3 §6.8).
//!
//! Cross-reference tables and streams, object streams and incremental updates are all read, as a signature leaves them.

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, Stream, String as PdfString};

/// A file attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: Option<String>,
    /// What it is to the document: `Data`, `Supplement`, …
    pub relationship: Option<String>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why attachments cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentError {
    /// Not a PDF that reads.
    #[error("the file is not a PDF that can be read")]
    NotPdf,
    /// The catalogue lists no associated files.
    #[error("the document has no associated files")]
    None,
    /// A file specification is incomplete.
    #[error("associated file {place} has no {missing}")]
    Incomplete {
        /// Its place, from 0.
        place: usize,
        /// What it lacks.
        missing: &'static str,
    },
    /// The stream does not unpack.
    #[error("associated file {name:?} does not unpack")]
    Packed {
        /// Its name.
        name: String,
    },
}

/// The associated files of a document.
///
/// # Errors
/// [`AttachmentError`].
pub fn attachments(pdf: &[u8]) -> Result<Vec<Attachment>, AttachmentError> {
    of(&Pdf::new(pdf.to_owned()).map_err(|_| AttachmentError::NotPdf)?)
}

/// The same, of a document opened already.
pub(crate) fn of(pdf: &Pdf) -> Result<Vec<Attachment>, AttachmentError> {
    let xref = pdf.xref();
    let catalogue: Dict<'_> = xref.get(xref.root_id()).ok_or(AttachmentError::NotPdf)?;
    let files: Array<'_> = catalogue.get("AF").ok_or(AttachmentError::None)?;
    files
        .iter::<Dict<'_>>()
        .enumerate()
        .map(|(place, file)| attachment(place, &file))
        .collect()
}

fn attachment(place: usize, file: &Dict<'_>) -> Result<Attachment, AttachmentError> {
    let lacks = |missing| AttachmentError::Incomplete { place, missing };
    let name: PdfString<'_> = file
        .get("UF")
        .or_else(|| file.get("F"))
        .ok_or_else(|| lacks("name"))?;
    let name = text(name.as_bytes());
    let embedded: Dict<'_> = file.get("EF").ok_or_else(|| lacks("embedded file"))?;
    let stream: Stream<'_> = embedded
        .get("F")
        .or_else(|| embedded.get("UF"))
        .ok_or_else(|| lacks("stream"))?;
    let word = |name: Name<'_>| name.as_str().to_owned();
    let bytes = match stream.decoded() {
        Ok(bytes) => bytes.into_owned(),
        Err(_) => return Err(AttachmentError::Packed { name }),
    };
    Ok(Attachment {
        media_type: stream.dict().get::<Name<'_>>("Subtype").map(word),
        relationship: file.get::<Name<'_>>("AFRelationship").map(word),
        name,
        bytes,
    })
}

/// A text string: UTF-16BE with its mark, UTF-8 with its mark, else letters as they stand (ISO 32000-2 §7.9.2.2).
fn text(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => {
            let units = rest.chunks_exact(2).map(|pair| match pair {
                [high, low] => u16::from_be_bytes([*high, *low]),
                _ => 0xfffd,
            });
            char::decode_utf16(units)
                .map(|c| c.unwrap_or('\u{fffd}'))
                .collect()
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().copied().map(char::from).collect(),
    }
}
