//! The QR symbol as a drawing for print.

use std::fmt::Write as _;

use qrcode::bits::Bits;
use qrcode::types::{Color, QrError as SymbolError};
use qrcode::{EcLevel, QrCode, Version};
use touchstone_verifier::qr::Payload;

/// Light modules around a symbol (ISO/IEC 18004 §6.3.8).
const QUIET_ZONE: usize = 4;

/// A symbol as SVG.
pub(crate) struct Symbol {
    /// One path: a line of dark modules is one rectangle, so that no seam shows between two.
    pub(crate) svg: String,
    /// Modules of a side, quiet zone left out.
    pub(crate) modules: usize,
    /// Modules of a side, quiet zone included: the drawing's own width.
    pub(crate) width: usize,
}

impl Symbol {
    /// The link in byte mode, the digits in numeric mode, in the version the payload was measured for.
    pub(crate) fn of(payload: &Payload) -> Result<Self, SymbolError> {
        let mut bits = Bits::new(Version::Normal(i16::from(payload.symbol_version())));
        bits.push_byte_data(payload.base().as_bytes())?;
        bits.push_numeric_data(payload.digits().as_bytes())?;
        bits.push_terminator(EcLevel::M)?;
        Ok(Self::draw(&QrCode::with_bits(bits, EcLevel::M)?))
    }

    fn draw(code: &QrCode) -> Self {
        let (modules, colors) = (code.width(), code.to_colors());
        let width = modules + 2 * QUIET_ZONE;
        let mut path = String::new();
        for (y, row) in colors.chunks(modules).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|one, next| one == next) {
                if run.first() == Some(&Color::Dark) {
                    let (left, top, length) = (x + QUIET_ZONE, y + QUIET_ZONE, run.len());
                    // Writing to a text does not fail.
                    let _ = write!(path, "M{left} {top}h{length}v1h-{length}z");
                }
                x += run.len();
            }
        }
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{width}\" \
             viewBox=\"0 0 {width} {width}\"><path fill=\"#fff\" d=\"M0 0h{width}v{width}h-{width}z\"/>\
             <path fill=\"#000\" d=\"{path}\"/></svg>"
        );
        Self { svg, modules, width }
    }
}
