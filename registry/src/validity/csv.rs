//! Comma-separated values (RFC 4180), read row by row so that one bad row spoils no other.

use std::{iter::Peekable, str::Chars};

/// Why a row cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsvFault {
    /// A quote that neither opens a cell nor closes one.
    #[error("a quote stands inside a cell; RFC 4180 wants the whole cell quoted and the quote doubled")]
    Quote,
    /// The text ends inside a quoted cell.
    #[error("the text ends inside a quoted cell")]
    Unterminated,
}

/// Rows of a text. A line may end in CRLF, LF or CR.
pub(super) struct CsvRows<'a>(Peekable<Chars<'a>>);

impl<'a> CsvRows<'a> {
    /// Reads a text; the byte order mark that spreadsheets write is skipped.
    pub(super) fn of(text: &'a str) -> Self {
        Self(text.strip_prefix('\u{feff}').unwrap_or(text).chars().peekable())
    }

    fn line_ends(&mut self) -> bool {
        match self.0.peek() {
            Some('\r') => {
                self.0.next();
                self.0.next_if_eq(&'\n');
                true
            }
            Some('\n') => {
                self.0.next();
                true
            }
            None => true,
            Some(_) => false,
        }
    }

    fn skip_line(&mut self) {
        while !self.line_ends() {
            self.0.next();
        }
    }

    fn cell(&mut self) -> Result<String, CsvFault> {
        let mut cell = String::new();
        if self.0.next_if_eq(&'"').is_some() {
            let begun = self.0.clone();
            loop {
                match self.0.next() {
                    Some('"') if self.0.next_if_eq(&'"').is_some() => cell.push('"'),
                    Some('"') => break,
                    Some(other) => cell.push(other),
                    None => {
                        // What is not closed costs its own line alone.
                        self.0 = begun;
                        return Err(CsvFault::Unterminated);
                    }
                }
            }
            return match self.0.peek() {
                None | Some(',' | '\r' | '\n') => Ok(cell),
                Some(_) => Err(CsvFault::Quote),
            };
        }
        while let Some(next) = self.0.next_if(|next| !matches!(next, ',' | '\r' | '\n')) {
            if next == '"' {
                return Err(CsvFault::Quote);
            }
            cell.push(next);
        }
        Ok(cell)
    }
}

impl Iterator for CsvRows<'_> {
    type Item = Result<Vec<String>, CsvFault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.peek()?;
        let mut cells = Vec::new();
        loop {
            match self.cell() {
                Ok(cell) => cells.push(cell),
                Err(fault) => {
                    self.skip_line();
                    return Some(Err(fault));
                }
            }
            if self.0.next_if_eq(&',').is_none() {
                // A cell ends at a comma or where its line does.
                self.skip_line();
                return Some(Ok(cells));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_as_rfc_4180_has_them() {
        let read: Vec<_> = CsvRows::of("\u{feff}a,\"b,\"\"c\"\"\"\r\n\n\"two\nlines\",x\rlast").collect();
        let row = |cells: &[&str]| Ok(cells.iter().map(|cell| (*cell).to_owned()).collect());
        assert_eq!(
            read,
            [
                row(&["a", "b,\"c\""]),
                row(&[""]),
                row(&["two\nlines", "x"]),
                row(&["last"])
            ]
        );
        assert_eq!(CsvRows::of("").count(), 0);
        assert_eq!(CsvRows::of("a\n").count(), 1);
    }

    #[test]
    fn a_bad_row_spoils_no_other() {
        let read: Vec<_> = CsvRows::of("a\"b,c\nfine\n\"x\"y\nfine,\n\"open\nend").collect();
        assert!(matches!(read[0], Err(CsvFault::Quote)));
        assert_eq!(read[1], Ok(vec!["fine".to_owned()]));
        assert!(matches!(read[2], Err(CsvFault::Quote)));
        assert_eq!(read[3], Ok(vec!["fine".to_owned(), String::new()]));
        assert_eq!(
            read[4..],
            [Err(CsvFault::Unterminated), Ok(vec!["end".to_owned()])]
        );
    }
}
