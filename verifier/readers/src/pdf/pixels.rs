//! Images as grey pixels (ISO 32000-2 §8.9.5).

use super::content::Drawn;
use super::error::PdfError;
use super::file::File;
use super::filters::Unpacked;
use super::object::{Dictionary, Object, Stream};
use crate::budget::MAX_PIXELS;
use crate::image::Grey;

/// Fewest pixels a side that a symbol can have.
const SMALLEST: usize = 21;

/// How numbers become light.
enum Colours {
    /// One component, light upwards.
    Grey,
    Rgb,
    Cmyk,
    /// Red, green and blue of each number.
    Table(Vec<u8>),
}

/// An image as it can be searched; `None` where it is too small, too large, or packed as these readers do not know.
pub(super) fn read(file: &File, image: &Stream, unpacked: Unpacked) -> Result<Option<Drawn>, PdfError> {
    let own = &image.dictionary;
    let either = |long: &[u8], short: &[u8]| match file.get(own, long)? {
        Object::Null => file.get(own, short),
        found => Ok(found),
    };
    let (width, height) = (either(b"Width", b"W")?.count(), either(b"Height", b"H")?.count());
    let (Some(width), Some(height)) = (width, height) else {
        return Ok(None);
    };
    if width < SMALLEST || height < SMALLEST || width.saturating_mul(height) > MAX_PIXELS {
        return Ok(None);
    }
    let bytes = match unpacked {
        Unpacked::Bytes(bytes) => bytes,
        Unpacked::Jpeg(bytes) => return Ok(Some(Drawn::Jpeg(bytes))),
        Unpacked::Unknown => return Ok(None),
    };
    let mask = either(b"ImageMask", b"IM")? == Object::Boolean(true);
    let bits = if mask {
        Some(1)
    } else {
        either(b"BitsPerComponent", b"BPC")?.count()
    };
    let space = either(b"ColorSpace", b"CS")?;
    let colours = if mask {
        Some(Colours::Grey)
    } else {
        colours(file, &space)?
    };
    let (Some(bits @ (1 | 2 | 4 | 8)), Some(colours)) = (bits, colours) else {
        return Ok(None);
    };
    // A mask paints where it is 0, which is dark here too; `Decode [1 0]` turns both round.
    let decode = either(b"Decode", b"D")?;
    let turned = decode.array().and_then(<[_]>::first).and_then(Object::number) == Some(1.0);
    let grey = grey(width, height, bits, &colours, &bytes);
    Ok(grey.map(|grey| Drawn::Image(if turned { grey.inverted() } else { grey })))
}

fn colours(file: &File, space: &Object) -> Result<Option<Colours>, PdfError> {
    let items = space.array().unwrap_or_default();
    let name = space
        .name()
        .or_else(|| items.first().and_then(Object::name))
        .unwrap_or_default();
    Ok(match name {
        b"DeviceGray" | b"CalGray" | b"G" => Some(Colours::Grey),
        b"DeviceRGB" | b"CalRGB" | b"RGB" => Some(Colours::Rgb),
        b"DeviceCMYK" | b"CMYK" => Some(Colours::Cmyk),
        b"ICCBased" => {
            let profile = items.get(1).map(|profile| file.resolve(profile)).transpose()?;
            let components = profile
                .as_ref()
                .and_then(Object::dictionary)
                .and_then(|own| own.get(b"N".as_slice()));
            match components.and_then(Object::count) {
                Some(1) => Some(Colours::Grey),
                Some(3) => Some(Colours::Rgb),
                Some(4) => Some(Colours::Cmyk),
                _ => None,
            }
        }
        b"Indexed" | b"I" => table(file, items)?.map(Colours::Table),
        _ => None,
    })
}

/// The colours of an indexed space whose base is grey or red, green and blue.
fn table(file: &File, items: &[Object]) -> Result<Option<Vec<u8>>, PdfError> {
    let (Some(base), Some(lookup)) = (items.get(1), items.get(3)) else {
        return Ok(None);
    };
    let bytes = match file.resolve(lookup)? {
        Object::Text(bytes) => bytes,
        Object::Stream(stream) => file.content(&stream)?.unwrap_or_default(),
        _ => return Ok(None),
    };
    let base = file.resolve(base)?;
    // An indexed space has no other as its base (§8.6.6.3), which bounds this.
    let base = if base.array().and_then(<[_]>::first).and_then(Object::name) == Some(b"Indexed") {
        None
    } else {
        colours(file, &base)?
    };
    Ok(match base {
        Some(Colours::Rgb) => Some(bytes),
        Some(Colours::Grey) => Some(bytes.iter().flat_map(|&light| [light; 3]).collect()),
        _ => None,
    })
}

fn grey(width: usize, height: usize, bits: usize, colours: &Colours, bytes: &[u8]) -> Option<Grey> {
    let components = match colours {
        Colours::Grey | Colours::Table(_) => 1,
        Colours::Rgb => 3,
        Colours::Cmyk => 4,
    };
    let row = (width * components * bits).div_ceil(8);
    let most = (1_u32 << bits) - 1;
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        // An image that ends early is white below.
        let line = bytes.get(y * row..(y + 1) * row);
        let number = |at: usize| {
            let byte = line
                .and_then(|line| line.get(at * bits / 8))
                .copied()
                .map_or(most, u32::from);
            if line.is_none() {
                most
            } else {
                byte >> (8 - bits - at * bits % 8) & most
            }
        };
        for x in 0..width {
            let part = |component: usize| number(x * components + component) * 255 / most;
            let light = match colours {
                Colours::Grey => part(0),
                Colours::Rgb => (part(0) + part(1) + part(2)) / 3,
                Colours::Cmyk => (255 - part(0).max(part(1)).max(part(2))) * (255 - part(3)) / 255,
                Colours::Table(table) => {
                    let at = usize::try_from(number(x)).unwrap_or(0) * 3;
                    table.get(at..at + 3).map_or(255, |rgb| {
                        rgb.iter().map(|part| u32::from(*part)).sum::<u32>() / 3
                    })
                }
            };
            pixels.push(u8::try_from(light).unwrap_or(u8::MAX));
        }
    }
    Grey::new(width, height, pixels)
}

/// The name under which a dictionary of resources has something.
pub(super) fn resource(
    file: &File,
    resources: &Dictionary,
    kind: &[u8],
    name: &[u8],
) -> Result<Object, PdfError> {
    let group = file.get(resources, kind)?;
    group
        .dictionary()
        .map_or(Ok(Object::Null), |group| file.get(group, name))
}
