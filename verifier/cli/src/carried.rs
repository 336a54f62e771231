//! What a PDF file or a picture carries: the attached credential first, then the codes. Nothing is asked or followed because
//! a code says so.

use touchstone_readers::code::Code;
use touchstone_readers::image::{Effort, PictureError, decode, texts};
use touchstone_readers::pdf::{Pdf, PdfError, Picture};
use touchstone_schemas::budget::MAX_CREDENTIAL_BYTES;
use touchstone_schemas::json::{self, Value};

/// A certificate as a file carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Carried {
    /// The document, with its receipt where that is attached too.
    Document {
        document: String,
        receipt: Option<String>,
    },
    /// The number of one.
    Number(String),
}

/// Why no certificate is found in a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotCarried {
    #[error("no certificate is attached, and no QR code found")]
    Nothing,
    #[error("its QR code is not of a certificate")]
    OtherCode,
    #[error("its QR code leads to {host}, which is not asked")]
    ForeignCode { host: String },
    #[error("the PDF file is not read: {0}")]
    Pdf(#[from] PdfError),
    #[error("the picture is not read: {0}")]
    Picture(#[from] PictureError),
}

impl NotCarried {
    /// What programs know it by.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::OtherCode => "otherCode",
            Self::ForeignCode { .. } => "foreignCode",
            Self::Pdf(error) => error.code(),
            Self::Picture(error) => error.code(),
        }
    }

    pub(crate) fn host(&self) -> Option<&str> {
        match self {
            Self::ForeignCode { host } => Some(host),
            _ => None,
        }
    }
}

/// Within so many bytes a PDF file says that it is one (ISO 32000-2 Annex I note).
const PDF_HEAD: usize = 1024;

/// Looks into a file that is no text; none where it is one.
pub(crate) fn look(bytes: &[u8]) -> Option<Result<Carried, NotCarried>> {
    let head = bytes.get(..PDF_HEAD).unwrap_or(bytes);
    if head.windows(5).any(|window| window == b"%PDF-") {
        return Some(in_pdf(bytes.to_vec()));
    }
    // A text may begin as some picture does; a picture is no text.
    let is_picture = std::str::from_utf8(bytes).is_err() && touchstone_readers::image::is_picture(bytes);
    is_picture.then(|| in_picture(bytes))
}

fn in_picture(bytes: &[u8]) -> Result<Carried, NotCarried> {
    let picture = decode(bytes)?;
    of_code(Code::choose(&texts(&picture, Effort::Search)))
}

fn of_code(code: Option<Code>) -> Result<Carried, NotCarried> {
    match code {
        Some(Code::Link(document)) => Ok(Carried::Document {
            document,
            receipt: None,
        }),
        Some(Code::Number(number)) => Ok(Carried::Number(number)),
        Some(Code::Foreign(host)) => Err(NotCarried::ForeignCode { host }),
        Some(Code::Other) => Err(NotCarried::OtherCode),
        None => Err(NotCarried::Nothing),
    }
}

fn in_pdf(bytes: Vec<u8>) -> Result<Carried, NotCarried> {
    let mut pdf = Pdf::open(bytes)?;
    if let Some(carried) = attached(&pdf)? {
        return Ok(carried);
    }
    // Somebody else's code on a page may stand before ours.
    let mut before = None;
    while let Some(picture) = pdf.next_picture()? {
        let found = match &picture {
            // One that does not decode is passed over: the next may be better.
            Picture::Jpeg(bytes) => decode(bytes)
                .map(|grey| texts(&grey, Effort::Search))
                .unwrap_or_default(),
            picture => picture.texts(),
        };
        match Code::choose(&found) {
            Some(code @ (Code::Link(_) | Code::Number(_))) => return of_code(Some(code)),
            code => before = before.or(code),
        }
    }
    of_code(before)
}

/// Of the attached files the credential, and its receipt where one is there; longer ones no verifier reads.
fn attached(pdf: &Pdf) -> Result<Option<Carried>, PdfError> {
    let files = pdf.attachments()?;
    let texts: Vec<&str> = files
        .iter()
        .filter(|file| file.bytes.len() <= MAX_CREDENTIAL_BYTES)
        .filter_map(|file| std::str::from_utf8(&file.bytes).ok())
        .filter(|text| text.trim_start().starts_with('{'))
        .collect();
    let document = texts.iter().find(|text| is_credential(text));
    let receipt = texts.iter().find(|text| is_receipt(text));
    Ok(document.map(|document| Carried::Document {
        document: (*document).to_owned(),
        receipt: receipt.map(|receipt| (*receipt).to_owned()),
    }))
}

/// A credential by its looks, sound or not: what is attached as one is judged as one.
fn is_credential(text: &str) -> bool {
    text.contains("\"credentialSubject\"")
}

fn is_receipt(text: &str) -> bool {
    let Ok(value) = json::parse(text.as_bytes(), MAX_CREDENTIAL_BYTES) else {
        return false;
    };
    value.pointer("/entry").is_some() && value.pointer("/proof").and_then(Value::as_str).is_some()
}
