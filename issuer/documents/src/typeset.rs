//! From a template and data to a page.

use std::collections::HashMap;
use std::fmt;

use touchstone_schemas::date_time::Date;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Binding, Bytes, Datetime, Smart, Value};
use typst::syntax::{FileId, Source};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::Paper;
use crate::fonts::Fonts;
use crate::templates::Templates;
use crate::world::{File, Sheet, file_id};

/// Rounds of setting for which results are kept: those of the templates recur in each, those of the data in none.
const KEPT_ROUNDS: usize = 3;
/// What a template may not call: text of the data is never code, and no program runs inside a template.
const WITHHELD: [&str; 2] = ["eval", "plugin"];

/// Fonts and templates, ready to set papers one after another or side by side.
#[derive(Debug)]
pub struct Typesetter {
    library: LazyHash<Library>,
    fonts: Fonts,
    templates: HashMap<FileId, File>,
    known: Templates,
}

/// What a paper is set from.
pub(crate) struct Manuscript {
    /// The first file: compiled in, and the same for every paper of its kind and edition.
    pub(crate) main: String,
    /// Files beside the templates, by path.
    pub(crate) files: Vec<(&'static str, Vec<u8>)>,
    /// The day of the paper.
    pub(crate) day: Date,
    /// What the paper is called in the world, for its PDF identifier.
    pub(crate) ident: String,
}

/// A fault found by the typesetter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The template, and its line from 1; none where the fault is the paper's as a whole.
    pub place: Option<(String, usize)>,
    /// What is wrong.
    pub message: String,
}

/// Why a paper cannot be set.
#[derive(Debug, thiserror::Error)]
pub enum TypesetError {
    /// There is no such template.
    #[error("there is no template {path}")]
    NoTemplate {
        /// Its path.
        path: String,
    },
    /// A text has characters that no font has.
    #[error("no font has {}", list(characters))]
    NoGlyph {
        /// The characters.
        characters: Vec<char>,
    },
    /// The template does not work with this data.
    #[error("the template does not set: {}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Template {
        /// What is wrong, where.
        faults: Vec<Fault>,
    },
    /// The data cannot be written for the template.
    #[error("the data cannot be written: {0}")]
    Data(#[from] serde_json::Error),
}

fn list(characters: &[char]) -> String {
    let named = characters
        .iter()
        .map(|c| format!("'{c}' U+{:04X}", u32::from(*c)));
    named.collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some((file, line)) => write!(f, "{file}:{line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl Typesetter {
    /// Reads the templates.
    #[must_use]
    pub fn new(fonts: Fonts, templates: Templates) -> Self {
        let mut library = Library::default();
        for name in WITHHELD {
            let withheld = Binding::detached(Value::None);
            library.global.scope_mut().bind(name.into(), withheld);
        }
        // The module `std` names the same functions.
        library.std = Binding::detached(library.global.clone());
        let mut files = HashMap::new();
        for (path, bytes) in templates.files() {
            let Some(id) = file_id(path) else { continue };
            let file = match (path.ends_with(".typ"), str::from_utf8(bytes)) {
                (true, Ok(text)) => File::Source(Source::new(id, text.to_owned())),
                _ => File::Bytes(Bytes::new(bytes.to_owned())),
            };
            files.insert(id, file);
        }
        Self {
            library: LazyHash::new(library),
            fonts,
            templates: files,
            known: templates,
        }
    }

    /// The fonts.
    #[must_use]
    pub const fn fonts(&self) -> &Fonts {
        &self.fonts
    }

    /// That there is a template.
    pub(crate) fn require(&self, path: &str) -> Result<(), TypesetError> {
        if self.known.has(path) {
            Ok(())
        } else {
            let path = path.to_owned();
            Err(TypesetError::NoTemplate { path })
        }
    }

    /// Sets a paper as PDF/A-3 (ISO 19005-3), conformance level A.
    pub(crate) fn pdf(&self, manuscript: Manuscript) -> Result<Paper, TypesetError> {
        let ident = manuscript.ident.clone();
        let timestamp = datetime(manuscript.day).map(Timestamp::new_utc);
        let setting = self.set(manuscript, |sheet, document| {
            let options = PdfOptions {
                ident: Smart::Custom(ident),
                creator: Smart::Custom(Some("Touchstone".to_owned())),
                timestamp,
                standards: PdfStandards::new(&[PdfStandard::A_3a]).map_err(|error| {
                    vec![Fault {
                        place: None,
                        message: error.message().to_string(),
                    }]
                })?,
                ..PdfOptions::default()
            };
            let pdf = typst_pdf::pdf(document, &options).map_err(|errors| faults(sheet, &errors))?;
            let pages = document.pages().len();
            Ok(Paper { pdf, pages })
        });
        typst::comemo::evict(KEPT_ROUNDS);
        setting
    }

    /// Sets a paper, and makes of its pages what is wanted.
    pub(crate) fn set<T>(
        &self,
        manuscript: Manuscript,
        finish: impl FnOnce(&Sheet<'_>, &PagedDocument) -> Result<T, Vec<Fault>>,
    ) -> Result<T, TypesetError> {
        let path = "main.typ";
        let Some(main) = file_id(path) else {
            let path = path.to_owned();
            return Err(TypesetError::NoTemplate { path });
        };
        let files = manuscript.files.into_iter();
        let sheet = Sheet {
            library: &self.library,
            fonts: &self.fonts,
            templates: &self.templates,
            files: files
                .filter_map(|(path, bytes)| Some((file_id(path)?, Bytes::new(bytes))))
                .collect(),
            main: Source::new(main, manuscript.main),
            today: datetime(manuscript.day),
        };
        let failed = |faults| TypesetError::Template { faults };
        let document: PagedDocument = typst::compile(&sheet)
            .output
            .map_err(|errors| failed(faults(&sheet, &errors)))?;
        finish(&sheet, &document).map_err(failed)
    }
}

fn datetime(day: Date) -> Option<Datetime> {
    let (year, month, day) = day.civil();
    Datetime::from_ymd(
        year.try_into().ok()?,
        month.try_into().ok()?,
        day.try_into().ok()?,
    )
}

/// The faults with their places. A paper has some tens of places, so that lines are counted, not kept.
fn faults(sheet: &Sheet<'_>, errors: &[SourceDiagnostic]) -> Vec<Fault> {
    let place = |error: &SourceDiagnostic| {
        use typst::{World, WorldExt};
        let id = error.span.id()?;
        let range = sheet.range(error.span)?;
        let source = sheet.source(id).ok()?;
        let line = source.text().get(..range.start)?.matches('\n').count() + 1;
        Some((id.vpath().get_without_slash().to_owned(), line))
    };
    errors
        .iter()
        .map(|error| Fault {
            place: place(error),
            message: error.message.to_string(),
        })
        .collect()
}
