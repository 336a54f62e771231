//! `touchstone-registry`: the public service.

mod command;
mod regulator_command;
mod webhook_command;

use std::{
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use regulator_command::RegulatorArguments;
use touchstone_registry::{
    Clock, InitRequest, Role,
    check::{Severity, check},
    config::{Config, FILE_NAME, environment},
    fsck, init,
    log_key::{open_key, read_new_passphrase, read_passphrase},
    start, start_reader,
    store::Place,
};
use touchstone_schemas::{credential::RegistryBase, multikey::Multikey, tlog::Origin};
use webhook_command::WebhookArguments;

/// The registry: what was issued, and its state now and at any past time.
#[derive(Debug, Parser)]
#[command(name = "touchstone-registry", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a registry: configuration, database, log key, checkpoint file, intake token.
    Init(Box<InitArguments>),
    /// Serves until SIGTERM or SIGINT.
    Serve(Folder),
    /// Reads everything again and names what is not as it was logged. Exit 1 when something is found.
    Fsck(Folder),
    /// Who may read all of a region: read-only tokens.
    Regulator(RegulatorArguments),
    /// Who is told of changes: subscriptions, their secrets, and messages laid aside.
    Webhook(WebhookArguments),
    /// Reads the configuration and everything it names, and says all that is wrong. Exit 1 when `serve` would not start
    /// or could serve nobody; of warnings alone exit 0.
    CheckConfig(Folder),
    /// Copies all that a registry is made of into a new folder, beside the running service.
    Backup(command::backup::Backup),
    /// Brings a backup back into a folder that holds no registry.
    Restore(command::backup::Restore),
    /// Writes everything static as files that a plain web server can serve, or brings such a folder up to date.
    Export(command::mirror::Export),
    /// Checks a mirror whole, and against an older checkpoint. Exit 1 when something is found.
    CheckMirror(command::mirror::CheckMirror),
    /// Builds the database again from a mirror, or from entries and documents of a damaged one.
    Rebuild(command::rebuild::Rebuild),
    /// Fills a new log, of another origin, with what is left of one that lost something no mirror has.
    Recover(command::rebuild::Recover),
}

#[derive(Debug, clap::Args)]
struct Folder {
    /// The registry's folder.
    #[arg(long, default_value = ".")]
    dir: PathBuf,
}

#[derive(Debug, clap::Args)]
struct InitArguments {
    /// The registry's folder, made when it is not there.
    #[arg(long)]
    dir: PathBuf,
    /// Base URL in the ids of everything it will hold: https://registry.example
    #[arg(long, value_parser = RegistryBase::parse)]
    base: RegistryBase,
    /// Origin of the log, its URL prefix without scheme: registry.example/log
    #[arg(long, value_parser = Origin::parse)]
    origin: Origin,
    /// Public address.
    #[arg(long, default_value = "127.0.0.1:8440")]
    listen: SocketAddr,
    /// Private address, for health and readiness.
    #[arg(long, default_value = "127.0.0.1:8441")]
    private_listen: SocketAddr,
    /// The database: a path, which counts from the folder, or `postgres://user@host/name`; registry.sqlite when absent.
    #[arg(long)]
    database: Option<Place>,
    /// The scheme owner's key, Multikey; may be set in the configuration later.
    #[arg(long)]
    owner_key: Option<Multikey>,
    /// The trust list; trust.json in the folder when absent.
    #[arg(long)]
    trust_list: Option<PathBuf>,
    /// Folder of the built verify page.
    #[arg(long)]
    web_root: Option<PathBuf>,
    /// File whose first line protects the log's key; asked at the terminal when absent.
    #[arg(long)]
    passphrase_file: Option<PathBuf>,
    /// Where the passphrase stands when it serves, as a unit's credential does; that of --passphrase-file when absent.
    #[arg(long)]
    serve_passphrase_file: Option<PathBuf>,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info")),
        )
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(run(arguments.command)),
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            say(std::io::stderr(), &format!("touchstone-registry: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Init(arguments) => initialise(*arguments).await,
        Command::Export(arguments) => command::mirror::export_mirror(arguments).await,
        Command::CheckMirror(arguments) => command::mirror::check(&arguments),
        Command::Rebuild(arguments) => command::rebuild::rebuild_database(arguments).await,
        Command::Recover(arguments) => command::rebuild::recover(arguments).await,
        Command::Serve(folder) => serve(&folder.dir).await,
        Command::Fsck(folder) => run_fsck(&folder.dir).await,
        Command::Regulator(arguments) => regulator_command::run(arguments),
        Command::Webhook(arguments) => webhook_command::run(arguments),
        Command::Backup(arguments) => command::backup::back_up(arguments).await,
        Command::Restore(arguments) => command::backup::bring_back(&arguments),
        Command::CheckConfig(folder) => check_config(&folder.dir),
    }
}

fn check_config(folder: &Path) -> Result<ExitCode, Failure> {
    let path = folder.join(FILE_NAME);
    let faults = check(&path, &environment()?, Clock::system().now());
    let mut lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let sound = faults.iter().all(|fault| fault.severity == Severity::Warning);
    if sound {
        lines.push(format!("{} is sound", path.display()));
    }
    say(std::io::stdout(), &lines.join("\n"));
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn initialise(arguments: InitArguments) -> Result<ExitCode, Failure> {
    let passphrase = read_new_passphrase(arguments.passphrase_file.as_deref())?;
    let made = init(InitRequest {
        folder: arguments.dir,
        base: arguments.base,
        origin: arguments.origin,
        public: arguments.listen,
        private: arguments.private_listen,
        database: arguments.database,
        owner_key: arguments.owner_key,
        trust_list: arguments.trust_list,
        web_root: arguments.web_root,
        passphrase_file: arguments.serve_passphrase_file.or(arguments.passphrase_file),
        passphrase,
    })
    .await?;
    let lines = [
        format!("origin: {}", made.origin),
        format!("log key: {}", made.log_key),
        format!("intake token: in {}", made.token_file.display()),
        format!("configuration: {}", made.config.display()),
    ];
    say(std::io::stdout(), &lines.join("\n"));
    Ok(ExitCode::SUCCESS)
}

async fn serve(folder: &Path) -> Result<ExitCode, Failure> {
    let config = config(folder)?;
    let (base, role) = (config.registry.base.clone(), config.registry.role);
    let running = match role {
        Role::Sequencer => {
            let file = config.log.signing_key_file()?;
            let passphrase = read_passphrase(config.log.passphrase_file.as_deref())?;
            let key = open_key(file, &passphrase)?;
            start(config, key, Clock::system()).await?
        }
        Role::Reader => start_reader(config, Clock::system()).await?,
    };
    let (base, address) = (base.as_str(), running.public_address());
    let line = match role {
        Role::Sequencer => format!("{base} is served at http://{address}"),
        Role::Reader => format!("{base} is read at http://{address}"),
    };
    say(std::io::stdout(), &line);
    stop_asked().await?;
    running.shut_down().await;
    Ok(ExitCode::SUCCESS)
}

#[cfg(unix)]
async fn stop_asked() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn stop_asked() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

async fn run_fsck(folder: &Path) -> Result<ExitCode, Failure> {
    let checked = fsck::fsck(&config(folder)?).await?;
    let mut lines: Vec<String> = checked.findings.iter().map(ToString::to_string).collect();
    lines.push(format!(
        "{} entries and {} tiles read, {} found",
        checked.entries,
        checked.tiles,
        checked.findings.len()
    ));
    say(std::io::stdout(), &lines.join("\n"));
    Ok(if checked.findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn config(folder: &Path) -> Result<Config, Failure> {
    Ok(Config::read(&folder.join(FILE_NAME), environment()?)?)
}

/// Prints a line; a closed pipe is no reason to fail.
fn say(mut out: impl Write, line: &str) {
    drop(writeln!(out, "{line}"));
}
