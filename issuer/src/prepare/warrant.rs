//! By what right a credential or an event is prepared (DESIGN §2 invariant 8).

use touchstone_schemas::scheme::weights::Issuing;

use super::EventCase;
use crate::{after_issue::DecidedMeasure, body::Body, casework::DecidedCase};

/// By what right a credential is prepared.
#[derive(Clone, Copy, Debug)]
pub enum Warrant<'a> {
    /// A case decided and approved by entitled people.
    Decided(&'a DecidedCase),
    /// The one-command road: demonstrations.
    TestRoot(TestRoot),
}

/// That certificates are demonstrations; there is none under a real root.
#[derive(Clone, Copy, Debug)]
pub struct TestRoot(());

impl TestRoot {
    /// The proof, under a test root.
    #[must_use]
    pub fn of(issuing: Issuing) -> Option<Self> {
        (issuing == Issuing::Test).then_some(Self(()))
    }
}

/// By what right an event is prepared.
#[derive(Clone, Copy, Debug)]
pub enum EventWarrant<'a> {
    /// A measure decided by somebody entitled.
    Measure(&'a DecidedMeasure),
    /// The decided case of the certificate that follows, or of one brought in from paper with its history.
    Successor(&'a DecidedCase),
    /// The one-command road: demonstrations.
    TestRoot(TestRoot),
}

impl EventWarrant<'_> {
    /// Whether it is a right to just this.
    #[must_use]
    pub fn covers(&self, case: &EventCase<'_>) -> bool {
        match self {
            Self::Measure(measure) => measure.covers(case),
            Self::Successor(decided) => decided.covers(case),
            Self::TestRoot(_) => true,
        }
    }

    /// The body as the rules are to see it: its staff are those found entitled.
    #[must_use]
    pub fn body(&self, papers: &Body) -> Body {
        match self {
            Self::Measure(measure) => measure.body(papers),
            Self::Successor(decided) => decided.deciding_body(papers),
            Self::TestRoot(_) => papers.clone(),
        }
    }
}
