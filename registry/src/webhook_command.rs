//! `touchstone-registry webhook`: the operator's hand on subscriptions. It works on their files, whether the registry
//! serves or not.

use std::{path::PathBuf, process::ExitCode};

use touchstone_registry::{
    Clock,
    config::Config,
    webhooks::{Scope, Secret, Subscription, SubscriptionId, WebhookFolder, check_target},
};

use crate::{Failure, config, say};

#[derive(Debug, clap::Args)]
pub(crate) struct WebhookArguments {
    /// The registry's folder.
    #[arg(long, default_value = ".", global = true)]
    dir: PathBuf,
    #[command(subcommand)]
    command: WebhookCommand,
}

#[derive(Debug, clap::Subcommand)]
enum WebhookCommand {
    /// Makes a subscription, and prints its secret, once. It is told of what changes from now on.
    Add {
        /// What you call it.
        #[arg(long)]
        label: String,
        /// Where messages go: https://hooks.example/touchstone
        #[arg(long)]
        url: String,
        /// Whose changes: certificate:<number>, holder:<USCC>, body:<DID> or registry.
        #[arg(long)]
        scope: Scope,
    },
    /// Lists subscriptions, how far each has been told, and what stands in the way.
    List,
    /// Ends a subscription and forgets its secret.
    Remove {
        /// Its id.
        id: SubscriptionId,
    },
    /// Lists the messages laid aside after their last attempt.
    DeadLetters {
        /// Id of the subscription.
        id: SubscriptionId,
    },
    /// Has messages that were laid aside sent again, once each.
    Redeliver {
        /// Id of the subscription.
        id: SubscriptionId,
        /// Ids of the messages; all when none is named.
        messages: Vec<String>,
    },
}

pub(crate) fn run(arguments: WebhookArguments) -> Result<ExitCode, Failure> {
    let config = config(&arguments.dir)?;
    let folder = WebhookFolder::at(config.webhooks.folder.clone());
    let lines = match arguments.command {
        WebhookCommand::Add { label, url, scope } => add(&config, &folder, label, url, scope)?,
        WebhookCommand::List => list(&folder)?,
        WebhookCommand::Remove { id } => {
            folder.remove(&id)?;
            vec![format!("{id} is removed")]
        }
        WebhookCommand::DeadLetters { id } => {
            let letters = folder.dead_letters(&id)?;
            let line = |letter: &touchstone_registry::webhooks::DeadLetter| {
                format!(
                    "{} failed {} times, last at {}: {}",
                    letter.id, letter.attempts, letter.failed, letter.error
                )
            };
            letters.iter().map(line).collect()
        }
        WebhookCommand::Redeliver { id, messages } => redeliver(&folder, &id, messages)?,
    };
    if !lines.is_empty() {
        say(std::io::stdout(), &lines.join("\n"));
    }
    Ok(ExitCode::SUCCESS)
}

fn add(
    config: &Config,
    folder: &WebhookFolder,
    label: String,
    url: String,
    scope: Scope,
) -> Result<Vec<String>, Failure> {
    check_target(&url, &config.webhooks.internal_networks)?;
    let subscription = Subscription {
        created: Clock::system().now(),
        label,
        scope,
        secret: Secret::generate()?,
        url,
    };
    let id = folder.add(&subscription)?;
    Ok(vec![
        format!("subscription: {id}"),
        format!("secret, shown this once: {}", subscription.secret.expose()),
    ])
}

fn list(folder: &WebhookFolder) -> Result<Vec<String>, Failure> {
    let mut lines = Vec::new();
    for id in folder.list()? {
        let subscription = folder.read(&id)?;
        let (dead, progress) = (folder.dead_letters(&id)?.len(), folder.progress(&id)?);
        let told = progress.map_or_else(
            || "not begun".to_owned(),
            |progress| {
                let waits = progress.retry_at.map_or(String::new(), |at| {
                    format!(", {} failed attempts, next at {at}", progress.attempts)
                });
                format!("told up to entry {}{waits}", progress.position.log)
            },
        );
        lines.push(format!(
            "{id} {:?} {} {}: {told}, {dead} dead letters",
            subscription.label, subscription.scope, subscription.url
        ));
    }
    Ok(lines)
}

fn redeliver(
    folder: &WebhookFolder,
    id: &SubscriptionId,
    messages: Vec<String>,
) -> Result<Vec<String>, Failure> {
    let messages = if messages.is_empty() {
        let letters = folder.dead_letters(id)?;
        letters.into_iter().map(|letter| letter.id).collect()
    } else {
        messages
    };
    for message in &messages {
        folder.send_again(id, message)?;
    }
    Ok(vec![format!("{} messages are sent again", messages.len())])
}
