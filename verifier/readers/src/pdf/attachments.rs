//! Files attached to the whole document (ISO 32000-2 §7.11.4, §14.13).

use std::collections::BTreeSet;

use super::error::PdfError;
use super::file::File;
use super::object::{Dictionary, Object, Stream};
use crate::budget::{MAX_PDF_ATTACHMENTS, MAX_PDF_DEPTH};

/// A file attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its media type, as the PDF file tells it; empty where it does not.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The associated files of the document, then those that are embedded by name.
pub(super) fn read(file: &File) -> Result<Vec<Attachment>, PdfError> {
    let catalog = file.catalog().unwrap_or_default();
    let mut specifications = Vec::new();
    if let Object::Array(items) = file.get(&catalog, b"AF")? {
        specifications.extend(items);
    }
    let names = file.get(&catalog, b"Names")?;
    if let Some(names) = names.dictionary() {
        let root = file.get(names, b"EmbeddedFiles")?;
        leaves(file, &root, 0, &mut specifications)?;
    }
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for specification in specifications.iter().take(2 * MAX_PDF_ATTACHMENTS) {
        let specification = file.resolve(specification)?;
        let Some(stream) = specification
            .dictionary()
            .map(|own| embedded(file, own))
            .transpose()?
            .flatten()
        else {
            continue;
        };
        if found.len() < MAX_PDF_ATTACHMENTS
            && seen.insert(stream.start)
            && let Some(bytes) = file.content(&stream)?
        {
            let media_type = stream
                .dictionary
                .get(b"Subtype".as_slice())
                .and_then(Object::name);
            let media_type = String::from_utf8_lossy(media_type.unwrap_or_default()).into_owned();
            found.push(Attachment { media_type, bytes });
        }
    }
    Ok(found)
}

/// The values of a name tree (§7.9.6).
fn leaves(file: &File, node: &Object, depth: usize, found: &mut Vec<Object>) -> Result<(), PdfError> {
    let Some(node) = node.dictionary() else {
        return Ok(());
    };
    if depth > MAX_PDF_DEPTH || found.len() > 2 * MAX_PDF_ATTACHMENTS {
        return Ok(());
    }
    if let Some(pairs) = file.get(node, b"Names")?.array() {
        found.extend(pairs.iter().skip(1).step_by(2).take(MAX_PDF_ATTACHMENTS).cloned());
    }
    for kid in file
        .get(node, b"Kids")?
        .array()
        .unwrap_or_default()
        .iter()
        .take(MAX_PDF_ATTACHMENTS)
    {
        leaves(file, &file.resolve(kid)?, depth + 1, found)?;
    }
    Ok(())
}

/// The stream of a file specification (§7.11.3).
fn embedded(file: &File, specification: &Dictionary) -> Result<Option<Stream>, PdfError> {
    let files = file.get(specification, b"EF")?;
    let Some(files) = files.dictionary() else {
        return Ok(None);
    };
    for name in [b"UF".as_slice(), b"F"] {
        if let Object::Stream(stream) = file.get(files, name)? {
            return Ok(Some(stream));
        }
    }
    Ok(None)
}
