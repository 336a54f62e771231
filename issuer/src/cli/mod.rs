//! Arguments, and what each command prints. Exit codes: 0 done, 1 could not be done, 2 refused by a rule, 64 usage.

mod arguments;
mod batch;
mod batch_arguments;
mod case_arguments;
mod case_print;
mod casework;
mod change;
mod commands;
mod complaint;
mod document;
mod error;
mod keys;
mod link;
mod measure;
mod measure_arguments;
mod measure_print;
mod notices;
mod owner;
mod people;
mod print;
mod recheck;
mod serve;
mod token;
mod watch;
mod watch_arguments;

pub(crate) use arguments::Arguments;
pub(crate) use commands::run;
pub(crate) use error::report_error;
