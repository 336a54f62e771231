//! `document`: certificates as PDF.

use std::process::ExitCode;

use serde_json::json;
use touchstone_issuer::{
    documents::{Job, print},
    office::Office,
};
use touchstone_schemas::credential::{CredentialNumber, Version};

use super::arguments::Document;
use super::change::argument;
use super::commands::Session;
use super::error::CliError;
use super::print as say;

impl Session {
    pub(super) async fn document(self, arguments: &Document) -> Result<ExitCode, CliError> {
        let mut office = Office::open(self.folder.clone(), self.clock).await?;
        let version = match arguments.version {
            Some(version) => Some(argument("version", Version::try_from(version))?),
            None => None,
        };
        let mut jobs = Vec::with_capacity(arguments.numbers.len());
        for number in &arguments.numbers {
            let not_printable = |reason| CliError::NotPrintable {
                number: number.clone(),
                reason,
            };
            let parsed = argument("number", CredentialNumber::parse(number))?;
            let stored = office.store.find_credential(&parsed, version).await?;
            let stored = stored.ok_or_else(|| not_printable("there is no such certificate"))?;
            if stored.receipt.is_none() {
                return Err(not_printable("the registry does not have it yet"));
            }
            say::files(&arguments.out, &stored, office.papers.config.issuer.profile)?;
            let file = |ending: &str| arguments.out.join(format!("{}{ending}", say::name(&stored)));
            jobs.push(Job {
                credential: file(".json"),
                receipt: file(".receipt.json"),
                out: file(".pdf"),
            });
        }
        let mut all = true;
        for (job, result) in jobs.iter().zip(print(&office.papers, &jobs, self.clock.now())?) {
            let out = job.out.display().to_string();
            match result {
                Ok(paper) => {
                    let value = json!({ "file": out, "pages": paper.pages, "sha256": paper.digest });
                    say::line(self.json, &value, &format!("{out}: {} pages", paper.pages))?;
                }
                Err(error) => {
                    all = false;
                    let value = json!({ "file": out, "error": error.to_string() });
                    say::line(self.json, &value, &format!("{out}: {error}"))?;
                }
            }
        }
        Ok(if all { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}
