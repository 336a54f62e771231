//! The application as the client makes it: a part of the document certificates are prepared from.

use std::{fmt, sync::Arc};

use touchstone_schemas::{
    decode::{Decode, DecodeError, invalid},
    digest::Sha256Digest,
    jcs::Encode,
    json::{self, Value},
    text::Text,
};

use crate::{
    application::{Application, MAX_APPLICATION_BYTES, read_request},
    lint::{Clause, Finding},
};

const JSON: Clause = Clause::new("malformedJson", "application format");

/// An application without faults of its own: scheme, applicant, unit, scope, industry, sites, agreement, and what it
/// recertifies (ISO/IEC 17065 §7.2). The members and their rules are those of [`Application`].
#[derive(Clone)]
pub struct Form(Arc<Read>);

/// What was read, shared by everybody who holds the form.
struct Read {
    canonical: Vec<u8>,
    digest: Sha256Digest,
    request: Application,
    scheme: Text,
}

impl Form {
    /// Reads a form.
    ///
    /// # Errors
    /// Every fault, none left out.
    pub fn read(bytes: &[u8]) -> Result<Self, Vec<Finding>> {
        match json::parse(bytes, MAX_APPLICATION_BYTES) {
            Ok(value) => Self::of(&value),
            Err(error) => Err(vec![Finding::new(&JSON, "", error.to_string())]),
        }
    }

    fn of(value: &Value<'_>) -> Result<Self, Vec<Finding>> {
        let (request, findings) = read_request(value);
        let canonical = value.to_canonical_bytes();
        match request.scheme.clone() {
            Some(scheme) if findings.is_empty() => Ok(Self(Arc::new(Read {
                digest: Sha256Digest::of(&canonical),
                canonical,
                request,
                scheme,
            }))),
            _ => Err(findings),
        }
    }

    /// Its JCS bytes.
    #[must_use]
    pub fn canonical(&self) -> &[u8] {
        &self.0.canonical
    }

    /// SHA-256 of its JCS bytes.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        self.0.digest
    }

    /// What it asks for.
    #[must_use]
    pub fn request(&self) -> &Application {
        &self.0.request
    }

    /// The scheme edition applied for.
    #[must_use]
    pub fn scheme(&self) -> &Text {
        &self.0.scheme
    }
}

impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        self.0.canonical == other.0.canonical
    }
}

impl Eq for Form {}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Form").field(&self.0.request).finish()
    }
}

impl Decode for Form {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        Self::of(value).map_err(|findings| match findings.first() {
            Some(finding) => invalid(finding),
            None => invalid(&"the application names no scheme"),
        })
    }
}

impl Encode for Form {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.canonical);
    }
}
