//! The pages of a file (ISO 32000-2 §7.7.3).

use std::collections::BTreeSet;

use super::error::PdfError;
use super::file::File;
use super::object::{Dictionary, Object};
use crate::budget::{MAX_PDF_DEPTH, MAX_PDF_PAGES};

/// What a page is drawn from.
#[derive(Debug)]
pub(super) struct Page {
    /// Left, bottom, right, top, in 1/72 inch.
    pub(super) sheet: [f64; 4],
    pub(super) resources: Dictionary,
    pub(super) contents: Vec<u8>,
}

/// The pages' dictionaries in order, at most [`MAX_PDF_PAGES`], with what they inherit.
pub(super) fn list(file: &File) -> Result<Vec<Dictionary>, PdfError> {
    let catalog = file.catalog().unwrap_or_default();
    let root = catalog.get(b"Pages".as_slice()).cloned().unwrap_or(Object::Null);
    let mut found = Vec::new();
    // A page that stands in the tree twice is a circle, or a bomb.
    let mut seen = BTreeSet::new();
    let mut open = vec![(root, Dictionary::new(), 0)];
    while let Some((node, inherited, depth)) = open.pop() {
        if found.len() >= MAX_PDF_PAGES {
            break;
        }
        if depth > MAX_PDF_DEPTH || node.reference().is_none_or(|number| !seen.insert(number)) {
            continue;
        }
        let node = file.resolve(&node)?;
        let Some(own) = node.dictionary() else { continue };
        let mut all = inherited;
        for name in [b"Resources".as_slice(), b"MediaBox", b"CropBox", b"Contents"] {
            if let Some(value) = own.get(name) {
                all.insert(name.to_vec(), value.clone());
            }
        }
        match file.get(own, b"Kids")? {
            Object::Array(kids) => {
                let kids = kids.into_iter().take(MAX_PDF_PAGES).rev();
                open.extend(kids.map(|kid| (kid, all.clone(), depth + 1)));
            }
            _ => found.push(all),
        }
    }
    Ok(found)
}

/// A page with its contents put together.
pub(super) fn open(file: &File, page: &Dictionary) -> Result<Option<Page>, PdfError> {
    let resources = file
        .get(page, b"Resources")?
        .dictionary()
        .cloned()
        .unwrap_or_default();
    let sheet = file.get(page, b"MediaBox")?;
    let Some(sheet) = rectangle(file, &sheet)? else {
        return Ok(None);
    };
    let parts = match file.get(page, b"Contents")? {
        Object::Array(parts) => parts,
        one => vec![one],
    };
    let mut contents = Vec::new();
    for part in &parts {
        if let Object::Stream(stream) = file.resolve(part)?
            && let Some(bytes) = file.content(&stream)?
        {
            contents.extend(bytes);
            contents.push(b'\n');
        }
    }
    Ok(Some(Page {
        sheet,
        resources,
        contents,
    }))
}

/// Four numbers, ordered (§7.9.5).
fn rectangle(file: &File, object: &Object) -> Result<Option<[f64; 4]>, PdfError> {
    let mut numbers = Vec::with_capacity(4);
    for item in object.array().unwrap_or_default().iter().take(4) {
        numbers.extend(file.resolve(item)?.number());
    }
    let &[x0, y0, x1, y1] = numbers.as_slice() else {
        return Ok(None);
    };
    let sheet = [x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)];
    let [left, bottom, right, top] = sheet;
    Ok((right - left > 1.0 && top - bottom > 1.0).then_some(sheet))
}
