//! The QR symbol of a signed credential: the whole credential in one symbol (DESIGN §4 "QR").

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma};
use qrcode::{
    EcLevel, QrCode, Version,
    bits::Bits,
    render::svg,
    types::{Color, QrError as SymbolError},
};
use touchstone_schemas::{
    budget::MAX_CREDENTIAL_BYTES,
    credential::{Credential, CredentialError},
    date_time::Timestamp,
    decode::{DecodeError, decode},
    did::VerificationMethod,
    json::{self, JsonError, Value},
    multibase::encode_base58btc,
    proof::{DataIntegrityProof, ProofConfig},
};
use touchstone_verifier::qr::{Payload, ProfileRef, QrEncodeError, encode};

/// Light modules around a symbol (ISO/IEC 18004 §6.3.8).
const QUIET_ZONE: u32 = 4;
/// Pixels a module in the PNG: 0.4 mm at 600 dpi is 9.4, so a printed symbol stays sharp.
const PIXELS: u32 = 10;

/// Why a credential has no symbol.
#[derive(Debug, thiserror::Error)]
pub enum QrError {
    /// It does not fit, or departs from what a symbol can say.
    #[error(transparent)]
    Payload(#[from] QrEncodeError),
    /// The signed document does not read.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// The signed document is not a credential.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// The signed document's proof does not read.
    #[error(transparent)]
    Proof(#[from] DecodeError),
    /// The signed document has no proof.
    #[error("the document has no proof")]
    Unsecured,
    /// The symbol cannot be drawn.
    #[error("the symbol cannot be drawn: {0}")]
    Symbol(SymbolError),
    /// The image cannot be written.
    #[error("the image cannot be written: {0}")]
    Image(#[from] image::ImageError),
}

/// A symbol.
pub struct Symbol {
    link: String,
    code: QrCode,
}

/// Whether a credential about to be signed will fit one symbol.
///
/// # Errors
/// [`QrError::Payload`] with the size it would take.
pub fn check_size(
    credential: &Credential,
    profile: u32,
    method: &VerificationMethod,
    created: Timestamp,
) -> Result<(), QrError> {
    // A signature takes 64 bytes whatever they are.
    let config = ProofConfig::eddsa_jcs_2022(Some(contexts()), created, method.to_string());
    let proof = DataIntegrityProof::new(config, encode_base58btc(&[0xa5; 64]));
    encode(
        credential,
        &proof,
        ProfileRef {
            number: profile,
            profile: &credential.issuer,
        },
    )?;
    Ok(())
}

fn contexts() -> Vec<String> {
    touchstone_schemas::credential::credential_contexts()
        .map(str::to_owned)
        .to_vec()
}

impl Symbol {
    /// The symbol of a signed credential.
    ///
    /// # Errors
    /// [`QrError`].
    pub fn of(signed: &[u8], profile: u32) -> Result<Self, QrError> {
        let mut document = json::parse(signed, MAX_CREDENTIAL_BYTES)?;
        let Value::Object(members) = &mut document else {
            return Err(QrError::Unsecured);
        };
        let proof = members.remove("proof").ok_or(QrError::Unsecured)?;
        let proof: DataIntegrityProof = decode(&proof)?;
        let credential = Credential::from_document(&document)?;
        let payload = encode(
            &credential,
            &proof,
            ProfileRef {
                number: profile,
                profile: &credential.issuer,
            },
        )?;
        Ok(Self {
            link: payload.link(),
            code: draw(&payload)?,
        })
    }

    /// The link it holds.
    #[must_use]
    pub fn link(&self) -> &str {
        &self.link
    }

    /// Its version, 1 to 19.
    #[must_use]
    pub fn version(&self) -> i16 {
        match self.code.version() {
            Version::Normal(version) | Version::Micro(version) => version,
        }
    }

    /// As SVG, quiet zone included.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut renderer = self.code.render::<svg::Color<'_>>();
        renderer
            .quiet_zone(true)
            .module_dimensions(QUIET_ZONE, QUIET_ZONE)
            .build()
    }

    /// As PNG, quiet zone included.
    ///
    /// # Errors
    /// [`QrError::Image`].
    pub fn png(&self) -> Result<Vec<u8>, QrError> {
        let modules = u32::try_from(self.code.width()).unwrap_or(u32::MAX);
        let side = (modules + 2 * QUIET_ZONE) * PIXELS;
        let colors = self.code.to_colors();
        let dark = |x: u32, y: u32| {
            let (Some(x), Some(y)) = (
                (x / PIXELS).checked_sub(QUIET_ZONE),
                (y / PIXELS).checked_sub(QUIET_ZONE),
            ) else {
                return false;
            };
            let at = usize::try_from(y * modules + x).unwrap_or(usize::MAX);
            x < modules && y < modules && colors.get(at) == Some(&Color::Dark)
        };
        let image = GrayImage::from_fn(side, side, |x, y| Luma([if dark(x, y) { 0 } else { 255 }]));
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, ImageFormat::Png)?;
        Ok(bytes.into_inner())
    }
}

/// The link in byte mode, the digits in numeric mode, in the version the payload was measured for.
fn draw(payload: &Payload) -> Result<QrCode, QrError> {
    let mut bits = Bits::new(Version::Normal(i16::from(payload.symbol_version())));
    bits.push_byte_data(payload.base().as_bytes())
        .map_err(QrError::Symbol)?;
    bits.push_numeric_data(payload.digits().as_bytes())
        .map_err(QrError::Symbol)?;
    bits.push_terminator(EcLevel::M).map_err(QrError::Symbol)?;
    QrCode::with_bits(bits, EcLevel::M).map_err(QrError::Symbol)
}
