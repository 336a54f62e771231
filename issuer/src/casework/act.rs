//! An act: what somebody did, when, in which role, sealed by the digest of the act before it.

use touchstone_schemas::{
    budget::MAX_ACT_BYTES,
    date_time::Timestamp,
    decode::{Decode, DecodeError, DecodeReason, Members, invalid},
    digest::Sha256Digest,
    jcs::{Encode, ObjectWriter, to_canonical},
    json::{self, JsonError, Value},
    record,
    text::Text,
};

use super::Role;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub person: Text,
    /// In which role.
    pub role: Role,
    /// For whom, when as a deputy 代.
    pub deputising: Option<Deputising>,
}

record! { Actor {
    "onBehalfOf"? deputising,
    "person": person,
    "role": role,
} }

/// For whom a deputy acts, and by which mandate 授权.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deputising {
    /// Who gave the mandate.
    pub delegator: Text,
    /// Number of the mandate: the sequence of the act that gave it.
    pub mandate: u32,
}

record! { Deputising {
    "delegator": delegator,
    "mandate": mandate,
} }

impl Actor {
    /// Somebody in a role of their own.
    #[must_use]
    pub const fn own(person: Text, role: Role) -> Self {
        Self {
            person,
            role,
            deputising: None,
        }
    }

    /// The person for whom they act, when as a deputy.
    #[must_use]
    pub fn delegator(&self) -> Option<&Text> {
        self.deputising.as_ref().map(|deputising| &deputising.delegator)
    }

    /// Everybody for whom the act counts: the person, and whom they act for.
    pub fn people(&self) -> impl Iterator<Item = &Text> {
        std::iter::once(&self.person).chain(self.delegator())
    }
}

/// What the acts of a journal say: a closed set of kinds.
pub trait Content: Encode + Sized {
    /// The name of its kind.
    fn kind(&self) -> &'static str;

    /// Reads the content of that kind.
    ///
    /// # Errors
    /// A kind that is not one of the set, or content not of its form.
    fn of_kind(kind: &str, value: &Value<'_>) -> Result<Self, DecodeError>;
}

/// An act of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act<C> {
    /// The journal: number of the case, 0 for the journal of people.
    pub journal: u32,
    /// Its place in the journal, from 1 without gaps.
    pub sequence: u32,
    /// When, by the office's clock.
    pub at: Timestamp,
    /// Who; nobody where the office's program did it.
    pub by: Option<Actor>,
    /// What.
    pub content: C,
    /// Digest of the act before; of nothing for the first.
    pub previous: Sha256Digest,
}

/// Why stored bytes are not an act.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// Not JSON of the profile.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Not an act.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// An act, but spelt otherwise than it is written.
    #[error("the act is not in its canonical spelling")]
    Spelling,
}

/// Members of an act.
const MEMBERS: &[&str] = &[
    "at", "by", "content", "journal", "kind", "previous", "sequence", "type",
];

/// Separates digests of acts from those of anything else.
const TYPE: &str = "TouchstoneAct/1";

impl<C: Content> Act<C> {
    /// The digest that stands before the first act.
    #[must_use]
    pub fn root() -> Sha256Digest {
        Sha256Digest::of(b"")
    }

    /// Its canonical bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        to_canonical(self)
    }

    /// Reads an act back from its canonical bytes.
    ///
    /// # Errors
    /// [`ActError`].
    pub fn of_bytes(bytes: &[u8]) -> Result<Self, ActError> {
        let value = json::parse(bytes, MAX_ACT_BYTES)?;
        let act = Self::decode(&value)?;
        if act.to_bytes() == bytes {
            Ok(act)
        } else {
            Err(ActError::Spelling)
        }
    }
}

impl<C: Content> Encode for Act<C> {
    fn encode(&self, out: &mut Vec<u8>) {
        let mut object = ObjectWriter::open(out);
        object
            .member("at", &self.at)
            .optional("by", &self.by)
            .member("content", &self.content)
            .member("journal", &self.journal)
            .member("kind", self.content.kind())
            .member("previous", &self.previous)
            .member("sequence", &self.sequence)
            .member("type", TYPE)
            .close();
    }
}

impl<C: Content> Decode for Act<C> {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        let kind = value.as_object().and_then(|object| object.get("kind"));
        let kind = kind.and_then(Value::as_str).unwrap_or_default();
        let content = value.as_object().and_then(|object| object.get("content"));
        let mut members = Members::open(value, MEMBERS)?;
        let at = members.required("at")?;
        let by = members.optional("by")?;
        let Anything = members.required("content")?;
        let journal = members.required("journal")?;
        let Anything = members.required("kind")?;
        let previous = members.required("previous")?;
        let sequence = members.required("sequence")?;
        let found: String = members.required("type")?;
        members.close()?;
        if found != TYPE {
            return Err(invalid(&format_args!("type {found:?}, expected {TYPE:?}")).within("type"));
        }
        let missing = || DecodeError::new(DecodeReason::MissingMember { name: "content" });
        let content =
            C::of_kind(kind, content.ok_or_else(missing)?).map_err(|error| error.within("content"))?;
        Ok(Self {
            journal,
            sequence,
            at,
            by,
            content,
            previous,
        })
    }
}

/// A member read elsewhere.
struct Anything;

impl Decode for Anything {
    fn decode(_: &Value<'_>) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

/// Declares a closed set of contents, each with the name of its kind.
macro_rules! contents {
    ($(#[$meta:meta])* $type:ident { $($(#[$variant_meta:meta])* $variant:ident($record:ty) = $name:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $type { $($(#[$variant_meta])* $variant($record)),* }

        impl $crate::casework::Content for $type {
            fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name),* }
            }

            fn of_kind(
                kind: &str,
                value: &touchstone_schemas::json::Value<'_>,
            ) -> Result<Self, touchstone_schemas::decode::DecodeError> {
                use touchstone_schemas::decode::Decode;
                match kind {
                    $($name => <$record>::decode(value).map(Self::$variant),)*
                    _ => Err(touchstone_schemas::decode::invalid(&touchstone_schemas::record::UnknownWord {
                        found: kind.to_owned(),
                        expected: &[$($name),*],
                    })),
                }
            }
        }

        impl touchstone_schemas::jcs::Encode for $type {
            fn encode(&self, out: &mut Vec<u8>) {
                match self { $(Self::$variant(record) => record.encode(out)),* }
            }
        }
    };
}
pub(crate) use contents;
