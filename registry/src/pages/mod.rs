//! Pages for people, zh-CN first with English beside. They work without script.

mod catalogue;
mod certificate;
mod label;
mod verify;

pub use catalogue::{Bilingual, Catalogue};
pub use certificate::certificate;
pub use verify::{Visitor, answer, form, not_here};

/// The style of these pages.
pub const STYLE: &str = include_str!("../../assets/registry.css");
