//! A symbol's modules read from the grey picture once its corners are known: each against the light around it.
//!
//! rqrr looks at one pixel a module, of a picture in black and white. Where that is not enough for the error correction,
//! the mean of nine points a module often is.

use rqrr::SimpleGrid;

use super::grey::{Grey, as_float};
use super::perspective::Perspective;

/// Modules to each side whose mean is the bound for one.
const AROUND: usize = 5;
/// Where in a module it is looked at.
const POINTS: [f32; 3] = [0.3, 0.5, 0.7];

/// Modules of a symbol of `size` × `size` whose corner lies at `corners` at its last module but one.
pub(super) fn modules(picture: &Grey, size: usize, corners: [(f32, f32); 4]) -> Option<SimpleGrid> {
    // rqrr gives the bounds a module further than the symbol goes.
    let place = Perspective::of(as_float(size + 1), corners)?;
    let mut light = Vec::with_capacity(size * size);
    for y in 0..size {
        for x in 0..size {
            let mut sum = 0.0;
            for dy in POINTS {
                for dx in POINTS {
                    let (at_x, at_y) = place.map(as_float(x) + dx, as_float(y) + dy);
                    sum += picture.between(at_x, at_y);
                }
            }
            light.push(super::grey::narrow(
                super::grey::floor(sum / 9.0).try_into().unwrap_or(255),
            ));
        }
    }
    let light = Grey::new(size, size, light)?;
    let sums = super::binary::Sums::of(&light);
    Some(SimpleGrid::from_func(size, |x, y| {
        u32::from(light.at(x, y)) < sums.mean_around(x, y, AROUND)
    }))
}
