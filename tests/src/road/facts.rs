//! What a shell has at hand for a verification, fetched from the road's registry.

use touchstone_schemas::status::StatusPurpose;
use touchstone_verifier::input::{Facts, Request};

use super::issuing::now;
use super::samples::Shown;
use super::{Failure, Road};

impl Road {
    /// The trust list and the three status lists as the registry serves them now.
    ///
    /// # Errors
    /// Whatever the registry answers but 200.
    pub fn facts(&self) -> Result<Facts, Failure> {
        let lists = StatusPurpose::ALL
            .into_iter()
            .map(|purpose| self.get(&format!("/status-lists/{purpose}/1"), "application/vc"));
        Ok(Facts {
            trust_list: Some(self.get("/trust.json", "application/json")?),
            status_lists: lists.collect::<Result<_, _>>()?,
            ..Facts::default()
        })
    }

    /// A request about something shown, with these facts, now.
    ///
    /// # Errors
    /// When the clock is unusable.
    pub fn request(&self, shown: &Shown, facts: Facts) -> Result<Request, Failure> {
        Ok(Request {
            document: shown.text().to_owned(),
            facts,
            now: now()?,
            at: None,
            policy: self.policy(),
            need: None,
        })
    }
}
