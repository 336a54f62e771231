//! Lines of CSV (RFC 4180) that a spreadsheet opens as what they are.

/// What a file begins with: without it the spreadsheets in use take Chinese for another encoding.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Writes a line. A cell that a spreadsheet would compute (`=`, `+`, `-`, `@`) is set behind an apostrophe, so that a
/// name runs nothing on the desk of whoever opens the file (THREATS T29).
pub(crate) fn push_line<T: AsRef<str>>(out: &mut String, cells: impl IntoIterator<Item = T>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        push_cell(out, cell.as_ref());
    }
    out.push_str("\r\n");
}

fn push_cell(out: &mut String, cell: &str) {
    let computed = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let quoted = computed || cell.contains(['"', ',', '\r', '\n']);
    if !quoted {
        out.push_str(cell);
        return;
    }
    out.push('"');
    if computed {
        out.push('\'');
    }
    for character in cell.chars() {
        if character == '"' {
            out.push('"');
        }
        out.push(character);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_computed() {
        let mut out = String::new();
        push_line(
            &mut out,
            [
                "plain",
                "a,b",
                "say \"x\"",
                "=1+1",
                "@sum",
                "-2",
                "\t=1",
                "two\nlines",
                "＝1",
                "",
            ],
        );
        assert_eq!(
            out,
            "plain,\"a,b\",\"say \"\"x\"\"\",\"'=1+1\",\"'@sum\",\"'-2\",\"'\t=1\",\"two\nlines\",\"'＝1\",\r\n"
        );
    }
}
