//! touchstone-verify: check a certificate from the command line.

mod about;
mod arguments;
mod batch;
mod carried;
mod catalogue;
mod error;
mod facts;
mod fetch;
mod given;
mod list;
mod log;
mod print;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches};
use touchstone_verifier::input::Request;
use touchstone_verifier::report::{Answer, Headline, Report};
use touchstone_verifier::statement::{Statement, StatementReport};
use touchstone_verifier::{verify, verify_statement};

use crate::arguments::{Arguments, Kind, TestIssuers};
use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::fetch::Fetched;
use crate::given::{Asked, Given};
use crate::log::Growth;
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
    let told = match Arguments::command().try_get_matches() {
        Ok(matches) => told(&matches),
        Err(error) => Err(error),
    };
    ExitCode::from(told.unwrap_or_else(|error| {
        let _ = error.print();
        // Help and version are what was asked for; clap writes them to standard output.
        if error.use_stderr() { USAGE } else { 0 }
    }))
}

/// About the program, or about a document.
fn told(matches: &ArgMatches) -> Result<u8, clap::Error> {
    match about::answer(matches) {
        Ok(true) => return Ok(0),
        Ok(false) => {}
        Err(error) => {
            eprintln!("touchstone-verify: {error}");
            return Ok(COULD_NOT_TELL);
        }
    }
    let arguments = Arguments::from_arg_matches(matches)?;
    Ok(run(&arguments).unwrap_or_else(|error| {
        eprintln!("touchstone-verify: {error}");
        if error.is_usage() { USAGE } else { COULD_NOT_TELL }
    }))
}

fn run(arguments: &Arguments) -> Result<u8, Error> {
    let catalogue = Catalogue::load(arguments.language())?;
    if let Some(path) = &arguments.list {
        return answer_for_list(arguments, &facts::list(path)?, path, &catalogue);
    }
    match given::asked(&arguments.documents)? {
        Asked::One(Given::Number(number)) if arguments.snapshot.is_some() => {
            let numbers = [number.to_string()];
            answer_for_list(arguments, &numbers, Path::new(number.as_str()), &catalogue)
        }
        Asked::One(given) => answer_for_one(arguments, &given, &catalogue),
        Asked::Many(given) => {
            if !matches!(arguments.expected, Kind::Certificate | Kind::Request) {
                let what = arguments.expected.name();
                return Err(Error::OnlyOne { what });
            }
            if arguments.receipt.is_some() {
                return Err(Error::OnlyOne { what: "receipt" });
            }
            batch::check(arguments, &facts::known(arguments)?, &given, &catalogue)
        }
    }
}

fn answer_for_list(
    arguments: &Arguments,
    numbers: &[String],
    path: &Path,
    catalogue: &Catalogue,
) -> Result<u8, Error> {
    let looked_up = list::look_up(arguments, numbers, path)?;
    write_answer(arguments, &looked_up.to_json(), |_| {
        list::text(&looked_up, catalogue)
    })?;
    Ok(list::exit_code(&looked_up, arguments.test_issuers()))
}

fn answer_for_one(arguments: &Arguments, given: &Given, catalogue: &Catalogue) -> Result<u8, Error> {
    if arguments.expected == Kind::Request {
        let request = facts::verification_request(arguments, given)?;
        return judge(arguments, &request, catalogue);
    }
    let mut request = facts::known(arguments)?;
    facts::take(&mut request, arguments, given)?;
    let kind = kind_of(&request.document);
    if arguments.expected != Kind::Certificate && request.need.is_some() {
        return Err(Error::NoNeed {
            of: arguments.expected.name(),
        });
    }
    let code = match kind {
        Kind::Statement => answer_for_statement(arguments, &request, catalogue)?,
        Kind::Checkpoint => answer_for_checkpoint(arguments, &request)?,
        Kind::Certificate | Kind::Request => answer_for_certificate(arguments, request, catalogue)?,
    };
    if kind == arguments.expected {
        return Ok(code);
    }
    let (found, expected) = (kind.name(), arguments.expected.name());
    eprintln!("touchstone-verify: this is a {found}, a {expected} was expected (--as {found})");
    Ok(if code == IN_FORCE { COULD_NOT_TELL } else { code })
}

/// By its looks alone.
fn kind_of(document: &str) -> Kind {
    if log::is_checkpoint(document) {
        Kind::Checkpoint
    } else if Statement::is_one(document) {
        Kind::Statement
    } else {
        Kind::Certificate
    }
}

fn answer_for_checkpoint(arguments: &Arguments, request: &Request) -> Result<u8, Error> {
    let growth = log::check(request, arguments.offline);
    write_answer(arguments, growth.to_json().as_bytes(), |_| {
        growth.to_text(arguments.language())
    })?;
    Ok(match growth {
        Growth::Grown { .. } => IN_FORCE,
        Growth::Not(_) => NOT,
        Growth::CouldNotTell(_) => COULD_NOT_TELL,
    })
}

fn answer_for_statement(
    arguments: &Arguments,
    request: &Request,
    catalogue: &Catalogue,
) -> Result<u8, Error> {
    let report = check_statement(request)?;
    write_answer(arguments, &report.to_json(), |style| {
        print::statement(&report, catalogue, style)
    })?;
    let code = statement_exit_code(&report, arguments.test_issuers());
    if code != NOT && report.known_at < report.until {
        eprintln!(
            "touchstone-verify: the statement's newest status lists are of {}: a change after them could have been left out",
            report.known_at
        );
    }
    match arguments.at {
        Some(at) if (at, at) != (report.from, report.until) => {
            eprintln!(
                "touchstone-verify: the statement is about {} to {}, not about {at}",
                report.from, report.until
            );
            Ok(if code == IN_FORCE { COULD_NOT_TELL } else { code })
        }
        _ => Ok(code),
    }
}

fn answer_for_certificate(
    arguments: &Arguments,
    mut request: Request,
    catalogue: &Catalogue,
) -> Result<u8, Error> {
    if !arguments.offline {
        for failure in fetch::complete(&mut request, arguments.record, &mut Fetched::default()) {
            eprintln!("touchstone-verify: {failure}");
        }
    }
    judge(arguments, &request, catalogue)
}

fn judge(arguments: &Arguments, request: &Request, catalogue: &Catalogue) -> Result<u8, Error> {
    let report = verify(request);
    write_answer(arguments, &report.to_json(), |style| {
        print::report(&report, catalogue, style)
    })?;
    Ok(exit_code(&report, arguments.test_issuers()))
}

/// A registry's statement. Nobody is asked: it brings its own facts. A trust list on the command line takes the place
/// of its own when it is authentic and newer, so that a statement outlives the list it was filed with.
fn check_statement(request: &Request) -> Result<StatementReport, Error> {
    let mut statement = Statement::read(request.document.as_bytes()).map_err(Error::Statement)?;
    statement.request.policy = request.policy.clone();
    if let Some(list) = &request.facts.trust_list {
        fetch::keep_newer_trust_list(&mut statement.request, list.clone());
    }
    Ok(verify_statement(&statement, &request.policy, request.now))
}

fn write_answer(arguments: &Arguments, json: &[u8], text: impl Fn(Style) -> String) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    let written = if arguments.json {
        out.write_all(json).and_then(|()| out.write_all(b"\n"))
    } else {
        out.write_all(text(Style::of_output()).as_bytes())
    };
    written.and_then(|()| out.flush()).map_err(Error::Output)
}

/// A line of many, as soon as it is known.
fn write_line(line: &[u8]) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(line).and_then(|()| out.write_all(b"\n"));
    written.and_then(|()| out.flush()).map_err(Error::Output)
}

/// As of a certificate, of what is known now of then. Who hands a statement in chooses its status lists: with lists from
/// before the instant asked about, a change between could have been left out.
fn statement_exit_code(report: &StatementReport, test_issuers: TestIssuers) -> u8 {
    let demonstration = report.test && test_issuers == TestIssuers::NotAccepted;
    match (
        report.genuine.answer,
        report.authorised.answer,
        report.known.answer,
    ) {
        (Answer::No, _, _) | (_, Answer::No, _) => NOT,
        (Answer::CouldNotTell, _, _) | (_, Answer::CouldNotTell, _) | (_, _, Answer::CouldNotTell) => {
            COULD_NOT_TELL
        }
        (_, _, Answer::No) => NOT,
        (_, _, Answer::Yes) if demonstration || report.known_at < report.until => COULD_NOT_TELL,
        (_, _, Answer::Yes) => IN_FORCE,
    }
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
