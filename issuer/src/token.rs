//! Tokens of the API: each acts for one person, within its scopes, until it expires or is revoked.
//!
//! A token is `touchstone_office_<prefix>_<secret>`. The prefix finds it; of the secret, 256 random bits that are shown
//! once, the office keeps the digest. What a token may do is asked beside what its person may do, never instead.

use std::fmt;

use subtle::ConstantTimeEq;
use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest, text::Text, words};

use crate::{
    casework::{Actor, Charge, NotEntitled, Role, entitlement},
    store::{NewToken, Store, StoreError, StoredToken},
};

/// What every token begins with, so that tools that look for secrets know one.
const MARK: &str = "touchstone_office_";
/// Bytes of the prefix and of the secret; both in hexadecimal.
const PREFIX_BYTES: usize = 6;
const SECRET_BYTES: usize = 32;
/// Most days a token counts: a year, after which somebody looks again whether it is still wanted.
pub const MOST_DAYS: i64 = 366;
const DAY: i64 = 86_400;

/// A kind of act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Reads cases, certificates and what may be signed.
    Read,
    /// Takes applications in, changes them, assigns evaluators, closes cases.
    Apply,
    /// Attaches files to cases and measures.
    Attach,
    /// Declares interests and puts evaluations on file.
    Evaluate,
    /// Settles tasks and does without stages.
    Settle,
    /// Reviews, approves, decides, gives signing opinions and gives cases back; says what is said on measures and complaints.
    /// Signatures are made elsewhere.
    Judge,
    /// Has certificates and events numbered, signed and delivered.
    Issue,
    /// Opens measures on certificates in force, and gives them up.
    Oversee,
    /// Takes complaints and appeals in, and answers them.
    Answer,
    /// Deals with clients: how they are reached, notices, links to files.
    Clients,
    /// Reads and keeps the list of people.
    People,
}

words! { Scope {
    Read = "read",
    Apply = "apply",
    Attach = "attach",
    Evaluate = "evaluate",
    Settle = "settle",
    Judge = "judge",
    Issue = "issue",
    Oversee = "oversee",
    Answer = "answer",
    Clients = "clients",
    People = "people",
} }

/// A token as it is shown, once.
pub struct PlainToken(String);

impl PlainToken {
    /// The text, to be handed to whoever works with it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PlainToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlainToken")
    }
}

/// What a token is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// For whom it acts.
    pub person: Text,
    /// What it is for.
    pub name: Text,
    /// What may be done with it.
    pub scopes: Vec<Scope>,
    /// From when on it counts no longer.
    pub expires: Timestamp,
    /// Who gives it: the person, or an administrator.
    pub by: Text,
}

/// Why no token is made or revoked.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The person is on no list, or who gives it is neither they nor an administrator.
    #[error(transparent)]
    NotEntitled(#[from] NotEntitled),
    /// Nothing could be done with it.
    #[error("a token has one scope at least")]
    NoScope,
    /// It would not count, or for too long.
    #[error("a token expires within {MOST_DAYS} days from now, and {found} does not")]
    Expiry {
        /// What was asked for.
        found: Timestamp,
    },
    /// None of that prefix that counts.
    #[error("there is no token {prefix}, or it was revoked before")]
    Unknown {
        /// The prefix.
        prefix: String,
    },
    /// The system gives no randomness.
    #[error("no random bytes from the system: {0}")]
    Random(#[from] getrandom::Error),
    /// The database says no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl TokenError {
    /// Whether a rule refuses it, rather than something failing.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        !matches!(self, Self::Random(_) | Self::Store(_))
    }
}

/// Makes a token; it is shown now and never again.
///
/// # Errors
/// [`TokenError`].
pub async fn create_token(
    store: &mut Store,
    request: &TokenRequest,
    now: Timestamp,
) -> Result<PlainToken, TokenError> {
    check_giver(store, &request.person, &request.by, now).await?;
    let mut scopes = request.scopes.clone();
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        return Err(TokenError::NoScope);
    }
    let seconds = request.expires.seconds_since(now);
    if seconds <= 0 || seconds > MOST_DAYS * DAY {
        return Err(TokenError::Expiry {
            found: request.expires,
        });
    }
    let (prefix, secret) = (random::<PREFIX_BYTES>()?, random::<SECRET_BYTES>()?);
    let new = NewToken {
        prefix: &prefix,
        digest: digest(&secret),
        person: &request.person,
        name: &request.name,
        scopes: &scopes,
        by: &request.by,
        created: now,
        expires: request.expires,
    };
    store.insert_token(new).await?;
    Ok(PlainToken(format!("{MARK}{prefix}_{secret}")))
}

/// Revokes a token: from now on it counts no longer.
///
/// # Errors
/// [`TokenError`].
pub async fn revoke_token(
    store: &mut Store,
    prefix: &str,
    by: &Text,
    now: Timestamp,
) -> Result<(), TokenError> {
    let unknown = || TokenError::Unknown {
        prefix: prefix.to_owned(),
    };
    let token = store.token(prefix).await?.ok_or_else(unknown)?;
    check_giver(store, &token.person, by, now).await?;
    if store.revoke_token(prefix, now).await? {
        Ok(())
    } else {
        Err(unknown())
    }
}

/// A person's tokens are theirs to give and to revoke, or an administrator's.
async fn check_giver(store: &mut Store, person: &Text, by: &Text, now: Timestamp) -> Result<(), TokenError> {
    let personnel = store.personnel().await?;
    if personnel.person(person).is_none() {
        let person = person.clone();
        return Err(NotEntitled::Unknown { person }.into());
    }
    if by != person {
        let charge = Charge {
            role: Role::Administrator,
            office: None,
            scheme: None,
        };
        entitlement(&personnel, &Actor::administrator(by.clone()), charge, now)?;
    }
    Ok(())
}

/// The token that a text is, when it counts.
pub(crate) async fn known_token(
    store: &mut Store,
    text: &str,
    now: Timestamp,
) -> Result<Option<StoredToken>, StoreError> {
    let parts = text.strip_prefix(MARK).and_then(|rest| rest.split_once('_'));
    let Some((prefix, secret)) = parts else {
        return Ok(None);
    };
    let hexadecimal = |text: &str, bytes: usize| {
        text.len() == 2 * bytes
            && text
                .bytes()
                .all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it))
    };
    if !hexadecimal(prefix, PREFIX_BYTES) || !hexadecimal(secret, SECRET_BYTES) {
        return Ok(None);
    }
    let found = store.token(prefix).await?;
    let same =
        |token: &StoredToken| -> bool { digest(secret).as_bytes().ct_eq(token.digest.as_bytes()).into() };
    Ok(found.filter(|token| same(token) && token.counts(now)))
}

/// What is kept of a secret. It has 256 bits, so that a plain digest is as good as a slow one.
fn digest(secret: &str) -> Sha256Digest {
    Sha256Digest::of(format!("touchstone office token 1\0{secret}").as_bytes())
}

fn random<const BYTES: usize>() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
