//! What commands print and write.

use std::io::{Write, stdout};
use std::path::Path;

use touchstone_issuer::{
    file::{self, FileError},
    issue::{ApplicationRefused, Outcome},
    lifecycle_actions::ActionOutcome,
    mass_action::MassOutcome,
    qr::Symbol,
    store::{ListedCredential, ListedEvent, StoredCredential, Void},
    void::Voided,
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

/// How far a document has come, in words.
struct Standing<'a> {
    delivered: bool,
    hindrance: Option<&'a str>,
    refusal: Option<&'a str>,
    void: Option<&'a Void>,
}

impl Standing<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self { void: Some(_), .. } => "voided",
            Self { delivered: true, .. } => "delivered",
            Self { refusal: Some(_), .. } => "refused",
            Self {
                hindrance: Some(_), ..
            } => "unsigned",
            _ => "waiting",
        }
    }

    /// Adds what is to be told to a line of JSON and to a line of text.
    fn tell(&self, value: &mut serde_json::Value, text: &mut String) {
        value["delivered"] = self.delivered.into();
        value["standing"] = self.name().into();
        if !self.delivered {
            text.push_str(&format!(" ({})", self.name()));
        }
        for (name, reason) in [("unsigned", self.hindrance), ("refused", self.refusal)] {
            if let Some(reason) = reason {
                value[name] = reason.into();
                text.push_str(&format!("\n  {name}: {reason}"));
            }
        }
        if let Some(void) = self.void {
            value["voided"] = void_value(void);
            text.push_str(&format!(
                "\n  voided {} by {} ({}): {}",
                void.at, void.person, void.office, void.reason
            ));
        }
    }
}

fn void_value(void: &Void) -> serde_json::Value {
    serde_json::json!({
        "by": void.person,
        "office": void.office,
        "at": void.at,
        "reason": void.reason,
        "refused": void.problem,
    })
}

/// Prints a certificate of the list.
pub(super) fn listed_credential(listed: &ListedCredential, json: bool) -> Result<(), CliError> {
    let (stored, credential) = (&listed.stored, &listed.credential);
    let mut value = serde_json::json!({
        "number": stored.number,
        "version": stored.version,
        "holder": credential.holder.name,
        "level": credential.grade.level,
        "validFrom": credential.valid_from,
        "validUntil": credential.valid_until,
    });
    let mut text = format!(
        "{} v{} {} {} {} – {}",
        stored.number,
        stored.version,
        credential.grade.name,
        credential.holder.name,
        credential.valid_from,
        credential.valid_until,
    );
    let standing = Standing {
        delivered: stored.receipt.is_some(),
        hindrance: stored.hindrance.as_deref(),
        refusal: listed.refusal.as_deref(),
        void: listed.void.as_ref(),
    };
    standing.tell(&mut value, &mut text);
    line(json, &value, &text)
}

/// Prints an event of the list.
pub(super) fn listed_event(listed: &ListedEvent, json: bool) -> Result<(), CliError> {
    let (stored, event) = (&listed.stored, &listed.stored.event);
    let mut value = serde_json::json!({
        "number": event.number,
        "version": event.version,
        "event": event.kind(),
        "sequence": event.sequence,
        "effective": event.effective,
        "decision": event.decision,
    });
    let mut text = format!(
        "{} v{} event {}: {} from {}",
        event.number,
        event.version,
        event.sequence,
        event.kind(),
        event.effective
    );
    let standing = Standing {
        delivered: stored.receipt.is_some(),
        hindrance: stored.hindrance.as_deref(),
        refusal: listed.refusal.as_deref(),
        void: listed.void.as_ref(),
    };
    standing.tell(&mut value, &mut text);
    line(json, &value, &text)
}

/// Prints a document given up.
pub(super) fn voided(voided: &Voided, void: &Void, json: bool) -> Result<(), CliError> {
    let document = &voided.document;
    let value = serde_json::json!({
        "document": document,
        "digest": voided.digest,
        "voided": void_value(void),
    });
    line(json, &value, &format!("{document} is void"))
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
        "refused": outcome.refusal,
        "unsigned": outcome.delivered.unsigned.iter().map(|it| &it.reason).collect::<Vec<_>>(),
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
        if let Some(refusal) = &outcome.refusal {
            text.push_str(&format!("\n  the registry says {refusal}"));
        }
        for unsigned in &outcome.delivered.unsigned {
            text.push_str(&format!(
                "\n  {} is not signed: {}",
                unsigned.document, unsigned.reason
            ));
        }
    }
    line(json, &value, &text)?;
    Ok(delivered)
}

/// What a decision over many came to; whether it is whole.
pub(super) fn mass_action(outcome: &MassOutcome, json: bool) -> Result<bool, CliError> {
    let delivered = &outcome.delivered;
    let value = serde_json::json!({
        "made": outcome.made,
        "known": outcome.known,
        "left": outcome.left.iter().map(|(number, reason)| {
            serde_json::json!({ "number": number, "reason": reason })
        }).collect::<Vec<_>>(),
        "delivered": delivered.documents,
        "refused": delivered.refused.iter().map(|(_, problem)| &problem.body).collect::<Vec<_>>(),
        "unsigned": delivered.unsigned.iter().map(|it| &it.reason).collect::<Vec<_>>(),
    });
    let mut text = format!(
        "{} events made, {} were on file, {} documents delivered",
        outcome.made, outcome.known, delivered.documents
    );
    for (number, reason) in &outcome.left {
        text.push_str(&format!("\n  {number} is left as it is: {reason}"));
    }
    for (submission, problem) in &delivered.refused {
        text.push_str(&format!(
            "\n  submission {submission}: the registry says {}",
            problem.body
        ));
    }
    for unsigned in &delivered.unsigned {
        text.push_str(&format!(
            "\n  {} is not signed: {}",
            unsigned.document, unsigned.reason
        ));
    }
    line(json, &value, &text)?;
    Ok(outcome.is_whole())
}

/// What a certificate's files are called.
pub(super) fn name(stored: &StoredCredential) -> String {
    match stored.version.get() {
        1 => stored.number.to_string(),
        version => format!("{}-v{version}", stored.number),
    }
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
    let name = name(stored);
    let symbol = Symbol::of(signed, profile)?;
    file::replace(&folder.join(format!("{name}.json")), signed)?;
    file::replace(&folder.join(format!("{name}.receipt.json")), receipt.as_bytes())?;
    file::replace(&folder.join(format!("{name}.link.txt")), symbol.link().as_bytes())?;
    file::replace(&folder.join(format!("{name}.svg")), symbol.svg().as_bytes())?;
    file::replace(&folder.join(format!("{name}.png")), &symbol.png()?)?;
    Ok(())
}
