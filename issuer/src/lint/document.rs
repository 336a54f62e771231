//! A document as it is signed, the way the rules look at it.

use touchstone_schemas::{
    budget::MAX_CREDENTIAL_BYTES,
    date_time::Timestamp,
    did::VerificationMethod,
    json::{self, JsonError, Value},
};

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DocumentKind {
    /// A credential.
    Credential,
    /// A lifecycle event.
    Event,
}

/// By whom and when a document is signed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signing<'a> {
    /// The key.
    pub(crate) method: &'a VerificationMethod,
    /// `created` of the proof.
    pub(crate) created: Timestamp,
}

/// A document without its proof: as it is about to be signed, or as it was.
pub(crate) struct Document<'a> {
    pub(crate) kind: DocumentKind,
    pub(crate) bytes: &'a [u8],
    pub(crate) root: Value<'a>,
    pub(crate) signing: Signing<'a>,
}

impl<'a> Document<'a> {
    /// Reads a document.
    ///
    /// # Errors
    /// [`JsonError`] when it is not strict JSON.
    pub(crate) fn read(kind: DocumentKind, bytes: &'a [u8], signing: Signing<'a>) -> Result<Self, JsonError> {
        Ok(Self {
            kind,
            bytes,
            root: json::parse(bytes, MAX_CREDENTIAL_BYTES)?,
            signing,
        })
    }

    /// What stands at a pointer.
    pub(super) fn at(&self, pointer: &str) -> Option<&Value<'a>> {
        self.root.pointer(pointer)
    }

    /// The text at a pointer.
    pub(super) fn text(&self, pointer: &str) -> Option<&str> {
        self.at(pointer)?.as_str()
    }

    /// The whole number at a pointer.
    pub(super) fn integer(&self, pointer: &str) -> Option<i64> {
        match self.at(pointer)? {
            Value::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The elements at a pointer; none when there is no list.
    pub(super) fn list(&self, pointer: &str) -> &[Value<'a>] {
        self.at(pointer).and_then(Value::as_array).unwrap_or_default()
    }

    /// Shows every value but the root, with its pointer. The strict reader bounds the depth.
    pub(super) fn visit(&self, show: &mut impl FnMut(&str, &Value<'a>)) {
        visit(&self.root, &mut String::new(), show);
    }

    /// Shows every text, with its pointer.
    pub(super) fn visit_texts(&self, show: &mut impl FnMut(&str, &str)) {
        self.visit(&mut |pointer, value| {
            if let Value::String(text) = value {
                show(pointer, text);
            }
        });
    }
}

fn visit<'a>(value: &Value<'a>, pointer: &mut String, show: &mut impl FnMut(&str, &Value<'a>)) {
    let length = pointer.len();
    let mut inner = |token: &str, value: &Value<'a>| {
        pointer.push('/');
        pointer.push_str(token);
        show(pointer, value);
        visit(value, pointer, show);
        pointer.truncate(length);
    };
    match value {
        Value::Object(members) => {
            for (name, value) in members.iter() {
                inner(&name.replace('~', "~0").replace('/', "~1"), value);
            }
        }
        Value::Array(elements) => {
            for (place, value) in elements.iter().enumerate() {
                inner(&place.to_string(), value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
