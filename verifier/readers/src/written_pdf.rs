//! PDF files written by hand, for tests: in the old form and in the packed one, added to, and with a symbol drawn in each
//! way that occurs.

use std::collections::BTreeMap;
use std::fmt::Write;

use miniz_oxide::deflate::compress_to_vec_zlib;

use crate::distortions::Symbol;

/// How a symbol stands on its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// As an image of its modules, one bit each, under a predictor.
    Image,
    /// As an image in the contents themselves.
    Inline,
    /// As squares, in a form that is turned round.
    Squares,
}

/// Objects by number: 1 is the catalog.
#[derive(Clone, Debug, Default)]
pub struct WrittenPdf {
    objects: BTreeMap<u32, Vec<u8>>,
}

const HEADING: &[u8] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n";

impl WrittenPdf {
    /// An object as text.
    pub fn object(&mut self, number: u32, text: &str) {
        self.objects.insert(number, text.as_bytes().to_vec());
    }

    /// A stream under Flate; `more` stands in its dictionary.
    pub fn stream(&mut self, number: u32, more: &str, bytes: &[u8]) {
        let packed = compress_to_vec_zlib(bytes, 6);
        self.raw_stream(number, &format!("/Filter /FlateDecode {more}"), &packed);
    }

    /// A stream as it is.
    pub fn raw_stream(&mut self, number: u32, more: &str, bytes: &[u8]) {
        let mut object = format!("<< /Length {} {more} >>\nstream\r\n", bytes.len()).into_bytes();
        object.extend_from_slice(bytes);
        object.extend_from_slice(b"\nendstream");
        self.objects.insert(number, object);
    }

    /// A paper of one page, perhaps with a credential attached and a symbol drawn.
    #[must_use]
    pub fn paper(credential: Option<&[u8]>, symbol: Option<(&Symbol, Drawn)>) -> Self {
        let mut pdf = Self::default();
        let attached = "/AF [6 0 R] /Names << /EmbeddedFiles << /Names [(credential.json) 6 0 R] >> >>";
        let attached = if credential.is_some() { attached } else { "" };
        pdf.object(1, &format!("<< /Type /Catalog /Pages 2 0 R {attached} >>"));
        pdf.object(
            2,
            "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>",
        );
        pdf.object(
            3,
            "<< /Type /Page /Parent 2 0 R /Contents [4 0 R] /Resources << /XObject << /S 5 0 R >> >> >>",
        );
        if let Some(credential) = credential {
            pdf.object(
                6,
                "<< /Type /Filespec /F (credential.json) /AFRelationship /Data /EF << /F 7 0 R >> >>",
            );
            pdf.stream(7, "/Type /EmbeddedFile /Subtype /application#2Fvc", credential);
        }
        let mut contents = b"q 0.9 g 0 0 595 842 re f Q BT (text) Tj ET\n".to_vec();
        match symbol {
            Some((symbol, Drawn::Image)) => {
                contents.extend(b"q 110 0 0 110 400 100 cm /S Do Q");
                pdf.stream(5, &image_dictionary(symbol, "/Predictor 15"), &rows(symbol, true));
            }
            Some((symbol, Drawn::Inline)) => {
                let side = symbol.size + 8;
                let heading =
                    format!("q 110 0 0 110 400 100 cm BI /W {side} /H {side} /BPC 1 /CS /G /F /AHx ID ");
                contents.extend(heading.as_bytes());
                contents.extend(
                    rows(symbol, false)
                        .iter()
                        .flat_map(|byte| format!("{byte:02x}").into_bytes()),
                );
                contents.extend(b"> EI Q");
            }
            Some((symbol, Drawn::Squares)) => {
                contents.extend(b"q 0 1 -1 0 520 100 cm /S Do Q");
                pdf.stream(
                    5,
                    "/Type /XObject /Subtype /Form /BBox [0 0 110 110] /Matrix [1.4 0 0 1.4 0 0]",
                    squares(symbol).as_bytes(),
                );
            }
            None => {}
        }
        pdf.stream(4, "", &contents);
        pdf
    }

    /// With a table of cross-references, as PDF 1.4 has it.
    #[must_use]
    pub fn classic(&self) -> Vec<u8> {
        self.added_to(HEADING.to_vec(), None)
    }

    /// These objects added to a file, as programs do that sign or change one: in place of those of the same number.
    #[must_use]
    pub fn update(&self, file: Vec<u8>) -> Vec<u8> {
        let text = String::from_utf8_lossy(&file);
        let previous = text
            .rsplit_once("startxref")
            .and_then(|(_, rest)| rest.split_whitespace().next()?.parse().ok());
        self.added_to(file, previous)
    }

    fn added_to(&self, mut file: Vec<u8>, previous: Option<usize>) -> Vec<u8> {
        let mut table = "xref\n0 1\n0000000000 65535 f \n".to_owned();
        for (number, object) in &self.objects {
            let _ = write!(table, "{number} 1\n{:010} 00000 n \n", file.len());
            append(&mut file, *number, object);
        }
        let start = file.len();
        let previous = previous.map(|at| format!("/Prev {at}")).unwrap_or_default();
        let _ = write!(
            table,
            "trailer\n<< /Root 1 0 R /Size 100 {previous} >>\nstartxref\n{start}\n%%EOF\n"
        );
        file.extend(table.into_bytes());
        file
    }

    /// With its objects in an object stream and the cross-references in another, as PDF 1.5 has it.
    #[must_use]
    pub fn packed(&self) -> Vec<u8> {
        let mut file = HEADING.to_vec();
        let mut places: BTreeMap<u32, (u8, u32)> = BTreeMap::new();
        let at = |file: &Vec<u8>| u32::try_from(file.len()).unwrap_or(u32::MAX);
        let (mut index, mut content, mut count) = (String::new(), Vec::new(), 0_u32);
        for (number, object) in &self.objects {
            if object.ends_with(b"endstream") {
                places.insert(*number, (1, at(&file)));
                append(&mut file, *number, object);
            } else {
                places.insert(*number, (2, 90));
                let _ = write!(index, "{number} {} ", content.len());
                content.extend_from_slice(object);
                content.push(b'\n');
                count += 1;
            }
        }
        let mut both = index.clone().into_bytes();
        both.extend(content);
        let mut last = Self::default();
        last.stream(
            90,
            &format!("/Type /ObjStm /N {count} /First {}", index.len()),
            &both,
        );
        places.insert(90, (1, at(&file)));
        if let Some(object) = last.objects.get(&90) {
            append(&mut file, 90, object);
        }
        let start = at(&file);
        let mut table = Vec::new();
        let mut ranges = String::new();
        for (number, (kind, place)) in &places {
            let _ = write!(ranges, "{number} 1 ");
            table.push(*kind);
            table.extend(place.to_be_bytes());
            table.push(0);
        }
        last.stream(
            91,
            &format!("/Type /XRef /W [1 4 1] /Index [{ranges}] /Size 100 /Root 1 0 R"),
            &table,
        );
        if let Some(object) = last.objects.get(&91) {
            append(&mut file, 91, object);
        }
        file.extend(format!("startxref\n{start}\n%%EOF\n").into_bytes());
        file
    }
}

fn append(file: &mut Vec<u8>, number: u32, object: &[u8]) {
    file.extend(format!("{number} 0 obj\n").into_bytes());
    file.extend_from_slice(object);
    file.extend(b"\nendobj\n");
}

fn image_dictionary(symbol: &Symbol, parameters: &str) -> String {
    let side = symbol.size + 8;
    format!(
        "/Type /XObject /Subtype /Image /Width {side} /Height {side} /BitsPerComponent 1 \
         /ColorSpace [/Indexed /DeviceRGB 1 <000000ffffff>] /DecodeParms << {parameters} /BitsPerComponent 1 /Columns {side} >>"
    )
}

/// A bit a module, white 1, quiet zone included; with PNG's filter "up" where `predicted`.
fn rows(symbol: &Symbol, predicted: bool) -> Vec<u8> {
    let side = symbol.size + 8;
    let mut out = Vec::new();
    let mut above = vec![0_u8; side.div_ceil(8)];
    for y in 0..side {
        let mut row = vec![0_u8; side.div_ceil(8)];
        for x in 0..side {
            let dark = x >= 4 && y >= 4 && symbol.is_dark(x - 4, y - 4);
            if let (false, Some(byte)) = (dark, row.get_mut(x / 8)) {
                *byte |= 0x80 >> (x % 8);
            }
        }
        if predicted {
            out.push(2);
            out.extend(
                row.iter()
                    .zip(&above)
                    .map(|(byte, above)| byte.wrapping_sub(*above)),
            );
        } else {
            out.extend(&row);
        }
        above = row;
    }
    out
}

/// A square a module, on white.
fn squares(symbol: &Symbol) -> String {
    let side = 110.0 / f64::from(u32::try_from(symbol.size + 8).unwrap_or(u32::MAX));
    let mut contents = "1 1 1 rg 0 0 110 110 re f 0 0 0 rg\n".to_owned();
    for y in 0..symbol.size {
        for x in 0..symbol.size {
            if symbol.is_dark(x, y) {
                let place = |at: usize| f64::from(u32::try_from(at + 4).unwrap_or(0)) * side;
                let _ = writeln!(
                    contents,
                    "{:.4} {:.4} {side:.4} {side:.4} re",
                    place(x),
                    110.0 - place(y) - side
                );
            }
        }
    }
    contents.push('f');
    contents
}
