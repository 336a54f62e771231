//! Places of a document from which facts are read; every fault names its place.

use super::CredentialError;
use crate::{
    decode::{Decode, DecodeError, DecodeReason, invalid, text},
    json::Value,
};

/// A place of a document.
pub(super) struct Place<'v, 'a> {
    value: &'v Value<'a>,
    base: &'static str,
    /// Steps on from `base`, where the way depends on the document.
    rest: String,
}

impl<'v, 'a> Place<'v, 'a> {
    /// The place that a pointer of plain names and indices leads to.
    pub(super) fn at(document: &'v Value<'a>, pointer: &'static str) -> Result<Self, CredentialError> {
        let (mut value, mut walked) = (document, 0);
        for step in pointer.split('/').skip(1) {
            value = child(value, step)
                .ok_or_else(|| missing(step).under(pointer.get(..walked).unwrap_or_default()))?;
            walked += 1 + step.len();
        }
        Ok(Self {
            value,
            base: pointer,
            rest: String::new(),
        })
    }

    /// A member that holds facts of its own.
    pub(super) fn inner(&self, name: &'static str) -> Result<Self, CredentialError> {
        Ok(Self {
            value: self.child(name)?,
            base: self.base,
            rest: format!("{}/{name}", self.rest),
        })
    }

    /// Where this is.
    pub(super) fn pointer(&self) -> String {
        format!("{}{}", self.base, self.rest)
    }

    /// How many elements the array has.
    pub(super) fn len(&self) -> Result<u64, CredentialError> {
        Ok(self.array()?.len() as u64)
    }

    /// What each element of the array gives.
    pub(super) fn elements<T>(
        &self,
        read: impl Fn(&Self) -> Result<T, CredentialError>,
    ) -> Result<Vec<T>, CredentialError> {
        let elements = self.array()?.iter().enumerate();
        elements
            .map(|(place, value)| {
                read(&Self {
                    value,
                    base: self.base,
                    rest: format!("{}/{place}", self.rest),
                })
            })
            .collect()
    }

    /// Whether there is such a member.
    pub(super) fn has(&self, name: &'static str) -> bool {
        child(self.value, name).is_some()
    }

    /// A fact.
    pub(super) fn fact<T: Decode>(&self, name: &'static str) -> Result<T, CredentialError> {
        T::decode(self.child(name)?).map_err(|error| self.fault(error.within(name)))
    }

    /// A fact that may be left out.
    pub(super) fn optional<T: Decode>(&self, name: &'static str) -> Result<Option<T>, CredentialError> {
        self.has(name).then(|| self.fact(name)).transpose()
    }

    /// A text.
    pub(super) fn text(&self, name: &'static str) -> Result<&'v str, CredentialError> {
        text(self.child(name)?, "a string").map_err(|error| self.fault(error.within(name)))
    }

    /// A fact read from a text in another way than its own.
    pub(super) fn parsed<T, E: std::fmt::Display>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, CredentialError> {
        parse(self.text(name)?).map_err(|error| self.fault(invalid(&error).within(name)))
    }

    fn child(&self, name: &'static str) -> Result<&'v Value<'a>, CredentialError> {
        child(self.value, name).ok_or_else(|| self.fault(missing(name)))
    }

    fn array(&self) -> Result<&'v [Value<'a>], CredentialError> {
        self.value
            .as_array()
            .ok_or_else(|| self.fault(invalid(&"not an array")))
    }

    #[cold]
    fn fault(&self, error: DecodeError) -> CredentialError {
        error.under(&self.pointer()).into()
    }
}

fn child<'v, 'a>(value: &'v Value<'a>, step: &str) -> Option<&'v Value<'a>> {
    match value {
        Value::Object(object) => object.get(step),
        Value::Array(elements) => elements.get(step.parse::<usize>().ok()?),
        _ => None,
    }
}

#[cold]
fn missing(name: &'static str) -> DecodeError {
    DecodeError::new(DecodeReason::MissingMember { name })
}
