//! Passwords: argon2id (RFC 9106), and secrets that the console makes itself.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use touchstone_schemas::text::Text;

/// Memory in KiB, passes and lanes: the second choice of OWASP's Password Storage Cheat Sheet, 19 MiB.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// Fewest characters of a password (NIST SP 800-63B-4 §3.1.1.2: fifteen where it is the only factor).
const LEAST_CHARS: usize = 15;
/// Most bytes of a password.
const MOST_BYTES: usize = 256;
/// What secrets are written in: no letter that looks like another.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Why a password is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    /// Too short or too long.
    #[error("a password has {LEAST_CHARS} characters at least and {MOST_BYTES} bytes at most")]
    Length,
    /// It is the person's own number, or hardly anything else.
    #[error("a password is not one's own number, nor one character over and over")]
    Guessable,
    /// The hash cannot be made.
    #[error("the password cannot be hashed: {0}")]
    Hash(String),
}

fn argon2() -> Result<Argon2<'static>, PasswordRefused> {
    let (memory, passes, lanes) = COST;
    let params =
        Params::new(memory, passes, lanes, None).map_err(|error| PasswordRefused::Hash(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Whether somebody may choose a password.
pub(super) fn check(person: &Text, password: &str) -> Result<(), PasswordRefused> {
    if password.chars().count() < LEAST_CHARS || password.len() > MOST_BYTES {
        return Err(PasswordRefused::Length);
    }
    let first = password.chars().next();
    let one = password.chars().all(|c| Some(c) == first);
    if one || password.replace(person.as_str(), "").chars().count() < LEAST_CHARS / 2 {
        return Err(PasswordRefused::Guessable);
    }
    Ok(())
}

/// Hashes a password, as a PHC string.
pub(super) fn hash(password: &str) -> Result<String, PasswordRefused> {
    let failed = |error: String| PasswordRefused::Hash(error);
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|error| failed(error.to_string()))?;
    let hash: PasswordHash = argon2()?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|error| failed(error.to_string()))?;
    Ok(hash.to_string())
}

/// Whether a password is that of a hash. Without a hash the same work is done, so that time tells nobody who has an
/// account.
pub(super) fn verify(password: &str, stored: Option<&str>) -> bool {
    if password.len() > MOST_BYTES {
        return false;
    }
    match stored.and_then(|stored| PasswordHash::new(stored).ok()) {
        Some(stored) => {
            argon2().is_ok_and(|argon2| argon2.verify_password(password.as_bytes(), &stored).is_ok())
        }
        None => {
            let _ = hash(password);
            false
        }
    }
}

/// A secret of 120 random bits, in 24 letters.
pub(super) fn secret() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 24];
    getrandom::fill(&mut bytes)?;
    let letter = |byte: &u8| ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'x');
    Ok(bytes.iter().map(|byte| char::from(letter(byte))).collect())
}
