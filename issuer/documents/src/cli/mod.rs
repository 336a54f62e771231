//! What a person or the issuer may ask of the program.

mod arguments;
mod file;
mod job;
mod run;

pub(crate) use self::arguments::Arguments;
pub(crate) use self::run::run;
