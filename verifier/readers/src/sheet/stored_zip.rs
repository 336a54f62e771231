//! Parts packed into a ZIP file (APPNOTE 6.3) as they are: what a reader of workbooks is given, and how templates are
//! written.

use flate2::Crc;

/// Version of the format needed: 2.0.
const VERSION: u16 = 20;
/// 1980-01-01, the first day the format can say.
const DATE: u16 = 0x0021;
/// Bit 11: names are UTF-8.
const UTF_8: u16 = 1 << 11;

/// Packs parts; none where one is longer than the format can say.
pub(super) fn pack<'a>(parts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Option<Vec<u8>> {
    let (mut out, mut directory, mut count) = (Vec::new(), Vec::new(), 0_u16);
    for (name, bytes) in parts {
        let mut crc = Crc::new();
        crc.update(bytes);
        let size = u32::try_from(bytes.len()).ok()?;
        let offset = u32::try_from(out.len()).ok()?;
        let mut shared = Vec::new();
        for short in [VERSION, UTF_8, 0, 0, DATE] {
            shared.extend(short.to_le_bytes());
        }
        for long in [crc.sum(), size, size] {
            shared.extend(long.to_le_bytes());
        }
        shared.extend(u16::try_from(name.len()).ok()?.to_le_bytes());
        shared.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&shared);
        out.extend(name.as_bytes());
        out.extend(bytes);
        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&shared);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
        count = count.checked_add(1)?;
    }
    let start = u32::try_from(out.len()).ok()?;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(u32::try_from(directory.len()).ok()?.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    Some(out)
}
