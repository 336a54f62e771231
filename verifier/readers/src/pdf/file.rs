//! A PDF file's objects, looked up by number.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::error::PdfError;
use super::filters::{Unpacked, unpack};
use super::lexer::Lexer;
use super::object::{Dictionary, Object, Stream};
use super::xref::{self, Place, Table};
use crate::budget::{MAX_PDF_BYTES, MAX_PDF_INFLATED};

/// How far into a file its heading may stand: some senders put lines before it.
const HEADING_WITHIN: usize = 1024;
/// References that lead to references.
const STEPS: usize = 8;

/// A file, opened.
pub(super) struct File {
    bytes: Vec<u8>,
    table: Table,
    inflated: Cell<usize>,
    /// Object streams unpacked, with each object's number and place.
    packed: RefCell<BTreeMap<u32, Rc<PackedObjects>>>,
}

struct PackedObjects {
    content: Vec<u8>,
    places: BTreeMap<u32, usize>,
}

impl File {
    /// Reads the cross-references; where those lead to no catalog, the objects are looked for one by one.
    pub(super) fn open(bytes: Vec<u8>) -> Result<Self, PdfError> {
        if bytes.len() > MAX_PDF_BYTES {
            return Err(PdfError::TooLarge);
        }
        let heading = bytes.get(..bytes.len().min(HEADING_WITHIN)).unwrap_or_default();
        if !heading.windows(5).any(|window| window == b"%PDF-") {
            return Err(PdfError::NotPdf);
        }
        let mut inflated = 0;
        let told = xref::read(&bytes, &mut inflated);
        if let Err(error @ PdfError::TooMuch(_)) = told {
            return Err(error);
        }
        let mut file = Self {
            bytes,
            table: told.unwrap_or_default(),
            inflated: Cell::new(inflated),
            packed: RefCell::default(),
        };
        let encrypted = |file: &Self| file.table.trailer.contains_key(b"Encrypt".as_slice());
        if !encrypted(&file) && file.catalog().is_none() {
            file.table = xref::rebuilt(&file.bytes)?;
            file.packed.take();
        }
        if encrypted(&file) {
            return Err(PdfError::Encrypted);
        }
        file.catalog()
            .is_some()
            .then_some(file)
            .ok_or(PdfError::Damaged("no catalog"))
    }

    /// The root of everything.
    pub(super) fn catalog(&self) -> Option<Dictionary> {
        let root = self.get(&self.table.trailer, b"Root").ok()?;
        root.dictionary()
            .filter(|catalog| catalog.contains_key(b"Pages".as_slice()))
            .cloned()
    }

    /// A member of a dictionary, looked up; [`Object::Null`] where there is none.
    pub(super) fn get(&self, dictionary: &Dictionary, name: &[u8]) -> Result<Object, PdfError> {
        self.resolve(dictionary.get(name).unwrap_or(&Object::Null))
    }

    /// What an object refers to.
    pub(super) fn resolve(&self, object: &Object) -> Result<Object, PdfError> {
        let mut object = object.clone();
        for _ in 0..STEPS {
            let Object::Reference(number) = object else {
                return Ok(object);
            };
            object = self.object(number)?;
        }
        Err(PdfError::Damaged("references in a circle"))
    }

    fn object(&self, number: u32) -> Result<Object, PdfError> {
        let found = match self.table.places.get(&number) {
            None | Some(Place::Free) => return Ok(Object::Null),
            Some(Place::At(at)) => Lexer::new(&self.bytes, *at)
                .indirect()
                .filter(|(found, _)| *found == number)
                .map(|(_, object)| object),
            Some(Place::In(stream)) => {
                let packed = self.packed(*stream)?;
                let place = packed.places.get(&number);
                place.and_then(|place| Lexer::new(&packed.content, *place).object(0))
            }
        };
        found.ok_or(PdfError::Damaged("object"))
    }

    fn packed(&self, number: u32) -> Result<Rc<PackedObjects>, PdfError> {
        if let Some(known) = self.packed.borrow().get(&number) {
            return Ok(Rc::clone(known));
        }
        let damaged = PdfError::Damaged("object stream");
        // An object stream stands in the file itself, never in another (§7.5.7).
        let Some(Place::At(at)) = self.table.places.get(&number) else {
            return Err(damaged);
        };
        let object = Lexer::new(&self.bytes, *at).indirect();
        let Some((_, Object::Stream(stream))) = object else {
            return Err(damaged);
        };
        let Unpacked::Bytes(content) = self.stream(&stream)? else {
            return Err(damaged);
        };
        let count = |name: &[u8]| stream.dictionary.get(name).and_then(Object::count).ok_or(damaged);
        let (objects, first) = (count(b"N")?, count(b"First")?);
        let mut lexer = Lexer::new(&content, 0);
        let mut places = BTreeMap::new();
        for _ in 0..objects {
            let (Some(number), Some(offset)) = (lexer.whole(), lexer.whole()) else {
                return Err(damaged);
            };
            places.insert(
                u32::try_from(number).map_err(|_| damaged)?,
                first.saturating_add(offset),
            );
        }
        let packed = Rc::new(PackedObjects { content, places });
        self.packed.borrow_mut().insert(number, Rc::clone(&packed));
        Ok(packed)
    }

    /// A stream unpacked.
    pub(super) fn stream(&self, stream: &Stream) -> Result<Unpacked, PdfError> {
        let mut inflated = self.inflated.get();
        let unpacked = stream_bytes(&self.bytes, stream, Some(self), &mut inflated);
        self.inflated.set(inflated);
        unpacked
    }

    /// A stream's bytes, where nothing but known filters stands before them.
    pub(super) fn content(&self, stream: &Stream) -> Result<Option<Vec<u8>>, PdfError> {
        Ok(match self.stream(stream)? {
            Unpacked::Bytes(bytes) => Some(bytes),
            Unpacked::Jpeg(_) | Unpacked::Unknown => None,
        })
    }
}

/// A stream unpacked, its bytes counted; `file` looks up what its dictionary refers to, and a section of
/// cross-references refers to nothing.
pub(super) fn stream_bytes(
    bytes: &[u8],
    stream: &Stream,
    file: Option<&File>,
    inflated: &mut usize,
) -> Result<Unpacked, PdfError> {
    let look = |object: Option<&Object>| match (object, file) {
        (Some(object), Some(file)) => file.resolve(object),
        (object, _) => Ok(object.cloned().unwrap_or(Object::Null)),
    };
    let told = look(stream.dictionary.get(b"Length".as_slice()))?.count();
    let rest = bytes.get(stream.start..).unwrap_or_default();
    let raw = told.and_then(|length| ended(rest, length)).or_else(|| {
        let end = rest.windows(9).position(|window| window == b"endstream")?;
        rest.get(..end)
    });
    let raw = raw.ok_or(PdfError::Damaged("stream"))?;
    let list = |object: Object| match object {
        Object::Array(items) => items,
        Object::Null => Vec::new(),
        other => vec![other],
    };
    let names = list(look(stream.dictionary.get(b"Filter".as_slice()))?);
    let parameters = list(look(stream.dictionary.get(b"DecodeParms".as_slice()))?);
    let mut filters = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        let name = look(Some(name))?
            .name()
            .map(<[u8]>::to_vec)
            .ok_or(PdfError::Damaged("filter"))?;
        let own = look(parameters.get(at))?;
        filters.push((name, own.dictionary().cloned().unwrap_or_default()));
    }
    let limit = MAX_PDF_INFLATED.saturating_sub(*inflated);
    let unpacked = unpack(raw.to_vec(), &filters, limit)?;
    if let Unpacked::Bytes(bytes) | Unpacked::Jpeg(bytes) = &unpacked {
        *inflated = inflated.saturating_add(bytes.len());
    }
    if *inflated > MAX_PDF_INFLATED {
        return Err(PdfError::TooMuch("inflated bytes"));
    }
    Ok(unpacked)
}

/// The bytes of the length told, if the stream ends there.
fn ended(rest: &[u8], length: usize) -> Option<&[u8]> {
    let raw = rest.get(..length)?;
    Lexer::new(rest, length).take(b"endstream").then_some(raw)
}
