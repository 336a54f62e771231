//! What is wrong with an application, an event or a document about to be signed.

use std::fmt;

use serde::Serialize;

/// A fault, with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// RFC 6901 pointer into the application; empty for the whole.
    pub pointer: String,
    /// Code of the rule broken: stable, for programs.
    pub code: &'static str,
    /// Where the rule comes from.
    pub clause: &'static str,
    /// What was found and what was wanted.
    pub message: String,
}

impl Finding {
    /// A fault of a rule at a place.
    #[must_use]
    pub fn new(rule: &Clause, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code: rule.code,
            clause: rule.source,
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() {
            "/"
        } else {
            &self.pointer
        };
        write!(f, "{place}: {} [{}; {}]", self.message, self.code, self.clause)
    }
}

/// A rule's code and source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Its code.
    pub code: &'static str,
    /// The clause it comes from.
    pub source: &'static str,
}

impl Clause {
    /// A rule of that code, from that source.
    #[must_use]
    pub const fn new(code: &'static str, source: &'static str) -> Self {
        Self { code, source }
    }
}
