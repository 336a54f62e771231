//! Object identifiers (X.660), read from DER and from dotted text.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::der::DerFault;

/// An object identifier of at least two arcs, each below 2^32.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Oid(Vec<u32>);

/// Why a dotted text is no object identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OidTextError {
    /// Fewer than two arcs.
    #[error("an object identifier has two arcs or more, found {found}")]
    TooFewArcs {
        /// Arcs found.
        found: usize,
    },
    /// An arc is not a decimal number below 2^32 in its only spelling.
    #[error("arc {position} is not a decimal number below 2^32")]
    Arc {
        /// Position of the arc, from 0.
        position: usize,
    },
    /// X.660 allows 0, 1 and 2 first, and below 40 second under 0 and 1.
    #[error("no object identifier begins {first}.{second}")]
    Head {
        /// First arc.
        first: u32,
        /// Second arc.
        second: u32,
    },
}

impl Oid {
    /// Reads the content octets of an OBJECT IDENTIFIER (X.690 §8.19): minimal base 128, arcs below 2^32.
    pub(super) fn from_der_content(content: &[u8]) -> Result<Self, DerFault> {
        let mut arcs = Vec::with_capacity(content.len().saturating_add(1));
        let mut arc: Option<u32> = None;
        for octet in content {
            if arc.is_none() && *octet == 0x80 {
                return Err(DerFault::Oid);
            }
            let high = arc.unwrap_or(0).checked_mul(128).ok_or(DerFault::Oid)?;
            let value = high | u32::from(octet & 0x7f);
            if octet & 0x80 == 0 {
                push_subidentifier(&mut arcs, value);
                arc = None;
            } else {
                arc = Some(value);
            }
        }
        if arc.is_some() || arcs.is_empty() {
            return Err(DerFault::Oid);
        }
        Ok(Self(arcs))
    }

    /// This identifier with `arcs` after it.
    #[must_use]
    pub fn child(&self, arcs: &[u32]) -> Self {
        Self(self.0.iter().chain(arcs).copied().collect())
    }

    /// The arcs, from the root.
    #[must_use]
    pub fn arcs(&self) -> &[u32] {
        &self.0
    }
}

/// The first subidentifier carries two arcs: 40 × first + second (X.690 §8.19.4).
fn push_subidentifier(arcs: &mut Vec<u32>, value: u32) {
    if !arcs.is_empty() {
        arcs.push(value);
        return;
    }
    let first = (value / 40).min(2);
    arcs.push(first);
    arcs.push(value.saturating_sub(first.saturating_mul(40)));
}

impl FromStr for Oid {
    type Err = OidTextError;

    fn from_str(text: &str) -> Result<Self, OidTextError> {
        let arcs = text
            .split('.')
            .enumerate()
            .map(|(position, arc)| parse_arc(arc).ok_or(OidTextError::Arc { position }))
            .collect::<Result<Vec<u32>, _>>()?;
        match arcs.as_slice() {
            [] | [_] => Err(OidTextError::TooFewArcs { found: arcs.len() }),
            [first, second, ..] if *first > 2 || (*first < 2 && *second >= 40) || *second > u32::MAX - 80 => {
                Err(OidTextError::Head {
                    first: *first,
                    second: *second,
                })
            }
            _ => Ok(Self(arcs)),
        }
    }
}

/// One spelling per number: digits only, no leading zero.
fn parse_arc(text: &str) -> Option<u32> {
    let value = text.parse::<u32>().ok()?;
    (value.to_string() == text).then_some(value)
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, arc) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str(".")?;
            }
            write!(f, "{arc}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Oid, OidTextError};
    use crate::path::der::DerFault;

    #[test]
    fn content_octets_are_read() {
        for (content, text) in [
            (&[0x2b, 0x65, 0x70][..], "1.3.101.112"),
            (&[0x55, 0x1d, 0x25], "2.5.29.37"),
            (
                &[0x2b, 6, 1, 4, 1, 0x81, 0xfd, 0x59, 1, 1],
                "1.3.6.1.4.1.32473.1.1",
            ),
            (&[0x88, 0x37], "2.999"),
            (&[0x27, 0x8f, 0xff, 0xff, 0xff, 0x7f], "0.39.4294967295"),
        ] {
            let oid = Oid::from_der_content(content).unwrap();
            assert_eq!(oid.to_string(), text);
            assert_eq!(text.parse(), Ok(oid));
        }
    }

    #[test]
    fn other_content_octets_are_refused() {
        for content in [
            &[][..],
            &[0x2b, 0x80, 0x01],
            &[0x2b, 0x81],
            &[0x2b, 0x90, 0x80, 0x80, 0x80, 0x00],
        ] {
            assert_eq!(Oid::from_der_content(content), Err(DerFault::Oid));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        assert_eq!("1".parse::<Oid>(), Err(OidTextError::TooFewArcs { found: 1 }));
        assert_eq!("1.3.".parse::<Oid>(), Err(OidTextError::Arc { position: 2 }));
        assert_eq!("1.+3".parse::<Oid>(), Err(OidTextError::Arc { position: 1 }));
        assert_eq!("1.3.06".parse::<Oid>(), Err(OidTextError::Arc { position: 2 }));
        assert_eq!(
            "1.3.4294967296".parse::<Oid>(),
            Err(OidTextError::Arc { position: 2 })
        );
        assert_eq!(
            "1.40".parse::<Oid>(),
            Err(OidTextError::Head { first: 1, second: 40 })
        );
        assert_eq!(
            "3.1".parse::<Oid>(),
            Err(OidTextError::Head { first: 3, second: 1 })
        );
    }
}
