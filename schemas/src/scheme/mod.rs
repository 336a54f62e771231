//! Schemes as data: what an edition prints and rules, its maturity model, and the grade that follows from scores.
//!
//! Everything here is read from files, and trusted: those under `data/<edition>/`, compiled in by a line in
//! [`edition::EDITIONS`] and [`assessment::ASSESSMENTS`], or those of a folder that an office was given. The two lists are
//! apart so that a program that only prints or reads certificates does not carry the models.

pub mod assessment;
pub mod confidence;
pub mod edition;
pub mod model;
pub mod number;
pub mod ratio;
pub mod requirement;
pub mod scoring;
pub mod sheet;
pub mod weights;

use serde::Deserialize;

/// A text of the scheme in both languages. Where only one is binding it is the Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Chinese, as printed.
    pub zh: String,
    /// English.
    pub en: String,
}
