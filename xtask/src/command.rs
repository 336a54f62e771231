//! Running other programs: always shown before they run when they take time, never through a shell.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::Error;

/// How many of its last lines an error repeats of a program that failed.
const LAST_LINES: usize = 12;

/// The cargo that started this program, so that the same toolchain is used throughout.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs to the end, output going straight to the terminal.
pub(crate) fn run(command: &mut Command) -> Result<(), Error> {
    let status = command.status().map_err(|source| Error::Start {
        command: shown(command),
        source,
    })?;
    if status.success() {
        Ok(())
    } else {
        Err(Error::Ended {
            command: shown(command),
            status,
        })
    }
}

/// Runs to the end, ended by force after `limit`.
pub(crate) fn run_within(command: &mut Command, limit: Duration) -> Result<(), Error> {
    let mut child = command.spawn().map_err(|source| Error::Start {
        command: shown(command),
        source,
    })?;
    let start = Instant::now();
    loop {
        let ended = child.try_wait().map_err(|source| Error::Start {
            command: shown(command),
            source,
        })?;
        if let Some(status) = ended {
            return if status.success() {
                Ok(())
            } else {
                Err(Error::Ended {
                    command: shown(command),
                    status,
                })
            };
        }
        if start.elapsed() > limit {
            // It may have ended in between; then there is nothing left to stop.
            let _ = child.kill();
            let _ = child.wait();
            return Err(Error::TooLong {
                command: shown(command),
                seconds: limit.as_secs(),
            });
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Runs to the end, output passed on line by line; the error repeats the last lines, for whoever reads only the end of
/// a long log.
pub(crate) fn run_telling(command: &mut Command) -> Result<(), Error> {
    let start = |command: &Command, source| Error::Start {
        command: shown(command),
        source,
    };
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|source| start(command, source))?;
    let last = Mutex::new(VecDeque::new());
    std::thread::scope(|scope| {
        if let Some(stderr) = child.stderr.take() {
            scope.spawn(|| pass_on(stderr, &last));
        }
        if let Some(stdout) = child.stdout.take() {
            pass_on(stdout, &last);
        }
    });
    let status = child.wait().map_err(|source| start(command, source))?;
    if status.success() {
        return Ok(());
    }
    let last = last.into_inner().unwrap_or_else(PoisonError::into_inner);
    Err(Error::EndedTelling {
        command: shown(command),
        status,
        last: Vec::from(last),
    })
}

/// A stream that cannot be read any more has ended.
fn pass_on(stream: impl Read, last: &Mutex<VecDeque<String>>) {
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).into_owned();
        eprintln!("{line}");
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.len() == LAST_LINES {
            last.pop_front();
        }
        last.push_back(line);
    }
}

/// Runs to the end and gives what it wrote to standard output.
pub(crate) fn read(command: &mut Command) -> Result<String, Error> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| Error::Start {
            command: shown(command),
            source,
        })?;
    if !output.status.success() {
        return Err(Error::Ended {
            command: shown(command),
            status: output.status,
        });
    }
    String::from_utf8(output.stdout).map_err(|_| Error::NotText {
        command: shown(command),
    })
}

/// Runs to the end, passing standard output on line by line; `each` sees every line. The second value tells
/// whether the program ended well.
pub(crate) fn watch(command: &mut Command, mut each: impl FnMut(&str)) -> Result<bool, Error> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|source| Error::Start {
            command: shown(command),
            source,
        })?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line.map_err(|source| Error::Start {
                command: shown(command),
                source,
            })?;
            let line = String::from_utf8_lossy(&line);
            eprintln!("{line}");
            each(&line);
        }
    }
    let status = child.wait().map_err(|source| Error::Start {
        command: shown(command),
        source,
    })?;
    Ok(status.success())
}

/// The first program of this name on `PATH`.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

/// The command as a person would type it.
fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|part| part.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_failed_is_quoted_with_its_last_lines() {
        let mut command = Command::new("sh");
        command.args(["-c", "seq 1 40; echo why >&2; exit 3"]);
        let told = run_telling(&mut command).unwrap_err().to_string();
        assert!(told.contains("why"), "{told}");
        assert!(told.contains("40") && !told.contains("\n  2\n"), "{told}");
        assert!(run_telling(&mut Command::new("true")).is_ok());
    }
}
