//! Tokens: an id that finds the record, and a secret whose hash it holds.

use std::{fmt, str::FromStr};

use secrecy::{ExposeSecret, SecretString};
use touchstone_schemas::{
    decode::{Decode, DecodeError, invalid, text},
    digest::Sha256Digest,
    jcs::Encode,
    json::Value,
    multibase::encode_base64url,
};
use zeroize::Zeroizing;

/// What an id begins with.
const PREFIX: &str = "reg_";
/// Digits of an id.
const ID_DIGITS: usize = 12;
/// Bytes of the secret part: too many to guess, so that one hash is enough.
const SECRET_BYTES: usize = 32;

/// Names a regulator's record, and its file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RegulatorId(String);

/// Why a text is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id of a regulator is {PREFIX} and {ID_DIGITS} digits of 0-9a-f")]
pub struct RegulatorIdError;

/// No randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no randomness: {0}")]
pub struct TokenError(getrandom::Error);

/// A token, `reg_` twelve digits `_` and 32 bytes as Base64. Neither shown in logs nor kept.
#[derive(Clone)]
pub struct Token(SecretString);

impl Token {
    /// A new one, with the id it begins with.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn generate() -> Result<(RegulatorId, Self), TokenError> {
        let mut id = [0_u8; 8];
        getrandom::fill(&mut id).map_err(TokenError)?;
        let mut secret = Zeroizing::new([0_u8; SECRET_BYTES]);
        getrandom::fill(secret.as_mut_slice()).map_err(TokenError)?;
        let digits = format!("{:016x}", u64::from_be_bytes(id));
        let id = format!("{PREFIX}{}", digits.get(..ID_DIGITS).unwrap_or(&digits));
        // Without the multibase letter.
        let secret = encode_base64url(secret.as_slice()).split_off(1);
        let token = format!("{id}_{secret}");
        Ok((RegulatorId(id), Self(token.into())))
    }

    /// The text, to be shown once.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is kept of it.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        Sha256Digest::of(self.expose().as_bytes())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl RegulatorId {
    /// The id that a token begins with.
    #[must_use]
    pub fn of_token(token: &str) -> Option<Self> {
        let (id, _) = token.split_at_checked(PREFIX.len() + ID_DIGITS)?;
        id.parse().ok()
    }
}

impl FromStr for RegulatorId {
    type Err = RegulatorIdError;

    fn from_str(text: &str) -> Result<Self, RegulatorIdError> {
        let digits = text.strip_prefix(PREFIX).ok_or(RegulatorIdError)?;
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if digits.len() == ID_DIGITS && digits.bytes().all(digit) {
            Ok(Self(text.to_owned()))
        } else {
            Err(RegulatorIdError)
        }
    }
}

impl fmt::Display for RegulatorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Decode for RegulatorId {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        text(value, "an id of a regulator")?
            .parse()
            .map_err(|error| invalid(&error))
    }
}

impl Encode for RegulatorId {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_to_its_id_and_is_not_shown() {
        let (id, token) = Token::generate().unwrap();
        assert_eq!(RegulatorId::of_token(token.expose()), Some(id));
        assert_ne!(Token::generate().unwrap().1.expose(), token.expose());
        assert_eq!(format!("{token:?}"), "Token(..)");
        for text in [
            "",
            "reg_",
            "reg_../../../../x",
            "reg_0123456789aG_x",
            "sub_0123456789ab",
        ] {
            assert_eq!(RegulatorId::of_token(text), None, "{text}");
        }
    }
}
