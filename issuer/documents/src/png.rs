//! Pictures as PNG.

use std::io::Cursor;

use hayro::hayro_syntax::Pdf;
use image::{ImageFormat, RgbaImage};

use crate::raster::{self, Ground};

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// Not a PDF that reads, or no such page, or a page too large.
    #[error("page {page} cannot be drawn")]
    Page {
        /// The page, from 1.
        page: usize,
    },
    /// The picture cannot be written.
    #[error("the picture cannot be written: {0}")]
    Write(#[from] image::ImageError),
}

/// A page of a PDF as PNG, at so many dots an inch; pages count from 1.
///
/// # Errors
/// [`PictureError`].
pub fn picture(pdf: &[u8], page: usize, dots: u16) -> Result<Vec<u8>, PictureError> {
    draw(pdf, page, dots, Ground::Paper)
}

pub(crate) fn draw(pdf: &[u8], page: usize, dots: u16, ground: Ground) -> Result<Vec<u8>, PictureError> {
    let none = || PictureError::Page { page };
    let document = Pdf::new(pdf.to_owned()).map_err(|_| none())?;
    let index = page.checked_sub(1).ok_or_else(none)?;
    let pixels = raster::page(&document, index, f32::from(dots), ground).ok_or_else(none)?;
    let (width, height) = (u32::from(pixels.width()), u32::from(pixels.height()));
    let bytes = pixels
        .take_unpremultiplied()
        .into_iter()
        .flat_map(|pixel| [pixel.r, pixel.g, pixel.b, pixel.a])
        .collect();
    let image = RgbaImage::from_raw(width, height, bytes).ok_or_else(none)?;
    let mut png = Cursor::new(Vec::new());
    image.write_to(&mut png, ImageFormat::Png)?;
    Ok(png.into_inner())
}
