//! `serve`.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};
use touchstone_issuer::{
    console::{Console, ConsoleAddress},
    office::Office,
};

use super::commands::Session;
use super::error::CliError;
use super::print;

/// Where and how the console is served.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where to listen, on this machine.
    #[arg(long, default_value = "127.0.0.1:8420")]
    pub(crate) listen: SocketAddr,
    /// The origin browsers see, https://…, when a proxy on this machine gives TLS.
    #[arg(long)]
    pub(crate) public_origin: Option<String>,
    /// Unlock the office's keys, so that certificates are signed from the console. Without it they are at the shell.
    #[arg(long)]
    pub(crate) sign: bool,
}

impl Session {
    /// Serves the console until the process is told to end.
    pub(super) async fn serve(self, arguments: Serve) -> Result<ExitCode, CliError> {
        let keys = if arguments.sign {
            let (office, keys): (Office, _) = self.open().await?;
            // The console opens the office anew for each act, so that other commands work beside it.
            office.store.close().await;
            Some(keys)
        } else {
            None
        };
        let address = ConsoleAddress {
            listen: arguments.listen,
            public: arguments.public_origin,
        };
        let listening = Console::listen(self.folder.clone(), self.clock, keys, &address).await?;
        let setup = listening.setup.as_ref().map(|path| path.display().to_string());
        let value = json!({ "console": listening.origin, "setup": setup });
        let mut text = format!("console {}", listening.origin);
        if let Some(setup) = &setup {
            text.push_str(&format!(
                "\nfirst start: open {}/setup with the secret in {setup}",
                listening.origin
            ));
        }
        print::line(self.json, &value, &text)?;
        let (stop, stopped) = watch::channel(false);
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::spawn(async move {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            // Nobody listens any more: the console ended before.
            let _ = stop.send(true);
        });
        listening.serve(stopped).await;
        Ok(ExitCode::SUCCESS)
    }
}
