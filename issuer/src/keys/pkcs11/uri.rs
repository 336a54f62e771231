//! `pkcs11:` URIs (RFC 7512): which module, which token, which key, and where its PIN stands.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Scheme of the URI, with its colon.
const SCHEME: &str = "pkcs11:";

/// What a URI names. A key is found by `object`, by `id`, or by both; a token by `token`, by `serial`, or by both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pkcs11Uri {
    /// `token`: the token's label.
    pub token: Option<String>,
    /// `serial`: the token's serial number.
    pub serial: Option<String>,
    /// `object`: CKA_LABEL of the key.
    pub object: Option<String>,
    /// `id`: CKA_ID of the key.
    pub id: Option<Vec<u8>>,
    /// `module-path`: the vendor's library.
    pub module: PathBuf,
    /// `pin-source`: a file with the PIN; asked for at the terminal when absent.
    pub pin_file: Option<PathBuf>,
}

/// Why a text is not a URI of a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Pkcs11UriError {
    /// Another scheme.
    #[error("{found:?} does not begin with \"pkcs11:\"")]
    Scheme {
        /// The text found.
        found: String,
    },
    /// An attribute without a value.
    #[error("{found:?} is not name=value")]
    Attribute {
        /// The part found.
        found: String,
    },
    /// An attribute that does not tell keys of ours apart.
    #[error(
        "attribute {name:?} is not used here: token, serial, object, id; after ? module-path and pin-source"
    )]
    Unknown {
        /// Its name.
        name: String,
    },
    /// A secret in a configuration file.
    #[error("a PIN does not stand in a URI: name a file with pin-source, or leave it out and be asked")]
    PinValue,
    /// The same attribute again (RFC 7512 §2.3).
    #[error("attribute {name:?} stands twice")]
    Twice {
        /// Its name.
        name: String,
    },
    /// An escape that is none, or bytes that are no UTF-8 where a text must stand.
    #[error("the value of {name:?} does not decode")]
    Value {
        /// The attribute.
        name: String,
    },
    /// The URI leaves open what it must name.
    #[error("the URI names no {what}")]
    Missing {
        /// What is missing.
        what: &'static str,
    },
}

impl FromStr for Pkcs11Uri {
    type Err = Pkcs11UriError;

    /// Reads `pkcs11:token=…;object=…?module-path=…&pin-source=file:…` (RFC 7512 §2.3).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text.strip_prefix(SCHEME).ok_or_else(|| Pkcs11UriError::Scheme {
            found: text.to_owned(),
        })?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut read = Read::default();
        for part in path.split(';').filter(|part| !part.is_empty()) {
            let (name, value) = attribute(part)?;
            match name {
                "token" => set(&mut read.token, name, string(name, value)?)?,
                "serial" => set(&mut read.serial, name, string(name, value)?)?,
                "object" => set(&mut read.object, name, string(name, value)?)?,
                "id" => set(&mut read.id, name, bytes(name, value)?)?,
                _ => return Err(unknown(name)),
            }
        }
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = attribute(part)?;
            match name {
                "module-path" => set(&mut read.module, name, string(name, value)?.into())?,
                "pin-source" => {
                    let source = string(name, value)?;
                    let path = source.strip_prefix("file:").unwrap_or(&source);
                    // `file:///run/pin` is `file:/run/pin` (RFC 8089 §2).
                    let path = path.strip_prefix("//").unwrap_or(path);
                    set(&mut read.pin_file, name, path.into())?;
                }
                "pin-value" => return Err(Pkcs11UriError::PinValue),
                _ => return Err(unknown(name)),
            }
        }
        read.finish()
    }
}

/// What was read so far.
#[derive(Default)]
struct Read {
    token: Option<String>,
    serial: Option<String>,
    object: Option<String>,
    id: Option<Vec<u8>>,
    module: Option<PathBuf>,
    pin_file: Option<PathBuf>,
}

impl Read {
    fn finish(self) -> Result<Pkcs11Uri, Pkcs11UriError> {
        let missing = |what| Err(Pkcs11UriError::Missing { what });
        if self.token.is_none() && self.serial.is_none() {
            return missing("token");
        }
        if self.object.is_none() && self.id.is_none() {
            return missing("object");
        }
        let Some(module) = self.module else {
            return missing("module-path");
        };
        Ok(Pkcs11Uri {
            token: self.token,
            serial: self.serial,
            object: self.object,
            id: self.id,
            module,
            pin_file: self.pin_file,
        })
    }
}

fn attribute(part: &str) -> Result<(&str, &str), Pkcs11UriError> {
    part.split_once('=').ok_or_else(|| Pkcs11UriError::Attribute {
        found: part.to_owned(),
    })
}

fn unknown(name: &str) -> Pkcs11UriError {
    Pkcs11UriError::Unknown {
        name: name.to_owned(),
    }
}

fn set<T>(place: &mut Option<T>, name: &str, value: T) -> Result<(), Pkcs11UriError> {
    if place.replace(value).is_some() {
        return Err(Pkcs11UriError::Twice {
            name: name.to_owned(),
        });
    }
    Ok(())
}

/// Percent-decoding (RFC 3986 §2.1).
fn bytes(name: &str, value: &str) -> Result<Vec<u8>, Pkcs11UriError> {
    let fault = || Pkcs11UriError::Value {
        name: name.to_owned(),
    };
    let mut decoded = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || {
            let digit = char::from(rest.next().ok_or_else(fault)?);
            digit.to_digit(16).ok_or_else(fault)
        };
        let octet = digit()? * 16 + digit()?;
        decoded.push(u8::try_from(octet).map_err(|_| fault())?);
    }
    if decoded.is_empty() {
        return Err(fault());
    }
    Ok(decoded)
}

fn string(name: &str, value: &str) -> Result<String, Pkcs11UriError> {
    String::from_utf8(bytes(name, value)?).map_err(|_| Pkcs11UriError::Value {
        name: name.to_owned(),
    })
}

impl fmt::Display for Pkcs11Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = SCHEME;
        for (name, value) in [
            (
                "token",
                self.token.as_ref().map(|text| escape(text.as_bytes(), "")),
            ),
            (
                "serial",
                self.serial.as_ref().map(|text| escape(text.as_bytes(), "")),
            ),
            (
                "object",
                self.object.as_ref().map(|text| escape(text.as_bytes(), "")),
            ),
            ("id", self.id.as_ref().map(|id| escape_all(id))),
        ] {
            if let Some(value) = value {
                write!(f, "{between}{name}={value}")?;
                between = ";";
            }
        }
        write!(
            f,
            "?module-path={}",
            escape(self.module.as_os_str().as_encoded_bytes(), "/")
        )?;
        if let Some(file) = &self.pin_file {
            write!(
                f,
                "&pin-source=file:{}",
                escape(file.as_os_str().as_encoded_bytes(), "/")
            )?;
        }
        Ok(())
    }
}

fn escape(bytes: &[u8], also: &str) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let c = char::from(*byte);
        if c.is_ascii_alphanumeric() || "-._~".contains(c) || also.contains(c) {
            text.push(c);
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
        text
    })
}

fn escape_all(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_is_read_and_written_again() {
        let text = "pkcs11:token=%E7%A4%BA%E8%8C%83;object=issuing-1;id=%01%FF\
                    ?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/run/pin";
        let uri: Pkcs11Uri = text.parse().unwrap();
        assert_eq!(uri.token.as_deref(), Some("示范"));
        assert_eq!(uri.id.as_deref(), Some(&[1, 255][..]));
        assert_eq!(uri.pin_file, Some("/run/pin".into()));
        assert_eq!(uri.to_string(), text);
        assert_eq!(uri.to_string().parse::<Pkcs11Uri>().unwrap(), uri);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let with = |path: &str, query: &str| format!("pkcs11:{path}?{query}").parse::<Pkcs11Uri>();
        let module = "module-path=/m.so";
        for (path, query, wanted) in [
            ("object=a", module, "the URI names no token"),
            ("token=a", module, "the URI names no object"),
            ("token=a;object=b", "", "the URI names no module-path"),
            (
                "token=a;token=b;object=c",
                module,
                "attribute \"token\" stands twice",
            ),
            (
                "token=a;object=%4",
                module,
                "the value of \"object\" does not decode",
            ),
            (
                "token=%FF;object=b",
                module,
                "the value of \"token\" does not decode",
            ),
            ("token;object=b", module, "\"token\" is not name=value"),
        ] {
            assert_eq!(with(path, query).unwrap_err().to_string(), wanted);
        }
        assert!(matches!(
            with("token=a;object=b;slot-id=0", module),
            Err(Pkcs11UriError::Unknown { .. })
        ));
        assert_eq!(
            with("token=a;object=b", "module-path=/m.so&pin-value=1234"),
            Err(Pkcs11UriError::PinValue)
        );
        assert!(matches!(
            "file:key.pem".parse::<Pkcs11Uri>(),
            Err(Pkcs11UriError::Scheme { .. })
        ));
    }
}
