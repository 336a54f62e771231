//! `token`: tokens of the API.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;
use touchstone_issuer::{
    file,
    token::{Scope, TokenRequest, create_token, revoke_token},
};
use touchstone_schemas::{date_time::Timestamp, text::Text};

use super::commands::Session;
use super::error::CliError;
use super::print;

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token that acts for one person; it is shown now and never again.
    Create {
        /// For whom it acts.
        #[arg(long)]
        person: Text,
        /// What it is for.
        #[arg(long)]
        name: Text,
        /// What may be done with it: read, apply, attach, evaluate, settle, judge, issue. Several times for several.
        #[arg(long = "scope", required = true)]
        scopes: Vec<Scope>,
        /// From when on it counts no longer (YYYY-MM-DDThh:mm:ssZ), within 366 days.
        #[arg(long)]
        expires: Timestamp,
        /// Who gives it: the person, or an administrator.
        #[arg(long)]
        by: Text,
        /// Write it to this file, of mode 0600, instead of printing it.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// List the tokens, those that count no longer too. Secrets are not on file.
    List,
    /// From now on a token counts no longer.
    Revoke {
        /// Its prefix.
        prefix: String,
        /// The person, or an administrator.
        #[arg(long)]
        by: Text,
    },
}

impl Session {
    pub(super) async fn token(self, command: TokenCommand) -> Result<ExitCode, CliError> {
        let mut office = self.open_office().await?;
        let now = office.clock.now();
        match command {
            TokenCommand::Create {
                person,
                name,
                scopes,
                expires,
                by,
                out,
            } => {
                let request = TokenRequest {
                    person,
                    name,
                    scopes,
                    expires,
                    by,
                };
                let token = create_token(&mut office.store, &request, now).await?;
                match out {
                    Some(out) => {
                        file::create_private(&out, format!("{}\n", token.expose()).as_bytes())?;
                        print::line(self.json, &json!({ "file": out }), &out.display().to_string())?;
                    }
                    None => print::line(self.json, &json!({ "token": token.expose() }), token.expose())?,
                }
            }
            TokenCommand::List => {
                for token in office.store.tokens().await? {
                    let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.name()).collect();
                    let state = match (token.revoked, token.counts(now)) {
                        (Some(_), _) => "revoked",
                        (None, true) => "counts",
                        (None, false) => "expired",
                    };
                    let value = json!({
                        "prefix": token.prefix, "person": token.person, "name": token.name, "scopes": scopes,
                        "created": token.created, "by": token.by, "expires": token.expires,
                        "revoked": token.revoked, "state": state,
                    });
                    let text = format!(
                        "{}  {state}  {}  {}  until {}  {}",
                        token.prefix,
                        token.person,
                        scopes.join(","),
                        token.expires,
                        token.name
                    );
                    print::line(self.json, &value, &text)?;
                }
            }
            TokenCommand::Revoke { prefix, by } => {
                revoke_token(&mut office.store, &prefix, &by, now).await?;
                print::line(
                    self.json,
                    &json!({ "revoked": prefix }),
                    &format!("revoked {prefix}"),
                )?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
