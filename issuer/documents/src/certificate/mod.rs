//! The certificate 证书 as printed.

mod facts;

use qrcode::types::QrError as SymbolError;
use touchstone_schemas::decode::{ReadError, read};
use touchstone_schemas::submission::Receipt;
use touchstone_verifier::qr::{ProfileRef, QrEncodeError, encode};

use self::facts::Facts;
use crate::Paper;
use crate::check::{CheckError, Checked, check_certificate_pdf};
use crate::limits::MAX_RECEIPT_BYTES;
use crate::signed::{Signed, SignedError};
use crate::symbol::Symbol;
use crate::typeset::{Manuscript, TypesetError, Typesetter};

/// What the credential is called inside the PDF.
pub const CREDENTIAL_FILE: &str = "credential.json";
/// What the registry's receipt is called inside the PDF.
pub const RECEIPT_FILE: &str = "receipt.json";
/// Media type of a credential (VCDM 2.0 §6.2).
const CREDENTIAL_MEDIA_TYPE: &str = "application/vc";

/// What a certificate is printed from.
#[derive(Clone, Copy, Debug)]
pub struct CertificateInput<'a> {
    /// The signed credential: its JCS bytes, as issued.
    pub credential: &'a [u8],
    /// The registry's receipt for it.
    pub receipt: &'a [u8],
    /// Number of the issuer's profile in the trust list, as the QR symbol carries it.
    pub profile: u32,
    /// Whether it stands under a test root: then the print says that it has no effect.
    pub demonstration: bool,
}

/// A certificate that was read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The file.
    pub paper: Paper,
    /// What was read from it.
    pub checked: Checked,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The credential does not read.
    #[error("credential: {0}")]
    Signed(#[from] SignedError),
    /// The receipt does not read.
    #[error("receipt: {0}")]
    Receipt(#[from] ReadError),
    /// The receipt is for another document.
    #[error("the receipt is for a document with digest {found}, wanted {wanted}")]
    OtherReceipt {
        /// The digest it names.
        found: String,
        /// The credential's.
        wanted: String,
    },
    /// The credential does not fit a symbol.
    #[error("QR: {0}")]
    Payload(#[from] QrEncodeError),
    /// The symbol cannot be drawn.
    #[error("QR: the symbol cannot be drawn: {0}")]
    Symbol(SymbolError),
    /// The page cannot be set.
    #[error(transparent)]
    Typeset(#[from] TypesetError),
    /// The finished file is not what it should be; it is not released.
    #[error("the finished file was refused: {0}")]
    Check(#[from] CheckError),
}

impl Typesetter {
    /// A certificate, read back and compared before it is released.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn certificate(&self, input: &CertificateInput<'_>) -> Result<Certificate, CertificateError> {
        let paper = self.unchecked_certificate(input)?;
        let checked = check_certificate_pdf(&paper.pdf, input)?;
        Ok(Certificate { paper, checked })
    }

    /// A certificate that nobody has read back yet: for measuring, and for a preview.
    ///
    /// # Errors
    /// [`CertificateError`], but for [`CertificateError::Check`].
    pub fn unchecked_certificate(&self, input: &CertificateInput<'_>) -> Result<Paper, CertificateError> {
        let signed = Signed::read(input.credential)?;
        check_receipt(input)?;
        let credential = &signed.credential;
        let edition = credential.scheme.edition.as_str();
        let template = format!("{edition}/certificate.typ");
        self.require(&template)?;
        let profile = ProfileRef {
            number: input.profile,
            profile: &credential.issuer,
        };
        let payload = encode(credential, &signed.proof, profile)?;
        let symbol = Symbol::of(&payload).map_err(CertificateError::Symbol)?;
        let facts = Facts::of(credential, input.demonstration, &symbol);
        let data = serde_json::to_vec(&facts).map_err(TypesetError::Data)?;
        let missing = self.fonts().missing(&String::from_utf8_lossy(&data));
        if !missing.is_empty() {
            return Err(TypesetError::NoGlyph { characters: missing }.into());
        }
        Ok(self.pdf(Manuscript {
            main: main(&template),
            files: vec![
                ("data.json", data),
                ("qr.svg", symbol.svg.into_bytes()),
                (CREDENTIAL_FILE, input.credential.to_owned()),
                (RECEIPT_FILE, input.receipt.to_owned()),
            ],
            day: credential.valid_from,
            ident: credential.id(),
        })?)
    }
}

/// The first file: attaches credential and receipt, whatever a template does, and hands the facts over as data.
///
/// `template` is the path of a template at hand, of plain characters, not a text of the credential.
fn main(template: &str) -> String {
    format!(
        r#"#import "/{template}": certificate
#let facts = json("/data.json")
#set document(title: facts.title, author: facts.author, date: auto)
#pdf.attach("/{CREDENTIAL_FILE}", relationship: "data", mime-type: "{CREDENTIAL_MEDIA_TYPE}", description: "Verifiable credential 可验证凭证")
#pdf.attach("/{RECEIPT_FILE}", relationship: "supplement", mime-type: "application/json", description: "Receipt of the registry's log 登记回执")
#certificate(facts)
"#
    )
}

/// That the receipt is for this very document.
fn check_receipt(input: &CertificateInput<'_>) -> Result<(), CertificateError> {
    let receipt: Receipt = read(input.receipt, MAX_RECEIPT_BYTES)?;
    let wanted = touchstone_schemas::digest::Sha256Digest::of(input.credential);
    if receipt.entry.digest == wanted {
        return Ok(());
    }
    Err(CertificateError::OtherReceipt {
        found: receipt.entry.digest.to_string(),
        wanted: wanted.to_string(),
    })
}
