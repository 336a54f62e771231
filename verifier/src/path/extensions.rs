//! The four extensions this profile reads (RFC 5280 §4.2.1.3, .6, .9, .12). Others must not be critical.

use std::fmt;

use super::der::{BIT_STRING, DerFault, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, Reader, SEQUENCE};
use super::error::CertificateError;
use super::oid::Oid;

/// id-ce, 2.5.29: the arc of the standard extensions.
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 17];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37];

/// `GeneralName ::= CHOICE { …, uniformResourceIdentifier [6] IA5String, … }`
const URI: u8 = 0x86;

/// What the extensions of a certificate say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Extensions {
    /// basicConstraints; absent means `EndEntity`.
    pub(super) role: BasicConstraints,
    pub(super) key_usage: Option<KeyUsages>,
    pub(super) extended_key_usage: Option<Vec<Oid>>,
    pub(super) subject_alt_name: Option<Vec<SubjectName>>,
}

/// cA of basicConstraints. The path length is left to the path library.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BasicConstraints {
    /// cA FALSE, or no basicConstraints.
    #[default]
    EndEntity,
    /// cA TRUE: the key may sign certificates.
    Authority,
}

/// The set of KeyUsage bits.
///
/// ```text
/// KeyUsage ::= BIT STRING { digitalSignature (0), nonRepudiation (1), keyEncipherment (2), dataEncipherment (3),
///      keyAgreement (4), keyCertSign (5), cRLSign (6), encipherOnly (7), decipherOnly (8) }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUsages(u16);

/// Names of the bits, the first at the top of the 16.
const KEY_USAGE_NAMES: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

impl KeyUsages {
    /// digitalSignature and nothing else.
    pub const DIGITAL_SIGNATURE: Self = Self(0x8000);
    /// keyCertSign and nothing else.
    pub const KEY_CERT_SIGN: Self = Self(0x0400);

    /// Whether every bit of `other` is set here.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl fmt::Display for KeyUsages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = KEY_USAGE_NAMES
            .iter()
            .enumerate()
            .filter(|(bit, _)| (self.0 << bit) & 0x8000 != 0);
        for (nth, (_, name)) in set.enumerate() {
            write!(f, "{}{name}", if nth > 0 { " + " } else { "" })?;
        }
        Ok(())
    }
}

/// One GeneralName of subjectAltName.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubjectName {
    /// uniformResourceIdentifier.
    Uri(String),
    /// Any other kind, by its tag octet.
    Other {
        /// Tag octet: 0x82 is dNSName, 0x81 rfc822Name, 0x87 iPAddress.
        tag: u8,
    },
}

impl fmt::Display for SubjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uri(uri) => f.write_str(uri),
            Self::Other { tag } => write!(f, "name of tag {tag:#04x}"),
        }
    }
}

impl Extensions {
    /// Reads `Extensions ::= SEQUENCE SIZE (1..MAX) OF Extension`.
    pub(super) fn read(mut list: Reader<'_>) -> Result<Self, CertificateError> {
        let mut found = Self::default();
        let mut seen = Vec::new();
        if list.is_empty() {
            return Err(list.error(DerFault::Empty).into());
        }
        while !list.is_empty() {
            let mut extension = list.expect(SEQUENCE)?.reader();
            let id = extension.expect(OBJECT_IDENTIFIER)?;
            let critical = extension.default_false()?;
            let content = extension.expect(OCTET_STRING)?.reader();
            extension.finish()?;
            // A certificate is short, so there are few.
            if seen.contains(&id.value) {
                return Err(CertificateError::DuplicateExtension { offset: id.offset });
            }
            seen.push(id.value);
            match id.value {
                KEY_USAGE => found.key_usage = Some(key_usage(content)?),
                SUBJECT_ALT_NAME => found.subject_alt_name = Some(subject_alt_name(content)?),
                BASIC_CONSTRAINTS => found.role = basic_constraints(content)?,
                EXTENDED_KEY_USAGE => found.extended_key_usage = Some(extended_key_usage(content)?),
                _ if critical => return Err(CertificateError::CriticalExtension { offset: id.offset }),
                _ => {}
            }
        }
        Ok(found)
    }
}

/// `BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER (0..MAX) OPTIONAL }`; the
/// length only beside cA TRUE (RFC 5280 §4.2.1.9).
fn basic_constraints(mut content: Reader<'_>) -> Result<BasicConstraints, CertificateError> {
    let mut constraints = content.expect(SEQUENCE)?.reader();
    content.finish()?;
    let role = if constraints.default_false()? {
        BasicConstraints::Authority
    } else {
        BasicConstraints::EndEntity
    };
    if role == BasicConstraints::Authority
        && let Some(length) = constraints.optional(INTEGER)?
        && !matches!(length.value, [0..=0x7f])
    {
        return Err(length.error(DerFault::Integer).into());
    }
    constraints.finish()?;
    Ok(role)
}

/// A named bit list: at least one bit set, no trailing zero bits (X.690 §11.2.2, RFC 5280 §4.2.1.3).
fn key_usage(mut content: Reader<'_>) -> Result<KeyUsages, CertificateError> {
    let element = content.expect(BIT_STRING)?;
    content.finish()?;
    let fault = element.error(DerFault::BitString);
    let (unused, bits, last) = match *element.value {
        [unused, first] => (unused, u16::from_be_bytes([first, 0]), first),
        [unused, first, second] => (unused, u16::from_be_bytes([first, second]), second),
        _ => return Err(fault.into()),
    };
    // Bits 9 to 15 have no meaning; they are refused by name so that two readers cannot differ about them.
    if last == 0 || u32::from(unused) != last.trailing_zeros() || bits & 0x007f != 0 {
        return Err(fault.into());
    }
    Ok(KeyUsages(bits))
}

/// `ExtKeyUsageSyntax ::= SEQUENCE SIZE (1..MAX) OF KeyPurposeId`
fn extended_key_usage(mut content: Reader<'_>) -> Result<Vec<Oid>, CertificateError> {
    let mut purposes = content.expect(SEQUENCE)?.reader();
    content.finish()?;
    let mut found = Vec::new();
    while !purposes.is_empty() {
        let id = purposes.expect(OBJECT_IDENTIFIER)?;
        found.push(Oid::from_der_content(id.value).map_err(|fault| id.error(fault))?);
    }
    if found.is_empty() {
        Err(purposes.error(DerFault::Empty).into())
    } else {
        Ok(found)
    }
}

/// `SubjectAltName ::= SEQUENCE SIZE (1..MAX) OF GeneralName`
fn subject_alt_name(mut content: Reader<'_>) -> Result<Vec<SubjectName>, CertificateError> {
    let mut names = content.expect(SEQUENCE)?.reader();
    content.finish()?;
    let mut found = Vec::new();
    while !names.is_empty() {
        let name = names.element()?;
        found.push(match name.tag {
            URI => SubjectName::Uri(uri(name.value).ok_or(name.error(DerFault::Text))?),
            tag => SubjectName::Other { tag },
        });
    }
    if found.is_empty() {
        Err(names.error(DerFault::Empty).into())
    } else {
        Ok(found)
    }
}

/// The characters of a URI all lie among the visible ones of ASCII (RFC 3986 §2).
fn uri(octets: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(octets).ok()?;
    octets.iter().all(u8::is_ascii_graphic).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{KeyUsages, key_usage};
    use crate::path::der::Reader;

    #[test]
    fn key_usage_has_one_spelling() {
        let read = |bytes: &[u8]| key_usage(Reader::new(bytes)).ok();
        assert_eq!(read(&[3, 2, 7, 0x80]), Some(KeyUsages::DIGITAL_SIGNATURE));
        assert_eq!(read(&[3, 2, 2, 0x04]), Some(KeyUsages::KEY_CERT_SIGN));
        assert_eq!(
            read(&[3, 3, 7, 0x80, 0x80]).map(|set| set.to_string()).as_deref(),
            Some("digitalSignature + decipherOnly")
        );
        for other in [
            &[3, 1, 0][..],
            &[3, 0],
            &[3, 2, 0, 0],
            &[3, 2, 0, 0x80],
            &[3, 2, 6, 0x80],
            &[3, 2, 7, 0x81],
            &[3, 3, 0, 0x80, 0],
            &[3, 3, 6, 0x80, 0x40],
            &[3, 4, 7, 0x80, 0x80, 0x80],
            &[3, 2, 7, 0x80, 0],
            &[4, 1, 0],
        ] {
            assert_eq!(read(other), None, "{other:?}");
        }
    }
}
