//! The maturity model: capability elements, domains and sub-domains as a tree, and how scores become a grade.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Bilingual;
use super::confidence::ConfidenceRule;
use super::ratio::Ratio;
use super::requirement::Value;

/// A model as its file has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// What the whole tree measures.
    pub name: Bilingual,
    /// How scores become a grade.
    pub scoring: ScoringRule,
    /// How the bases of scores become a confidence grade.
    pub confidence: ConfidenceRule,
    /// The elements 能力要素.
    pub nodes: Vec<Node>,
}

/// An element 能力要素, domain 能力域 or, when it has no children, sub-domain 能力子域.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Node {
    /// Stable ASCII id, its parent's with one more part: `manufacturing.design`.
    pub id: String,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Whether tailoring may cut it where it does not apply.
    #[serde(default)]
    pub may_be_cut: bool,
    /// What it is made of.
    #[serde(default)]
    pub children: Vec<Self>,
}

/// How scores become a grade.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ScoringRule {
    /// What each finding on a requirement counts.
    values: BTreeMap<Value, Ratio>,
    /// A level is met from this score on.
    pub level_met_from: Ratio,
    /// Bands of the total, lowest first.
    pub bands: Vec<Band>,
    /// How sure the rule is.
    pub remark: Option<String>,
}

/// A total from `from` on, and below the next band, is this level.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The level.
    pub level: u8,
    /// Least total.
    pub from: Ratio,
}

/// Why a model does not hold together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Two nodes have one id.
    #[error("model has two nodes {id:?}")]
    DuplicateNode {
        /// The id.
        id: String,
    },
    /// A finding has no value.
    #[error("model gives no value to the finding {value:?}")]
    ValueMissing {
        /// The finding.
        value: Value,
    },
    /// Bands are not levels 1, 2, 3… with rising bounds.
    #[error("band {position} is not level {position} with a bound above the band before")]
    Band {
        /// Its place, from 1.
        position: usize,
    },
}

impl ScoringRule {
    /// What a finding counts.
    pub fn value(&self, finding: Value) -> Ratio {
        // `Model::check` found every finding.
        self.values.get(&finding).copied().unwrap_or(Ratio::ZERO)
    }

    /// The level of a total; `None` below the lowest band.
    pub fn band(&self, total: Ratio) -> Option<u8> {
        self.bands
            .iter()
            .rev()
            .find(|band| total >= band.from)
            .map(|band| band.level)
    }
}

impl Model {
    /// Checks what the shape of the file does not.
    ///
    /// # Errors
    /// [`ModelError`].
    pub fn check(&self) -> Result<(), ModelError> {
        let mut ids: Vec<&str> = self.all().iter().map(|node| node.id.as_str()).collect();
        ids.sort_unstable();
        if let Some((id, _)) = ids.iter().zip(ids.iter().skip(1)).find(|(one, next)| one == next) {
            return Err(ModelError::DuplicateNode { id: (*id).to_owned() });
        }
        if let Some(value) = Value::ALL
            .into_iter()
            .find(|value| !self.scoring.values.contains_key(value))
        {
            return Err(ModelError::ValueMissing { value });
        }
        let mut bound = Ratio::ZERO;
        for (position, band) in (1..).zip(&self.scoring.bands) {
            if usize::from(band.level) != position || band.from <= bound {
                return Err(ModelError::Band { position });
            }
            bound = band.from;
        }
        Ok(())
    }

    /// Every node, each before its children.
    pub fn all(&self) -> Vec<&Node> {
        let mut nodes = Vec::new();
        for node in &self.nodes {
            node.gather(&mut nodes);
        }
        nodes
    }

    /// The node with this id.
    pub fn find(&self, id: &str) -> Option<&Node> {
        self.all().into_iter().find(|node| node.id == id)
    }

    /// The highest level.
    pub fn highest_level(&self) -> u8 {
        self.scoring.bands.last().map_or(0, |band| band.level)
    }
}

impl Node {
    /// Whether it is a sub-domain, which carries requirements.
    pub fn is_sub_domain(&self) -> bool {
        self.children.is_empty()
    }

    fn gather<'a>(&'a self, nodes: &mut Vec<&'a Self>) {
        nodes.push(self);
        for child in &self.children {
            child.gather(nodes);
        }
    }
}
