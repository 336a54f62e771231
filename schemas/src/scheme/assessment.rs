//! What an assessment under one edition works with: model, weight sets, requirements.

use super::model::{Model, ModelError};
use super::requirement::{CatalogueError, RequirementCatalogue};
use super::weights::{WeightError, WeightSet};

/// The files of one edition.
#[derive(Debug, Clone, Copy)]
pub struct AssessmentFiles<'a> {
    /// Key of the edition they belong to.
    pub edition: &'a str,
    /// The model.
    pub model: &'a [u8],
    /// The weight sets.
    pub weights: &'a [&'a [u8]],
    /// The requirement catalogue.
    pub requirements: &'a [u8],
}

/// The compiled-in ones. A body brings its own catalogue by loading these files with `requirements` replaced.
pub const ASSESSMENTS: &[AssessmentFiles<'static>] = &[AssessmentFiles {
    edition: "cmmm-2020",
    model: include_bytes!("../../data/cmmm-2020/model.json"),
    weights: &[
        include_bytes!("../../data/cmmm-2020/weights-discrete.json"),
        include_bytes!("../../data/cmmm-2020/weights-process.json"),
    ],
    requirements: include_bytes!("../../data/cmmm-2020/requirements-demo.json"),
}];

/// Why the files of an assessment do not load.
#[derive(Debug, thiserror::Error)]
pub enum AssessmentError {
    /// Not JSON of this shape.
    #[error("assessment file does not read: {0}")]
    Json(#[from] serde_json::Error),
    /// The model does not hold together.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A weight set does not fit the model.
    #[error(transparent)]
    Weights(#[from] WeightError),
    /// The catalogue does not fit the model.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// No compiled-in edition has this key.
    #[error("no assessment files for scheme edition {key:?} are known")]
    UnknownKey {
        /// The key asked for.
        key: String,
    },
}

/// Model, weight sets and requirements, checked against each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// The model.
    pub model: Model,
    /// The weight sets.
    pub weight_sets: Vec<WeightSet>,
    /// The requirements.
    pub catalogue: RequirementCatalogue,
}

impl Assessment {
    /// Reads and checks the files of one edition.
    ///
    /// # Errors
    /// [`AssessmentError`] other than `UnknownKey`.
    pub fn load(files: &AssessmentFiles<'_>) -> Result<Self, AssessmentError> {
        let model: Model = serde_json::from_slice(files.model)?;
        model.check()?;
        let mut weight_sets = Vec::new();
        for file in files.weights {
            let set: WeightSet = serde_json::from_slice(file)?;
            set.check(&model)?;
            weight_sets.push(set);
        }
        let catalogue: RequirementCatalogue = serde_json::from_slice(files.requirements)?;
        catalogue.check(&model)?;
        Ok(Self {
            model,
            weight_sets,
            catalogue,
        })
    }

    /// The compiled-in files of the edition with this key.
    ///
    /// # Errors
    /// [`AssessmentError::UnknownKey`].
    pub fn by_key(key: &str) -> Result<Self, AssessmentError> {
        let files = ASSESSMENTS.iter().find(|files| files.edition == key);
        Self::load(files.ok_or_else(|| AssessmentError::UnknownKey { key: key.to_owned() })?)
    }

    /// The weight set with this id.
    pub fn weight_set(&self, id: &str) -> Option<&WeightSet> {
        self.weight_sets.iter().find(|set| set.id == id)
    }
}
