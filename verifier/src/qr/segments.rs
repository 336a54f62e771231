//! How large a symbol a link needs: ISO/IEC 18004 §7.4, error correction level M.
//!
//! The link stands in a byte segment, the digits behind it in a numeric one.

/// The largest version we print: denser symbols scan badly from paper at 25–30 mm.
pub const LARGEST_VERSION: u8 = 19;

/// Data codewords at level M of versions 1 to [`LARGEST_VERSION`] (ISO/IEC 18004 table 7).
const CODEWORDS: [u32; LARGEST_VERSION as usize] = [
    16, 28, 44, 64, 86, 108, 124, 154, 182, 216, 254, 290, 334, 365, 415, 453, 507, 563, 627,
];

/// Bits of both segments with their headers in a symbol of that version.
fn bits(link_bytes: usize, digits: usize, version: u8) -> usize {
    let (byte_count, digit_count) = if version < 10 { (8, 10) } else { (16, 12) };
    let rest = match digits % 3 {
        0 => 0,
        1 => 4,
        _ => 7,
    };
    4 + byte_count + link_bytes * 8 + 4 + digit_count + digits / 3 * 10 + rest
}

/// The smallest version at level M that holds a link of so many bytes and the digits behind it; `None` above
/// [`LARGEST_VERSION`].
#[must_use]
pub fn symbol_version(link_bytes: usize, digits: usize) -> Option<u8> {
    let fits = |(version, codewords): (u8, &u32)| {
        let capacity = usize::try_from(*codewords).unwrap_or(0) * 8;
        (bits(link_bytes, digits, version) <= capacity).then_some(version)
    };
    (1..).zip(&CODEWORDS).find_map(fits)
}

/// Whole bytes that the link and the digits take in a symbol of version 10 or more, headers included.
#[must_use]
pub fn symbol_bytes(link_bytes: usize, digits: usize) -> usize {
    bits(link_bytes, digits, LARGEST_VERSION).div_ceil(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacities_are_those_of_the_standard() {
        // ISO/IEC 18004 table 7: version 12 at level M holds 290 codewords.
        // 4 + 16 + 29·8 + 4 + 12 = 268 bits before the digits; 2320 − 268 = 2052 = 205·10 + 2.
        assert_eq!(symbol_version(29, 615), Some(12));
        assert_eq!(symbol_version(29, 616), Some(13));
        assert_eq!(symbol_version(29, 1_424), Some(19));
        assert_eq!(symbol_version(29, 1_425), None);
        assert_eq!(symbol_version(1, 1), Some(1));
    }
}
