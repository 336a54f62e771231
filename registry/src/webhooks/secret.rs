//! A subscriber's secret, and what it signs (Standard Webhooks 1.0, "Signature scheme", symmetric).

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use touchstone_schemas::{
    date_time::Timestamp,
    decode::{Decode, DecodeError, invalid, text},
    jcs::Encode,
    json::Value,
};
use zeroize::Zeroizing;

/// What a secret begins with.
const PREFIX: &str = "whsec_";
/// Bytes of a secret of ours.
const BYTES: usize = 32;
/// Bytes a secret may have (Standard Webhooks: 24 to 64).
const ALLOWED: std::ops::RangeInclusive<usize> = 24..=64;

/// A secret, `whsec_` and Base64. Neither shown nor logged; written to the subscription's own file alone.
#[derive(Clone)]
pub struct Secret(SecretString);

/// Why there is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Another form.
    #[error("a webhook secret is {PREFIX} and the Base64 of 24 to 64 bytes")]
    Form,
    /// No randomness.
    #[error("the system gives no randomness: {0}")]
    Random(getrandom::Error),
}

/// The headers that go with a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// `webhook-timestamp`: seconds since 1970.
    pub timestamp: String,
    /// `webhook-signature`: `v1,` and Base64.
    pub signature: String,
}

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// [`SecretError::Random`].
    pub fn generate() -> Result<Self, SecretError> {
        let mut bytes = Zeroizing::new([0_u8; BYTES]);
        getrandom::fill(bytes.as_mut_slice()).map_err(SecretError::Random)?;
        let text = format!("{PREFIX}{}", STANDARD.encode(bytes.as_slice()));
        Ok(Self(text.into()))
    }

    /// Reads one.
    ///
    /// # Errors
    /// [`SecretError::Form`].
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        key(text).ok_or(SecretError::Form)?;
        Ok(Self(text.to_owned().into()))
    }

    /// The text, to be shown to its subscriber once and kept in its file.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Signs a body: HMAC-SHA-256 over id, time and body, with a full stop between.
    #[must_use]
    pub fn sign(&self, id: &str, at: Timestamp, body: &[u8]) -> Signed {
        let timestamp = at.unix().to_string();
        let key = key(self.expose()).unwrap_or_default();
        // HMAC takes keys of every length.
        let signature = Hmac::<Sha256>::new_from_slice(&key).map(|mut mac| {
            for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
                mac.update(part);
            }
            STANDARD.encode(mac.finalize().into_bytes())
        });
        Signed {
            timestamp,
            signature: format!("v1,{}", signature.unwrap_or_default()),
        }
    }
}

fn key(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = STANDARD.decode(text.strip_prefix(PREFIX)?).ok()?;
    Some(Zeroizing::new(bytes)).filter(|bytes| ALLOWED.contains(&bytes.len()))
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Decode for Secret {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        Self::parse(text(value, "a webhook secret")?).map_err(|error| invalid(&error))
    }
}

impl Encode for Secret {
    fn encode(&self, out: &mut Vec<u8>) {
        self.expose().encode(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification_is_signed_alike() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let at = Timestamp::from_unix(1_614_265_330).unwrap();
        let signed = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, br#"{"test": 2432232314}"#);
        assert_eq!(signed.timestamp, "1614265330");
        assert_eq!(
            signed.signature,
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn secrets_differ_and_are_not_shown() {
        let (one, other) = (Secret::generate().unwrap(), Secret::generate().unwrap());
        assert_ne!(one.expose(), other.expose());
        assert_eq!(Secret::parse(one.expose()).unwrap().expose(), one.expose());
        assert_eq!(format!("{one:?}"), "Secret(..)");
        for text in [
            "",
            "whsec_",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_AAAA",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!",
        ] {
            assert_eq!(Secret::parse(text).unwrap_err(), SecretError::Form, "{text}");
        }
    }
}
