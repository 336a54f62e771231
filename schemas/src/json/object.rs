//! Objects: members sorted as RFC 8785 §3.2.3 wants them, so that writing needs no sorting.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::value::Value;

/// Objects of at most as many members are searched from the front.
const USUAL_MEMBERS: usize = 32;

/// A JSON object whose members are unique and sorted by the UTF-16 code units of their names.
#[derive(Debug, Clone, Default)]
pub struct Object<'a> {
    members: Vec<(Cow<'a, str>, Value<'a>)>,
    /// The object's own spelling in the document, when that is the canonical one and nothing has changed
    /// since: the writer then copies it whole. Issued documents are canonical, so this is the usual case.
    canonical_source: Option<&'a str>,
}

impl PartialEq for Object<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.members == other.members
    }
}

impl<'a> Object<'a> {
    /// An object without members.
    pub const fn new() -> Self {
        Self {
            members: Vec::new(),
            canonical_source: None,
        }
    }

    /// Takes members that are unique and in order already, and their canonical spelling if the document
    /// has it.
    pub(super) const fn from_sorted(
        members: Vec<(Cow<'a, str>, Value<'a>)>,
        canonical_source: Option<&'a str>,
    ) -> Self {
        Self {
            members,
            canonical_source,
        }
    }

    /// The canonical spelling when the document has it.
    pub(crate) const fn canonical_source(&self) -> Option<&'a str> {
        self.canonical_source
    }

    /// The member's value.
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        // In objects of usual size, comparing for equality alone beats halving.
        if self.members.len() <= USUAL_MEMBERS {
            let found = self.members.iter().find(|(member, _)| member == name);
            return found.map(|(_, value)| value);
        }
        let place = self.place(name).ok()?;
        self.members.get(place).map(|(_, value)| value)
    }

    /// The member's value, to change in place.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value<'a>> {
        let place = self.place(name).ok()?;
        self.canonical_source = None;
        self.members.get_mut(place).map(|(_, value)| value)
    }

    /// The member at a place of the order of RFC 8785 §3.2.3.
    pub fn at(&self, place: usize) -> Option<(&str, &Value<'a>)> {
        let (name, value) = self.members.get(place)?;
        Some((name, value))
    }

    /// Members in the order of RFC 8785 §3.2.3.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value<'a>)> {
        self.members.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// How many members there are.
    pub const fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are no members.
    pub const fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Value<'a>> {
        let place = self.place(name).ok()?;
        self.canonical_source = None;
        Some(self.members.remove(place).1)
    }

    /// Puts a member at its place; gives back the value it replaces.
    pub fn insert(&mut self, name: impl Into<Cow<'a, str>>, value: Value<'a>) -> Option<Value<'a>> {
        let name = name.into();
        self.canonical_source = None;
        match self.place(&name) {
            Err(place) => {
                self.members.insert(place, (name, value));
                None
            }
            Ok(place) => self
                .members
                .get_mut(place)
                .map(|(_, old)| core::mem::replace(old, value)),
        }
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.members
            .binary_search_by(|(member, _)| utf16_order(member, name))
    }
}

/// Orders two names by their UTF-16 code units (RFC 8785 §3.2.3).
///
/// UTF-8 sorts like code points, and code points like UTF-16 code units but for one case: surrogates
/// (U+D800–U+DFFF), which spell U+10000 and above, sort before U+E000–U+FFFF. Two texts that differ so differ
/// first in a lead byte, 0xF0–0xF4 against 0xEE–0xEF.
pub fn utf16_order(left: &str, right: &str) -> Ordering {
    let differing = left
        .bytes()
        .zip(right.bytes())
        .find(|(left, right)| left != right);
    match differing {
        None => left.len().cmp(&right.len()),
        Some((left, right)) => utf16_rank(left).cmp(&utf16_rank(right)),
    }
}

/// Where a UTF-8 byte sorts among others at its place: the leads of U+E000–U+FFFF behind all others.
const fn utf16_rank(byte: u8) -> u8 {
    match byte {
        0xEE | 0xEF => byte | 0xF8,
        _ => byte,
    }
}
