//! `notices`: letters to clients, and how clients are reached.

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;
use touchstone_issuer::{
    casework::Role,
    notices::{Mailer, keep_contact, queue_due_notices, send_waiting_notices, try_again},
};
use touchstone_schemas::text::Text;

use super::{case_arguments::By, commands::Session, error::CliError, print};

#[derive(Debug, Subcommand)]
pub(crate) enum NoticesCommand {
    /// Put on record how a client is reached.
    Contact {
        /// Unified social credit code.
        #[arg(long)]
        uscc: String,
        /// Who reads mail there.
        #[arg(long)]
        name: Text,
        /// Their address.
        #[arg(long)]
        mail: String,
        /// clerk or surveillanceOfficer.
        #[arg(long, default_value = "clerk")]
        role: Role,
        #[command(flatten)]
        by: By,
    },
    /// Queue what is due and send what waits. Run it every few minutes.
    Send,
    /// List notices, newest first.
    List {
        /// waiting, sent or dead.
        #[arg(long, value_parser = ["waiting", "sent", "dead"])]
        state: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Put a notice that was given up back into the queue.
    Retry {
        /// Its number, as listed.
        #[arg(long)]
        notice: i64,
    },
}

impl Session {
    pub(super) async fn notices(self, command: NoticesCommand) -> Result<ExitCode, CliError> {
        let mut office = self.open_office().await?;
        let now = office.clock.now();
        match command {
            NoticesCommand::Contact {
                uscc,
                name,
                mail,
                role,
                by,
            } => {
                let by = by.into_actor(role);
                let contact = keep_contact(&mut office.store, &by, (&uscc, &name, &mail), now).await?;
                let value = json!({ "uscc": contact.holder, "mail": contact.mail });
                print::line(self.json, &value, &format!("{} {}", contact.holder, contact.mail))?;
            }
            NoticesCommand::Send => {
                let config = office.papers.config.mail.as_ref();
                let mailer = Mailer::of(config, office.papers.folder.path())?;
                let queued = queue_due_notices(&office.papers, &mut office.store, now).await?;
                let (papers, store) = (&office.papers, &mut office.store);
                let sent = send_waiting_notices(papers, store, &mailer, now).await?;
                let value = json!({
                    "queued": queued, "sent": sent.sent, "later": sent.later, "dead": sent.dead,
                    "unaddressed": sent.unaddressed,
                });
                let text = format!(
                    "{queued} queued, {} sent, {} to be tried again, {} given up, {} without a contact",
                    sent.sent, sent.later, sent.dead, sent.unaddressed
                );
                print::line(self.json, &value, &text)?;
                if sent.later + sent.dead + sent.unaddressed > 0 {
                    return Ok(ExitCode::from(1));
                }
            }
            NoticesCommand::List { state, limit } => {
                for notice in office.store.notices(state.as_deref(), limit).await? {
                    let value = json!({
                        "notice": notice.id, "key": notice.key, "uscc": notice.holder, "state": notice.state,
                        "attempts": notice.attempts, "recipient": notice.recipient, "sentAt": notice.sent_at,
                        "subject": notice.subject, "problem": notice.problem,
                    });
                    let problem = notice.problem.unwrap_or_default();
                    let text = format!(
                        "{}  {:<7} {}  {}  {problem}",
                        notice.id, notice.state, notice.holder, notice.subject
                    );
                    print::line(self.json, &value, &text)?;
                }
            }
            NoticesCommand::Retry { notice } => {
                try_again(&mut office.store, notice, now).await?;
                print::line(
                    self.json,
                    &json!({ "notice": notice }),
                    &format!("notice {notice} waits"),
                )?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
