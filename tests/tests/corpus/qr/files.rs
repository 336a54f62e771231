//! Files that say they are pictures.

use std::io::Write as _;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use touchstone_readers::budget::MAX_PICTURE_SIDE;

use super::link;
use super::pictures::{drawn, png};
use crate::draft::{Shelf, not_found};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(content);
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&length, kind.as_slice(), content, &crc.sum().to_be_bytes()].concat()
}

/// A picture of one bit a pixel, whose rows are these bytes however many it says it has.
fn written(width: u32, height: u32, rows: &[u8]) -> Vec<u8> {
    let head = [
        &width.to_be_bytes(),
        height.to_be_bytes().as_slice(),
        &[1, 0, 0, 0, 0],
    ]
    .concat();
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    zlib.write_all(rows).unwrap();
    [
        SIGNATURE.to_vec(),
        chunk(b"IHDR", &head),
        chunk(b"IDAT", &zlib.finish().unwrap()),
        chunk(b"IEND", &[]),
    ]
    .concat()
}

pub(crate) fn put(shelf: &mut Shelf) {
    let good = png(&drawn(&link(&shelf.world)));
    let cut = good[..good.len() / 2].to_vec();
    let mut flipped = good.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x10;
    let side = 12_000_u32;
    let bomb = written(side, side, &vec![0; 18_012_000]);
    let rows = [
        ("file-bomb", "144 million pixels in 18 KB: refused by its head.", bomb, "tooLarge"),
        ("file-bomb-by-its-word", "A head that promises 3.6 billion pixels.", written(60_000, 60_000, &[0]), "tooLarge"),
        ("file-very-long", "A picture of one row, longer than any.", written(MAX_PICTURE_SIDE + 1, 1, &vec![0; 5_000]), "tooLarge"),
        ("file-no-rows", "A head, and none of its rows.", written(400, 400, &[]), "damaged"),
        ("file-no-size", "A picture of no width.", written(0, 400, &[0; 400]), "damaged"),
        ("file-cut", "A transfer that broke off.", cut, "damaged"),
        ("file-byte-changed", "A byte of its rows is wrong.", flipped, "damaged"),
        ("file-head-alone", "The eight bytes that a PNG begins with.", SIGNATURE.to_vec(), "damaged"),
        ("file-jpeg-head-alone", "The first bytes of a JPEG.", b"\xff\xd8\xff\xe0\0\x10JFIF\0".to_vec(), "damaged"),
        ("file-gif", "A kind of picture that is not read here.", b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;".to_vec(), "notPicture"),
        ("file-webp", "Another such kind.", b"RIFF\x1a\0\0\0WEBPVP8L\r\0\0\0/\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0".to_vec(), "notPicture"),
    ];
    for (name, why, bytes, found) in rows {
        let ending = match found {
            "notPicture" if bytes.starts_with(b"GIF") => "gif",
            "notPicture" => "webp",
            _ if bytes.starts_with(b"\xff\xd8") => "jpg",
            _ => "png",
        };
        shelf.file(name, why, (ending, bytes), not_found(found, None));
    }
}
