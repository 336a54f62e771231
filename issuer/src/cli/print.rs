//! What commands print and write.

use std::io::{Write, stdout};
use std::path::Path;

use touchstone_issuer::{
    file::{self, FileError},
    issue::{ApplicationRefused, Outcome},
    lifecycle_actions::ActionOutcome,
    qr::Symbol,
    store::StoredCredential,
};

use super::error::CliError;

/// Prints a line, JSON or text.
pub(super) fn line(json: bool, value: &serde_json::Value, text: &str) -> Result<(), CliError> {
    let mut out = stdout().lock();
    if json {
        writeln!(out, "{value}")?
    } else {
        writeln!(out, "{text}")?
    }
    Ok(())
}

/// Prints what became of an application file; whether it was issued.
pub(super) fn outcome(outcome: &Outcome, json: bool) -> Result<bool, CliError> {
    let path = outcome.path.display().to_string();
    match &outcome.result {
        Ok(issued) => {
            let value = serde_json::json!({
                "file": path,
                "number": issued.number,
                "version": issued.version,
                "delivered": issued.receipt.is_some(),
            });
            let state = if issued.receipt.is_some() {
                "issued"
            } else {
                "signed, not delivered"
            };
            line(
                json,
                &value,
                &format!("{path}: {} version {} {state}", issued.number, issued.version),
            )?;
            Ok(issued.receipt.is_some())
        }
        Err(refused) => {
            let findings = match refused {
                ApplicationRefused::Findings(findings) => findings.as_slice(),
                _ => &[],
            };
            let value =
                serde_json::json!({ "file": path, "error": refused.to_string(), "findings": findings });
            let mut text = format!("{path}: {refused}");
            for finding in findings {
                text.push_str(&format!("\n  {finding}"));
            }
            line(json, &value, &text)?;
            Ok(false)
        }
    }
}

/// Prints what a change came to.
pub(super) fn action(outcome: &ActionOutcome, json: bool) -> Result<bool, CliError> {
    let event = &outcome.event.event;
    let delivered = outcome.event.receipt.is_some();
    let successor = outcome.successor.as_ref();
    let value = serde_json::json!({
        "number": event.number,
        "version": event.version,
        "event": event.kind(),
        "sequence": event.sequence,
        "effective": event.effective,
        "delivered": delivered,
        "successor": successor.map(|next| serde_json::json!({ "number": next.number, "version": next.version })),
        "refused": outcome.delivered.refused.iter().map(|(_, problem)| &problem.body).collect::<Vec<_>>(),
    });
    let mut text = format!(
        "{} version {}: {} from {}",
        event.number,
        event.version,
        event.kind(),
        event.effective
    );
    if let Some(next) = successor {
        text.push_str(&format!(", followed by version {}", next.version));
    }
    if !delivered {
        text.push_str(" (not delivered)");
        for (_, problem) in &outcome.delivered.refused {
            text.push_str(&format!(
                "\n  the registry says {}: {}",
                problem.status, problem.body
            ));
        }
    }
    line(json, &value, &text)?;
    Ok(delivered)
}

/// Writes a delivered certificate's files: credential, receipt, symbol.
pub(super) fn files(folder: &Path, stored: &StoredCredential, profile: u32) -> Result<(), CliError> {
    let (Some(signed), Some(receipt)) = (&stored.signed, &stored.receipt) else {
        return Ok(());
    };
    std::fs::create_dir_all(folder).map_err(|cause| FileError::System {
        path: folder.to_owned(),
        cause,
    })?;
    let name = match stored.version.get() {
        1 => stored.number.to_string(),
        version => format!("{}-v{version}", stored.number),
    };
    let symbol = Symbol::of(signed, profile)?;
    file::replace(&folder.join(format!("{name}.json")), signed)?;
    file::replace(&folder.join(format!("{name}.receipt.json")), receipt.as_bytes())?;
    file::replace(&folder.join(format!("{name}.link.txt")), symbol.link().as_bytes())?;
    file::replace(&folder.join(format!("{name}.svg")), symbol.svg().as_bytes())?;
    file::replace(&folder.join(format!("{name}.png")), &symbol.png()?)?;
    Ok(())
}
