//! Many at once: a line each, as a table or as JSON, and one exit code for all.

use touchstone_schemas::jcs::to_canonical;
use touchstone_schemas::record;
use touchstone_verifier::input::Request;
use touchstone_verifier::report::Report;
use touchstone_verifier::verify;

use crate::arguments::{Arguments, Kind};
use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::fetch::Fetched;
use crate::given::Given;
use crate::print::{self, Style};
use crate::{COULD_NOT_TELL, IN_FORCE, NOT, USAGE, exit_code, facts, write_line};

/// What came of one.
struct Line<'a> {
    document: &'a str,
    error: Option<String>,
    exit: u8,
    found: Option<&'static str>,
    host: Option<&'a str>,
    report: Option<&'a Report>,
}

record! { write Line<'_> {
    "document": document,
    "error"? error,
    "exit": exit,
    "found"? found,
    "host"? host,
    "report"? report,
} }

/// Checks each, prints a line as soon as it is known, and gives the worst exit code: one that is not in force before one
/// that could not be told.
///
/// # Errors
/// When standard output takes no more.
pub(crate) fn check(
    arguments: &Arguments,
    known: &Request,
    given: &[Given],
    catalogue: &Catalogue,
) -> Result<u8, Error> {
    let mut fetched = Fetched::default();
    let mut counts = [0_usize; 3];
    let style = Style::of_output();
    for one in given {
        let name = one.name();
        let answer = judge(arguments, known, one, &mut fetched);
        let exit = match &answer {
            Ok(report) => exit_code(report, arguments.test_issuers()),
            Err(error) if error.is_usage() => USAGE,
            Err(_) => COULD_NOT_TELL,
        };
        let not_carried = answer.as_ref().err().and_then(Error::not_carried);
        let line = Line {
            document: &name,
            error: answer.as_ref().err().map(ToString::to_string),
            exit,
            found: not_carried.map(crate::carried::NotCarried::code),
            host: not_carried.and_then(crate::carried::NotCarried::host),
            report: answer.as_ref().ok(),
        };
        let text = if arguments.json {
            to_canonical(&line)
        } else {
            print::row(&name, answer.as_ref(), exit, catalogue, style).into_bytes()
        };
        write_line(&text)?;
        let place = match exit {
            IN_FORCE => 0,
            NOT => 1,
            _ => 2,
        };
        if let Some(count) = counts.get_mut(place) {
            *count += 1;
        }
    }
    if !arguments.json {
        write_line(print::counts(counts, catalogue).as_bytes())?;
    }
    Ok(match counts {
        [_, not, _] if not > 0 => NOT,
        [_, _, open] if open > 0 => COULD_NOT_TELL,
        _ => IN_FORCE,
    })
}

fn judge(
    arguments: &Arguments,
    known: &Request,
    given: &Given,
    fetched: &mut Fetched,
) -> Result<Report, Error> {
    let mut request = known.clone();
    if arguments.expected == Kind::Request {
        request = facts::verification_request(arguments, given)?;
    } else {
        facts::take(&mut request, arguments, given)?;
        if !arguments.offline {
            for failure in crate::fetch::complete(&mut request, arguments.record, fetched) {
                eprintln!("touchstone-verify: {failure}");
            }
        }
    }
    Ok(verify(&request))
}
