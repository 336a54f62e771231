//! Where the next page of a search begins. The newest certificates come first and the log only grows, so a page keeps
//! its place however many are added meanwhile.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use touchstone_schemas::digest::Sha256Digest;

use super::Query;

/// Bytes of the search's digest that a cursor carries.
const DIGEST_BYTES: usize = 8;

/// Behind the certificate with this index in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor(pub u64);

/// Why a text is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CursorError {
    /// Not of our making.
    #[error("wanted the `next` of a page before")]
    Form,
    /// Of another search.
    #[error("it is of another search")]
    OtherSearch,
}

impl Cursor {
    /// Reads a cursor of a search.
    ///
    /// # Errors
    /// [`CursorError`].
    pub fn read(text: &str, query: &Query) -> Result<Self, CursorError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| CursorError::Form)?;
        let (index, of) = bytes.split_first_chunk().ok_or(CursorError::Form)?;
        if of.len() != DIGEST_BYTES {
            return Err(CursorError::Form);
        }
        if *of != digest(query) {
            return Err(CursorError::OtherSearch);
        }
        Ok(Self(u64::from_be_bytes(*index)))
    }

    /// Its text.
    #[must_use]
    pub fn text(self, query: &Query) -> String {
        let mut bytes = self.0.to_be_bytes().to_vec();
        bytes.extend(digest(query));
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

fn digest(query: &Query) -> [u8; DIGEST_BYTES] {
    let digest = Sha256Digest::of(query.address().as_bytes());
    digest.as_bytes().first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_of_one_search_alone() {
        let (all, third) = (
            Query::default(),
            Query {
                province: Some(44),
                ..Query::default()
            },
        );
        let text = Cursor(7).text(&all);
        assert_eq!(Cursor::read(&text, &all), Ok(Cursor(7)));
        assert_eq!(Cursor::read(&text, &third), Err(CursorError::OtherSearch));
        for bad in ["", "~", "AAAA", &format!("{text}AAAA")] {
            assert_eq!(Cursor::read(bad, &all), Err(CursorError::Form), "{bad}");
        }
    }
}
