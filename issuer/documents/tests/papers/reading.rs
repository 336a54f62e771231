//! What a page says: its letters with their places, as a reader's software gets them.

use hayro::hayro_interpret::font::Glyph;
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::hayro_syntax::Pdf;
use hayro::hayro_interpret::util::TransformExt;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache, InterpreterSettings, Paint,
    PathDrawMode, SoftMask, interpret_page,
};
use kurbo::{Affine, BezPath, Point, Rect};

/// A letter and where it stands, in points from the left and the top.
pub(crate) struct Letter {
    pub(crate) text: String,
    pub(crate) at: Point,
}

/// The letters of each page.
pub(crate) fn letters(pdf: &[u8]) -> Vec<Vec<Letter>> {
    let document = Pdf::new(pdf.to_owned()).unwrap();
    let mut pages = Vec::new();
    for page in document.pages().iter() {
        let (width, height) = page.render_dimensions();
        let cache = InterpreterCache::new();
        let mut context = Context::new(
            page.initial_transform(true).to_kurbo(),
            Rect::new(0.0, 0.0, f64::from(width), f64::from(height)),
            &cache,
            page.xref(),
            InterpreterSettings::default(),
        );
        let mut reader = Reader(Vec::new());
        interpret_page(page, &mut context, &mut reader);
        pages.push(reader.0);
    }
    pages
}

/// The text of all pages, white space left out.
pub(crate) fn text(pdf: &[u8]) -> String {
    let letters = letters(pdf).into_iter().flatten();
    squeezed(&letters.map(|letter| letter.text).collect::<String>())
}

pub(crate) fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

struct Reader(Vec<Letter>);

impl<'a> Device<'a> for Reader {
    fn draw_glyph(
        &mut self,
        glyph: &Glyph<'a>,
        transform: Affine,
        glyph_transform: Affine,
        _: &Paint<'a>,
        _: &GlyphDrawMode,
    ) {
        let text = match glyph.as_unicode() {
            Some(BfString::Char(c)) => c.to_string(),
            Some(BfString::String(text)) => text,
            None => return,
        };
        let at = (transform * glyph_transform) * Point::ORIGIN;
        self.0.push(Letter { text, at });
    }

    fn set_soft_mask(&mut self, _: Option<SoftMask<'a>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn draw_path(&mut self, _: &BezPath, _: Affine, _: &Paint<'a>, _: &PathDrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: Affine) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
