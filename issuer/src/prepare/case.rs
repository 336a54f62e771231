//! A case file: everything the rules look at.

use touchstone_schemas::{
    credential::{Credential, CredentialNumber},
    date_time::{Date, Timestamp},
    did::VerificationMethod,
    scheme::{assessment::Assessment, edition::SchemeEdition, scoring::Grade, weights::Issuing},
    uscc::Uscc,
};

use super::{CertificatePeriod, Warrant};
use crate::{application::Application, body::Body};

/// What an edition of a scheme prints, rules and scores by.
#[derive(Debug)]
pub struct SchemeData {
    /// What it prints and rules.
    pub edition: SchemeEdition,
    /// What it scores by.
    pub assessment: Assessment,
}

/// The issuing key: its certificate, when it may sign, and how long the certificate holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyWindow<'a> {
    /// Its DID URL.
    pub method: &'a VerificationMethod,
    /// Its certificate, DER.
    pub certificate: &'a [u8],
    /// The extended key usage of issuing certificates, dotted decimal.
    pub purpose: &'a str,
    /// It may sign from here, inclusive.
    pub signs_from: Timestamp,
    /// It may sign until here, exclusive.
    pub signs_until: Timestamp,
    /// Last second of its certificate.
    pub certificate_until: Timestamp,
}

/// The version a new version follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predecessor {
    /// It.
    pub credential: Credential,
    /// When its next surveillance is due.
    pub next_due: Date,
    /// The day since which it is suspended, when it is.
    pub suspended_since: Option<Date>,
}

/// A certificate about to be recertified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recertified {
    /// Its holder.
    pub holder: Uscc,
    /// The day since which it is suspended, when it is.
    pub suspended_since: Option<Date>,
}

/// What the body's register holds about an applicant and the certificate it recertifies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Register {
    /// The certificate recertified, when that is on file.
    pub recertified: Option<Recertified>,
    /// The applicant's certificates that were withdrawn, each with the moment from which.
    pub withdrawn: Vec<(CredentialNumber, Timestamp)>,
}

/// An application with all that it is judged by.
#[derive(Clone, Copy, Debug)]
pub struct CaseFile<'a> {
    /// The application.
    pub application: &'a Application,
    /// By what right it is prepared; none while it is only looked at.
    pub warrant: Option<Warrant<'a>>,
    /// The body.
    pub body: &'a Body,
    /// The scheme, when the application names one the body knows.
    pub scheme: Option<&'a SchemeData>,
    /// The grade that follows from the scores.
    pub grade: Option<&'a Grade>,
    /// Whether under a test root.
    pub issuing: Issuing,
    /// The issuing key.
    pub key: KeyWindow<'a>,
    /// The version it follows, when it is not the first.
    pub predecessor: Option<&'a Predecessor>,
    /// What the register holds.
    pub register: &'a Register,
    /// When it is prepared: the time that dates count from, and `created` of the proof.
    pub now: Timestamp,
    /// When the key is used: later than `now` where a crash lies between.
    pub signed_at: Timestamp,
}

impl KeyWindow<'_> {
    /// The first of these instants at which the key may not sign.
    #[must_use]
    pub fn excludes(&self, instants: [Timestamp; 2]) -> Option<Timestamp> {
        instants
            .into_iter()
            .find(|instant| *instant < self.signs_from || *instant >= self.signs_until)
    }
}

impl CaseFile<'_> {
    /// The certificate's dates, where the file gives them.
    #[must_use]
    pub fn period(&self) -> Option<CertificatePeriod> {
        CertificatePeriod::of(self)
    }
}
