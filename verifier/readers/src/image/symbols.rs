//! The symbols of one picture in black and white, by rqrr.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rqrr::{BitGrid, Grid, PreparedImage};

use super::binary::{Binary, Bound};
use super::grey::Grey;
use super::sample::modules;

/// The texts found.
pub(super) fn find(picture: &Grey, bound: Bound) -> Vec<String> {
    // rqrr 0.11 trusts its geometry: on some pictures that are no symbols it computes beyond its numbers.
    catch_unwind(AssertUnwindSafe(|| search(picture, bound))).unwrap_or_default()
}

fn search(picture: &Grey, bound: Bound) -> Vec<String> {
    let (width, height) = (picture.width(), picture.height());
    let binary = match bound {
        Bound::Rows => None,
        Bound::Around { part, below } => Some(Binary::around(picture, part, below)),
        Bound::Whole => Some(Binary::whole(picture)),
    };
    let mut prepared = match &binary {
        None => PreparedImage::prepare_from_greyscale(width, height, |x, y| picture.at(x, y)),
        Some(binary) => {
            PreparedImage::prepare_from_bitmap(binary.width, binary.height, |x, y| binary.is_dark(x, y))
        }
    };
    let mut found = Vec::new();
    for grid in prepared.detect_grids() {
        let text = grid.decode().ok().or_else(|| {
            let corners = grid.bounds.map(|corner| (to_float(corner.x), to_float(corner.y)));
            let again = modules(picture, grid.grid.size(), corners)?;
            Grid::new(again).decode().ok()
        });
        if let Some((_, text)) = text
            && !found.contains(&text)
        {
            found.push(text);
        }
    }
    found
}

#[expect(clippy::cast_precision_loss, reason = "places in a picture, far below 2^24")]
fn to_float(place: i32) -> f32 {
    place as f32
}
