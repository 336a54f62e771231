//! `backup`, `restore`.

use std::{path::PathBuf, process::ExitCode};

use touchstone_registry::{
    Clock,
    backup::{BackupRequest, backup, restore},
};

use crate::{Failure, config, say};

#[derive(Debug, clap::Args)]
pub(crate) struct Backup {
    /// The registry's folder.
    #[arg(long, default_value = ".")]
    dir: PathBuf,
    /// The folder of backups: a new folder is made in it, whose name is printed.
    #[arg(long)]
    to: PathBuf,
    /// How many backups stay there; older ones are taken away once this one is whole.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    keep: u16,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Restore {
    /// The backup, as `backup` printed it.
    #[arg(long)]
    from: PathBuf,
    /// The registry's folder: there already, and its service's user's.
    #[arg(long)]
    dir: PathBuf,
}

pub(crate) async fn back_up(arguments: Backup) -> Result<ExitCode, Failure> {
    let config = config(&arguments.dir)?;
    let made = backup(BackupRequest {
        folder: &arguments.dir,
        config: &config,
        to: &arguments.to,
        keep: usize::from(arguments.keep),
        now: Clock::system().now(),
    })
    .await?;
    if made.without_database {
        let line = "the database is a server's and is not in it: pg_dump, after this";
        say(std::io::stderr(), line);
    }
    say(std::io::stdout(), &made.path.display().to_string());
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn bring_back(arguments: &Restore) -> Result<ExitCode, Failure> {
    let restored = restore(&arguments.from, &arguments.dir)?;
    let mut lines = vec![format!("{} files brought back", restored.files)];
    for path in &restored.left {
        lines.push(format!(
            "{} is there already and was left as it is",
            path.display()
        ));
    }
    say(std::io::stdout(), &lines.join("\n"));
    Ok(ExitCode::SUCCESS)
}
