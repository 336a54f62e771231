//! Sizes and indices as C2SP texts write them: ASCII decimal, no leading zero but in `0` itself.

/// Reads a decimal `u64`. `None` when the text is empty, has a sign, a leading zero, another character, or does not fit.
pub(super) fn parse(text: &str) -> Option<u64> {
    let value: u64 = text.parse().ok()?;
    // `parse` takes `+1` and `007`, the specifications do not.
    (value.to_string() == text).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_spelling_is_read() {
        assert_eq!(parse("0"), Some(0));
        assert_eq!(parse("18446744073709551615"), Some(u64::MAX));
        for other in [
            "",
            "00",
            "01",
            "+1",
            "-1",
            " 1",
            "1 ",
            "1_0",
            "0x1",
            "١",
            "18446744073709551616",
        ] {
            assert_eq!(parse(other), None, "{other:?}");
        }
    }
}
