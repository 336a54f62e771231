//! Gzip (RFC 1952) as status lists and snapshots carry it: one member, nothing after it.

use flate2::Crc;
use miniz_oxide::{
    deflate::compress_to_vec as deflate,
    inflate::{
        TINFLStatus,
        core::{
            DecompressorOxide, decompress as inflate, inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
        },
    },
};

/// Bit 1 of the flags (RFC 1952 §2.3.1): a checksum of the header follows it.
const HEADER_CHECKSUM: u8 = 1 << 1;
/// Bit 2: extra fields.
const EXTRA: u8 = 1 << 2;
/// Bit 3: a file name. Bit 4: a comment. Both end with a zero octet.
const TEXTS: [u8; 2] = [1 << 3, 1 << 4];
/// The bits without meaning, which must be zero.
const RESERVED: u8 = 0xe0;

/// Why bytes do not decompress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GzipError {
    /// Not one member of gzip.
    #[error("the bytes are not one gzip member")]
    Malformed,
    /// More than the budget allows.
    #[error("the bytes decompress to more than {limit} bytes")]
    TooLong {
        /// The limit.
        limit: u64,
    },
}

/// Magic, method 8, no flags, no time stamp, no extra flags, system unknown (§2.3).
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
/// How hard is tried.
const LEVEL: u8 = 6;

/// Compresses. The same bytes give the same result: no time stamp, one level, and one compressor, whichever flate2 uses
/// in a build that others share.
pub(crate) fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(bytes);
    let mut member = HEADER.to_vec();
    member.extend(deflate(bytes, LEVEL));
    member.extend(crc.sum().to_le_bytes());
    member.extend(crc.amount().to_le_bytes());
    member
}

/// Decompresses to at most `limit` bytes, whatever the member claims.
///
/// The CRC-32 of the trailer is not compared: what stands in a signed document is guarded by its signature, and the
/// tables of a checksum would weigh 16 KB in every browser. The length is compared, and nothing may follow.
///
/// # Errors
/// [`GzipError`]
pub(crate) fn decompress(member: &[u8], limit: u64) -> Result<Vec<u8>, GzipError> {
    let deflated = after_header(member).ok_or(GzipError::Malformed)?;
    let (bytes, trailer) = inflated(deflated, limit)?;
    match *trailer {
        // The length counts modulo 2^32 (§2.3.1).
        [_, _, _, _, a, b, c, d]
            if u64::from(u32::from_le_bytes([a, b, c, d])) == bytes.len() as u64 & 0xffff_ffff =>
        {
            Ok(bytes)
        }
        _ => Err(GzipError::Malformed),
    }
}

/// The decompressed bytes, and what follows their compressed form.
fn inflated(mut input: &[u8], limit: u64) -> Result<(Vec<u8>, &[u8]), GzipError> {
    // One byte more, by which what is too long is known from what fits just so.
    let room = usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(1);
    let mut decompressor = Box::new(DecompressorOxide::new());
    let mut bytes = vec![0; input.len().saturating_mul(2).min(room)];
    let mut written = 0;
    loop {
        let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (status, read, wrote) = inflate(&mut decompressor, input, &mut bytes, written, flags);
        written += wrote;
        input = input.get(read..).ok_or(GzipError::Malformed)?;
        match status {
            TINFLStatus::Done if written < room => {
                bytes.truncate(written);
                return Ok((bytes, input));
            }
            TINFLStatus::HasMoreOutput if bytes.len() < room => {
                bytes.resize(bytes.len().saturating_mul(2).clamp(1, room), 0);
            }
            TINFLStatus::Done | TINFLStatus::HasMoreOutput => return Err(GzipError::TooLong { limit }),
            _ => return Err(GzipError::Malformed),
        }
    }
}

/// What follows the header (§2.3): magic, method 8, flags, time, extra flags, system, then what the flags announce.
fn after_header(member: &[u8]) -> Option<&[u8]> {
    let [0x1f, 0x8b, 8, flags, _, _, _, _, _, _, rest @ ..] = member else {
        return None;
    };
    if flags & RESERVED != 0 {
        return None;
    }
    let mut rest = rest;
    if flags & EXTRA != 0 {
        let (length, after) = rest.split_first_chunk()?;
        rest = after.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in TEXTS {
        if flags & text != 0 {
            let end = rest.iter().position(|octet| *octet == 0)?;
            rest = rest.get(end + 1..)?;
        }
    }
    if flags & HEADER_CHECKSUM != 0 {
        rest = rest.get(2..)?;
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use flate2::{Compression, GzBuilder, read::GzDecoder};

    use super::*;

    #[test]
    fn what_is_compressed_decompresses() {
        for bytes in [Vec::new(), vec![7], vec![0; 100_000], (0..=255).collect()] {
            assert_eq!(decompress(&compress(&bytes), 100_000), Ok(bytes));
        }
    }

    #[test]
    fn others_decompress_it_and_it_is_the_same_in_every_build() {
        let bits = vec![0; 16 * 1024];
        let mut found = Vec::new();
        GzDecoder::new(&*compress(&bits)).read_to_end(&mut found).unwrap();
        assert_eq!(found, bits);
        let digest = crate::digest::Sha256Digest::of(&compress(&bits)).to_string();
        assert_eq!(
            digest,
            "e9343a661a9ca94a5ec38193ee69a4f0c0321830b4e09b6f35e479249f4fe27e"
        );
    }

    #[test]
    fn every_optional_field_is_passed_over() {
        let mut gzip = GzBuilder::new()
            .filename("list")
            .comment("bits")
            .extra([1, 2, 3])
            .mtime(1)
            .write(Vec::new(), Compression::best());
        gzip.write_all(b"content").unwrap();
        assert_eq!(decompress(&gzip.finish().unwrap(), 7), Ok(b"content".to_vec()));
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = compress(&vec![0; 1_000_000]);
        assert_eq!(
            decompress(&bomb, 999_999),
            Err(GzipError::TooLong { limit: 999_999 })
        );
        assert_eq!(
            decompress(&bomb, 1_000_000).map(|bytes| bytes.len()),
            Ok(1_000_000)
        );
    }

    #[test]
    fn other_bytes_are_refused() {
        let sound = compress(b"content");
        for length in 0..sound.len() {
            assert_eq!(
                decompress(&sound[..length], 100),
                Err(GzipError::Malformed),
                "{length} bytes"
            );
        }
        let changed = |place: usize, to: u8| {
            let mut bytes = sound.clone();
            bytes[place] = to;
            decompress(&bytes, 100)
        };
        for (place, to) in [(0, 0), (1, 0), (2, 7), (3, 0x20), (sound.len() - 4, 8)] {
            assert_eq!(changed(place, to), Err(GzipError::Malformed), "octet {place}");
        }
        let mut followed = sound.clone();
        followed.push(0);
        assert_eq!(decompress(&followed, 100), Err(GzipError::Malformed));
    }
}
