//! What a template sees: the templates, the files of its paper, fonts, and the paper's day. Nothing else.

use std::collections::HashMap;
use std::path::PathBuf;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, World};

use crate::fonts::Fonts;

/// A file of the sheet's tree.
#[derive(Clone, Debug)]
pub(crate) enum File {
    /// A template, parsed.
    Source(Source),
    /// Anything else.
    Bytes(Bytes),
}

/// The id of a path in the tree, `None` for what is no path.
pub(crate) fn file_id(path: &str) -> Option<FileId> {
    let path = VirtualPath::new(path).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// One paper being set.
pub(crate) struct Sheet<'a> {
    pub(crate) library: &'a LazyHash<Library>,
    pub(crate) fonts: &'a Fonts,
    pub(crate) templates: &'a HashMap<FileId, File>,
    pub(crate) files: HashMap<FileId, Bytes>,
    pub(crate) main: Source,
    pub(crate) today: Option<Datetime>,
}

fn absent(id: FileId) -> FileError {
    FileError::NotFound(PathBuf::from(id.vpath().get_with_slash()))
}

impl World for Sheet<'_> {
    fn library(&self) -> &LazyHash<Library> {
        self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() {
            return Ok(self.main.clone());
        }
        match self.templates.get(&id) {
            Some(File::Source(source)) => Ok(source.clone()),
            Some(File::Bytes(_)) => Err(FileError::NotSource),
            None => Err(absent(id)),
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if let Some(bytes) = self.files.get(&id) {
            return Ok(bytes.clone());
        }
        match self.templates.get(&id) {
            Some(File::Bytes(bytes)) => Ok(bytes.clone()),
            Some(File::Source(source)) => Ok(Bytes::from_string(source.text().to_owned())),
            None => Err(absent(id)),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.fonts.get(index).cloned()
    }

    /// The day of the paper: a template cannot tell when it is set.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        self.today
    }
}
