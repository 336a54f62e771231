//! Pictures of codes: PNG and JPEG, straight and as cameras spoil them.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, GrayImage, ImageFormat};
use touchstone_readers::distortions::{Symbol, all};
use touchstone_readers::image::Grey;
use touchstone_verifier::reason::ReasonCode::{MalformedPayload, SignatureInvalid, SignatureValid};
use touchstone_verifier::report::Headline::{InForce, NotGenuine};

use super::{digits, link};
use crate::draft::{Shelf, expected, not_found};
use crate::fixture::{METHOD, key, sign};

/// Pixels a module, and modules of quiet zone.
const MODULE: usize = 4;
const QUIET: usize = 4;

pub(crate) fn png(picture: &Grey) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image_of(picture).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn jpeg(picture: &Grey, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let image = image_of(picture);
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode(
            image.as_raw(),
            image.width(),
            image.height(),
            ExtendedColorType::L8,
        )
        .unwrap();
    bytes
}

fn image_of(picture: &Grey) -> GrayImage {
    let length = |length: usize| u32::try_from(length).unwrap();
    GrayImage::from_raw(
        length(picture.width()),
        length(picture.height()),
        picture.pixels().to_vec(),
    )
    .unwrap()
}

/// A symbol, sharp, dark on light.
pub(crate) fn drawn(text: &str) -> Grey {
    painted(text, |_, _| false)
}

/// The same with the modules turned round for which it is said.
fn painted(text: &str, turned: impl Fn(usize, usize) -> bool) -> Grey {
    let symbol = Symbol::of(text).unwrap();
    let side = (symbol.size + 2 * QUIET) * MODULE;
    let mut pixels = Vec::with_capacity(side * side);
    for y in 0..side {
        for x in 0..side {
            let module = |at: usize| (at / MODULE).wrapping_sub(QUIET);
            let (column, row) = (module(x), module(y));
            let dark = symbol.is_dark(column, row)
                != (column < symbol.size && row < symbol.size && turned(column, row));
            pixels.push(if dark { 0 } else { 255 });
        }
    }
    Grey::new(side, side, pixels).unwrap()
}

/// Two pictures side by side.
fn beside(left: &Grey, right: &Grey) -> Grey {
    let (width, height) = (left.width() + right.width(), left.height().max(right.height()));
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let (picture, x) = if x < left.width() {
                (left, x)
            } else {
                (right, x - left.width())
            };
            pixels.push(if y < picture.height() {
                picture.at(x, y)
            } else {
                255
            });
        }
    }
    Grey::new(width, height, pixels).unwrap()
}

fn mirrored(picture: &Grey) -> Grey {
    let pixels = (0..picture.height()).flat_map(|y| (0..picture.width()).map(move |x| (x, y)));
    let pixels = pixels
        .map(|(x, y)| picture.at(picture.width() - 1 - x, y))
        .collect();
    Grey::new(picture.width(), picture.height(), pixels).unwrap()
}

pub(crate) fn put(shelf: &mut Shelf) {
    readable(shelf);
    leading_elsewhere(shelf);
    of_nothing(shelf);
}

fn readable(shelf: &mut Shelf) {
    let link = link(&shelf.world);
    let good = || expected(InForce, &[SignatureValid]);
    let symbol = Symbol::of(&link).unwrap();
    let sharp = drawn(&link);
    shelf.file(
        "picture-sharp",
        "Not hostile: the code as printed.",
        ("png", png(&sharp)),
        good(),
    );
    shelf.file(
        "picture-jpeg",
        "The same as JPEG.",
        ("jpg", jpeg(&sharp, 80)),
        good(),
    );
    shelf.file(
        "picture-light-on-dark",
        "Light on dark.",
        ("png", png(&sharp.inverted())),
        good(),
    );
    const SPOILT: [(&str, &str, &str); 6] = [
        ("turned 5", "picture-turned", "Turned round."),
        ("perspective 4", "picture-skewed", "Seen from the side."),
        ("small 6", "picture-small", "Two or three pixels a module."),
        ("noise 5", "picture-grainy", "Grain of a bad camera."),
        ("glare 3", "picture-glare", "A lamp mirrored on film."),
        (
            "moiré 4",
            "picture-of-a-screen",
            "Stripes of a screen against a camera's.",
        ),
    ];
    for (wanted, name, why) in SPOILT {
        let distortion = all().into_iter().find(|distortion| distortion.name == wanted);
        if let Some(picture) = distortion.and_then(|distortion| distortion.picture(&symbol)) {
            shelf.file(name, why, ("jpg", jpeg(&picture, 45)), good());
        }
    }
    let worn = painted(&link, |x, y| (30..36).contains(&x) && (30..36).contains(&y));
    let why = "A patch of the code is wrong: error correction mends it.";
    shelf.file("picture-worn", why, ("png", png(&worn)), good());
    let foreign = drawn("https://evil.example/login");
    let why = "Somebody else's code beside ours: ours is taken, whichever is first.";
    shelf.file(
        "picture-foreign-beside-ours",
        why,
        ("png", png(&beside(&foreign, &sharp))),
        good(),
    );
    let digits = digits(&shelf.world, &shelf.world.signed());
    let sticker = drawn(&format!("https://reg1stry.example/v#{digits}"));
    let why = "The genuine certificate under a look-alike host, printed as a sticker: judged here, its host not asked.";
    shelf.file("picture-look-alike-sticker", why, ("png", png(&sticker)), good());
    let forged = sign(&shelf.world.credential, shelf.world.signed_at, METHOD, &key(99));
    let forged = drawn(&format!(
        "https://registry.example/v#{}",
        super::digits(&shelf.world, &forged)
    ));
    let why = "A forger's certificate in the real registry's link.";
    let expectation = expected(NotGenuine, &[SignatureInvalid]);
    shelf.file("picture-forged", why, ("png", png(&forged)), expectation);
    let cut = drawn(&format!(
        "https://registry.example/v#{}",
        &digits[..digits.len() / 2]
    ));
    let why = "Half of the digits are missing.";
    let expectation = expected(NotGenuine, &[MalformedPayload]);
    shelf.file("picture-digits-missing", why, ("png", png(&cut)), expectation);
}

/// Codes of others: told, and not followed.
fn leading_elsewhere(shelf: &mut Shelf) {
    let digits = "7".repeat(200);
    let foreign = [
        (
            "picture-foreign-page",
            "Another site's code.",
            "https://evil.example/login".to_owned(),
            "evil.example",
        ),
        (
            "picture-look-alike-page",
            "A page that looks like the registry's, one letter off.",
            "https://reg1stry.example/v".to_owned(),
            "reg1stry.example",
        ),
        (
            "picture-user-before-host",
            "The real host as a user's name.",
            "https://registry.example@evil.example/verify".to_owned(),
            "evil.example",
        ),
        (
            "picture-backslash",
            "A backslash, which browsers take for a slash.",
            "https://evil.example\\@registry.example/verify".to_owned(),
            "evil.example",
        ),
        (
            "picture-cyrillic-host",
            "Letters of another script that look the same: told as the network has them.",
            "https://rеgistry.example/verify".to_owned(),
            "xn--rgistry-7gg.example",
        ),
        (
            "picture-cloud-secrets",
            "An address within the network of whoever scans.",
            "http://169.254.169.254/latest/meta-data/".to_owned(),
            "169.254.169.254",
        ),
        (
            "picture-too-few-digits",
            "Our form with too few digits to be a certificate.",
            "https://evil.example/v#123".to_owned(),
            "evil.example",
        ),
        (
            "picture-digits-in-the-path",
            "The digits in the path, so that a server would learn them.",
            format!("https://evil.example/v/{digits}"),
            "evil.example",
        ),
    ];
    for (name, why, text, host) in foreign {
        shelf.file(
            name,
            why,
            ("png", png(&drawn(&text))),
            not_found("foreignCode", Some(host)),
        );
    }
    let others = [
        (
            "picture-javascript",
            "A code that a browser would run.",
            "javascript:alert(document.domain)",
        ),
        (
            "picture-data-page",
            "A page within the code.",
            "data:text/html,<script>alert(1)</script>",
        ),
        ("picture-file", "A file of this device.", "file:///etc/passwd"),
        (
            "picture-intent",
            "An app to be started.",
            "intent://scan/#Intent;scheme=https;package=evil.app;end",
        ),
        (
            "picture-wifi",
            "A network to be joined.",
            "WIFI:T:WPA;S:Free;P:12345678;;",
        ),
        ("picture-payment", "A payment to be made.", "wxp://f2f0abcdef"),
        (
            "picture-markup",
            "Markup instead of a link.",
            "<script>alert(1)</script>",
        ),
        (
            "picture-link-with-blank",
            "A link with a blank in its host.",
            "https://registry.example evil.example/v",
        ),
    ];
    for (name, why, text) in others {
        shelf.file(
            name,
            why,
            ("png", png(&drawn(text))),
            not_found("otherCode", None),
        );
    }
}

fn of_nothing(shelf: &mut Shelf) {
    let blank = Grey::new(200, 200, vec![255; 40_000]).unwrap();
    let one = Grey::new(1, 1, vec![0]).unwrap();
    let board: Vec<u8> = (0..40_000)
        .map(|at: usize| {
            if (at / 4 + at / 800).is_multiple_of(2) {
                0
            } else {
                255
            }
        })
        .collect();
    let board = Grey::new(200, 200, board).unwrap();
    let ruined = painted(&link(&shelf.world), |x, y| (x * 7 + y * 13) % 3 == 0);
    let finders = painted("https://evil.example/login", |x, y| x > 8 && y > 8);
    let rows = [
        ("picture-blank", "A white page.", png(&blank)),
        ("picture-of-one-pixel", "A picture of one pixel.", png(&one)),
        (
            "picture-of-a-board",
            "A chessboard: corners without end.",
            png(&board),
        ),
        (
            "picture-ruined",
            "A third of the code is wrong: more than error correction mends.",
            png(&ruined),
        ),
        (
            "picture-finders-alone",
            "Three corners of a code, and nothing sound between.",
            png(&finders),
        ),
        (
            "picture-mirrored-and-ruined",
            "The same, mirrored.",
            png(&mirrored(&ruined)),
        ),
    ];
    for (name, why, bytes) in rows {
        shelf.file(name, why, ("png", bytes), not_found("nothing", None));
    }
}
