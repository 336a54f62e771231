//! A list of numbers, looked up in a snapshot at hand: nobody is asked.

use std::path::Path;

use touchstone_verifier::input::{Facts, Policy};
use touchstone_verifier::lookup::{LookedUp, Lookup};
use touchstone_verifier::{Verifier, look_up as look_up_in, open_snapshot};

use crate::arguments::{Arguments, TestIssuers};
use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::print::printable;
use crate::{COULD_NOT_TELL, IN_FORCE, NOT, facts};

/// Looks every number up in the snapshot that the command line names; `list` is where they come from.
pub(crate) fn look_up(arguments: &Arguments, numbers: &[String], list: &Path) -> Result<Lookup, Error> {
    if numbers.is_empty() {
        return Err(Error::EmptyList {
            path: list.to_owned(),
        });
    }
    let trust = Facts {
        trust_list: facts::trust_list(arguments)?,
        ..Facts::default()
    };
    let policy: Policy = arguments.policy();
    let verifier = Verifier::open(&trust, policy);
    let trust = verifier.trust().ok_or(Error::TrustList)?;
    let snapshot = facts::snapshot(arguments)?.unwrap_or_default();
    let opened =
        open_snapshot(snapshot.as_bytes(), trust).map_err(|refused| Error::Snapshot(Box::new(refused)))?;
    if let Some(kept) = &arguments.keep_snapshot {
        facts::keep(kept, snapshot.as_bytes())?;
    }
    let now = facts::now(arguments)?;
    Ok(look_up_in(&opened, trust, numbers, now))
}

/// For people: one line a number.
pub(crate) fn text(lookup: &Lookup, catalogue: &Catalogue) -> String {
    let mut text = String::new();
    for row in &lookup.rows {
        text.push_str(&line(row, catalogue));
        text.push('\n');
    }
    if lookup.test {
        text.push_str(&format!("{}\n", catalogue.text("page.demonstration")));
    }
    let counts = if lookup.counts { "" } else { "\u{2717} " };
    text.push_str(&format!("{counts}{} – {}\n", lookup.as_of, lookup.valid_until));
    text
}

fn line(row: &LookedUp, catalogue: &Catalogue) -> String {
    match &row.shown {
        Some(shown) => format!(
            "{} · {}\t{}\t{}\t{}",
            printable(&row.asked),
            shown.version,
            catalogue.text(&format!("states.{}", shown.state.name())),
            shown.valid_until,
            shown.next_due,
        ),
        None => format!(
            "{}\t{}",
            printable(&row.asked),
            catalogue.text("reasons.statusMissing.title")
        ),
    }
}

pub(crate) fn exit_code(lookup: &Lookup, test_issuers: TestIssuers) -> u8 {
    let states = || lookup.rows.iter().map(|row| row.shown.as_ref());
    if states().flatten().any(|shown| !shown.is_in_force()) {
        return NOT;
    }
    let demonstration = lookup.test && test_issuers == TestIssuers::NotAccepted;
    if demonstration || !lookup.counts || states().any(|shown| shown.is_none()) {
        return COULD_NOT_TELL;
    }
    IN_FORCE
}
