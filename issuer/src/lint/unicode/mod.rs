//! Unicode safety: what is signed is what people read.

pub(super) mod bidi;
pub(super) mod combining;
pub(super) mod compatibility;
pub(super) mod confusable;
pub(super) mod controls;
pub(super) mod digits;
pub(super) mod identifiers;
pub(super) mod invisible;
pub(super) mod mixed_script;
pub(super) mod normalization;
pub(super) mod private_use;
pub(super) mod restricted;
pub(super) mod variation;

/// What was found where.
fn at(position: usize, c: char, what: &str) -> String {
    format!("U+{:04X} at character {position} is {what}", u32::from(c))
}

/// Runs of letters, marks and digits.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && !unicode_normalization::char::is_combining_mark(c))
        .filter(|word| !word.is_empty())
}
