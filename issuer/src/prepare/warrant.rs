//! By what right a credential is prepared (DESIGN §2 invariant 8).

use touchstone_schemas::scheme::weights::Issuing;

use crate::casework::DecidedCase;

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
