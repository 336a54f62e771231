//! touchstone-documents: certificates, reports and marks from files, for the issuer and by hand.

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    cli::run(cli::Arguments::parse())
}
