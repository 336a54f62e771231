//! Declarations of what has one JSON form: both directions from one list.

#[doc(hidden)]
pub use serde;

/// Declares the members of a record, in canonical order (checked when compiled): `"name": field` for one that must be
/// there, `"name"? field` for one that is left out when there is nothing ([`Optional`](crate::decode::Optional)).
///
/// Gives [`Decode`](crate::decode::Decode) and [`Encode`](crate::jcs::Encode); with `write` before the type only the
/// latter.
#[macro_export]
macro_rules! record {
    (write $type:ty { $($name:literal $kind:tt $field:ident),* $(,)? }) => {
        impl $crate::jcs::Encode for $type {
            fn encode(&self, out: &mut Vec<u8>) {
                const { assert!($crate::record::ascending(&[$($name),*]), "members out of order") }
                let mut object = $crate::jcs::ObjectWriter::open(out);
                $($crate::record!(@write object $name $kind &self.$field);)*
                object.close();
            }
        }
    };
    ($type:ty { $($name:literal $kind:tt $field:ident),* $(,)? }) => {
        impl $crate::decode::Decode for $type {
            fn decode(
                value: &$crate::json::Value<'_>,
            ) -> Result<Self, $crate::decode::DecodeError> {
                let mut members = $crate::decode::Members::open(value, &[$($name),*])?;
                let record = Self { $($field: $crate::record!(@read members $name $kind)),* };
                members.close()?;
                Ok(record)
            }
        }

        $crate::record! { write $type { $($name $kind $field),* } }
    };
    (@read $members:ident $name:literal :) => { $members.required($name)? };
    (@read $members:ident $name:literal ?) => { $members.optional($name)? };
    (@write $object:ident $name:literal : $value:expr) => { $object.member($name, $value) };
    (@write $object:ident $name:literal ? $value:expr) => { $object.optional($name, $value) };
}

/// Declares the words that the variants of a fieldless enum are written as, and gives it `ALL`, `name` and `of_name`;
/// also serde's forms, for configuration and for data of the house.
#[macro_export]
macro_rules! words {
    ($type:ident { $($variant:ident = $name:literal),* $(,)? }) => {
        impl $type {
            /// Every one, in order.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// Its name in documents.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The one of that name.
            #[must_use]
            pub fn of_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl ::core::str::FromStr for $type {
            type Err = $crate::record::UnknownWord;

            fn from_str(found: &str) -> Result<Self, $crate::record::UnknownWord> {
                Self::of_name(found).ok_or_else(|| $crate::record::UnknownWord {
                    found: found.to_owned(),
                    expected: &[$($name),*],
                })
            }
        }

        impl $crate::decode::Decode for $type {
            fn decode(
                value: &$crate::json::Value<'_>,
            ) -> Result<Self, $crate::decode::DecodeError> {
                Ok($crate::decode::text(value, "a word")?.parse::<Self>()?)
            }
        }

        impl $crate::jcs::Encode for $type {
            fn encode(&self, out: &mut Vec<u8>) {
                self.name().encode(out);
            }
        }

        impl $crate::record::serde::Serialize for $type {
            fn serialize<S: $crate::record::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> $crate::record::serde::Deserialize<'de> for $type {
            fn deserialize<D: $crate::record::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = <String as $crate::record::serde::Deserialize>::deserialize(deserializer)?;
                let unknown = || $crate::record::serde::de::Error::unknown_variant(&name, &[$($name),*]);
                Self::of_name(&name).ok_or_else(unknown)
            }
        }
    };
}

/// A text that is none of the words of its set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown word {found:?}, expected {}", .expected.join(", "))]
pub struct UnknownWord {
    /// The text.
    pub found: String,
    /// The words allowed.
    pub expected: &'static [&'static str],
}

/// Whether names are unique and in canonical order; they are ASCII.
#[must_use]
pub const fn ascending(names: &[&str]) -> bool {
    let mut place = 1;
    while place < names.len() {
        #[expect(clippy::indexing_slicing, reason = "evaluated when compiled")]
        if !before(names[place - 1].as_bytes(), names[place].as_bytes()) {
            return false;
        }
        place += 1;
    }
    true
}

#[expect(clippy::indexing_slicing, reason = "evaluated when compiled")]
const fn before(left: &[u8], right: &[u8]) -> bool {
    let mut place = 0;
    while place < left.len() && place < right.len() {
        if left[place] != right[place] {
            return left[place] < right[place];
        }
        place += 1;
    }
    left.len() < right.len()
}
