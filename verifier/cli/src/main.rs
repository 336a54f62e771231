//! touchstone-verify: check a certificate from the command line.

mod arguments;
mod catalogue;
mod error;
mod facts;
mod fetch;
mod print;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use touchstone_verifier::report::{Answer, Headline, Report};
use touchstone_verifier::verify;

use crate::arguments::{Arguments, TestIssuers};
use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::print::Style;

/// In force, and covering the need where one was given.
const IN_FORCE: u8 = 0;
/// Not genuine, not authorised, not in force, or not covering the need.
const NOT: u8 = 1;
/// Something needed could not be checked; also a demonstration that was not expected to be one.
const COULD_NOT_TELL: u8 = 2;
/// The command line is not one (sysexits.h, `EX_USAGE`).
const USAGE: u8 = 64;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are what was asked for; clap writes them to standard output.
            let code = if error.use_stderr() { USAGE } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match run(&arguments) {
        Ok(report) => ExitCode::from(exit_code(&report, arguments.test_issuers())),
        Err(error) => {
            eprintln!("touchstone-verify: {error}");
            ExitCode::from(if error.is_usage() { USAGE } else { COULD_NOT_TELL })
        }
    }
}

fn run(arguments: &Arguments) -> Result<Report, Error> {
    let catalogue = Catalogue::load(arguments.language())?;
    let mut request = facts::request(arguments)?;
    if !arguments.offline {
        for failure in fetch::complete(&mut request, arguments.record) {
            eprintln!("touchstone-verify: {failure}");
        }
    }
    let report = verify(&request);
    let mut out = std::io::stdout().lock();
    let written = if arguments.json {
        out.write_all(&report.to_json())
            .and_then(|()| out.write_all(b"\n"))
    } else {
        let coloured = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let style = if coloured { Style::Coloured } else { Style::Plain };
        out.write_all(print::report(&report, &catalogue, style).as_bytes())
    };
    written.and_then(|()| out.flush()).map_err(Error::Output)?;
    Ok(report)
}

fn exit_code(report: &Report, test_issuers: TestIssuers) -> u8 {
    let need = report.covers_need.as_ref().map(|question| question.answer);
    match (report.headline, need) {
        (Headline::NotInForce | Headline::NotGenuine | Headline::NotAuthorised, _)
        | (_, Some(Answer::No)) => NOT,
        (Headline::CouldNotTell, _) | (_, Some(Answer::CouldNotTell)) => COULD_NOT_TELL,
        (Headline::InForce, None | Some(Answer::Yes))
            if report.test && test_issuers == TestIssuers::NotAccepted =>
        {
            COULD_NOT_TELL
        }
        (Headline::InForce, None | Some(Answer::Yes)) => IN_FORCE,
    }
}
