//! The dictionary: typical wording, compiled in, that a text model reads before the first message.
//!
//! Edition 1 is fixed for ever: one changed character would make every printed symbol unreadable.
//! Its digest is pinned by a test; better wording is a new edition under a new format version.

use super::text::TextKind;

/// Lines of wording; a line `[kind]` says what the lines after it are.
const WORDING: &str = include_str!("../../data/qr/wording-1.txt");

/// Every text with its kind, in order.
pub(super) fn texts() -> impl Iterator<Item = (TextKind, &'static str)> {
    let mut kind = TextKind::Other;
    WORDING.lines().filter_map(move |line| match heading(line) {
        Some(named) => {
            kind = named;
            None
        }
        None => Some((kind, line)),
    })
}

fn heading(line: &str) -> Option<TextKind> {
    match line {
        "[name]" => Some(TextKind::Name),
        "[address]" => Some(TextKind::Address),
        "[scope]" => Some(TextKind::Scope),
        "[english name]" => Some(TextKind::EnglishName),
        "[english address]" => Some(TextKind::EnglishAddress),
        "[english scope]" => Some(TextKind::EnglishScope),
        "[other]" => Some(TextKind::Other),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use touchstone_schemas::digest::Sha256Digest;

    /// What printed symbols of format version 1 depend on. A digest that changed means that they no longer read:
    /// undo the change, or make a new edition under a new format version.
    #[test]
    fn what_printed_symbols_depend_on_never_changes() {
        let divisions: String = touchstone_schemas::industry::divisions()
            .map(|code| code.division_zh())
            .collect();
        let provinces: Vec<u8> = touchstone_schemas::region::PROVINCES
            .iter()
            .map(|province| province.code)
            .collect();
        let pinned: [(&[u8], &str); 6] = [
            (
                include_bytes!("../../data/qr/wording-1.txt"),
                "45146a3c174158da99502e1edeeced9211315b1b612a62335c089c1028163b00",
            ),
            (
                include_bytes!("../../data/qr/common-hanzi.bin"),
                "d9acae5a5ca444aa74f6f3bcc94a00afe79067dcd2780abd7dafa6e56051a244",
            ),
            (
                include_bytes!("../../data/qr/parameters-1.bin"),
                "0058647bc33a1f4952c486e5405c1fb99e4b98c952cf5514722d56928422ccf2",
            ),
            (
                include_bytes!("../../data/qr/template-1.json"),
                "19b4dc08a1a2f24447e45585746d05c4e37eaf8a05528866fe699c8186a12589",
            ),
            (
                divisions.as_bytes(),
                "50877841a3f47dcad4acb23de7fd0c844cf001e369bf8ea9e10e1eb6f0951f3a",
            ),
            (
                &provinces,
                "6c14f87704f58363ea1850adc2e671ec5f8d58d50c776f9d0bcb4d1fbfc20637",
            ),
        ];
        for (bytes, digest) in pinned {
            assert_eq!(Sha256Digest::of(bytes).to_string(), digest);
        }
    }
}
