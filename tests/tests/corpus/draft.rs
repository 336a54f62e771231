//! A case before it is written, and the shelf on which a folder's cases are put.

use touchstone_tests::corpus::{Case, Expected, Holder};
use touchstone_verifier::input::Request;
use touchstone_verifier::reason::ReasonCode;
use touchstone_verifier::report::Headline;

use crate::fixture::World;

/// A case with everything in memory.
pub(crate) struct Draft {
    pub(crate) id: String,
    pub(crate) why: String,
    pub(crate) request: Request,
    /// The document's bytes, where they are not those of the request's text.
    pub(crate) bytes: Option<Vec<u8>>,
    /// The ending of the file that holds the document, where that is no text.
    pub(crate) holder: Option<&'static str>,
    pub(crate) expected: Expected,
}

/// The cases of one folder, and the world they are made in.
pub(crate) struct Shelf {
    folder: &'static str,
    pub(crate) world: World,
    pub(crate) drafts: Vec<Draft>,
}

pub(crate) fn expected(headline: Headline, reasons: &[ReasonCode]) -> Expected {
    Expected {
        headline: Some(headline.name().to_owned()),
        reasons: reasons.iter().map(|code| code.code().to_owned()).collect(),
        ..Expected::default()
    }
}

/// A picture or PDF file in which no certificate is found.
pub(crate) fn not_found(found: &str, host: Option<&str>) -> Expected {
    Expected {
        found: Some(found.to_owned()),
        host: host.map(str::to_owned),
        ..Expected::default()
    }
}

impl Shelf {
    pub(crate) fn new(folder: &'static str) -> Self {
        Self {
            folder,
            world: World::new(),
            drafts: Vec::new(),
        }
    }

    /// Puts a request there.
    pub(crate) fn request(
        &mut self,
        name: &str,
        why: &str,
        request: Request,
        headline: Headline,
        reasons: &[ReasonCode],
    ) {
        self.drafts.push(Draft {
            id: format!("{}/{name}", self.folder),
            why: why.to_owned(),
            request,
            bytes: None,
            holder: None,
            expected: expected(headline, reasons),
        });
    }

    /// Puts a document there that is shown with everything else in order.
    pub(crate) fn document(
        &mut self,
        name: &str,
        why: &str,
        document: impl Into<String>,
        headline: Headline,
        reason: ReasonCode,
    ) {
        let request = Request {
            document: document.into(),
            ..self.world.request()
        };
        self.request(name, why, request, headline, &[reason]);
    }

    /// Puts a file there that holds a document, or should.
    pub(crate) fn file(
        &mut self,
        name: &str,
        why: &str,
        (ending, bytes): (&'static str, Vec<u8>),
        expected: Expected,
    ) {
        self.drafts.push(Draft {
            id: format!("{}/{name}", self.folder),
            why: why.to_owned(),
            request: Request {
                document: String::new(),
                ..self.world.request()
            },
            bytes: Some(bytes),
            holder: Some(ending),
            expected,
        });
    }
}

impl Draft {
    /// What tells it from another, and what must be answered.
    pub(crate) fn summary(&self) -> (&str, bool, &Expected) {
        (&self.id, self.holder.is_some(), &self.expected)
    }
}

/// The same of a case as it was written.
pub(crate) fn summary(case: &Case) -> (&str, bool, &Expected) {
    let holds = matches!(case.holder, Some(Holder::Picture(_) | Holder::Pdf(_)));
    (&case.id, holds, &case.expected)
}
