//! A symbol to be photographed.

use qrcode::{EcLevel, QrCode};

/// Its modules.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// Modules a side, without the quiet zone.
    pub size: usize,
    dark: Vec<bool>,
}

impl Symbol {
    /// The symbol of a text, with error correction M as ours have it; `None` where it is too long for one.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        Some(Self {
            size: code.width(),
            dark: code
                .to_colors()
                .iter()
                .map(|&color| color == qrcode::Color::Dark)
                .collect(),
        })
    }

    /// Whether the module there is dark; outside nothing is.
    #[must_use]
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.size && y < self.size && self.dark.get(y * self.size + x).copied().unwrap_or(false)
    }
}
