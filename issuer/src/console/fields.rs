//! What a form brings: fields by name, and files. Bounded in count and size before anything is made of it.

use std::{collections::BTreeMap, str::FromStr};

use axum::{
    extract::{Form, FromRequest, Multipart, Request},
    http::header,
};
use touchstone_schemas::{
    budget::{MAX_ATTACHMENT_BYTES, MAX_PASSAGE_CHARS},
    text::Text,
};

use super::refused::Refused;

/// Most fields and files of a form: a sub-domain with some fifty requirements, each with its finding and its basis.
const MOST_FIELDS: usize = 128;
/// Most bytes of a field: the longest passage, in UTF-8.
const FIELD_BYTES: usize = MAX_PASSAGE_CHARS * 4;
/// Most bytes of a form: the largest file, and the fields around it.
pub(super) const FORM_BYTES: usize = MAX_ATTACHMENT_BYTES + MOST_FIELDS * FIELD_BYTES;
/// Most bytes of a form without files.
pub(super) const PLAIN_BYTES: usize = MOST_FIELDS * FIELD_BYTES;

/// The fields of a form, or of a query.
#[derive(Debug, Default)]
pub(super) struct Fields {
    values: BTreeMap<String, String>,
    files: BTreeMap<String, Upload>,
}

/// A file that somebody uploads.
#[derive(Debug)]
pub(super) struct Upload {
    /// Its name, as the browser gives it.
    pub(super) name: String,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
}

impl Fields {
    /// Those of a query.
    pub(super) fn of_query(query: Option<&str>) -> Result<Self, Refused> {
        let uri = format!("/?{}", query.unwrap_or_default());
        let uri: axum::http::Uri = uri.parse().map_err(|_| Refused::Form)?;
        let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri);
        let mut fields = Self::default();
        for (name, value) in pairs.map_err(|_| Refused::Form)?.0 {
            fields.put(name, value)?;
        }
        Ok(fields)
    }

    /// Those of a body.
    pub(super) async fn of_body(request: Request) -> Result<Self, Refused> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let mut fields = Self::default();
        if kind.starts_with("multipart/form-data") {
            let mut parts = Multipart::from_request(request, &())
                .await
                .map_err(|_| Refused::Form)?;
            while let Some(part) = parts.next_field().await.map_err(|_| Refused::Form)? {
                let name = part.name().unwrap_or_default().to_owned();
                let file = part.file_name().map(str::to_owned);
                let bytes = part.bytes().await.map_err(|_| Refused::Form)?.to_vec();
                match file {
                    Some(file) => fields.put_file(name, Upload { name: file, bytes })?,
                    None => fields.put(name, String::from_utf8(bytes).map_err(|_| Refused::Form)?)?,
                }
            }
        } else {
            let pairs = Form::<Vec<(String, String)>>::from_request(request, &()).await;
            for (name, value) in pairs.map_err(|_| Refused::Form)?.0 {
                fields.put(name, value)?;
            }
        }
        Ok(fields)
    }

    fn put(&mut self, name: String, value: String) -> Result<(), Refused> {
        // Forms send line ends as CR LF (HTML §4.10.21.7).
        let value = value.replace("\r\n", "\n");
        if value.len() > FIELD_BYTES || self.values.len() >= MOST_FIELDS {
            return Err(Refused::Form);
        }
        // A name twice would let two readers of the form differ.
        match self.values.insert(name, value) {
            None => Ok(()),
            Some(_) => Err(Refused::Form),
        }
    }

    fn put_file(&mut self, name: String, file: Upload) -> Result<(), Refused> {
        // A file field that nobody filled comes as an empty file without a name.
        if file.name.is_empty() && file.bytes.is_empty() {
            return Ok(());
        }
        if self.files.len() >= MOST_FIELDS || self.files.insert(name, file).is_some() {
            return Err(Refused::Form);
        }
        Ok(())
    }

    /// A field; none when it is empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.values.get(name)?.as_str();
        (!value.trim().is_empty()).then_some(value)
    }

    /// Every field, empty ones too.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether somebody uploads a file in a field.
    pub(super) fn has_file(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// A field that must be there.
    pub(super) fn wanted(&self, name: &'static str) -> Result<&str, Refused> {
        self.get(name).ok_or(Refused::Field {
            name,
            why: "wanted".to_owned(),
        })
    }

    /// A field of a form of its own.
    pub(super) fn parsed<T: FromStr>(&self, name: &'static str) -> Result<T, Refused>
    where
        T::Err: ToString,
    {
        self.wanted(name)?
            .trim()
            .parse()
            .map_err(|error: T::Err| Refused::Field {
                name,
                why: error.to_string(),
            })
    }

    /// The same, where it may be left out.
    pub(super) fn optional<T: FromStr>(&self, name: &'static str) -> Result<Option<T>, Refused>
    where
        T::Err: ToString,
    {
        self.get(name).map(|_| self.parsed(name)).transpose()
    }

    /// A line of text.
    pub(super) fn text(&self, name: &'static str) -> Result<Text, Refused> {
        let why = |error: touchstone_schemas::text::TextError| Refused::Field {
            name,
            why: error.to_string(),
        };
        Text::parse(self.wanted(name)?.trim()).map_err(why)
    }

    /// A line of text, where it may be left out.
    pub(super) fn optional_text(&self, name: &'static str) -> Result<Option<Text>, Refused> {
        self.get(name).map(|_| self.text(name)).transpose()
    }

    /// A word of a closed set.
    pub(super) fn word<T>(&self, name: &'static str, of_name: fn(&str) -> Option<T>) -> Result<T, Refused> {
        let found = self.wanted(name)?;
        of_name(found).ok_or_else(|| Refused::Field {
            name,
            why: format!("{found:?} is none of the choices"),
        })
    }

    /// A file that must be there.
    pub(super) fn file(&mut self, name: &'static str) -> Result<Upload, Refused> {
        self.files.remove(name).ok_or(Refused::Field {
            name,
            why: "a file is wanted".to_owned(),
        })
    }
}
