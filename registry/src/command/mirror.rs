//! `export`, `check-mirror`.

use std::{path::PathBuf, process::ExitCode};

use touchstone_registry::{
    mirror::{MirrorPin, Names, check_mirror, export},
    recovery::{LogName, read_statement},
    store::Store,
};
use touchstone_schemas::{budget::MAX_NOTE_BYTES, multikey::Multikey, tlog::Origin};
use touchstone_verifier::input::{LogProofPolicy, Policy};

use crate::{Failure, config, say};

#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// The registry's folder.
    #[arg(long, default_value = ".")]
    dir: PathBuf,
    /// The mirror's folder: new, empty, or a mirror of this log.
    #[arg(long)]
    to: PathBuf,
    /// Leave out credentials and events, which name firms with their addresses. Nothing can be rebuilt from such a
    /// mirror.
    #[arg(long)]
    without_names: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CheckMirror {
    /// The mirror's folder.
    folder: PathBuf,
    /// A checkpoint of the same log seen before: the mirror's must have grown from it.
    #[arg(long)]
    against: Option<PathBuf>,
    /// The scheme owner's key (Multikey): the mirror's trust list, which they sign, then names the log's key.
    #[arg(long, required_unless_present = "log_key")]
    owner_key: Option<Multikey>,
    /// The owner's announced next key.
    #[arg(long)]
    owner_successor: Option<Multikey>,
    /// The log's own key (Multikey) instead, with its origin.
    #[arg(long, conflicts_with = "owner_key", requires = "origin")]
    log_key: Option<Multikey>,
    /// The log's origin: registry.example/log
    #[arg(long, value_parser = Origin::parse)]
    origin: Option<Origin>,
}

pub(crate) async fn export_mirror(arguments: Export) -> Result<ExitCode, Failure> {
    let config = config(&arguments.dir)?;
    let policy = Policy {
        owner_key: config
            .trust
            .owner_key
            .ok_or("no scheme owner is pinned: set trust.owner_key")?,
        owner_successor: config.trust.owner_successor,
        log_proof: LogProofPolicy::WhenPresent,
    };
    let names = if arguments.without_names {
        Names::LeftOut
    } else {
        Names::Included
    };
    let store = Store::open_read_only(&config.store.database).await?;
    let exported = async {
        let identity = store.identity().await?;
        let log = LogName {
            key: identity.log_key,
            origin: identity.origin,
        };
        let statement = read_statement(&config.log.checkpoint_file, &log)?;
        Ok::<_, Failure>(export(&store, &policy, &arguments.to, names, statement.as_deref()).await?)
    }
    .await;
    store.close().await;
    let exported = exported?;
    let new = exported.entries.saturating_sub(exported.before);
    let mut lines = format!(
        "{} entries, {new} of them new; {} files written",
        exported.entries, exported.files
    );
    if names == Names::Included {
        lines.push_str(
            "\nthe mirror holds names and addresses of firms: whoever serves it answers for how it is read",
        );
    }
    say(std::io::stdout(), &lines);
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn check(arguments: &CheckMirror) -> Result<ExitCode, Failure> {
    let pin = match (arguments.owner_key, arguments.log_key, &arguments.origin) {
        (Some(owner_key), _, _) => MirrorPin::Owner(Box::new(Policy {
            owner_key,
            owner_successor: arguments.owner_successor,
            log_proof: LogProofPolicy::WhenPresent,
        })),
        (None, Some(key), Some(origin)) => MirrorPin::Log {
            origin: origin.clone(),
            key,
        },
        _ => return Err("--owner-key, or --log-key with --origin: somebody must be believed".into()),
    };
    let older = match &arguments.against {
        Some(path) => {
            let bytes = std::fs::read(path).map_err(|cause| format!("{}: {cause}", path.display()))?;
            if bytes.len() > MAX_NOTE_BYTES {
                return Err(format!("{} is longer than any checkpoint", path.display()).into());
            }
            Some(bytes)
        }
        None => None,
    };
    let checked = check_mirror(&arguments.folder, &pin, older.as_deref())?;
    let mut lines: Vec<String> = checked.findings.iter().map(ToString::to_string).collect();
    lines.push(format!(
        "{} entries and {} files read, {} found",
        checked.size,
        checked.files,
        checked.findings.len()
    ));
    say(std::io::stdout(), &lines.join("\n"));
    Ok(if checked.findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
