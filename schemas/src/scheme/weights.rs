//! Weight sets: what share of its parent each node of the model is.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::Bilingual;
use super::model::{Model, Node};

/// The sum of the weights at every node, in per cent.
const WHOLE: u64 = 100;

/// How far a weight set may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WeightStatus {
    /// Compared with the standard's tables.
    Confirmed,
    /// Complete, not compared with the standard's tables.
    TestIssuingOnly,
    /// Some splits are not known.
    Incomplete,
}

/// Whether certificates are issued in earnest or under a test root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issuing {
    /// In earnest.
    Real,
    /// Under a test root, marked as demonstration.
    Test,
}

/// Weights in per cent by child; `None` where the split is not known.
type Split = Option<BTreeMap<String, u32>>;

/// A weight set as its file has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightSet {
    /// Its id: `discrete`.
    pub id: String,
    /// What kind of manufacturing it is for.
    pub name: Bilingual,
    /// How far it may be used.
    pub status: WeightStatus,
    /// How sure it is.
    pub remark: Option<String>,
    /// Nodes of the model that are not part of this set.
    #[serde(default)]
    pub omits: BTreeSet<String>,
    top: Split,
    inside: BTreeMap<String, Split>,
}

/// Why a weight set does not fit its model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeightError {
    /// An id the model does not have at this place.
    #[error("weight set {set:?} names {node:?}, which the model does not have there")]
    UnknownNode {
        /// The weight set.
        set: String,
        /// The id.
        node: String,
    },
    /// A node of the model is neither weighted nor omitted.
    #[error("weight set {set:?} has no weight for {node:?}")]
    WeightMissing {
        /// The weight set.
        set: String,
        /// The node.
        node: String,
    },
    /// An inner node's split is not listed, not even as unknown.
    #[error("weight set {set:?} does not list the split inside {node:?}")]
    SplitMissing {
        /// The weight set.
        set: String,
        /// The node.
        node: String,
    },
    /// The weights at a node do not sum to 100.
    #[error("weights of set {set:?} inside {node:?} sum to {found}, not 100")]
    Sum {
        /// The weight set.
        set: String,
        /// The node; `top` for the elements.
        node: String,
        /// The sum.
        found: u64,
    },
    /// The status says complete where splits are unknown, or the reverse.
    #[error("weight set {set:?} is marked {status:?} with {unknown} unknown splits")]
    Status {
        /// The weight set.
        set: String,
        /// Its status.
        status: WeightStatus,
        /// Splits not known.
        unknown: usize,
    },
}

/// Why a weight set may not be scored with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeightRefusal {
    /// Splits are unknown.
    #[error("weight set {set:?} is incomplete: the split inside {} is not known", nodes.join(", "))]
    Incomplete {
        /// The weight set.
        set: String,
        /// Nodes whose split is unknown; `top` for the elements.
        nodes: Vec<String>,
    },
    /// Complete, but not confirmed from the standard.
    #[error("weight set {set:?} is for test issuing only until it is confirmed from the standard")]
    NotConfirmed {
        /// The weight set.
        set: String,
    },
}

/// A weight set that is complete and admitted for its use. Only [`WeightSet::admit`] makes one.
#[derive(Debug, Clone, Copy)]
pub struct AdmittedWeights<'a>(&'a WeightSet);

impl AdmittedWeights<'_> {
    /// Weight in per cent of `child` inside `parent` (`None`: at the top); `None` when the set omits it.
    pub fn weight(&self, parent: Option<&Node>, child: &Node) -> Option<u32> {
        self.0.split(parent)?.as_ref()?.get(&child.id).copied()
    }
}

impl WeightSet {
    fn split(&self, parent: Option<&Node>) -> Option<&Split> {
        match parent {
            None => Some(&self.top),
            Some(node) => self.inside.get(&node.id),
        }
    }

    /// Checks the set against its model: every node weighted or omitted, sums of 100, status true.
    ///
    /// # Errors
    /// The first [`WeightError`].
    pub fn check(&self, model: &Model) -> Result<(), WeightError> {
        let known: BTreeSet<&str> = model.all().iter().map(|node| node.id.as_str()).collect();
        if let Some(node) = self
            .inside
            .keys()
            .chain(&self.omits)
            .find(|id| !known.contains(id.as_str()))
        {
            return Err(WeightError::UnknownNode {
                set: self.id.clone(),
                node: node.clone(),
            });
        }
        self.check_split(None, &model.nodes)?;
        for node in model.all() {
            if !node.is_sub_domain() && !self.omits.contains(&node.id) {
                self.check_split(Some(node), &node.children)?;
            }
        }
        let unknown = self.unknown().len();
        if (self.status == WeightStatus::Incomplete) == (unknown > 0) {
            Ok(())
        } else {
            Err(WeightError::Status {
                set: self.id.clone(),
                status: self.status,
                unknown,
            })
        }
    }

    fn check_split(&self, parent: Option<&Node>, children: &[Node]) -> Result<(), WeightError> {
        let set = self.id.clone();
        let name = parent.map_or("top", |node| node.id.as_str()).to_owned();
        let Some(split) = self.split(parent) else {
            return Err(WeightError::SplitMissing { set, node: name });
        };
        let Some(weights) = split else {
            return Ok(());
        };
        let expected = |id: &str| children.iter().any(|child| child.id == id) && !self.omits.contains(id);
        if let Some(node) = weights.keys().find(|id| !expected(id)) {
            return Err(WeightError::UnknownNode {
                set,
                node: node.clone(),
            });
        }
        let missing = |child: &&Node| !weights.contains_key(&child.id) && !self.omits.contains(&child.id);
        if let Some(child) = children.iter().find(missing) {
            return Err(WeightError::WeightMissing {
                set,
                node: child.id.clone(),
            });
        }
        let found = weights.values().map(|weight| u64::from(*weight)).sum();
        if found == WHOLE {
            Ok(())
        } else {
            Err(WeightError::Sum {
                set,
                node: name,
                found,
            })
        }
    }

    fn unknown(&self) -> Vec<String> {
        let top = self.top.is_none().then(|| "top".to_owned());
        let inside = self
            .inside
            .iter()
            .filter(|(_, split)| split.is_none())
            .map(|(node, _)| node.clone());
        top.into_iter().chain(inside).collect()
    }

    /// Admits the set for scoring: it must be complete, and confirmed where certificates are real.
    ///
    /// # Errors
    /// [`WeightRefusal`].
    pub fn admit(&self, issuing: Issuing) -> Result<AdmittedWeights<'_>, WeightRefusal> {
        let set = self.id.clone();
        match (self.status, issuing) {
            (WeightStatus::Confirmed, _) | (WeightStatus::TestIssuingOnly, Issuing::Test) => {
                Ok(AdmittedWeights(self))
            }
            (WeightStatus::TestIssuingOnly, Issuing::Real) => Err(WeightRefusal::NotConfirmed { set }),
            (WeightStatus::Incomplete, _) => Err(WeightRefusal::Incomplete {
                set,
                nodes: self.unknown(),
            }),
        }
    }
}
