//! `recheck`: everything ever signed, judged again.

use std::io::{Write, stderr};
use std::process::ExitCode;

use serde_json::json;
use touchstone_issuer::recheck::{Rechecked, recheck};

use super::commands::Session;
use super::error::CliError;
use super::print;

/// Documents between two lines of progress.
const STRIDE: u64 = 1_000;

impl Session {
    /// Prints what is found, by number, and at the end how much was judged.
    pub(super) async fn recheck(self) -> Result<ExitCode, CliError> {
        let mut office = self.open_office().await?;
        let mut judged: u64 = 0;
        let summary = recheck(&mut office, |rechecked| {
            judged += 1;
            if judged.is_multiple_of(STRIDE) {
                // A closed stderr does not stop the work.
                let _ = writeln!(stderr(), "{judged} documents judged");
            }
            findings(rechecked, self.json)
        })
        .await?;
        let value = json!({
            "credentials": summary.credentials,
            "events": summary.events,
            "findings": summary.findings,
        });
        let (credentials, events, found) = (summary.credentials, summary.events, summary.findings);
        let text = format!("{credentials} certificates, {events} events, {found} findings");
        print::line(self.json, &value, &text)?;
        Ok(if found == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(1)
        })
    }
}

fn findings(rechecked: &Rechecked, json: bool) -> Result<(), CliError> {
    let (number, version) = (&rechecked.number, rechecked.version);
    for finding in &rechecked.findings {
        let value = json!({
            "number": number,
            "version": version,
            "event": rechecked.event,
            "finding": finding,
        });
        let event = rechecked
            .event
            .map_or(String::new(), |sequence| format!(" event {sequence}"));
        print::line(
            json,
            &value,
            &format!("{number} version {version}{event}: {finding}"),
        )?;
    }
    Ok(())
}
