//! JSON Canonicalization Scheme (RFC 8785): one spelling for one value.

mod encode;

pub use self::encode::{Encode, ObjectWriter, Omit, to_canonical, write_array, write_object};
use crate::json::{self, JsonError, Value, plain_length};

/// Reads any I-JSON document strictly and writes its one canonical spelling.
///
/// # Errors
/// As [`json::parse_i_json`].
pub fn canonicalize(bytes: &[u8], max_bytes: usize) -> Result<Vec<u8>, JsonError> {
    let value = json::parse_i_json(bytes, max_bytes)?;
    let mut out = Vec::with_capacity(bytes.len());
    value.write_canonical(&mut out);
    Ok(out)
}

impl Value<'_> {
    /// Appends the canonical spelling (RFC 8785 §3.2); members are in order already, so one pass does,
    /// and objects the document spells canonically are copied whole.
    pub fn write_canonical(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Bool(true) => out.extend_from_slice(b"true"),
            Self::Bool(false) => out.extend_from_slice(b"false"),
            Self::Number(number) => number.write_canonical(out),
            Self::String(text) => write_string(text, out),
            Self::Array(elements) => {
                let mut separator = b'[';
                for element in elements {
                    out.push(separator);
                    element.write_canonical(out);
                    separator = b',';
                }
                close(elements.is_empty(), *b"[]", out);
            }
            Self::Object(object) => {
                if let Some(source) = object.canonical_source() {
                    out.extend_from_slice(source.as_bytes());
                    return;
                }
                let mut separator = b'{';
                for (name, value) in object.iter() {
                    out.push(separator);
                    write_string(name, out);
                    out.push(b':');
                    value.write_canonical(out);
                    separator = b',';
                }
                close(object.is_empty(), *b"{}", out);
            }
        }
    }

    /// The canonical spelling (RFC 8785 §3.2).
    pub fn to_canonical_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write_canonical(&mut out);
        out
    }
}

fn close(is_empty: bool, [open, close]: [u8; 2], out: &mut Vec<u8>) {
    if is_empty {
        out.push(open);
    }
    out.push(close);
}

/// Appends a string with the fewest escapes (RFC 8785 §3.2.2.2).
fn write_string(text: &str, out: &mut Vec<u8>) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    write_escaped(text, out);
    out.push(b'"');
}

/// Appends what stands between a string's quotation marks.
fn write_escaped(text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    loop {
        let (plain, special) = rest.split_at(plain_length(rest));
        out.extend_from_slice(plain);
        let Some((&byte, after)) = special.split_first() else {
            break;
        };
        write_escape(byte, out);
        rest = after;
    }
}

fn write_escape(byte: u8, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0c => b'f',
        b'\r' => b'r',
        _ => {
            let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or_default();
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 0xf)]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}
