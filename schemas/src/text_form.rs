//! Types whose only JSON form is one strict text.

/// Gives a type whose `Display` writes its one text form, and whose `FromStr` accepts nothing else, both directions;
/// and serde's, for configuration and for data of the house. With the name of a method that lends the text it is copied
/// as it stands.
macro_rules! text_form {
    ($type:ty, $expecting:literal) => {
        $crate::text_form::text_form!(@read $type, $expecting);

        impl $crate::jcs::Encode for $type {
            fn encode(&self, out: &mut Vec<u8>) {
                $crate::jcs::Encode::encode(&format_args!("{self}"), out);
            }
        }
    };
    ($type:ty, $expecting:literal, $text:ident) => {
        $crate::text_form::text_form!(@read $type, $expecting);

        impl $crate::jcs::Encode for $type {
            fn encode(&self, out: &mut Vec<u8>) {
                $crate::jcs::Encode::encode(self.$text(), out);
            }
        }
    };
    (@read $type:ty, $expecting:literal) => {
        impl $crate::decode::Decode for $type {
            fn decode(
                value: &$crate::json::Value<'_>,
            ) -> Result<Self, $crate::decode::DecodeError> {
                let text = $crate::decode::text(value, $expecting)?;
                text.parse().map_err(|error| $crate::decode::invalid(&error))
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Form;
                impl serde::de::Visitor<'_> for Form {
                    type Value = $type;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        formatter.write_str($expecting)
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Form)
            }
        }
    };
}
pub(crate) use text_form;
