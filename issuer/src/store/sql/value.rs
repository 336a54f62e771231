//! What a parameter takes.

/// A value, of a kind that both engines have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A number.
    Integer(Option<i64>),
    /// A text.
    Text(Option<String>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
    /// Yes or no.
    Flag(bool),
}

macro_rules! values {
    ($($type:ty => $variant:ident $of:expr),* $(,)?) => {
        $(impl From<$type> for Value {
            fn from(value: $type) -> Self {
                let of: fn($type) -> _ = $of;
                Self::$variant(of(value))
            }
        })*
    };
}

values! {
    i64 => Integer Some,
    &i64 => Integer |value| Some(*value),
    u32 => Integer |value| Some(value.into()),
    Option<i64> => Integer |value| value,
    Option<u32> => Integer |value| value.map(i64::from),
    String => Text Some,
    &String => Text |value| Some(value.clone()),
    &str => Text |value| Some(value.to_owned()),
    Option<String> => Text |value| value,
    &Option<String> => Text |value| value.clone(),
    Option<&str> => Text |value| value.map(str::to_owned),
    Option<&[u8]> => Bytes |value| value.map(<[u8]>::to_vec),
    Vec<u8> => Bytes Some,
    &Vec<u8> => Bytes |value| Some(value.clone()),
    &[u8] => Bytes |value| Some(value.to_vec()),
    bool => Flag |value| value,
}
