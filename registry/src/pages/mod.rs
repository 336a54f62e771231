//! Pages for people, zh-CN first with English beside. They work without script.

mod catalogue;
mod certificate;
mod changes;
mod chart;
mod coverage;
mod directory;
mod firms;
pub mod footer;
pub(crate) mod label;
mod problem;
mod statement;
mod statistics;
mod surveillance;
mod verify;

pub use catalogue::{Bilingual, Catalogue};
pub use certificate::certificate;
pub use changes::{Feed, FeedForm};
pub use coverage::Coverage;
pub use directory::directory;
pub use firms::{FirmRow, FirmsPage, firms, firms_json};
pub use problem::problem;
pub use statement::{StatementAbout, absence, absence_json, statement};
pub use statistics::{Language, statistics};
pub use surveillance::worklist;
pub use verify::{Visitor, answer, form, not_here};

/// The style of these pages.
pub const STYLE: &str = include_str!("../../assets/registry.css");
