//! The one door for documents: JSON text, a link, or the digits of a QR payload.

use std::borrow::Cow;

use crate::{
    qr::{self, QrDecodeError},
    reason::{Reason, ReasonCode},
    request::read_request,
    trust::{TrustContext, open_trust_list},
};

/// What a text is, by its looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentForm<'a> {
    /// JSON, or something that will be refused as JSON.
    Json(&'a str),
    /// The digits of a QR payload, bare or taken out of a link's fragment.
    Payload(&'a str),
}

impl<'a> DocumentForm<'a> {
    /// Tells the form of a text. White space around it does not count.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let trimmed = text.trim();
        if is_http_url(trimmed) {
            return Self::Payload(trimmed.split_once('#').map_or("", |(_, fragment)| fragment));
        }
        if !trimmed.is_empty() && trimmed.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::Payload(trimmed);
        }
        Self::Json(text)
    }
}

/// Whether a text is an `http` or `https` URL by its beginning; a scheme may be written in either case (RFC 3986 §3.1).
#[must_use]
pub fn is_http_url(text: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|beginning| beginning.eq_ignore_ascii_case(scheme))
    })
}

/// The JSON text of a document in any form.
pub(crate) fn read_document<'a>(
    text: &'a str,
    trust: Option<&TrustContext>,
) -> Result<Cow<'a, [u8]>, Reason> {
    match DocumentForm::of(text) {
        DocumentForm::Json(text) => Ok(Cow::Borrowed(text.as_bytes())),
        DocumentForm::Payload(payload) => read_payload(payload, trust).map(Cow::Owned),
    }
}

/// The document of a request as JSON, for people to read and keep: of a link or digits what they carry, byte for byte
/// what was signed; of JSON the text itself. Nothing is said about whether it is genuine. The answer to a document that
/// carries nothing is `{}`, to what is no request [`crate::RequestError::to_json`].
#[must_use]
pub fn document_json(request: &[u8]) -> Vec<u8> {
    let request = match read_request(request) {
        Ok(request) => request,
        Err(error) => return error.to_json(),
    };
    let facts = &request.facts;
    let trust = facts
        .trust_list
        .as_ref()
        .and_then(|list| open_trust_list(list.as_bytes(), &request.policy, facts.seen.trust_list).ok());
    read_document(&request.document, trust.as_ref()).map_or_else(|_| b"{}".to_vec(), Cow::into_owned)
}

/// The JCS bytes of the credential a payload carries, with the issuer profiles of the trust list at hand.
fn read_payload(payload: &str, trust: Option<&TrustContext>) -> Result<Vec<u8>, Reason> {
    let profiles = |number| trust.and_then(|trust| trust.list().profile(number).cloned());
    qr::decode(payload, &profiles)
        .map(|decoded| decoded.document)
        .map_err(|error| {
            let code = match error {
                QrDecodeError::UnknownProfile { .. } => ReasonCode::ProfileUnknown,
                QrDecodeError::UnknownVersion { .. } | QrDecodeError::UnknownTemplate { .. } => {
                    ReasonCode::FormatNotSupported
                }
                QrDecodeError::Empty
                | QrDecodeError::TooLong { .. }
                | QrDecodeError::NotADigit { .. }
                | QrDecodeError::Incomplete
                | QrDecodeError::Value { .. }
                | QrDecodeError::NotCanonical => ReasonCode::MalformedPayload,
            };
            Reason::new(code).with("error", error)
        })
}
