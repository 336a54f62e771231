//! Base64 (RFC 4648 §4, §5) in its one canonical spelling: what decodes is what encoding gives back.

/// Which of the two alphabets, and whether the last group is padded.
#[derive(Debug)]
pub(crate) struct Base64 {
    digits: &'static [u8; 64],
    values: [u8; 256],
    padded: bool,
}

/// §4, padded: what every C2SP text and every certificate is in.
pub(crate) static STANDARD: Base64 = Base64::new(STANDARD_DIGITS, true);

/// §5, without padding: what multibase `u` is in.
pub(crate) static URL_SAFE: Base64 = Base64::new(URL_SAFE_DIGITS, false);

const STANDARD_DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE_DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const PADDING: u8 = b'=';
/// Stands for a byte that is no digit.
const NO_DIGIT: u8 = 0xff;

/// Why a text does not decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base64Error {
    /// A byte that is neither digit nor padding.
    InvalidByte { offset: usize, found: u8 },
    /// Padding too much or too little, spare bits that are not zero, or a length that no encoder gives.
    NotCanonical,
}

#[expect(clippy::indexing_slicing, reason = "evaluated when compiled")]
const fn values(digits: &[u8; 64]) -> [u8; 256] {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 64 {
        values[digits[value as usize] as usize] = value;
        value += 1;
    }
    values
}

impl Base64 {
    const fn new(digits: &'static [u8; 64], padded: bool) -> Self {
        Self {
            digits,
            values: values(digits),
            padded,
        }
    }

    /// Appends the bytes' digits.
    pub(crate) fn encode_to(&self, bytes: &[u8], text: &mut String) {
        text.reserve(bytes.len().div_ceil(3) * 4);
        for group in bytes.chunks(3) {
            let octet = |place: usize| u32::from(group.get(place).copied().unwrap_or_default());
            let bits = octet(0) << 16 | octet(1) << 8 | octet(2);
            for place in 0..4 {
                if place <= group.len() {
                    let digit = usize::try_from(bits >> (18 - 6 * place) & 0x3f).unwrap_or_default();
                    text.push(char::from(self.digits.get(digit).copied().unwrap_or_default()));
                } else if self.padded {
                    text.push(char::from(PADDING));
                }
            }
        }
    }

    /// The bytes' digits.
    pub(crate) fn encode(&self, bytes: &[u8]) -> String {
        let mut text = String::new();
        self.encode_to(bytes, &mut text);
        text
    }

    /// The bytes of a text.
    ///
    /// # Errors
    /// The first byte that has no business in such a text, else that the spelling is not canonical.
    pub(crate) fn decode(&self, text: &str) -> Result<Vec<u8>, Base64Error> {
        let (digits, padding) = self.without_padding(text.as_bytes());
        let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
        let mut groups = digits.chunks_exact(4);
        for (place, group) in groups.by_ref().enumerate() {
            let bits = self.bits(group, place * 4)?;
            let [_, octets @ ..] = bits.to_be_bytes();
            bytes.extend_from_slice(&octets);
        }
        let last = groups.remainder();
        let bits = self.bits(last, digits.len() - last.len())?;
        let [_, first, second, _] = (bits << (6 * (4 - last.len()))).to_be_bytes();
        let (whole, spare) = match last.len() {
            0 => (0, 0),
            2 => (1, bits & 0xf),
            3 => (2, bits & 0x3),
            _ => return Err(Base64Error::NotCanonical),
        };
        let wanted = if self.padded { (4 - last.len()) % 4 } else { 0 };
        if spare != 0 || padding != wanted {
            return Err(Base64Error::NotCanonical);
        }
        bytes.extend_from_slice([first, second].get(..whole).unwrap_or_default());
        Ok(bytes)
    }

    /// The text before its padding, and how much of that there is.
    fn without_padding<'t>(&self, text: &'t [u8]) -> (&'t [u8], usize) {
        let end = text
            .iter()
            .rposition(|byte| *byte != PADDING)
            .map_or(0, |last| last + 1);
        let (digits, padding) = text.split_at(end);
        (digits, padding.len())
    }

    /// Up to four digits as one number, the first highest; `offset` is that of the first.
    fn bits(&self, group: &[u8], offset: usize) -> Result<u32, Base64Error> {
        let mut bits = 0;
        for (byte, offset) in group.iter().zip(offset..) {
            match self.values.get(usize::from(*byte)) {
                Some(&value) if value != NO_DIGIT => bits = bits << 6 | u32::from(value),
                _ if *byte == PADDING => return Err(Base64Error::NotCanonical),
                _ => return Err(Base64Error::InvalidByte { offset, found: *byte }),
            }
        }
        Ok(bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_4648() {
        let examples = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (bytes, text) in examples {
            assert_eq!(STANDARD.encode(bytes.as_bytes()), text);
            assert_eq!(STANDARD.decode(text), Ok(bytes.as_bytes().to_vec()));
            let bare = text.trim_end_matches('=');
            assert_eq!(URL_SAFE.encode(bytes.as_bytes()), bare);
            assert_eq!(URL_SAFE.decode(bare), Ok(bytes.as_bytes().to_vec()));
        }
        assert_eq!(STANDARD.encode(&[0xfb, 0xff]), "+/8=");
        assert_eq!(URL_SAFE.encode(&[0xfb, 0xff]), "-_8");
    }

    #[test]
    fn one_spelling_only() {
        for text in [
            "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v=", "Zm9v====", "Z", "=", "Z=g=", "Zg==Zg==",
        ] {
            assert_eq!(STANDARD.decode(text), Err(Base64Error::NotCanonical), "{text}");
        }
        for text in ["Zg==", "Zh", "Zm9", "Z", "Zm9vZ"] {
            assert_eq!(URL_SAFE.decode(text), Err(Base64Error::NotCanonical), "{text}");
        }
        let invalid = |offset, found| Err(Base64Error::InvalidByte { offset, found });
        assert_eq!(STANDARD.decode("Zm9v-m9v"), invalid(4, b'-'));
        assert_eq!(URL_SAFE.decode("Zm9vZ+"), invalid(5, b'+'));
        assert_eq!(STANDARD.decode("Zm 9"), invalid(2, b' '));
        assert_eq!(STANDARD.decode("Zm9v\n"), invalid(4, b'\n'));
    }
}
