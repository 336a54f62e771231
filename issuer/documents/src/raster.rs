//! Pages as pictures.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::{TRANSPARENT, WHITE};
use hayro::{RenderCache, RenderSettings, render};

use crate::limits::MAX_PAGE_POINTS;

/// Points of an inch.
const INCH: f32 = 72.0;

/// What lies under a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ground {
    Paper,
    Clear,
}

/// A page at so many dots an inch; `None` where there is no such page or it is too large to draw.
pub(crate) fn page(pdf: &Pdf, number: usize, dots: f32, ground: Ground) -> Option<Pixmap> {
    let page = pdf.pages().get(number)?;
    let (width, height) = page.render_dimensions();
    let drawable = |side: f32| side > 0.0 && side <= MAX_PAGE_POINTS;
    if !drawable(width) || !drawable(height) {
        return None;
    }
    let scale = dots / INCH;
    let settings = RenderSettings {
        x_scale: scale,
        y_scale: scale,
        bg_color: match ground {
            Ground::Paper => WHITE,
            Ground::Clear => TRANSPARENT,
        },
        ..RenderSettings::default()
    };
    Some(render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &settings,
    ))
}
