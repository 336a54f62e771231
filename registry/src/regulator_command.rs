//! `touchstone-registry regulator`: who may read all of a region.

use std::{path::PathBuf, process::ExitCode};

use touchstone_registry::{
    Clock,
    regulators::{Regions, Register, RegulatorId},
};
use touchstone_schemas::date_time::Date;

use crate::{Failure, config, say};

#[derive(Debug, clap::Args)]
pub(crate) struct RegulatorArguments {
    /// The registry's folder.
    #[arg(long, default_value = ".", global = true)]
    dir: PathBuf,
    #[command(subcommand)]
    command: RegulatorCommand,
}

#[derive(Debug, clap::Subcommand)]
enum RegulatorCommand {
    /// Makes a read-only token for some regions, and prints it, once.
    Add {
        /// What you call it.
        #[arg(long)]
        label: String,
        /// Beginnings of region codes, 2, 4 or 6 digits each: 32,3301
        #[arg(long)]
        regions: Regions,
        /// Last day on which the token counts: 2027-06-30
        #[arg(long)]
        expires: Date,
    },
    /// Lists regulators, their regions, and until when their tokens count.
    List,
    /// Takes a token back, at once.
    Revoke {
        /// Its id.
        id: RegulatorId,
    },
}

pub(crate) fn run(arguments: RegulatorArguments) -> Result<ExitCode, Failure> {
    let register = Register::at(config(&arguments.dir)?.regulators.folder);
    let now = Clock::system().now();
    let lines = match arguments.command {
        RegulatorCommand::Add {
            label,
            regions,
            expires,
        } => {
            if expires.end() < now {
                return Err(format!("{expires} is over").into());
            }
            let (id, token) = register.add(label, regions, expires, now)?;
            vec![
                format!("regulator: {id}"),
                format!("token, shown this once: {}", token.expose()),
            ]
        }
        RegulatorCommand::List => {
            let line = |(id, regulator): &(RegulatorId, touchstone_registry::regulators::Regulator)| {
                let revoked = regulator
                    .revoked
                    .map_or(String::new(), |at| format!(", revoked at {at}"));
                format!(
                    "{id} {:?} regions {} until {}{revoked}",
                    regulator.label, regulator.regions, regulator.expires
                )
            };
            register.list()?.iter().map(line).collect()
        }
        RegulatorCommand::Revoke { id } => {
            register.revoke(&id, now)?;
            vec![format!("{id} is revoked")]
        }
    };
    if !lines.is_empty() {
        say(std::io::stdout(), &lines.join("\n"));
    }
    Ok(ExitCode::SUCCESS)
}
