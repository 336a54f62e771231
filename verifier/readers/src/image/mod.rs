//! QR codes in pictures: straight, rotated, skewed, small, blurred, unevenly lit, light on dark.

mod attempts;
mod binary;
#[cfg(feature = "files")]
mod decoded;
mod grey;
mod perspective;
mod sample;
mod symbols;

pub use attempts::{Effort, texts};
#[cfg(feature = "files")]
pub use decoded::{PictureError, decode, is_picture};
pub use grey::Grey;
#[cfg(feature = "samples")]
pub(crate) use grey::{as_float, floor};
