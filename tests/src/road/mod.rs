//! The whole road driven as a user would drive it: the built programs, their command lines, their HTTP.
//!
//! A [`Road`] is a registry and a certification body's office in a temporary folder, with passphrases, keys and a
//! trust list made for this one run.

pub mod absent;
mod browser;
mod casework;
mod check;
mod facts;
mod folder;
mod house;
mod issuing;
mod measures;
mod office;
mod page;
mod papers;
mod program;
pub mod samples;
mod staff;
pub mod states;

pub use browser::{Browser, npm_modules, page_in_browser, run_browser};
pub use check::{Checked, Checker, node};
pub use folder::TempFolder;
pub use house::{Road, RoadPlan};
pub use issuing::{Issued, REFUSED};
pub use office::OfficeAtWork;
pub use page::{dist, package, page_with_pin};
pub use program::{Finished, Process, program, workspace};

/// Whatever went wrong on the road, told to a person.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
