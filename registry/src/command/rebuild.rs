//! `rebuild`, `recover`.

use std::{path::PathBuf, process::ExitCode};

use touchstone_registry::{
    Clock, Role,
    config::Config,
    log_key::{open_key, read_passphrase},
    mirror::MirrorReader,
    rebuild::{Source, rebuild},
    recovery::{Loss, RecoveryRequest, RecoveryStatement, keep_statement, recover_into},
    store::{Place, Store},
    tlog::LogSigner,
};
use touchstone_schemas::{budget::MAX_NOTE_BYTES, text::Text};

use crate::{Failure, config, say};

#[derive(Debug, clap::Args)]
pub(crate) struct Rebuild {
    /// The registry's folder; the database that its configuration names must not be there.
    #[arg(long, default_value = ".")]
    dir: PathBuf,
    #[command(flatten)]
    from: From,
}

/// What is built from.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct From {
    /// A mirror with every document.
    #[arg(long)]
    from: Option<PathBuf>,
    /// A damaged database, moved away (a file together with its -wal and -shm): a file, or postgres://user@host/name. Its entries and documents are read, nothing
    /// else.
    #[arg(long)]
    from_database: Option<Place>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Recover {
    /// The folder of the new registry, as `init` made it with another origin.
    #[arg(long)]
    dir: PathBuf,
    #[command(flatten)]
    from: From,
    /// The last checkpoint of the old log that is known: its checkpoint file, that of a mirror, or of a receipt.
    #[arg(long)]
    last_checkpoint: PathBuf,
    /// Why, for people; it is published.
    #[arg(long)]
    why: String,
    /// Nothing but the log's key is lost, or others know it.
    #[arg(long)]
    log_key_lost: bool,
}

impl From {
    async fn open(self) -> Result<Source, Failure> {
        match (self.from, self.from_database) {
            (Some(folder), _) => Ok(Source::Mirror(MirrorReader::open(&folder)?)),
            (None, Some(place)) => Ok(Source::Database(Store::open_read_only(&place).await?)),
            (None, None) => Err("--from or --from-database".into()),
        }
    }
}

pub(crate) async fn rebuild_database(arguments: Rebuild) -> Result<ExitCode, Failure> {
    let config = config(&arguments.dir)?;
    if config.registry.role == Role::Reader {
        return Err("registry.role is reader: the sequencer alone writes the database".into());
    }
    let source = arguments.from.open().await?;
    let rebuilt = rebuild(&config, &source).await;
    let statement = match &source {
        Source::Mirror(mirror) => mirror.recovered_from(),
        Source::Database(_) => Ok(None),
    };
    source.close().await;
    let rebuilt = rebuilt?;
    if let Some(statement) = statement? {
        keep_statement(&config.log.checkpoint_file, &statement)?;
    }
    say(
        std::io::stdout(),
        &format!(
            "{} entries under root {}, {} trust lists: the log as it was signed",
            rebuilt.head.size, rebuilt.head.root, rebuilt.trust_lists
        ),
    );
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn recover(arguments: Recover) -> Result<ExitCode, Failure> {
    let config = config(&arguments.dir)?;
    let last = std::fs::read(&arguments.last_checkpoint)
        .map_err(|cause| format!("{}: {cause}", arguments.last_checkpoint.display()))?;
    if last.len() > MAX_NOTE_BYTES {
        return Err(format!(
            "{} is longer than any checkpoint",
            arguments.last_checkpoint.display()
        )
        .into());
    }
    let request = RecoveryRequest {
        last_checkpoint: last,
        why: Text::parse(&arguments.why)?,
        loss: if arguments.log_key_lost {
            Loss::Key
        } else {
            Loss::Records
        },
        now: Clock::system().now(),
    };
    let passphrase = read_passphrase(config.log.passphrase_file.as_deref())?;
    let key = open_key(config.log.signing_key_file()?, &passphrase)?;
    let signer = LogSigner::new(config.log.origin.clone(), key)?;
    let source = arguments.from.open().await?;
    let statement = recover_into(&config, &signer, &source, &request).await;
    source.close().await;
    say(std::io::stdout(), &told(&config, &statement?));
    Ok(ExitCode::SUCCESS)
}

/// What was done, and what only others can do now.
fn told(config: &Config, statement: &RecoveryStatement) -> String {
    let mut lines = vec![format!(
        "{} entries taken over, the first {} under the indices they had",
        statement.taken, statement.prefix
    )];
    for range in &statement.lost {
        lines.push(format!(
            "lost: entries {} to {}",
            range.from,
            range.to.saturating_sub(1)
        ));
    }
    for index in &statement.left_out {
        lines.push(format!("left out, for it rests on a lost one: entry {index}"));
    }
    lines.push(format!(
        "the statement is published at {}/log/recovered-from",
        config.registry.base.as_str()
    ));
    lines.push(format!(
        "The scheme owner must publish a trust list with this log, origin {} and key {}: until then no verifier counts \
         its receipts. Retirement points within the first {} entries stay true; later ones must be named anew.",
        statement.new_log.origin, statement.new_log.key, statement.prefix
    ));
    lines.push(
        "The body submits again what is lost, and holders fetch new receipts: those of the old log are not counted any \
         more, and lower no answer. Where a receipt is demanded, or the key is retired, the answer is could-not-tell \
         until the new receipt is at hand."
            .to_owned(),
    );
    lines.join("\n")
}
