//! A scheme edition as files: `schemes/<edition>/` in the office's folder. One that this build does not know needs nothing
//! else; one that it knows is read from there where the folder is.
//!
//! | file | holds |
//! |---|---|
//! | `scheme.json` | what the edition prints and rules |
//! | `model.json` | its maturity model |
//! | `weights-*.json` | its weight sets |
//! | `requirements*.json` | its requirement catalogue, one file |
//! | `workflow.json` | the stages of its cases, unless `workflows.json` has them |

use std::path::{Path, PathBuf};

use touchstone_schemas::scheme::{
    assessment::{Assessment, AssessmentError, AssessmentFiles},
    edition::{EditionError, SchemeEdition},
};

use crate::{
    casework::{Workflow, WorkflowError},
    config::Folder,
    file::{self, FileError},
    prepare::SchemeData,
};

/// Why a scheme's files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SchemeFolderError {
    /// A file does not read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The edition's own file.
    #[error("scheme {edition}: {cause}")]
    Edition {
        /// The edition.
        edition: String,
        /// What is wrong.
        cause: EditionError,
    },
    /// What it is assessed by.
    #[error("scheme {edition}: {cause}")]
    Assessment {
        /// The edition.
        edition: String,
        /// What is wrong.
        cause: AssessmentError,
    },
    /// The stages of its cases.
    #[error("scheme {edition}: {cause}")]
    Workflow {
        /// The edition.
        edition: String,
        /// What is wrong.
        cause: WorkflowError,
    },
    /// The files of another edition.
    #[error("the folder of scheme {edition} holds {found}")]
    Other {
        /// The edition.
        edition: String,
        /// What its file says.
        found: String,
    },
    /// Not one file of a kind.
    #[error("the folder of scheme {edition} holds {found} files {name}, wanted {wanted}")]
    Count {
        /// The edition.
        edition: String,
        /// What the files are called.
        name: &'static str,
        /// Files found.
        found: usize,
        /// Files wanted.
        wanted: &'static str,
    },
}

/// What an office knows of a scheme edition.
pub(crate) struct KnownScheme {
    pub(crate) data: SchemeData,
    /// The stages of its cases, where they stand beside it.
    pub(crate) workflow: Option<Workflow>,
}

/// Reads an edition: from its folder, or as it is compiled in.
///
/// # Errors
/// [`SchemeFolderError`].
pub(crate) fn read_scheme(folder: &Folder, edition: &str) -> Result<KnownScheme, SchemeFolderError> {
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let own = folder.path().join("schemes").join(edition);
    if edition.bytes().all(plain) && own.is_dir() {
        return read_folder(&own, edition);
    }
    let by_key = SchemeEdition::by_key(edition).map_err(|cause| of_edition(edition, cause))?;
    let assessment = Assessment::by_key(edition).map_err(|cause| of_assessment(edition, cause))?;
    Ok(KnownScheme {
        data: SchemeData {
            edition: by_key,
            assessment,
        },
        workflow: None,
    })
}

fn read_folder(folder: &Path, edition: &str) -> Result<KnownScheme, SchemeFolderError> {
    let read = |name: &str| file::read(&folder.join(name));
    let data = SchemeEdition::load(&read("scheme.json")?).map_err(|cause| of_edition(edition, cause))?;
    if data.edition != edition {
        return Err(SchemeFolderError::Other {
            edition: edition.to_owned(),
            found: data.edition,
        });
    }
    let count = |name: &'static str, found: usize, wanted: &'static str| SchemeFolderError::Count {
        edition: edition.to_owned(),
        name,
        found,
        wanted,
    };
    let weights = files(folder, "weights-")?;
    if weights.is_empty() {
        return Err(count("weights-*.json", 0, "one at least"));
    }
    let weights = weights
        .iter()
        .map(|path| file::read(path))
        .collect::<Result<Vec<_>, _>>()?;
    let weights: Vec<&[u8]> = weights.iter().map(Vec::as_slice).collect();
    let catalogues = files(folder, "requirements")?;
    let [catalogue] = catalogues.as_slice() else {
        return Err(count("requirements*.json", catalogues.len(), "one"));
    };
    let assessment = Assessment::load(&AssessmentFiles {
        edition,
        model: &read("model.json")?,
        weights: &weights,
        requirements: &file::read(catalogue)?,
    });
    let workflow = folder.join("workflow.json");
    let workflow = if workflow.exists() {
        let read = Workflow::read(&file::read(&workflow)?);
        let of_workflow = |cause| SchemeFolderError::Workflow {
            edition: edition.to_owned(),
            cause,
        };
        Some(read.map_err(of_workflow)?)
    } else {
        None
    };
    Ok(KnownScheme {
        data: SchemeData {
            edition: data,
            assessment: assessment.map_err(|cause| of_assessment(edition, cause))?,
        },
        workflow,
    })
}

/// The JSON files whose names begin so, in order.
fn files(folder: &Path, begins: &str) -> Result<Vec<PathBuf>, FileError> {
    let system = |cause| FileError::System {
        path: folder.to_owned(),
        cause,
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(system)? {
        let path = entry.map_err(system)?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with(begins) && name.ends_with(".json") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn of_edition(edition: &str, cause: EditionError) -> SchemeFolderError {
    SchemeFolderError::Edition {
        edition: edition.to_owned(),
        cause,
    }
}

fn of_assessment(edition: &str, cause: AssessmentError) -> SchemeFolderError {
    SchemeFolderError::Assessment {
        edition: edition.to_owned(),
        cause,
    }
}
