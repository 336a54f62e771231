//! `touchstone-issuer`: the office at the command line.

mod cli;

use std::process::ExitCode;

use clap::Parser;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()),
        )
        .init();
    let arguments = cli::Arguments::parse();
    let json = arguments.json;
    match cli::run(arguments).await {
        Ok(code) => code,
        Err(error) => cli::report_error(&error, json),
    }
}
