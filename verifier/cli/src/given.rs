//! What stands on the command line to be checked: files, folders, links, numbers.

use std::path::{Path, PathBuf};

use touchstone_schemas::credential::CredentialNumber;
use touchstone_verifier::document::DocumentForm;

use crate::error::Error;

/// Most files of one run (policy: the suppliers of a large company).
const MOST_FILES: usize = 10_000;
/// Deepest folder within a folder that is looked into.
const DEEPEST: usize = 16;

/// One thing to be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// Standard input.
    Input,
    /// A link or the digits of a code: the certificate itself.
    Payload(String),
    /// An address to fetch it from.
    Url(String),
    /// A number, where there is no file of that name.
    Number(CredentialNumber),
    /// A file.
    File(PathBuf),
}

impl Given {
    /// By its looks.
    pub(crate) fn of(place: &str) -> Self {
        match DocumentForm::of(place) {
            _ if place == "-" => Self::Input,
            DocumentForm::Payload(payload) if !payload.is_empty() => Self::Payload(place.to_owned()),
            DocumentForm::Payload(_) => Self::Url(place.to_owned()),
            DocumentForm::Json(_) => {
                let path = Path::new(place);
                let number = CredentialNumber::parse(&CredentialNumber::normalize(place)).ok();
                let has_digit = place.bytes().any(|byte| byte.is_ascii_digit());
                match number.filter(|_| has_digit && !path.exists()) {
                    Some(number) => Self::Number(number),
                    None => Self::File(path.to_owned()),
                }
            }
        }
    }

    /// How the answer names it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Input => "-".to_owned(),
            Self::Payload(place) | Self::Url(place) => place.clone(),
            Self::Number(number) => number.to_string(),
            Self::File(path) => path.display().to_string(),
        }
    }
}

/// Everything that was given: one thing, or many. Folders stand for the files in them, in the order of their names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    One(Given),
    Many(Vec<Given>),
}

/// Reads the places of the command line.
pub(crate) fn asked(places: &[String]) -> Result<Asked, Error> {
    let is_folder = |place: &String| Path::new(place).is_dir();
    if let [place] = places
        && !is_folder(place)
    {
        return Ok(Asked::One(Given::of(place)));
    }
    let mut given = Vec::new();
    for place in places {
        if is_folder(place) {
            files(Path::new(place), 0, &mut given)?;
        } else {
            given.push(Given::of(place));
        }
    }
    if given.len() > MOST_FILES {
        return Err(Error::TooMany { limit: MOST_FILES });
    }
    Ok(Asked::Many(given))
}

/// The files of a folder and of those below; hidden ones are passed over, links are not followed.
fn files(folder: &Path, depth: usize, given: &mut Vec<Given>) -> Result<(), Error> {
    let fails = |source| Error::File {
        path: folder.to_owned(),
        source,
    };
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .and_then(Iterator::collect::<std::io::Result<_>>)
        .map_err(fails)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        let kind = entry.file_type().map_err(fails)?;
        if hidden {
            continue;
        }
        if kind.is_dir() && depth < DEEPEST {
            files(&entry.path(), depth + 1, given)?;
        } else if kind.is_file() {
            given.push(Given::File(entry.path()));
        }
        if given.len() > MOST_FILES {
            return Err(Error::TooMany { limit: MOST_FILES });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_digits_numbers_and_files_are_told_apart() {
        let digits = "12345678901234567890";
        let link = format!("https://registry.example/v#{digits}");
        assert_eq!(Given::of(&link), Given::Payload(link.clone()));
        assert_eq!(Given::of(digits), Given::Payload(digits.to_owned()));
        let record = "https://registry.example/certificates/CQC26ZNZ000123R0";
        assert_eq!(Given::of(record), Given::Url(record.to_owned()));
        assert_eq!(Given::of("cqc26 znz000123r0").name(), "CQC26ZNZ000123R0");
        assert_eq!(
            Given::of("certificate.json"),
            Given::File("certificate.json".into())
        );
        assert_eq!(Given::of("-"), Given::Input);
        assert!(matches!(
            asked(&["a.pdf".to_owned()]),
            Ok(Asked::One(Given::File(_)))
        ));
        assert!(
            matches!(asked(&["a".to_owned(), "b".to_owned()]), Ok(Asked::Many(given)) if given.len() == 2)
        );
    }
}
