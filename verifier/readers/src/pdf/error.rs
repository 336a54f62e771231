//! Why a PDF file is not read.

/// Why a PDF file is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// It does not begin as one.
    #[error("not a PDF file: no %PDF- near its beginning")]
    NotPdf,
    /// Longer than [`MAX_PDF_BYTES`](crate::budget::MAX_PDF_BYTES).
    #[error("longer than 10 MB")]
    TooLarge,
    /// Encrypted: what it holds cannot be read without a password.
    #[error("encrypted")]
    Encrypted,
    /// Not as ISO 32000-2 has it.
    #[error("damaged: {0}")]
    Damaged(&'static str),
    /// More than the budget of one file.
    #[error("too much in one file: {0}")]
    TooMuch(&'static str),
}

impl PdfError {
    /// A part that is damaged counts as absent; more than the budget ends the reading.
    pub(super) fn or_absent<T>(read: Result<Option<T>, Self>) -> Result<Option<T>, Self> {
        match read {
            Err(Self::Damaged(_)) => Ok(None),
            read => read,
        }
    }

    /// What programs know it by.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotPdf => "notPdf",
            Self::TooLarge => "tooLarge",
            Self::Encrypted => "encrypted",
            Self::Damaged(_) => "damaged",
            Self::TooMuch(_) => "tooMuch",
        }
    }
}
