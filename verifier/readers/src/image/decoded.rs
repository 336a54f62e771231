//! PNG and JPEG files, for programs that have no decoder of their own as browsers do.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, ImageReader, Limits};

use super::Grey;
use crate::budget::{
    MAX_PICTURE_ALLOCATION, MAX_PICTURE_BYTES, MAX_PICTURE_PIXELS, MAX_PICTURE_SIDE, MAX_PIXELS,
};

/// Why a file is not read as a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Neither PNG nor JPEG.
    #[error("neither a PNG nor a JPEG picture")]
    Format,
    /// More bytes or pixels than are looked at.
    #[error("a picture of more than {MAX_PICTURE_PIXELS} pixels or {MAX_PICTURE_BYTES} bytes")]
    TooLarge,
    /// Not as its format has it.
    #[error("a damaged picture")]
    Damaged,
}

impl PictureError {
    /// What programs know it by.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Format => "notPicture",
            Self::TooLarge => "tooLarge",
            Self::Damaged => "damaged",
        }
    }
}

/// Whether bytes begin as a picture of any kind known does, read here or not.
#[must_use]
pub fn is_picture(bytes: &[u8]) -> bool {
    image::guess_format(bytes).is_ok()
}

/// Reads a PNG or JPEG file. Its size is looked at before anything is decoded; more than [`MAX_PIXELS`] are averaged down.
///
/// # Errors
/// [`PictureError`].
pub fn decode(bytes: &[u8]) -> Result<Grey, PictureError> {
    if bytes.len() > MAX_PICTURE_BYTES {
        return Err(PictureError::TooLarge);
    }
    let format = image::guess_format(bytes).map_err(|_| PictureError::Format)?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg) {
        return Err(PictureError::Format);
    }
    let reader = || ImageReader::with_format(Cursor::new(bytes), format);
    let (width, height) = reader().into_dimensions().map_err(|_| PictureError::Damaged)?;
    let side = width.max(height);
    let pixels = u64::from(width) * u64::from(height);
    if side > MAX_PICTURE_SIDE || pixels > MAX_PICTURE_PIXELS {
        return Err(PictureError::TooLarge);
    }
    let mut reader = reader();
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_PICTURE_ALLOCATION);
    reader.limits(limits);
    grey(&reader.decode().map_err(|_| PictureError::Damaged)?).ok_or(PictureError::Damaged)
}

/// In light and dark, on white paper where it is not opaque.
fn grey(picture: &DynamicImage) -> Option<Grey> {
    let (width, height) = (picture.width(), picture.height());
    let step = (1..).find(|step| {
        let part = |length: u32| usize::try_from(length / step).unwrap_or(usize::MAX);
        part(width).saturating_mul(part(height)) <= MAX_PIXELS
    })?;
    if step == 1 {
        return on_white(picture);
    }
    on_white(&picture.thumbnail_exact(width / step, height / step))
}

fn on_white(picture: &DynamicImage) -> Option<Grey> {
    let (width, height) = (picture.width(), picture.height());
    let light = picture.to_luma_alpha8();
    let pixels = light.as_raw().as_chunks::<2>().0.iter().map(|&[light, opacity]| {
        let opacity = u32::from(opacity);
        let on_paper = (u32::from(light) * opacity + 255 * (255 - opacity)) / 255;
        u8::try_from(on_paper).unwrap_or(u8::MAX)
    });
    Grey::new(
        usize::try_from(width).ok()?,
        usize::try_from(height).ok()?,
        pixels.collect(),
    )
}
