//! What a person may type about watching the log.

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct WatchArguments {
    /// One round, as for cron; else until the process is ended.
    #[arg(long)]
    pub(crate) once: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LiftAlarms {
    /// The person who lifts them.
    #[arg(long)]
    pub(crate) by: String,
    /// The office they hold.
    #[arg(long)]
    pub(crate) office: String,
    /// Why signing may go on.
    #[arg(long)]
    pub(crate) reason: String,
}
