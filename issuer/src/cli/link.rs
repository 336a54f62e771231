//! `link`: files for a client, each by a link that works once.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;
use touchstone_issuer::{
    casework::Role,
    download::{OfferedFile, offer_downloads},
    file,
};
use touchstone_schemas::{credential::CredentialNumber, text::Text};

use super::{
    case_arguments::By,
    change::{argument, version as version_of},
    commands::Session,
    error::CliError,
    print,
};

#[derive(Debug, Subcommand)]
pub(crate) enum LinkCommand {
    /// Make a link for each file: certificate, credential, report, mark. Each is printed once and works once.
    Make {
        /// 证书编号; the registry must have it.
        #[arg(long)]
        number: CredentialNumber,
        /// Version; the newest when absent.
        #[arg(long)]
        version: Option<u32>,
        /// The file.
        #[arg(long = "file", required = true)]
        files: Vec<PathBuf>,
        /// Days for which it works, 30 at most.
        #[arg(long, default_value_t = 14)]
        days: u32,
        /// The origin under which clients reach the console's public part.
        #[arg(long, default_value = "http://127.0.0.1:8420")]
        origin: String,
        /// clerk or surveillanceOfficer.
        #[arg(long, default_value = "clerk")]
        role: Role,
        #[command(flatten)]
        by: By,
    },
    /// List the links made for a certificate.
    List {
        /// 证书编号.
        #[arg(long)]
        number: CredentialNumber,
        /// Version; the newest when absent.
        #[arg(long)]
        version: Option<u32>,
    },
}

impl Session {
    pub(super) async fn link(self, command: LinkCommand) -> Result<ExitCode, CliError> {
        let mut office = self.open_office().await?;
        let now = office.clock.now();
        match command {
            LinkCommand::Make {
                number,
                version,
                files,
                days,
                origin,
                role,
                by,
            } => {
                let mut offered = Vec::with_capacity(files.len());
                for path in &files {
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    offered.push(OfferedFile {
                        name: argument("file", Text::parse(&name))?,
                        bytes: file::read(path)?,
                    });
                }
                let (by, version) = (by.into_actor(role), version_of(version)?);
                let made = offer_downloads(&mut office.store, &by, (&number, version), &offered, days, now);
                for (token, file) in made.await?.iter().zip(&offered) {
                    let url = format!("{}/downloads/{token}", origin.trim_end_matches('/'));
                    let value = json!({ "file": file.name, "url": url });
                    print::line(self.json, &value, &format!("{}  {url}", file.name))?;
                }
            }
            LinkCommand::List { number, version } => {
                let stored = office
                    .store
                    .find_credential(&number, version_of(version)?)
                    .await?;
                let stored = argument("number", stored.ok_or("no such certificate on file"))?;
                for link in office.store.downloads(stored.id).await? {
                    let value = json!({
                        "file": link.name, "by": link.person, "madeAt": link.made_at, "usedAt": link.used_at,
                        "address": link.address,
                    });
                    let used = link.used_at.as_deref().unwrap_or("-");
                    let text = format!("{}  {}  {}  {used}", link.name, link.person, link.made_at);
                    print::line(self.json, &value, &text)?;
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
