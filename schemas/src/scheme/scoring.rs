//! From a score sheet to a grade, in exact fractions (GB/T 39117-2020; DOMAIN §1).
//!
//! A sub-domain's score at a level is the mean of its requirements there; domains, elements and the level are
//! weighted means of what they are made of. What has no requirements at a level, is omitted by the weight set or
//! cut by tailoring is left out and its siblings share its weight. Levels are taken from the first: a met one
//! counts 1 in the total, the first unmet one counts its score, and there counting stops.

use std::collections::{BTreeMap, BTreeSet};

use super::assessment::Assessment;
use super::model::Node;
use super::ratio::{Ratio, RatioError};
use super::requirement::{Basis, Requirement};
use super::sheet::{Score, ScoreSheet, SheetFault, read_tailoring};
use super::weights::{AdmittedWeights, Issuing, WeightRefusal};

/// Why no grade follows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScoringError {
    /// The edition has no such weight set.
    #[error("no weight set {id:?} is known")]
    UnknownWeightSet {
        /// The id.
        id: String,
    },
    /// The weight set may not be used so.
    #[error(transparent)]
    Weights(#[from] WeightRefusal),
    /// A demonstration catalogue serves no real issuing.
    #[error("requirement catalogue {catalogue:?} is for demonstration only")]
    DemonstrationCatalogue {
        /// The catalogue.
        catalogue: String,
    },
    /// Everything wrong with the sheet.
    #[error("score sheet has {} faults: {}", faults.len(), join(faults))]
    Sheet {
        /// The faults, none left out.
        faults: Vec<SheetFault>,
    },
    /// Nothing assessed has a requirement at this level.
    #[error("nothing that is assessed has a requirement at level {level}")]
    EmptyLevel {
        /// The level.
        level: u8,
    },
    /// The fractions outgrow their terms.
    #[error(transparent)]
    Ratio(#[from] RatioError),
}

fn join(faults: &[SheetFault]) -> String {
    faults
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

/// How a level enters the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LevelOutcome {
    /// Met: counts 1.
    Met,
    /// The first one not met: counts its score.
    FirstUnmet,
    /// Above the first unmet one: does not count.
    NotCounted,
}

/// The score of one level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelScore {
    /// The level.
    pub level: u8,
    /// Its score, 0 to 1.
    pub score: Ratio,
    /// How it enters the total.
    pub outcome: LevelOutcome,
    /// Scores of elements, domains and sub-domains by id; what is left out at this level is absent.
    pub nodes: BTreeMap<String, Ratio>,
}

/// What follows from a score sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    /// The level reached; `None` below the first.
    pub level: Option<u8>,
    /// The total S.
    pub total: Ratio,
    /// The levels scored, 1 first.
    pub levels: Vec<LevelScore>,
    /// Code of the confidence grade.
    pub confidence: Option<String>,
}

impl Grade {
    /// A level that was decided on when a certificate was issued on paper, of which no scores are at hand.
    #[must_use]
    pub fn on_paper(level: u8) -> Self {
        Self {
            level: Some(level),
            total: Ratio::whole(u32::from(level)),
            levels: Vec::new(),
            confidence: None,
        }
    }
}

impl Assessment {
    /// The grade that follows from a sheet.
    ///
    /// Levels with any finding must be complete, and so must all below them and the one above as long as every
    /// level scored is met.
    ///
    /// # Errors
    /// [`ScoringError`]; a faulty sheet with all its faults.
    pub fn grade(&self, sheet: &ScoreSheet, issuing: Issuing) -> Result<Grade, ScoringError> {
        let unknown = || ScoringError::UnknownWeightSet {
            id: sheet.weight_set.clone(),
        };
        let weights = self
            .weight_set(&sheet.weight_set)
            .ok_or_else(unknown)?
            .admit(issuing)?;
        if self.catalogue.demonstration && issuing == Issuing::Real {
            return Err(ScoringError::DemonstrationCatalogue {
                catalogue: self.catalogue.id.clone(),
            });
        }
        let scoring = Scoring::new(self, weights, sheet)?;
        let mut levels = Vec::new();
        let mut total = Ratio::ZERO;
        let mut counting = true;
        for level in 1..=self.model.highest_level() {
            if level > scoring.highest_scored {
                // Everything so far is met, so this level decides; or counting has stopped, and nothing is lost.
                if counting {
                    scoring.complete(level)?;
                }
                break;
            }
            let mut nodes = BTreeMap::new();
            let score = scoring.mean(None, &self.model.nodes, level, &mut nodes)?;
            let score = score.ok_or(ScoringError::EmptyLevel { level })?;
            let met = score >= self.model.scoring.level_met_from;
            let (outcome, counts) = match (counting, met) {
                (true, true) => (LevelOutcome::Met, Ratio::ONE),
                (true, false) => (LevelOutcome::FirstUnmet, score),
                (false, _) => (LevelOutcome::NotCounted, Ratio::ZERO),
            };
            total = total.plus(counts)?;
            counting = counting && met;
            levels.push(LevelScore {
                level,
                score,
                outcome,
                nodes,
            });
        }
        let bases = scoring.counted_bases(&levels);
        let confidence = self
            .model
            .confidence
            .grade(&bases)?
            .map(|grade| grade.code.clone());
        Ok(Grade {
            level: self.model.scoring.band(total),
            total,
            levels,
            confidence,
        })
    }
}

/// A sheet checked against its assessment.
struct Scoring<'a> {
    assessment: &'a Assessment,
    weights: AdmittedWeights<'a>,
    findings: BTreeMap<&'a str, &'a Score>,
    /// Sub-domains neither cut nor omitted.
    assessed: BTreeSet<&'a str>,
    cut: BTreeSet<&'a str>,
    highest_scored: u8,
}

impl<'a> Scoring<'a> {
    fn new(
        assessment: &'a Assessment,
        weights: AdmittedWeights<'a>,
        sheet: &'a ScoreSheet,
    ) -> Result<Self, ScoringError> {
        let mut faults = Vec::new();
        let cut = read_tailoring(&assessment.model, &sheet.tailoring, &mut faults);
        let mut scoring = Self {
            assessment,
            weights,
            findings: BTreeMap::new(),
            assessed: BTreeSet::new(),
            cut,
            highest_scored: 0,
        };
        scoring.gather_assessed(None, &assessment.model.nodes);
        scoring.read_scores(&sheet.scores, &mut faults);
        for level in 1..=scoring.highest_scored.max(1) {
            faults.extend(scoring.not_scored(level));
        }
        if faults.is_empty() {
            Ok(scoring)
        } else {
            Err(ScoringError::Sheet { faults })
        }
    }

    fn gather_assessed(&mut self, parent: Option<&Node>, children: &'a [Node]) {
        for child in children {
            if self.weight(parent, child).is_none() {
                continue;
            }
            if child.is_sub_domain() {
                self.assessed.insert(&child.id);
            } else {
                self.gather_assessed(Some(child), &child.children);
            }
        }
    }

    fn read_scores(&mut self, scores: &'a [Score], faults: &mut Vec<SheetFault>) {
        let known: BTreeMap<&str, &Requirement> = self
            .assessment
            .catalogue
            .requirements
            .iter()
            .map(|known| (known.id.as_str(), known))
            .collect();
        for score in scores {
            let requirement = score.requirement.clone();
            match known.get(score.requirement.as_str()) {
                None => faults.push(SheetFault::UnknownRequirement { requirement }),
                Some(found) if !self.assessed.contains(found.sub_domain.as_str()) => {
                    faults.push(SheetFault::NotAssessed {
                        requirement,
                        sub_domain: found.sub_domain.clone(),
                    });
                }
                Some(found) => {
                    self.highest_scored = self.highest_scored.max(found.level);
                    if self.findings.insert(&score.requirement, score).is_some() {
                        faults.push(SheetFault::ScoredTwice { requirement });
                    }
                }
            }
        }
    }

    /// Weight of a node among its siblings; `None` when it is omitted or cut.
    fn weight(&self, parent: Option<&Node>, child: &Node) -> Option<u32> {
        self.weights
            .weight(parent, child)
            .filter(|_| !self.cut.contains(child.id.as_str()))
    }

    fn not_scored(&self, level: u8) -> Vec<SheetFault> {
        let wanted = |requirement: &&Requirement| {
            requirement.level == level
                && self.assessed.contains(requirement.sub_domain.as_str())
                && !self.findings.contains_key(requirement.id.as_str())
        };
        let missing = self.assessment.catalogue.requirements.iter().filter(wanted);
        missing
            .map(|missing| SheetFault::NotScored {
                requirement: missing.id.clone(),
            })
            .collect()
    }

    /// Refuses the sheet where `level`, which has no findings, decides the grade.
    fn complete(&self, level: u8) -> Result<(), ScoringError> {
        let faults = self.not_scored(level);
        if faults.is_empty() {
            Err(ScoringError::EmptyLevel { level })
        } else {
            Err(ScoringError::Sheet { faults })
        }
    }

    fn score(
        &self,
        node: &Node,
        level: u8,
        nodes: &mut BTreeMap<String, Ratio>,
    ) -> Result<Option<Ratio>, RatioError> {
        let score = if node.is_sub_domain() {
            self.requirement_mean(&node.id, level)?
        } else {
            self.mean(Some(node), &node.children, level, nodes)?
        };
        if let Some(score) = score {
            nodes.insert(node.id.clone(), score);
        }
        Ok(score)
    }

    /// The weighted mean of what has a score at this level.
    fn mean(
        &self,
        parent: Option<&Node>,
        children: &[Node],
        level: u8,
        nodes: &mut BTreeMap<String, Ratio>,
    ) -> Result<Option<Ratio>, RatioError> {
        let (mut sum, mut whole) = (Ratio::ZERO, Ratio::ZERO);
        for child in children {
            let Some(weight) = self.weight(parent, child).map(Ratio::whole) else {
                continue;
            };
            if let Some(score) = self.score(child, level, nodes)? {
                sum = sum.plus(weight.times(score)?)?;
                whole = whole.plus(weight)?;
            }
        }
        if whole == Ratio::ZERO {
            Ok(None)
        } else {
            sum.divided_by(whole).map(Some)
        }
    }

    fn requirement_mean(&self, sub_domain: &str, level: u8) -> Result<Option<Ratio>, RatioError> {
        let (mut sum, mut count) = (Ratio::ZERO, Ratio::ZERO);
        for requirement in self.assessment.catalogue.at(sub_domain, level) {
            // `new` found every finding of a level that is scored.
            if let Some(score) = self.findings.get(requirement.id.as_str()) {
                sum = sum.plus(self.assessment.model.scoring.value(score.value))?;
            }
            count = count.plus(Ratio::ONE)?;
        }
        if count == Ratio::ZERO {
            Ok(None)
        } else {
            sum.divided_by(count).map(Some)
        }
    }

    fn counted_bases(&self, levels: &[LevelScore]) -> Vec<Basis> {
        let highest = levels
            .iter()
            .filter(|level| level.outcome != LevelOutcome::NotCounted)
            .count();
        let requirements = self.assessment.catalogue.requirements.iter();
        requirements
            .filter(|requirement| usize::from(requirement.level) <= highest)
            .filter_map(|requirement| self.findings.get(requirement.id.as_str()))
            .map(|score| score.basis)
            .collect()
    }
}
