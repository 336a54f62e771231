//! What the program tells about itself: completions for a shell, and its manual page.

use std::io::{self, Write};

use clap::{ArgMatches, CommandFactory};
use clap_complete::Shell;

use crate::arguments::Arguments;

/// Writes what was asked for, when something of this was.
///
/// # Errors
/// When standard output takes no more.
pub(crate) fn answer(matches: &ArgMatches) -> io::Result<bool> {
    let mut command = Arguments::command();
    let mut text = Vec::new();
    if let Some(shell) = matches.get_one::<Shell>("completions") {
        let name = command.get_name().to_owned();
        clap_complete::generate(*shell, &mut command, name, &mut text);
    } else if matches.get_flag("manual") {
        clap_mangen::Man::new(command).render(&mut text)?;
    } else {
        return Ok(false);
    }
    io::stdout().lock().write_all(&text)?;
    Ok(true)
}
